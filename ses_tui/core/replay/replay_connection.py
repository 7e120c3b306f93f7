"""A recording behind the seam of a table: all of it up to the moment that is played."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Hashable, Mapping, Sequence

from recorder.model.event import Event
from recorder.model.rollup import MINUTE_MS, RATE_FAMILY, Family, minute_start
from ses_tui.core.account_view import AccountView
from ses_tui.core.errors import UsageError
from ses_tui.core.message_story import Outcome, fact_of, outcome_alone, outcomes_of
from ses_tui.core.query import Query
from ses_tui.core.replay.recording import EVENTS_AT_ONCE, Recording
from ses_tui.core.replay.replay_clock import ReplayClock
from ses_tui.core.rollup_pieces import Piece, RollupAnswer
from ses_tui.core.search import (
    DEFAULT_LIMIT,
    Cost,
    EmptinessFacts,
    Ending,
    NewestEvents,
    SearchBatch,
    SearchPlan,
    Way,
)
from ses_tui.core.slices import REST_SECONDS
from ses_tui.core.source import FeedBatch, LoadedEvents, Original, SourceKind
from ses_tui.core.suppression import SuppressionAnswer

_MOST_EVENTS_A_READ = 20_000


class Replay:
    """What the parts of a replay share: a recording, and how far it was played."""

    def __init__(self, recording: Recording, clock: ReplayClock) -> None:
        self.recording = recording
        self.clock = clock

    @property
    def played(self) -> int:
        """How many events were recorded up to the moment that is played."""
        return self.recording.position_of(self.clock.now_ms() + 1)

    async def read(self, start: int, stop: int) -> list[Event]:
        """The events at positions [start, stop), so that keys are answered meanwhile."""
        events: list[Event] = []
        for position in range(start, stop, EVENTS_AT_ONCE):
            events += self.recording.events(position, min(stop, position + EVENTS_AT_ONCE))
            if len(events) < stop - start:
                await asyncio.sleep(REST_SECONDS)
        return events


class ReplaySource:
    """Gives out events when their time comes. There is nothing that could fail."""

    interval: float | None = None

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._given = 0

    @property
    def label(self) -> str:
        """The name of the file."""
        return self._replay.recording.name

    async def start(self, history_events: int) -> FeedBatch:
        """The newest events up to the moment that is played."""
        now, played = self._replay.clock.now_ms(), self._replay.played
        events = await self._replay.read(max(0, played - history_events), played)
        self._given = played
        return _batch(events, now)

    async def poll(self) -> FeedBatch:
        """What was recorded since the last read."""
        now = self._replay.clock.now_ms()
        stop = min(self._replay.played, self._given + _MOST_EVENTS_A_READ)
        events = await self._replay.read(self._given, stop)
        self._given = stop
        return _batch(events, now)

    def fill_gaps_since(self, moment: int) -> None:
        """There are no gaps."""

    async def close(self) -> None:
        """Nothing is open here."""


class ReplayHistory:
    """The part of the recording that was played, or that lies before where it began."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    async def read_before(self, before: int, at_least: int) -> LoadedEvents:
        """The newest events recorded before `before` (ms)."""
        recording = self._replay.recording
        stop = min(self._replay.played, recording.position_of(before))
        start = max(0, stop - at_least)
        if start:
            # All of one millisecond, or what is left of it would never be read.
            start = recording.position_of(recording.time_at(start))
        since = recording.time_at(start) if start else 0
        return LoadedEvents(tuple(await self._replay.read(start, stop)), since, before, start == 0)

    async def read_after(self, since: int, until: int, at_least: int) -> LoadedEvents:
        """The oldest events recorded in [`since`, `until`) (ms)."""
        recording, played = self._replay.recording, self._replay.played
        start = min(played, recording.position_of(since))
        end = max(start, min(played, recording.position_of(until)))
        stop = min(end, start + at_least)
        if stop < end:
            stop = min(end, recording.position_of(recording.time_at(stop - 1) + 1))
        reached = until if stop == end else recording.time_at(stop)
        events = await self._replay.read(start, stop)
        return LoadedEvents(tuple(events), since, reached, stop == played)


class ReplayMessages:
    """Single messages, as far as they were played."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    async def read_message(self, message_id: str) -> tuple[Event, ...]:
        """Every event of the message, by event time."""
        events = self._replay.recording.of_message(message_id, self._replay.played)
        return tuple(
            sorted(events, key=lambda e: e.recorded_at if e.event_time is None else e.event_time)
        )

    async def read_originals(self, message_id: str) -> tuple[Original, ...]:
        """None: a recording holds events as they are shown, not as SES sent them."""
        return ()


class ReplayRollups:
    """Counted from the events of the recording, as the recorder counts them."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    async def read(
        self,
        since: int,
        until: int,
        families: Sequence[Family] = tuple(Family),
        *,
        hourly: Collection[Family] = (),
    ) -> RollupAnswer:
        """Counters from the minute of `since` up to that of `until` (ms), as far as played."""
        now = self._replay.clock.now_ms()
        counted = self._replay.recording.counters(since, min(until + MINUTE_MS, now + 1))
        pieces = tuple(
            Piece(minute, MINUTE_MS, {f: n for f, n in by_family.items() if f in families})
            for minute, by_family in sorted(counted.items())
        )
        return RollupAnswer(pieces, minute_start(now))

    async def read_rates(
        self, starts: Sequence[int], until: int, *, by_hour: bool = False
    ) -> RollupAnswer:
        """What rates need."""
        return await self.read(starts[0], until, [RATE_FAMILY])


