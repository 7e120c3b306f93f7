"""A dashboard for a pseudo-terminal: a hundred events, and one more with every further read."""

import os
import sys

from ses_tui.core.configuration import Settings
from ses_tui.core.source import FeedBatch
from ses_tui.ui.app import DashboardApp
from tests.ui.fakes import NOON, FakeConnection, FakeSource, FrozenClock, batch_of, make_event


class GrowingSource(FakeSource):
    """Never runs out."""

    def __init__(self) -> None:
        super().__init__("ses-events · fake engine")
        self.count = 100

    async def start(self, history_events: int) -> FeedBatch:
        return batch_of(map(make_event, range(self.count)))

    async def poll(self) -> FeedBatch:
        self.count += 1
        return batch_of([make_event(self.count - 1)], read_at=NOON)


def main() -> None:
    connection = FakeConnection()
    connection.feed = GrowingSource()
    settings = Settings(theme=os.environ.get("TEST_THEME", "dark"), ascii="--ascii" in sys.argv)
    app = DashboardApp(connection=connection, clock=FrozenClock(), utc=True, settings=settings)
    app.run(mouse="--mouse" in sys.argv)


if __name__ == "__main__":
    main()
