"""Which way a query takes, and what it costs."""

import pytest

from ses_tui.core.query import Query
from ses_tui.core.search import Budget, SearchFacts, SearchPlan, Verdict, Way, plan_search
from ses_tui.core.search.plan import needs_facts
from tests.events import NOON

BUSY = SearchFacts(
    days=7,
    lanes=2,
    counts={"Send": 3_000_000, "Delivery": 2_900_000, "Bounce": 60_000, "Open": 900_000},
    domains={"shop.example": 300, "gmail.com": 3_000_000},
    page_bytes_an_event=100.0,
    events_a_page=200.0,
)
QUIET = SearchFacts(days=1, counts={"Send": 40, "Delivery": 40, "Bounce": 2})


def plan_of(text: str, facts: SearchFacts = BUSY, *, pages_only: bool = False) -> SearchPlan:
    query = Query.parse(text, now_ms=NOON)
    return plan_search(query, facts, now_ms=NOON, pages_only=pages_only)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("id:abc", Way.MESSAGES),
        ("id:abc to:ann@shop.example type:bounce", Way.MESSAGES),
        ("id:abc*", Way.PAGES),
        ("-id:abc", Way.PAGES),
        ("to:ann@shop.example", Way.RECIPIENTS),
        ("to:ann@shop.example to:bob@shop.example type:bounce", Way.RECIPIENTS),
        ("to:ann@shop.example to:bob*", Way.PAGES),
        ("-to:ann@shop.example", Way.PAGES),
        ("to:ann*@shop.example", Way.RECIPIENTS),
        ("to:*@shop.example -type:open -type:click", Way.RECIPIENTS),
        ("domain:shop.example", Way.RECIPIENTS),
        ("domain:gmail.com", Way.PAGES),
        ("domain:gmail.com type:bounce", Way.PROBLEMS),
        ("domain:*.example", Way.PAGES),
        ("domain:shop.example to:*lopez*", Way.RECIPIENTS),
        ("type:bounce", Way.PROBLEMS),
        ("type:bounce type:complaint status:5.*", Way.PROBLEMS),
        ("type:bounce type:delivery", Way.PAGES),
        ("type:bounc*", Way.PAGES),
        ("-type:send", Way.PAGES),
        ("ann", Way.PAGES),
        ("outcome:bounced", Way.PAGES),
        ("", Way.PAGES),
    ],
)
def test_the_cheapest_way(text: str, way: Way) -> None:
    assert plan_of(text).way is way


def test_problems_of_a_quiet_hour_are_cheaper_in_pages() -> None:
    assert plan_of("type:bounce", QUIET).way is Way.PAGES


def test_pages_can_be_asked_for() -> None:
    assert plan_of("to:ann@shop.example", pages_only=True).way is Way.PAGES


@pytest.mark.parametrize(
    ("text", "partitions"),
    [
        ("to:Maria*@Shop.example", ["R#shop.example#m"]),
        ("to:#a*@shop.example", ["R#shop.example#_"]),
        ("to:ann@shop.example to:7up@x.example", ["R#shop.example#a", "R#x.example#7"]),
        ("domain:bücher.example", [f"R#xn--bcher-kva.example#{b}" for b in
                                   "abcdefghijklmnopqrstuvwxyz0123456789_"]),
    ],
)  # fmt: skip
def test_a_start_stays_in_one_bucket_and_a_domain_has_all(text: str, partitions: list[str]) -> None:
    plan = plan_of(text + " -type:open -type:click", SearchFacts(days=1))
    assert [part.partition for part in plan.recipients] == partitions


@pytest.mark.parametrize(
    ("text", "engaged"),
    [
        ("to:ann@shop.example", True),
        ("to:ann@shop.example type:bounce", False),
        ("to:ann@shop.example type:click", True),
        ("to:ann@shop.example -type:open -type:click", False),
        ("to:ann@shop.example -type:*i*k -type:open", False),
        ("to:ann@shop.example type:*n", True),
    ],
)
def test_opens_and_clicks_are_read_where_they_may_pass(text: str, engaged: bool) -> None:
    plan = plan_of(text)
    assert plan.with_engagement is engaged
    assert ("opens and clicks" in plan.description) is engaged


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("to:ann@shop.example set:news status:5.* subject:order", False),
        ("to:ann@shop.example tag:campaign", True),
        ("to:ann@shop.example -identity:x", True),
        ("to:ann@shop.example text:word", True),
        ("domain:shop.example to:*lopez*", True),
    ],
)
def test_items_are_read_where_the_index_lacks_what_is_asked_for(text: str, whole: bool) -> None:
    assert plan_of(text).reads_items is whole


def test_figures_are_read_only_where_they_decide() -> None:
    assert not needs_facts(Query.parse("id:abc"))
    assert not needs_facts(Query.parse("to:ann@shop.example type:bounce"))
    assert needs_facts(Query.parse("to:ann*@shop.example"))
    assert needs_facts(Query.parse("to:ann@shop.example"), pages_only=True)


def test_an_estimate_follows_from_what_is_there() -> None:
    plan = plan_of("*word*")
    assert plan.estimate is not None
    assert plan.estimate.read_bytes == 686_000_000
    assert plan.estimate.read_units == pytest.approx(686_000_000 / 8_192)
    assert plan.estimate.dollars == pytest.approx(0.01047, rel=0.01)
    assert "about" in plan.description
    assert "686.0 MB, $0.0105" in plan.description
    unknown = plan_of("*word*", SearchFacts(days=7))
    assert unknown.estimate is None
    assert "cannot be told" in unknown.description


def test_outcomes_cost_a_request_for_each_message_unless_pages_tell_them() -> None:
    plain, asked, past = (
        plan_of(f"set:news{more}") for more in ("", " outcome:bounced", " outcome:bounced until:1d")
    )
    assert plain.estimate is not None
    assert past.estimate is not None
    assert asked.estimate == plain.estimate
    assert past.estimate.requests > 2_000_000 > plain.estimate.requests
    assert "sent before the range" in asked.description
    assert "all events of each message" in past.description


def test_a_budget_asks_and_refuses() -> None:
    plan = plan_of("*word*")
    assert Budget().verdict(plan) is Verdict.FINE
    assert Budget(ask_over=0.005).verdict(plan) is Verdict.ASK
    tight = Budget(refuse_over=0.005)
    assert tight.verdict(plan) is Verdict.REFUSE
    for way_out in ("since:", "to:", "id:", "$0.005"):
        assert way_out in tight.refusal(plan)
    assert Budget().verdict(plan_of("", SearchFacts(days=7))) is Verdict.FINE
    assert Budget(0.05, 1.0).most_dollars(agreed=False) == 0.05
    assert Budget(0.05, 1.0).most_dollars(agreed=True) == 1.0
    assert Budget(0.05, 0.01).most_dollars(agreed=False) == 0.01
