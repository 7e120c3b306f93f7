"""A table that exists only in memory, behind the same seam as the real one."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from recorder.model.event import Event
from recorder.model.rollup import MINUTE_MS, RATE_FAMILY, Family, minute_start, tally
from ses_tui.core.account_view import AccountReader, AccountView
from ses_tui.core.errors import SesTuiError
from ses_tui.core.message_story import Outcome, fact_of, outcomes_of
from ses_tui.core.query import Query
from ses_tui.core.rollup_pieces import Piece, RollupAnswer
from ses_tui.core.search import (
    DEFAULT_LIMIT,
    Cost,
    EmptinessFacts,
    Ending,
    NewestEvents,
    SearchBatch,
    SearchFacts,
    SearchPlan,
    plan_search,
)
from ses_tui.core.source import (
    EventHistory,
    EventSearch,
    EventSource,
    FeedBatch,
    LoadedEvents,
    MessageReader,
    Original,
    RollupReader,
    SourceKind,
    SuppressionList,
)
from ses_tui.core.suppression import SuppressedAddress, SuppressionAnswer, forms_to_ask

NOON = 1_795_435_200_000
"""2026-11-23 12:00:00 UTC."""


class FrozenClock:
    """Stands still until it is told to move."""

    def __init__(self, now: int = NOON) -> None:
        self.now = now

    def now_ms(self) -> int:
        return self.now

    def monotonic(self) -> float:
        return self.now / 1000


_NOTHING: Final = FeedBatch(read_at=NOON)


class FakeSource:
    """Gives out what a test has put in; `taken` is set whenever all of it has been read.

    A read that is not asked for, on a machine that is slow, fails as the last one did.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self._last: FeedBatch | Exception = _NOTHING
        self.interval: float | None = None
        self.closed = False
        self.taken = asyncio.Event()
        self.gaps_since: int | None = None
        self._waiting: deque[FeedBatch | Exception] = deque()

    def put(self, *steps: FeedBatch | Exception) -> None:
        self.taken.clear()
        self._waiting.extend(steps)

    async def start(self, history_events: int) -> FeedBatch:
        return self._next()

    async def poll(self) -> FeedBatch:
        return self._next()

    def fill_gaps_since(self, moment: int) -> None:
        self.gaps_since = moment

    async def close(self) -> None:
        self.closed = True

    def _next(self) -> FeedBatch:
        if self._waiting:
            self._last = step = self._waiting.popleft()
        else:
            step = self._last if isinstance(self._last, Exception) else _NOTHING
        if not self._waiting:
            self.taken.set()
        if isinstance(step, Exception):
            raise step
        return step


