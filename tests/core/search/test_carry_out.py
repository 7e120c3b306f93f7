"""How a search goes on behind what it found, and where from after it broke off."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace

from recorder.model.event import Event
from ses_tui.core.errors import TableError
from ses_tui.core.message_story import Outcome
from ses_tui.core.query import Query
from ses_tui.core.search import (
    Cost,
    EmptinessFacts,
    Ending,
    NewestEvents,
    SearchBatch,
    SearchFacts,
    SearchPlan,
    plan_search,
)
from ses_tui.core.search.carry_out import Phase, SearchState, carry_out, read_on
from ses_tui.core.zone import UTC_ZONE
from tests.events import NOON, make_event

COST = Cost(1, 100, 0.5)


class Listing:
    """Finds all of its events; the next run ends with `trouble`, if there is any."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self.trouble: Ending | TableError | None = None
        self.most_dollars: list[float] = []
        self.asked: list[Event] = []

    async def plan(
        self, query: Query, *, whole_events: bool = False, pages_only: bool = False
    ) -> SearchPlan:
        return plan_search(query, SearchFacts(days=1, counts={}), now_ms=NOON)

    async def run(
        self, plan: SearchPlan, *, limit: int = 0, most_dollars: float = 0.0
    ) -> AsyncGenerator[SearchBatch, None]:
        self.most_dollars.append(most_dollars)
        trouble, self.trouble = self.trouble, None
        newest = NewestEvents(limit, plan.behind)
        newest.add(event for event in self.events if event.recorded_at < plan.until)
        batch = SearchBatch(
            newest.events,
            newest.found,
            newest.more,
            examined=3,
            cost=COST,
            outcomes={event.event_id: Outcome.SENT for event in newest.events[:1]},
        )
        if isinstance(trouble, TableError):
            raise trouble
        if trouble is not None:
            yield replace(batch, events=batch.events[1:], ending=trouble)
        else:
            yield replace(batch, ending=Ending.LIMIT if newest.more else Ending.EXHAUSTED)

    async def explain_nothing(self, query: Query) -> EmptinessFacts:
        raise AssertionError("something was found")

    async def read_outcomes(self, events: Sequence[Event]) -> tuple[Mapping[str, Outcome], Cost]:
        self.asked += events
        return {event.event_id: Outcome.DELIVERED for event in events}, COST


async def last(states: AsyncGenerator[SearchState, None]) -> SearchState:
    *before, state = [state async for state in states]
    assert all(each.running for each in before)
    return state


async def test_it_goes_on_behind_what_was_found_and_from_there_again_where_it_breaks_off() -> None:
    """Three of a millisecond: the first few are told apart by their ids."""
    events = [make_event(at=NOON - n // 3) for n in range(10)]
    newest_first = sorted(events, key=lambda e: (e.recorded_at, e.event_id), reverse=True)
    searcher = Listing(events)
    query = Query.parse("orders", now_ms=NOON)
    first = await last(carry_out(searcher, query, UTC_ZONE, NOON, limit=4))
    assert first.batch.events == tuple(newest_first[:4])
    assert first.goes_on_from is first
    for trouble, phase in ((TableError("gone"), Phase.FAILED), (Ending.BUDGET, Phase.DONE)):
        searcher.trouble = trouble
        broken = await last(read_on(searcher, first, NOON, limit=4))
        assert broken.phase is phase
        assert broken.goes_on_from is first
        assert broken.may_go_on == (trouble is Ending.BUDGET)
        assert broken.batch.events[:4] == first.batch.events
    second = await last(read_on(searcher, first, NOON, limit=4, agreed=True))
    assert searcher.most_dollars[-1] > searcher.most_dollars[-2]
    assert second.batch.events == tuple(newest_first[:8])
    assert second.batch.count_text == "8 of more than 8"
    assert second.goes_on_from is second
    third = await last(read_on(searcher, second, NOON, limit=4))
    assert third.batch.events == tuple(newest_first)
    assert third.batch.count_text == "10"
    assert (third.batch.examined, third.goes_on_from) == (9, None)
    assert third.outcomes.keys() == {event.event_id for event in events}
    told = {event_id for event_id, outcome in third.outcomes.items() if outcome is Outcome.SENT}
    assert told == {newest_first[place].event_id for place in (0, 4, 8)}
    assert not told & {event.event_id for event in searcher.asked}, "it is known already"
    assert third.cost == sum([COST] * 5, COST)