class ReplaySearch:
    """A plain filter over everything that was played."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    async def plan(
        self, query: Query, *, whole_events: bool = False, pages_only: bool = False
    ) -> SearchPlan:
        """Always the same: all events of the range are looked at, which costs nothing."""
        since, until = query.since or 0, query.until or self._replay.clock.now_ms() + 1
        return SearchPlan(query, since, until, Way.PAGES, estimate=Cost())

    async def run(
        self,
        plan: SearchPlan,
        *,
        limit: int = DEFAULT_LIMIT,
        most_dollars: float = float("inf"),
    ) -> AsyncGenerator[SearchBatch, None]:
        """Newest first; a batch after some thousand events."""
        recording, played = self._replay.recording, self._replay.played
        newest, examined, query = NewestEvents(limit, plan.behind), 0, plan.query
        outcomes = _Outcomes(recording, played)
        stop = min(played, recording.position_of(plan.until))
        reached: int | None = None
        for events in recording.pieces_backwards(stop):
            in_range = [event for event in events if event.recorded_at >= plan.since]
            examined += len(in_range)
            newest.add(e for e in in_range if query.matches(e, outcomes.outcome_of))
            reached = events[-1].recorded_at
            if len(in_range) < len(events) or newest.more:
                break
            yield SearchBatch(newest.events, newest.found, newest.more, reached, examined)
            await asyncio.sleep(REST_SECONDS)
        ending = Ending.LIMIT if newest.more else Ending.EXHAUSTED
        yield SearchBatch(
            newest.events,
            newest.found,
            newest.more,
            reached or plan.since,
            examined,
            ending=ending,
        )

    async def explain_nothing(self, query: Query) -> EmptinessFacts:
        """The recording is all there is."""
        return EmptinessFacts()

    async def read_outcomes(self, events: Sequence[Event]) -> tuple[Mapping[str, Outcome], Cost]:
        """What became of the whole message for each event's recipient, as far as played."""
        outcomes = _Outcomes(self._replay.recording, self._replay.played)
        known = (event for event in events if event.message_id is not None)
        return {event.event_id: outcomes.outcome_of(event) for event in known}, Cost()


class ReplayAccount:
    """A recording holds events, and nothing of the account."""

    def __init__(self, clock: ReplayClock) -> None:
        self._clock = clock

    async def read(self) -> AccountView:
        """Only that there is nothing to ask."""
        return AccountView(
            self._clock.now_ms(), hindrances=("AWS's own view: not part of a recording",)
        )


class ReplaySuppression:
    """There is none: a recording is of events, and of no account."""

    may_remove = False

    async def find(self, address: str) -> SuppressionAnswer:
        """That nobody can be asked."""
        return SuppressionAnswer(hindrance="not available in a replay")

    async def remove(self, address: str) -> None:
        """Never. Raises `UsageError`."""
        raise UsageError("a recording has no suppression list")


class ReplayConnection:
    """One recording, played by one clock."""

    def __init__(self, recording: Recording, clock: ReplayClock) -> None:
        replay = Replay(recording, clock)
        self._recording = recording
        self._source = ReplaySource(replay)
        self._history = ReplayHistory(replay)
        self._messages = ReplayMessages(replay)
        self._rollups = ReplayRollups(replay)
        self._search = ReplaySearch(replay)
        self._account = ReplayAccount(clock)

    @property
    def source(self) -> ReplaySource:
        """Events as their time comes."""
        return self._source

    def source_of(self, kind: SourceKind) -> ReplaySource:
        """There is one way only."""
        return self._source

    @property
    def history(self) -> ReplayHistory:
        """What was played before."""
        return self._history

    @property
    def messages(self) -> ReplayMessages:
        """Single messages."""
        return self._messages

    @property
    def rollups(self) -> ReplayRollups:
        """Counters."""
        return self._rollups

    @property
    def search(self) -> ReplaySearch:
        """Events by a query."""
        return self._search

    @property
    def account(self) -> ReplayAccount:
        """Nothing."""
        return self._account

    @property
    def met_newer_recorder(self) -> bool:
        """A recording has no versions."""
        return False

    @property
    def suppression(self) -> ReplaySuppression:
        """No suppression list."""
        return ReplaySuppression()

    async def close(self) -> None:
        """Let go of the file."""
        self._recording.close()


class _Outcomes:
    """What became of messages by the moment that is played; the last one asked for is known."""

    def __init__(self, recording: Recording, played: int) -> None:
        self._recording = recording
        self._played = played
        self._known: dict[str, dict[Hashable, Outcome]] = {}

    def outcome_of(self, event: Event) -> Outcome:
        """What became of the event's message for its recipient."""
        message_id = event.message_id
        if message_id is None:
            return outcome_alone(event)
        if message_id not in self._known:
            facts = map(fact_of, self._recording.of_message(message_id, self._played))
            self._known = {message_id: dict(outcomes_of(facts))}
        return self._known[message_id].get(event.recipient) or outcome_alone(event)


def _batch(events: Sequence[Event], now: int) -> FeedBatch:
    return FeedBatch(tuple(events), paged_heartbeat=now, read_at=now)