class FakeMessages:
    """Answers with what a test has stored, once `gate` is open."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.stored: tuple[Event, ...] = ()
        self.originals: tuple[Original, ...] = ()
        self.error: SesTuiError | None = None
        self.asked: list[str] = []

    async def read_message(self, message_id: str) -> tuple[Event, ...]:
        self.asked.append(message_id)
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return self.stored

    async def read_originals(self, message_id: str) -> tuple[Original, ...]:
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return self.originals


class FakeHistory:
    """Answers out of the events that a test has put in, once `gate` is open; notes each question.

    `asked` holds ("before", before, at_least) and ("after", since, until, at_least).
    """

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.events: list[Event] = []
        self.error: SesTuiError | None = None
        self.asked: list[tuple[str | int, ...]] = []

    async def read_before(self, before: int, at_least: int) -> LoadedEvents:
        self.asked.append(("before", before, at_least))
        stored = await self._stored()
        older = [event for event in stored if event.recorded_at < before]
        chosen = older[-at_least:]
        while len(chosen) < len(older) and older[-len(chosen) - 1].recorded_at == (
            chosen[0].recorded_at
        ):
            chosen = older[-len(chosen) - 1 :]
        at_end = len(chosen) == len(older)
        since = 0 if at_end else chosen[0].recorded_at
        return LoadedEvents(tuple(chosen), since, before, at_end)

    async def read_after(self, since: int, until: int, at_least: int) -> LoadedEvents:
        self.asked.append(("after", since, until, at_least))
        stored = await self._stored()
        newer = [event for event in stored if since <= event.recorded_at < until]
        count = min(at_least, len(newer))
        while 0 < count < len(newer) and newer[count].recorded_at == newer[count - 1].recorded_at:
            count += 1
        whole = count == len(newer)
        reached = until if whole else newer[count].recorded_at
        at_end = whole and all(event.recorded_at < until for event in stored)
        return LoadedEvents(tuple(newer[:count]), since, reached, at_end)

    async def _stored(self) -> list[Event]:
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return sorted(self.events, key=lambda event: (event.recorded_at, event.event_id))


class FakeRollups:
    """Counts what a test has recorded, once `gate` is open; until then there are no rollups."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None
        self.pieces: dict[int, Piece] = {}
        self.asked: list[tuple[int, int, tuple[Family, ...], bool]] = []
        self.asked_again = asyncio.Event()
        self.under_way = 0
        self.most_under_way = 0

    def count(self, events: Iterable[Event]) -> None:
        for (minute, family), counters in tally(events).items():
            piece = self.pieces.setdefault(minute, Piece(minute, MINUTE_MS, {}))
            piece.families.setdefault(family, Counter()).update(counters)

    async def read(
        self,
        since: int,
        until: int,
        families: Sequence[Family] = tuple(Family),
        *,
        hourly: Collection[Family] = (),
    ) -> RollupAnswer:
        self.asked_again.set()
        self.asked.append((since, until, tuple(families), bool(hourly)))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await self.gate.wait()
        finally:
            self.under_way -= 1
        if self.error is not None:
            raise self.error
        pieces = (
            Piece(start, MINUTE_MS, {f: n for f, n in piece.families.items() if f in families})
            for start, piece in sorted(self.pieces.items())
            if minute_start(since) <= start <= until
        )
        summarised = minute_start(until) if self.pieces else None
        return RollupAnswer(tuple(piece for piece in pieces if piece.families), summarised)

    async def read_rates(
        self, starts: Sequence[int], until: int, *, by_hour: bool = False
    ) -> RollupAnswer:
        hourly = [RATE_FAMILY] if by_hour else ()
        return await self.read(starts[0], until, [RATE_FAMILY], hourly=hourly)


class FakeSearch:
    """Answers out of the events that a test has put in, once `gate` is open.

    `plans` are the plans that were carried out.
    """

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.events: list[Event] = []
        self.error: SesTuiError | None = None
        self.estimate: Cost | None = Cost(1, 1_000, 0.5)
        self.emptiness = EmptinessFacts()
        self.plans: list[SearchPlan] = []
        self.unfound: list[Event] = []
        self.outcomes_gate = asyncio.Event()
        self.outcomes_gate.set()

    async def plan(
        self, query: Query, *, whole_events: bool = False, pages_only: bool = False
    ) -> SearchPlan:
        if self.error is not None:
            raise self.error
        plan = plan_search(
            query,
            SearchFacts(days=1, counts={}),
            now_ms=NOON,
            whole_events=whole_events,
            pages_only=pages_only,
        )
        return replace(plan, estimate=self.estimate)

    async def run(
        self,
        plan: SearchPlan,
        *,
        limit: int = DEFAULT_LIMIT,
        most_dollars: float = float("inf"),
    ) -> AsyncGenerator[SearchBatch, None]:
        self.plans.append(plan)
        newest = NewestEvents(limit, plan.behind)
        yield SearchBatch()
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        newest.add(filter(plan.query.matches, self.events))
        ending = Ending.LIMIT if newest.more else Ending.EXHAUSTED
        yield SearchBatch(
            newest.events,
            newest.found,
            newest.more,
            plan.since,
            len(self.events),
            cost=Cost(1, 1_000, 0.5),
            ending=ending,
        )

    async def explain_nothing(self, query: Query) -> EmptinessFacts:
        return self.emptiness

    async def read_outcomes(self, events: Sequence[Event]) -> tuple[Mapping[str, Outcome], Cost]:
        await self.outcomes_gate.wait()
        ids = {event.message_id for event in events}
        facts = {
            one: outcomes_of(fact_of(e) for e in self.stored if e.message_id == one) for one in ids
        }
        known = {e.event_id: facts[e.message_id].get(e.recipient) for e in events}
        return {id: outcome for id, outcome in known.items() if outcome}, Cost(len(ids), 500, 0.5)

    @property
    def stored(self) -> list[Event]:
        """All there is of the messages, whatever is found of them."""
        return [*self.events, *self.unfound]


