"""Searches of one table, planned first and carried out step by step."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from recorder.model.clock import Clock
from recorder.model.event import ENGAGEMENT_TYPES, Event
from recorder.model.item import Item, from_item
from recorder.model.keys import event_sort_key, message_key, shows_message_id
from ses_tui.aws.search.candidates import Candidates
from ses_tui.aws.search.facts import read_emptiness, read_facts
from ses_tui.aws.search.found import Found
from ses_tui.aws.search.message_way import read_messages
from ses_tui.aws.search.metered_table import BudgetSpentError, MeteredTable
from ses_tui.aws.search.outcomes import Outcomes
from ses_tui.aws.search.page_way import PageWay
from ses_tui.aws.search.problem_way import ProblemWay
from ses_tui.aws.search.recipient_way import RecipientWay
from ses_tui.aws.table_client import SearchedTable
from ses_tui.core.message_story import Outcome
from ses_tui.core.query import Query
from ses_tui.core.search.cost import Cost
from ses_tui.core.search.emptiness import EmptinessFacts
from ses_tui.core.search.plan import SearchFacts, SearchPlan, Way, needs_facts, plan_search
from ses_tui.core.search.progress import (
    DEFAULT_LIMIT,
    MAXIMUM_LIMIT,
    Ending,
    NewestEvents,
    SearchBatch,
)

_INDEX_WAYS: Final = (Way.RECIPIENTS, Way.PROBLEMS)


class TableSearch:
    """An `EventSearch` of one table."""

    def __init__(self, table: SearchedTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    async def plan(
        self, query: Query, *, whole_events: bool = False, pages_only: bool = False
    ) -> SearchPlan:
        """The cheapest plan. Reads a few figures, unless the query names messages or recipients."""
        facts = SearchFacts(days=1)
        if needs_facts(query, pages_only=pages_only):
            facts = await read_facts(MeteredTable(self._table), self._clock, query)
        return plan_search(
            query,
            facts,
            now_ms=self._clock.now_ms(),
            whole_events=whole_events,
            pages_only=pages_only,
        )

    async def run(
        self,
        plan: SearchPlan,
        *,
        limit: int = DEFAULT_LIMIT,
        most_dollars: float = float("inf"),
    ) -> AsyncGenerator[SearchBatch, None]:
        """Carries a plan out; each batch holds everything found so far, the last says it is done.

        Closed early, it ends the reads that are under way.
        """
        table = MeteredTable(self._table, most_dollars)
        newest = NewestEvents(max(1, min(limit, MAXIMUM_LIMIT)), plan.behind)
        candidates = Candidates(plan, table, self._clock.now_ms())
        tally = _Tally(newest, table)
        ending = Ending.EXHAUSTED
        async with aclosing(self._steps(plan, table, candidates, newest)) as steps:
            try:
                async for found in steps:
                    tally.add(found)
                    yield tally.batch()
            except BudgetSpentError:
                ending = Ending.BUDGET
        if ending is Ending.EXHAUSTED and newest.more:
            ending = Ending.LIMIT
        events = newest.events
        if plan.whole_events and plan.way in _INDEX_WAYS and not plan.reads_items:
            events = await self._whole(events, plan, table)
        yield replace(tally.batch(events, ending), outcomes=candidates.outcomes_of(events))

    async def explain_nothing(self, query: Query) -> EmptinessFacts:
        """What may have kept a search from finding anything."""
        return await read_emptiness(MeteredTable(self._table), self._clock, query)

    async def read_outcomes(self, events: Sequence[Event]) -> tuple[Mapping[str, Outcome], Cost]:
        """What became of the whole message for each event's recipient: a Query for each message."""
        table = MeteredTable(self._table)
        outcomes = Outcomes(table, self._clock.now_ms())
        known = [event for event in events if event.message_id is not None]
        await outcomes.read(known)
        return {event.event_id: outcomes.outcome_of(event) for event in known}, table.cost

    def _steps(
        self,
        plan: SearchPlan,
        table: MeteredTable,
        candidates: Candidates,
        newest: NewestEvents,
    ) -> AsyncGenerator[Found, None]:
        now = self._clock.now_ms()
        if plan.since >= plan.until:
            return _nothing()
        if plan.way is Way.MESSAGES:
            return read_messages(table, candidates, plan.message_ids)
        if plan.way is Way.RECIPIENTS:
            return RecipientWay(table, candidates, plan, newest).read()
        if plan.way is Way.PROBLEMS:
            return ProblemWay(table, candidates, plan, newest, now).read()
        return PageWay(table, candidates, plan, newest, now).read()

    async def _whole(
        self, events: Sequence[Event], plan: SearchPlan, table: MeteredTable
    ) -> tuple[Event, ...]:
        """The same events with the fields that no index holds; those gone by now are left out."""
        rows = {event.event_id: key for event in events if (key := _key_of(event)) is not None}
        table.lift_limit()
        candidates = Candidates(plan, table, self._clock.now_ms())
        items = await candidates.read_whole(list(rows.values()))
        whole = {event.event_id: event for event in map(from_item, items)}
        return tuple(
            whole.get(event.event_id, event)
            for event in events
            if event.event_id in whole or event.event_id not in rows
        )


class _Tally:
    """What has come so far, as batches tell it."""

    def __init__(self, newest: NewestEvents, table: MeteredTable) -> None:
        self._newest = newest
        self._table = table
        self._examined = 0
        self._unreadable = 0
        self._reached: int | None = None

    def add(self, found: Found) -> None:
        self._newest.add(found.events)
        self._examined += found.examined
        self._unreadable += found.events_unreadable
        if found.reached_back_to is not None:
            self._reached = found.reached_back_to

    def batch(
        self, events: tuple[Event, ...] | None = None, ending: Ending | None = None
    ) -> SearchBatch:
        return SearchBatch(
            self._newest.events if events is None else events,
            self._newest.found,
            self._newest.more,
            self._reached,
            self._examined,
            self._unreadable,
            self._table.cost,
            ending,
        )


async def _nothing() -> AsyncGenerator[Found, None]:
    yield Found()


def _key_of(event: Event) -> Item | None:
    """The key of an event's item; `None` for events that were read whole."""
    message_id = event.message_id
    if message_id is None or not shows_message_id(message_id):
        return None
    if event.event_type in ENGAGEMENT_TYPES:
        return None
    sort_key = event_sort_key(event.event_type, event.event_time, event.event_id)
    return {"pk": {"S": message_key(message_id)}, "sk": {"S": sort_key}}
