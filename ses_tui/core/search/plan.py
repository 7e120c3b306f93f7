"""From a query to the cheapest way of reading that finds everything the query asks for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from recorder.model.event import Event
from recorder.model.keys import PROBLEM_LANES
from ses_tui.core.query import Query
from ses_tui.core.search.cost import NOTHING, Cost, items_by_key, queries
from ses_tui.core.search.narrowing import (
    RecipientRange,
    looks_inside_item,
    may_be_engagement,
    wanted_message_ids,
    wanted_problems,
    wanted_recipients,
    wants_nothing_else,
)

_ITEM_BYTES: Final = 700
_ROW_BYTES: Final = 300
_ROWS_A_RECIPIENT: Final = 60
_MESSAGE_BYTES: Final = 2_000
_EVENTS_A_MESSAGE: Final = 2.5
_ROWS_A_QUERY: Final = 500
_PAGES_A_QUERY: Final = 1_000
_ITEMS_A_REQUEST: Final = 100
_BUCKETS: Final = 37
DAY_MS: Final = 86_400_000


class Way(StrEnum):
    """The ways of reading."""

    MESSAGES = "messages"
    """Each message has a partition of its own."""
    RECIPIENTS = "recipients"
    """The index `rcpt`: all but opens and clicks, by domain and local part."""
    PROBLEMS = "problems"
    """The index `prob`: problems by type and day."""
    PAGES = "pages"
    """Feed pages of the whole range."""


@dataclass(frozen=True, slots=True)
class SearchFacts:
    """What is known of a range of time before it is searched."""

    days: int
    """How many UTC days there may be something in."""
    lanes: int = 1
    """Of the feed, a day."""
    counts: Mapping[str, int] | None = None
    """Events of the range by type; `None` where nothing is counted."""
    domains: Mapping[str, int] = field(default_factory=dict)
    """Events of the range by recipient domain, as far as counters name it."""
    page_bytes_an_event: float = 150.0
    events_a_page: float = 20.0
    extrapolated: bool = False
    """Whether only the last hours were counted, and the rest judged by them."""

    @property
    def events(self) -> int | None:
        """Events of the range."""
        return None if self.counts is None else sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """How a query is answered. Whatever is read, the query decides about every single event."""

    query: Query
    since: int
    """Events recorded in [`since`, `until`) (ms) are looked for."""
    until: int
    way: Way
    message_ids: tuple[str, ...] = ()
    recipients: tuple[RecipientRange, ...] = ()
    types: tuple[str, ...] = ()
    with_engagement: bool = False
    """Whether opens and clicks of the messages found are read, too."""
    reads_items: bool = False
    """Whether the query looks at something that the index does not hold."""
    whole_events: bool = False
    """Whether what was found is to have all fields, also those that an index does not hold."""
    estimate: Cost | None = None
    """`None` where nothing tells how much there is."""
    extrapolated: bool = False
    """Whether it is judged by the last hours only."""
    outcomes_in_pages: bool = False
    """Whether the pages read hold most messages whole, up to the present."""
    behind: tuple[int, str] | None = None
    """Only events behind this one are looked for, the newest first: when it was recorded (ms), and
    its id, which tells events of one millisecond apart."""

    def from_behind(self, event: Event) -> "SearchPlan":
        """The same for what is older than `event`, so that a search can go on where one ended."""
        until = min(self.until, event.recorded_at + 1)
        return replace(self, until=until, behind=(event.recorded_at, event.event_id))

    @property
    def reads_outcomes(self) -> bool:
        """Whether all events of each message in question have to be known."""
        return self.query.asks_for_outcome

    @property
    def steps(self) -> tuple[str, ...]:
        """What is done, in words."""
        return tuple(_steps(self))

    @property
    def description(self) -> str:
        """What is done and about what it costs, in words."""
        cost = (
            "how much that is cannot be told, since nothing was counted"
            if self.estimate is None
            else self.estimate.text
        )
        about = "" if self.estimate is None else "about "
        if self.estimate is not None and self.extrapolated:
            cost += ", judged by the last hours, since those before are not summarised"
        return f"{'; '.join(self.steps)}: {about}{cost}"


def needs_facts(query: Query, *, pages_only: bool = False) -> bool:
    """Whether facts make a difference: not where a few rows answer, whatever the range."""
    if pages_only:
        return True
    recipients = wanted_recipients(query)
    few = recipients is not None and all(one.exact for one in recipients)
    return wanted_message_ids(query) is None and not few


def plan_search(
    query: Query,
    facts: SearchFacts,
    *,
    now_ms: int,
    whole_events: bool = False,
    pages_only: bool = False,
) -> SearchPlan:
    """The cheapest plan. With `pages_only`, feed pages and nothing else are read.

    Without a bound the range reaches back to the first event, and up to the last.
    """
    since = query.since or 0
    until = now_ms + DAY_MS if query.until is None else query.until
    if pages_only:
        return replace(_pages(query, since, until, facts), extrapolated=facts.extrapolated)
    ids = wanted_message_ids(query)
    if ids is not None:
        cost = queries(len(ids), len(ids) * _MESSAGE_BYTES)
        return SearchPlan(query, since, until, Way.MESSAGES, message_ids=ids, estimate=cost)
    plans = [
        plan
        for plan in (
            _recipients(query, since, until, facts, whole_events),
            _problems(query, since, until, facts, whole_events),
            _pages(query, since, until, facts),
        )
        if plan is not None
    ]
    cheapest = min(plans, key=lambda plan: _dollars(plan.estimate))
    return replace(cheapest, extrapolated=facts.extrapolated)


def _recipients(
    query: Query, since: int, until: int, facts: SearchFacts, whole: bool
) -> SearchPlan | None:
    ranges = wanted_recipients(query)
    if ranges is None:
        return None
    rows = sum(_rows_of(one, facts) for one in ranges)
    engaged = may_be_engagement(query)
    messages = round(rows / _EVENTS_A_MESSAGE)
    cost = queries(max(len(ranges), rows // _ROWS_A_QUERY), rows * _ROW_BYTES)
    if engaged:
        cost += queries(messages, messages * _ROW_BYTES)
    plan = SearchPlan(
        query,
        since,
        until,
        Way.RECIPIENTS,
        recipients=ranges,
        with_engagement=engaged,
        reads_items=any(map(looks_inside_item, query.conditions)),
        whole_events=whole,
        estimate=cost,
    )
    return _with_more_reads(plan, rows)


def _problems(
    query: Query, since: int, until: int, facts: SearchFacts, whole: bool
) -> SearchPlan | None:
    types = wanted_problems(query)
    if types is None:
        return None
    counts = facts.counts or {}
    rows = sum(counts.get(one, 0) for one in types)
    requests = max(facts.days, 1) * PROBLEM_LANES * len(types)
    plan = SearchPlan(
        query,
        since,
        until,
        Way.PROBLEMS,
        types=types,
        reads_items=any(map(looks_inside_item, query.conditions)),
        whole_events=whole,
        estimate=queries(requests + rows // _ROWS_A_QUERY, rows * _ROW_BYTES),
    )
    return _with_more_reads(plan, rows)


def _pages(query: Query, since: int, until: int, facts: SearchFacts) -> SearchPlan:
    in_pages = query.asks_for_outcome and query.until is None
    plan = SearchPlan(query, since, until, Way.PAGES, outcomes_in_pages=in_pages)
    if facts.events is None:
        return plan
    pages = round(facts.events / facts.events_a_page)
    requests = 1 + max(facts.days, 1) * facts.lanes + pages // _PAGES_A_QUERY
    cost = queries(requests, round(facts.events * facts.page_bytes_an_event))
    return _with_more_reads(_replaced(plan, cost), facts.events)


def _with_more_reads(plan: SearchPlan, rows: int) -> SearchPlan:
    """With what reading whole items and other events of the messages costs at most."""
    cost = plan.estimate or NOTHING
    if plan.reads_items:
        cost += items_by_key(rows, _ITEM_BYTES, _ITEMS_A_REQUEST)
    elif plan.whole_events:
        cost += items_by_key(min(rows, 500), _ITEM_BYTES, _ITEMS_A_REQUEST)
    if plan.reads_outcomes and not plan.outcomes_in_pages:
        messages = round(rows / _EVENTS_A_MESSAGE)
        cost += queries(messages, messages * _MESSAGE_BYTES)
    return _replaced(plan, cost)


def _rows_of(one: RecipientRange, facts: SearchFacts) -> int:
    if one.exact:
        return _ROWS_A_RECIPIENT
    # A domain that counters do not name is behind those that they do.
    known = facts.domains.get(one.domain)
    of_domain = (facts.events or 0) // 100 if known is None else known
    return -(-of_domain // _BUCKETS)


def _replaced(plan: SearchPlan, cost: Cost) -> SearchPlan:
    return replace(plan, estimate=cost)


def _dollars(cost: Cost | None) -> float:
    return float("inf") if cost is None else cost.dollars


def _steps(plan: SearchPlan) -> Iterator[str]:
    if plan.way is Way.MESSAGES:
        yield "read the message"
    elif plan.way is Way.RECIPIENTS:
        yield _recipient_step(plan)
    elif plan.way is Way.PROBLEMS:
        yield f"read every {' and '.join(plan.types)} of the range in the index of problems"
    else:
        yield "read all feed pages of the range"
    if plan.reads_items:
        yield "read each whole, since the index lacks what the query looks at"
    if plan.with_engagement:
        yield "read the opens and clicks of those messages"
    if plan.outcomes_in_pages:
        yield "read messages that may pass and were sent before the range"
    elif plan.reads_outcomes:
        yield "read all events of each message that may pass"


def _recipient_step(plan: SearchPlan) -> str:
    if wants_nothing_else(plan.query):
        return "find the messages in the index of recipients"
    exact = sum(one.exact for one in plan.recipients)
    starts = {(one.domain, one.local) for one in plan.recipients if not one.exact}
    parts = [f"{exact} recipient{'' if exact == 1 else 's'}"] if exact else []
    parts += [f"{local}*@{domain}" for domain, local in sorted(starts)]
    return f"read {' and '.join(parts)} in the index of recipients"