class FakeAccount:
    """AWS's own view, as a test has put it in."""

    def __init__(self) -> None:
        self.view = AccountView(NOON, hindrances=("AWS's own view: not available on a fake",))
        self.asked = 0

    async def read(self) -> AccountView:
        self.asked += 1
        return self.view


class FakeSuppression:
    """A suppression list of what a test has put in, once `gate` is open."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.entries: dict[str, SuppressedAddress] = {}
        self.hindrance = ""
        self.error: SesTuiError | None = None
        self.may_remove = False
        self.asked: list[str] = []
        self.removed: list[str] = []

    async def find(self, address: str) -> SuppressionAnswer:
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        if self.hindrance:
            return SuppressionAnswer(hindrance=self.hindrance)
        forms = forms_to_ask(address)
        self.asked += forms
        found = next((form for form in forms if form in self.entries), None)
        if found is None:
            return SuppressionAnswer(forms)
        return SuppressionAnswer(forms[: forms.index(found) + 1], self.entries[found])

    async def remove(self, address: str) -> None:
        if self.error is not None:
            raise self.error
        self.removed.append(address)
        del self.entries[address]


class FakeConnection:
    """One table."""

    def __init__(self, label: str = "ses-events · fake engine") -> None:
        self.feed = FakeSource(label)
        self.stream = FakeSource(label)
        self.past = FakeHistory()
        self.reader = FakeMessages()
        self.counters = FakeRollups()
        self.finder = FakeSearch()
        self.aws_account = FakeAccount()
        self.suppressed = FakeSuppression()
        self.met_newer_recorder = False

    @property
    def source(self) -> EventSource:
        return self.feed

    def source_of(self, kind: SourceKind) -> EventSource:
        return self.stream if kind is SourceKind.STREAM else self.feed

    @property
    def history(self) -> EventHistory:
        return self.past

    @property
    def messages(self) -> MessageReader:
        return self.reader

    @property
    def rollups(self) -> RollupReader:
        return self.counters

    @property
    def search(self) -> EventSearch:
        return self.finder

    @property
    def account(self) -> AccountReader:
        return self.aws_account

    @property
    def suppression(self) -> SuppressionList:
        return self.suppressed

    async def close(self) -> None:
        await self.feed.close()
        await self.stream.close()


def make_event(number: int, event_type: str = "Delivery", **values: Any) -> Event:
    """An event a second, number 0 at noon less an hour."""
    recorded_at = NOON - 3_600_000 + number * 1000
    base = Event(
        event_id=f"EVENT{number:011d}",
        event_type=event_type,
        message_id=f"message-{number}",
        event_time=recorded_at - 250,
        recorded_at=recorded_at,
        recipient=f"reader{number}@inbox.test",
        recipient_raw=f"reader{number}@inbox.test",
        sender="shop@sender.example",
        subject=f"Order {number}",
        configuration_set="receipts",
        identity="sender.example",
    )
    return base._replace(**values)


def make_bounce(number: int, **values: Any) -> Event:
    given: dict[str, Any] = {
        "bounce_type": "Permanent",
        "bounce_subtype": "General",
        "smtp_status": "5.1.1",
        "diagnostic": f"smtp; 550 5.1.1 nobody of that name here, case {number}",
    }
    return make_event(number, "Bounce", **{**given, **values})


def batch_of(events: Iterable[Event], **values: Any) -> FeedBatch:
    given: dict[str, Any] = {"paged_heartbeat": NOON, "unpaged": None}
    fields: dict[str, Any] = {**given, "read_at": NOON, **values}
    return FeedBatch(events=tuple(events), **fields)
