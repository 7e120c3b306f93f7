"""What the dashboard knows. Handlers of the app change it; screens and widgets only look."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from recorder.model.event import Event
from recorder.model.rollup import MINUTE_MS, minute_start
from ses_tui.core.attention.signals import Signal
from ses_tui.core.blocking_terms import Blocking, BlockingTerms
from ses_tui.core.breakdown import Breakdown
from ses_tui.core.disagreement import Mismatch
from ses_tui.core.feed_state import FeedState
from ses_tui.core.follow import DEFAULT_INTERVAL_SECONDS, Playback
from ses_tui.core.message_cache import MessageCache
from ses_tui.core.query import Query
from ses_tui.core.rate_panel import RatePanel
from ses_tui.core.rates import RateCounters, RateEstimate
from ses_tui.core.recording_delay import DelayFigures, RecordingDelay
from ses_tui.core.source import FeedBatch, Gap, LoadedEvents, SourceKind
from ses_tui.core.store import (
    EventKey,
    EventStore,
    FilteredEvents,
    OrderedEvents,
    StoreChange,
    event_key,
)
from ses_tui.core.vocabulary import Vocabulary
from ses_tui.core.windows import DEFAULT_WINDOW, Window
from ses_tui.core.zone import Zone
from ses_tui.ui.past_status import NOTHING_OF_THE_PAST, PastStatus

_EVENTS_PER_SECOND_OVER_MS: Final = 60_000
_ENOUGH_FOR_A_RATE: Final = 1_000
_EDGE_OF_HISTORY_MS: Final = 5 * MINUTE_MS
"""Pages that were written late may be missing at the old end of what a start has loaded."""


@dataclass(frozen=True, slots=True)
class Status:
    """Everything but the events, at one moment: the one value that is fanned out to the screens."""

    label: str
    zone: Zone
    state: FeedState
    now: int = 0
    """The clock (ms)."""
    today: str = ""
    """The present day in `zone`, as `mm-dd`."""
    paused_for: int | None = None
    """How long nothing has been read because of the reader (ms); `None` while it is."""
    events_per_second: float = 0.0
    """Recorded over the last minute."""
    delay: DelayFigures | None = None
    """Between what happened and when it was recorded, over the last minutes."""
    poll_interval: float = DEFAULT_INTERVAL_SECONDS
    """Seconds between two reads of the feed."""
    masked: bool = False
    """Addresses are masked."""
    playback: Playback | None = None
    """What is played, where what is shown is a recording and no present."""
    rates: RateEstimate | None = None
    """Over the live part of memory; stands in where there is no `panel`."""
    rates_since: int | None = None
    """When the oldest event that `rates` counts was recorded (ms)."""
    window: Window = DEFAULT_WINDOW
    """The one that was chosen; `panel` may still be that of another."""
    panel: RatePanel | None = None
    panel_stale: bool = False
    """The last reads failed or are overdue, or what counts events is."""
    rates_error: str = ""
    """Why the last read of the rates failed."""
    mismatches: tuple[Mismatch, ...] = ()
    """Minutes of which rollups and feed differ, oldest first."""
    program: tuple[str, ...] | None = ("ses-tui",)
    """The words that lead another process to the table; `None` where none can reach it."""
    since: int | None = None
    """When the oldest event in memory was recorded (ms)."""
    shown: int = 0
    total: int = 0
    searched: float | None = None
    """The share of memory that the filter has looked at; `None` where that is all of it."""
    outcomes_known: bool = True
    """Whether what became of the messages in memory has been read, where the filter asks for it."""
    blocking: Blocking | None = None
    """Why nothing passes the filter, where that is known and the filter has several terms."""
    filter_text: str = ""
    filter_error: str = ""
    """Why what stands in the filter's line is no filter; the last one that was stays."""
    unreadable_events: int = 0
    past: PastStatus = NOTHING_OF_THE_PAST
    signals: tuple[Signal, ...] = ()
    """What is bad now, or has been and nobody has acknowledged it; the worst first."""
    source: SourceKind = SourceKind.POLL
    """How new events are read."""
    slow_link: float | None = None
    """Seconds between two pictures, where the line to the terminal is too slow for more."""
    clock_ahead: int = 0
    """How far (ms) this machine's clock is ahead of the server's, where that is worth a word."""
    newer_recorder: bool = False
    """Whether anything that was read is of a later version than this program knows."""
    revision: int = 0
    """Grows with every change of the events in memory or of the filter."""

    @property
    def counted_until(self) -> int | None:
        """Up to when (ms) what was recorded is counted; `None` where that is the present."""
        return self.state.counted_until(self.now)


