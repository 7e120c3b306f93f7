"""A dashboard for a pseudo-terminal over a feed of 1,000 events a second, until it is paused.

Once it is quit, it says how many events there were.
"""

import sys

from ses_tui.core.source import FeedBatch
from ses_tui.ui.app import DashboardApp
from tests.ui.fakes import NOON, FakeConnection, FakeSource, FrozenClock, batch_of, make_event

_EVENTS_A_READ = 100


class BusySource(FakeSource):
    """Brings events with every read."""

    def __init__(self) -> None:
        super().__init__("ses-events · fake engine")
        self.interval = 0.1
        self.count = 0

    async def start(self, history_events: int) -> FeedBatch:
        return await self.poll()

    async def poll(self) -> FeedBatch:
        numbers = range(self.count, self.count + _EVENTS_A_READ)
        self.count += _EVENTS_A_READ
        return batch_of(map(make_event, numbers), read_at=NOON)


def main() -> None:
    connection = FakeConnection()
    connection.feed = source = BusySource()
    DashboardApp(connection=connection, clock=FrozenClock(), utc=True).run(mouse=False)
    sys.stdout.write(f"there were {source.count} events\n")


if __name__ == "__main__":
    main()
