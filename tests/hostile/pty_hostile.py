"""A dashboard for a pseudo-terminal in which every text is an attack."""

from ses_tui.ui.app import DashboardApp
from tests.hostile.events import hostile_events
from tests.hostile.harmless import attacks_in_pieces
from tests.ui.fakes import NOON, FakeConnection, FrozenClock, batch_of


def main() -> None:
    events = hostile_events(attacks_in_pieces(), NOON)
    connection = FakeConnection()
    connection.feed.put(batch_of(events))
    connection.reader.stored = tuple(events)
    DashboardApp(connection=connection, clock=FrozenClock(), utc=True).run(mouse=False)


if __name__ == "__main__":
    main()
