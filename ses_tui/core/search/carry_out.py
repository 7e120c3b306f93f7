"""A search from its plan to its end, as one immutable state after another."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Protocol

from recorder.model.event import Event
from ses_tui.core.errors import SesTuiError
from ses_tui.core.message_story import Outcome
from ses_tui.core.query import Query
from ses_tui.core.search.budget import Budget, Verdict
from ses_tui.core.search.cost import NOTHING, Cost
from ses_tui.core.search.emptiness import EmptinessFacts, why_nothing
from ses_tui.core.search.plan import SearchPlan
from ses_tui.core.search.progress import DEFAULT_LIMIT, MAXIMUM_LIMIT, Ending, SearchBatch
from ses_tui.core.zone import Zone

_OUTCOMES_AT_ONCE: Final = 50
"""Events whose messages are read between two states."""


class Phase(StrEnum):
    """Where a search is."""

    IDLE = "idle"
    """None was begun."""
    PLANNING = "planning"
    ASKING = "asking"
    """It costs so much that somebody has to agree."""
    READING = "reading"
    TELLING = "telling"
    """All is found; what became of the messages is being read."""
    DONE = "done"
    STOPPED = "stopped"
    """By the reader; what was found is kept."""
    REFUSED = "refused"
    FAILED = "failed"
    """What was found before is kept."""


RUNNING: Final = frozenset({Phase.PLANNING, Phase.READING, Phase.TELLING})


@dataclass(frozen=True, slots=True)
class SearchState:
    """All there is to know of one search at one moment."""

    query: Query = field(default_factory=Query)
    phase: Phase = Phase.IDLE
    began_at: int = 0
    """When it began (ms)."""
    plan: SearchPlan | None = None
    batch: SearchBatch = field(default_factory=SearchBatch)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """What became of whole messages, by event id, for as many of the events as known."""
    outcomes_cost: Cost = NOTHING
    words: str = ""
    """Why it asks, was refused, failed or found nothing; not sanitised."""
    earlier: "SearchState | None" = None
    """What it goes on from, where it reads what is older than that found."""

    @property
    def running(self) -> bool:
        """Whether something is being read."""
        return self.phase in RUNNING

    @property
    def may_go_on(self) -> bool:
        """Whether it would read more if somebody agreed to the cost."""
        over = self.phase is Phase.DONE and self.batch.ending is Ending.BUDGET
        return over or self.phase is Phase.ASKING

    @property
    def goes_on_from(self) -> "SearchState | None":
        """What `read_on` may go on from: what found its fill, once more where that broke off."""
        if self.phase is Phase.DONE and self.batch.ending is Ending.LIMIT:
            return self if len(self.batch.events) < MAXIMUM_LIMIT else None
        broke_off = self.phase in (Phase.STOPPED, Phase.FAILED) or self.may_go_on
        return self.earlier if broke_off else None

    @property
    def cost(self) -> Cost:
        """So far."""
        return self.batch.cost + self.outcomes_cost

    def stopped(self) -> "SearchState":
        """The state once the reader has had enough of it."""
        if self.phase is Phase.TELLING:
            return replace(self, phase=Phase.DONE)
        return replace(self, phase=Phase.STOPPED, words="") if self.running else self

    def failed(self, reason: str) -> "SearchState":
        """The state after an error."""
        return replace(self, phase=Phase.FAILED, words=reason)


class Searcher(Protocol):
    """What is needed of an `EventSearch`."""

    async def plan(
        self, query: Query, *, whole_events: bool = False, pages_only: bool = False
    ) -> SearchPlan:
        """See `EventSearch`."""
        ...

    def run(
        self, plan: SearchPlan, *, limit: int = ..., most_dollars: float = ...
    ) -> AsyncGenerator[SearchBatch, None]:
        """See `EventSearch`."""
        ...

    async def explain_nothing(self, query: Query) -> EmptinessFacts:
        """See `EventSearch`."""
        ...

    async def read_outcomes(self, events: Sequence[Event]) -> tuple[Mapping[str, Outcome], Cost]:
        """See `EventSearch`."""
        ...


async def carry_out(
    searcher: Searcher,
    query: Query,
    zone: Zone,
    began_at: int,
    *,
    agreed: bool = False,
    budget: Budget | None = None,
    limit: int = DEFAULT_LIMIT,
) -> AsyncGenerator[SearchState, None]:
    """Plan a query, read, and tell what became of the messages; the last state is not running.

    It ends early where the cost needs somebody who `agreed`. An error is a state as well.
    """
    budget = budget or Budget()
    state = SearchState(query, Phase.PLANNING, began_at)
    yield state
    try:
        plan = await searcher.plan(query, whole_events=True)
        verdict = budget.verdict(plan)
        if verdict is Verdict.REFUSE:
            yield replace(state, plan=plan, phase=Phase.REFUSED, words=budget.refusal(plan))
            return
        if verdict is Verdict.ASK and not agreed:
            words = f"this will {plan.description}"
            yield replace(state, plan=plan, phase=Phase.ASKING, words=words)
            return
        state = replace(state, plan=plan, phase=Phase.READING)
        yield state
        most_dollars = budget.most_dollars(agreed=agreed)
        async with aclosing(_read(searcher, state, plan, limit, most_dollars)) as states:
            async for state in states:
                yield state
        if state.batch.exhausted and not state.batch.events:
            facts = await searcher.explain_nothing(query)
            state = replace(state, words="; ".join(why_nothing(query, facts, zone)))
    except SesTuiError as error:
        yield state.failed(str(error))
        return
    yield replace(state, phase=Phase.DONE)


async def read_on(
    searcher: Searcher,
    earlier: SearchState,
    began_at: int,
    *,
    agreed: bool = False,
    budget: Budget | None = None,
    limit: int = DEFAULT_LIMIT,
) -> AsyncGenerator[SearchState, None]:
    """Read as many again behind what a search has found, `earlier` being its `goes_on_from`.

    The states hold both, and end as those of `carry_out` do. What it may cost is counted anew.
    """
    state = reading_on(earlier, began_at)
    yield state
    if earlier.plan is None:
        return
    plan = earlier.plan.from_behind(earlier.batch.events[-1])
    most_dollars = (budget or Budget()).most_dollars(agreed=agreed)
    try:
        async with aclosing(_read(searcher, state, plan, limit, most_dollars)) as states:
            async for state in states:
                yield state
    except SesTuiError as error:
        yield state.failed(str(error))
        return
    yield replace(state, phase=Phase.DONE)


def reading_on(earlier: SearchState, began_at: int) -> SearchState:
    """The first state of `read_on`."""
    batch = replace(earlier.batch, ending=None, more=False)
    return replace(
        earlier, phase=Phase.READING, began_at=began_at, batch=batch, words="", earlier=earlier
    )


async def _read(
    searcher: Searcher, state: SearchState, plan: SearchPlan, limit: int, most_dollars: float
) -> AsyncGenerator[SearchState, None]:
    """Read, behind what the state holds, and tell what became of the messages."""
    before = state.batch
    async with aclosing(searcher.run(plan, limit=limit, most_dollars=most_dollars)) as batches:
        async for batch in batches:
            state = replace(state, batch=before.followed_by(batch))
            yield state
    state = replace(state, outcomes={**state.outcomes, **state.batch.outcomes})
    found = state.batch.events[len(before.events) :]
    events = [event for event in found if event.event_id not in state.outcomes]
    if found:
        state = replace(state, phase=Phase.TELLING)
        yield state
    for start in range(0, len(events), _OUTCOMES_AT_ONCE):
        more, cost = await searcher.read_outcomes(events[start : start + _OUTCOMES_AT_ONCE])
        state = replace(
            state,
            outcomes={**state.outcomes, **more},
            outcomes_cost=state.outcomes_cost + cost,
        )
        yield state
