"""Loads pages of the past into memory: what to load is decided in `past`, read here by a worker."""

from collections.abc import Callable
from typing import Final

from textual.app import App

from recorder.model.clock import Clock
from ses_tui.core.errors import SesTuiError
from ses_tui.core.load_past import Stretch, load_past
from ses_tui.core.source import EventHistory
from ses_tui.core.store import EventKey
from ses_tui.ui.feed import Feed
from ses_tui.ui.list_window import Beyond
from ses_tui.ui.messages import PastEnded, PastRead
from ses_tui.ui.past import Past
from ses_tui.ui.past_status import PastStatus

PAST_GROUP: Final = "past"


class PastLoader:
    """Reads what a list wants to go on to; the app hands it its messages, which change the state.

    `changed` is called wherever that state is another one.
    """

    def __init__(
        self,
        app: App[None],
        history: EventHistory,
        feed: Feed,
        clock: Clock,
        changed: Callable[[], None],
    ) -> None:
        self._app = app
        self._history = history
        self._feed = feed
        self._clock = clock
        self._changed = changed
        self._past = Past(feed)

    @property
    def status(self) -> PastStatus:
        """The present state."""
        return self._past.status

    def load_beyond(self, beyond: Beyond) -> bool:
        """Load what the reader wants to go on to; whether there can be anything."""
        if self._past.reading:
            return True
        stretch = self._past.beyond(beyond, self._clock.now_ms())
        if stretch is not None:
            self._load(stretch)
        return stretch is not None

    def load_around(self, goal: EventKey) -> bool:
        """Load events from the moment of `goal` on, unless they are in memory; whether it does."""
        if self._past.covers(goal[0]):
            return False
        self._load(self._past.since(goal[0], self._clock.now_ms()), goal)
        return True

    def stop(self) -> None:
        """Read no more of the past for now."""
        self._app.workers.cancel_group(self._app, PAST_GROUP)
        self._past.stop()
        self._changed()

    def let_go(self) -> None:
        """Forget what was loaded of the past."""
        self._app.workers.cancel_group(self._app, PAST_GROUP)
        self._past.let_go()
        self._changed()

    def take(self, message: PastRead) -> None:
        """Take in a piece of the past."""
        self._past.take(message.loaded, message.stretch)
        self._changed()

    def end(self, message: PastEnded) -> None:
        """Show what has come of it."""
        self._past.end(message.stretch, message.error)
        self._changed()

    def fail(self, fault: str) -> None:
        """Take note that reading stopped on a fault of this program."""
        self._past.fail(fault)

    def _load(self, stretch: Stretch, goal: EventKey | None = None) -> None:
        self._past.start(stretch, goal)
        self._app.run_worker(
            self._read(stretch), group=PAST_GROUP, exclusive=True, exit_on_error=False
        )
        self._changed()

    async def _read(self, stretch: Stretch) -> None:
        try:
            passes = self._feed.filter.matches
            async for loaded in load_past(self._history, stretch, passes):
                self._app.post_message(PastRead(loaded, stretch))
        except SesTuiError as error:
            self._app.post_message(PastEnded(stretch, str(error)))
        else:
            self._app.post_message(PastEnded(stretch))