class Feed:
    """The events in memory, those that pass the filter, and what is counted of them."""

    def __init__(self, store: EventStore | None = None) -> None:
        self.store = EventStore() if store is None else store
        self.filter = Query()
        self.events: OrderedEvents = self.store
        self.unreadable_events = 0
        self.covered_since: int | None = None
        """From this minute on (ms) nothing that was recorded is missing from memory."""
        self.revision = 0
        self.vocabulary = Vocabulary()
        self.messages = MessageCache()
        self.breakdown: Breakdown | None = None
        """What passes the filter, counted; only while somebody looks at it."""
        self._read_at = 0
        self._delay = RecordingDelay()
        self._feed_gaps: tuple[Gap, ...] = ()
        self._filtered: FilteredEvents | None = None
        self._blocking: BlockingTerms | None = None
        self._counters = RateCounters()
        self._minutes: Counter[int] = Counter()

    def take(self, batch: FeedBatch) -> None:
        """Take in a batch; the first one after a start is the history."""
        self.unreadable_events += batch.events_unreadable
        self._read_at = batch.read_at
        self._feed_gaps = batch.gaps
        if self.covered_since is None:
            oldest = min((event.recorded_at for event in batch.events), default=None)
            edge = batch.read_at if oldest is None else oldest + _EDGE_OF_HISTORY_MS
            self.covered_since = _next_minute(edge)
        change: StoreChange = self.store.add(batch.events)
        if change.dropped:
            dropped = _next_minute(change.dropped.key_at(len(change.dropped) - 1)[0])
            self.covered_since = max(self.covered_since, dropped)
        if change.added or change.dropped:
            self._changed(change)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Where events are missing between those in memory, oldest first."""
        return tuple(sorted((*self.store.gaps, *self._feed_gaps), key=lambda gap: gap.until))

    def take_loaded(self, loaded: LoadedEvents, *, backwards: bool) -> None:
        """Take in a stretch of the past, read from newer to older if `backwards`."""
        self._changed(self.store.add_loaded(loaded, backwards=backwards))

    def drop_loaded(self) -> None:
        """Let go of what was loaded of the past."""
        self._changed(self.store.drop_loaded())

    def _changed(self, change: StoreChange) -> None:
        """Follow a change of the store: its live part, of which alone is counted, or the other."""
        self.vocabulary.add(change.added)
        self.messages.add(change.added)
        self._delay.add(change.added)
        self._count_in_breakdown(change)
        self._counters.add(change.added)
        self._counters.remove(change.dropped)
        self._minutes.update(_counted_minutes(change.added))
        self._minutes.subtract(_counted_minutes(change.dropped))
        if self._filtered is not None:
            self._filtered.update()
        if self._blocking is not None:
            self._blocking.update()
        self._seek_what_blocks()
        self.revision += 1

    def start_anew(self) -> None:
        """The next batch is a history again; what came before it may have a gap at its end."""
        self.covered_since = None

    def set_filter(self, query: Query) -> None:
        """Let only events through that `query` matches; an empty one lets all through."""
        self.filter = query
        self._filtered = FilteredEvents(self.store, self.filter) if self.filter else None
        self._blocking = None
        self.events = self.store if self._filtered is None else self._filtered
        self.revision += 1
        if self.breakdown is not None:
            self.count_breakdown()

    @property
    def searching(self) -> bool:
        """Whether `search_step` has more to do."""
        return self._is_scanning or (self._blocking is not None and self._blocking.under_way)

    def search_step(self) -> bool:
        """Go on for a millisecond or two: for what passes the filter, else for why nothing does.

        Returns whether there is more to do.
        """
        if self._filtered is not None and self._filtered.scanning:
            self._filtered.scan_next()
            self.revision += 1
        elif self._blocking is not None:
            self._blocking.look_next()
        self._seek_what_blocks()
        return self.searching

    def count_breakdown(self) -> None:
        """Begin to count what passes the filter, by `count_breakdown_slice`."""
        self.breakdown = Breakdown(self.events)

    def count_breakdown_slice(self) -> None:
        """Count a slice of what passes the filter."""
        if self.breakdown is not None:
            self.breakdown.count_slice(self._is_scanning)

    def check_breakdown(self) -> None:
        """Begin anew where other events are in memory than those that were counted.

        Stretches of history come and go as wholes, which is no change that could be followed.
        """
        counted = self.breakdown
        if counted is None or not counted.complete or self._is_scanning:
            return
        if counted.total != len(self.events):
            self.count_breakdown()

    def forget_breakdown(self) -> None:
        """Nobody looks at the breakdown any more."""
        self.breakdown = None

    @property
    def oldest(self) -> EventKey | None:
        """Key of the oldest event in memory."""
        return event_key(self.store[0]) if len(self.store) else None

    def status(self, base: Status, now_ms: int) -> Status:
        """`base` with the figures of what is in memory at `now_ms`."""
        filtered, blocking, live = self._filtered, self._blocking, self.store.live
        return replace(
            base,
            events_per_second=self._events_per_second(now_ms),
            delay=self._delay.figures(now_ms),
            rates=self._counters.estimate() if len(live) else None,
            rates_since=live[0].recorded_at if len(live) else None,
            since=self.store[0].recorded_at if len(self.store) else None,
            shown=len(self.events),
            total=len(self.store),
            searched=None if filtered is None or filtered.searched else filtered.scanned,
            outcomes_known=filtered is None or filtered.outcomes_known,
            blocking=None if blocking is None or blocking.under_way else blocking.found,
            filter_text=self.filter.text,
            unreadable_events=self.unreadable_events,
            revision=self.revision,
        )

    def counted_by_minute(self, since: int, until: int) -> Counter[int]:
        """Events that rollups count too, by the start of their minute, from `since` to `until`.

        All of the live memory counts, whatever the filter.
        """
        minutes = range(minute_start(since), until, MINUTE_MS)
        return Counter({minute: n for minute in minutes if (n := self._minutes[minute])})

    def of_message(self, message_id: str) -> tuple[Event, ...]:
        """What is in memory about one message."""
        return self.store.of_message(message_id)

    @property
    def _is_scanning(self) -> bool:
        return self._filtered is not None and self._filtered.scanning

    def _seek_what_blocks(self) -> None:
        """Begin when nothing passes a filter of several terms, end when something does."""
        filtered = self._filtered
        if filtered is None or filtered.scanning or len(filtered) or not len(self.store):
            self._blocking = None
        elif self._blocking is None and len(self.filter.conditions) > 1:
            self._blocking = BlockingTerms(self.store, self.filter, filtered.outcome_of)

    def _count_in_breakdown(self, change: StoreChange) -> None:
        if self.breakdown is not None:
            passes = self.filter.matches if self._filtered is None else self._filtered.passes
            self.breakdown.change(filter(passes, change.added), filter(passes, change.dropped))

    def _events_per_second(self, now_ms: int) -> float:
        """Over a minute, or over what is in memory where that reaches back less far.

        A few events may be all that ever were, so their first tells of no rate. While nothing is
        read, the minute before the last read stands: the feed has not become quiet.
        """
        now_ms = min(now_ms, self._read_at)
        live = self.store.live
        recent = len(live) - live.position_of((now_ms - _EVENTS_PER_SECOND_OVER_MS, ""))
        window = _EVENTS_PER_SECOND_OVER_MS
        if recent == len(live) and recent >= _ENOUGH_FOR_A_RATE:
            window = max(1_000, now_ms - live[0].recorded_at)
        return recent * 1000 / window


def _counted_minutes(events: Iterable[Event]) -> Counter[int]:
    """How many events rollups count too, by the start of their minute."""
    return Counter(minute_start(event.recorded_at) for event in events if event.counted)


def _next_minute(milliseconds: int) -> int:
    return minute_start(milliseconds) + MINUTE_MS
