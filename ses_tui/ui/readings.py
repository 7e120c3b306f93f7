"""All that is read behind the dashboard: what is known of it, and the status that this makes."""

from typing import Final

from recorder.model.clock import Clock
from ses_tui.core.attention.watch import AttentionUpdate, watch_attention
from ses_tui.core.configuration import Settings
from ses_tui.core.follow import FeedControl, FeedUpdate
from ses_tui.core.follow_rates import RateUpdate, follow_rates
from ses_tui.core.sanitise import sanitise
from ses_tui.core.source import Connection, SourceKind
from ses_tui.core.windows import Window
from ses_tui.ui.attention_state import AttentionState
from ses_tui.ui.background import Background
from ses_tui.ui.feed import Feed, Status
from ses_tui.ui.feed_reader import FEED_GROUP, FeedReader
from ses_tui.ui.memory_search import MemorySearch
from ses_tui.ui.messages import AttentionRead, RatesRead
from ses_tui.ui.paced_app import PacedApp
from ses_tui.ui.past_loader import PAST_GROUP, PastLoader
from ses_tui.ui.rates_state import RatesState

_RATES_GROUP: Final = "rates"
_ATTENTION_GROUP: Final = "attention"


class Readings:
    """Workers post messages to the app, which hands what they bring back to `take_…`."""

    def __init__(
        self,
        app: PacedApp,
        connection: Connection,
        clock: Clock,
        settings: Settings,
        window: Window,
        control: FeedControl,
        *,
        at_once: bool,
    ) -> None:
        """`at_once` shows every read by itself, however large."""
        self.feed = Feed()
        """The events in memory."""
        self.reader = FeedReader(
            app, connection, clock, control, settings.source, self.feed, in_slices=not at_once
        )
        self.memory_search = MemorySearch(app, self.feed, clock)
        self.past = PastLoader(app, connection.history, self.feed, clock, app.refresh_status)
        self.rates = RatesState(window, settings.thresholds.thresholds)
        self.attention = AttentionState(settings.signals)
        self._app = app
        self._rollups = connection.rollups
        self._clock = clock
        self._rates_reading = Background(app, _RATES_GROUP)
        self._attention_reading = Background(app, _ATTENTION_GROUP)

    def start(self) -> None:
        """Begin to read."""
        self.reader.start()
        self._rates_reading.run(self._follow_rates)
        self._attention_reading.run(self._watch_attention)

    def retry(self) -> None:
        """Do not wait for the next reads; read anew where a fault has stopped them."""
        self.reader.retry()
        if self._rates_reading.running:
            self.rates.control.read_now()
        else:
            self._rates_reading.run(self._follow_rates)
        if not self._attention_reading.running:
            self._attention_reading.run(self._watch_attention)

    def take_feed(self, update: FeedUpdate) -> None:
        """Take in what a read of the feed brought."""
        was_in_order = self.reader.in_order
        self.reader.take(update)
        if update.batch is None:
            return
        if self.reader.in_order and not was_in_order:
            # What the figures lacked meanwhile is counted now.
            self.rates.control.read_now()
        if self.reader.kind is SourceKind.POLL:
            # The stream may be ahead of what is counted.
            self.attention.control.proven_until = self.reader.proven_until
        if update.batch.events:
            self.rates.control.note_news()
        self.memory_search.go_on()

    def take_rates(self, update: RateUpdate, status: Status) -> None:
        """Take in what a read of the rates brought."""
        self.rates.take(update, self.feed, status)
        if not self.rates.failed:
            self.reader.wake()

    def take_attention(self, update: AttentionUpdate) -> None:
        """Take in what was found of spikes and silence."""
        self.attention.take(update)

    def fail(self, group: str, fault: str) -> str:
        """Take note that the worker of `group` stopped on a fault of this program.

        Returns what has to be said, sanitised; empty where the status says it.
        """
        if group == FEED_GROUP:
            self.reader.fail(fault)
        elif group == _RATES_GROUP:
            self.rates.fail(fault)
        elif group == PAST_GROUP:
            self.past.fail(fault)
        elif group == _ATTENTION_GROUP:
            return f"Nobody looks for spikes: that stopped on {sanitise(fault)}."
        return ""

    def status(self, base: Status, now_ms: int) -> Status:
        """`base` with all that is known as of `now_ms`."""
        known = self.feed.status(self.reader.status(base, now_ms), now_ms)
        return self.attention.status(self.rates.status(known, now_ms), now_ms)

    async def _follow_rates(self) -> None:
        async for update in follow_rates(self._rollups, self._clock, self.rates.control):
            self._app.post_message(RatesRead(update))

    async def _watch_attention(self) -> None:
        control, rest = self.attention.control, self._app.wait_for_rest
        async for update in watch_attention(self._rollups, self._clock, control, rest):
            self._app.post_message(AttentionRead(update))
