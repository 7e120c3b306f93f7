import pytest

from ses_tui.core.blocking_terms import Blocking, BlockingTerms
from ses_tui.core.message_story import Outcome, outcome_alone
from ses_tui.core.query import Query, QueryError
from ses_tui.core.store import EventStore
from tests.events import make_event


@pytest.mark.parametrize(
    ("text", "outcome", "passes"),
    [
        ("outcome:delivered", Outcome.DELIVERED, True),
        ("outcome:Delivered", Outcome.BOUNCED, False),
        ("outcome:possible_complaint", Outcome.POSSIBLE_COMPLAINT, True),
        ('outcome:"possible complaint"', Outcome.POSSIBLE_COMPLAINT, True),
        ("outcome:delivered*", Outcome.DELIVERED_SOFT_BOUNCE, True),
        ("outcome:bounced outcome:rejected", Outcome.REJECTED, True),
        ("-outcome:sent", Outcome.SENT, False),
        ("-outcome:sent", Outcome.DELAYED, True),
        ("type:delivery outcome:bounced", Outcome.BOUNCED, True),
        ("type:bounce outcome:bounced", Outcome.BOUNCED, False),
    ],
)
def test_outcome_is_that_of_the_message(text: str, outcome: Outcome, passes: bool) -> None:
    query = Query.parse(text)
    assert query.asks_for_outcome
    assert query.matches(make_event("Delivery"), lambda event: outcome) is passes
    assert Query.parse(query.text) == query


def test_without_more_knowledge_an_event_speaks_for_itself() -> None:
    bounce = make_event("Bounce", bounce_type="Permanent")
    assert outcome_alone(bounce) is Outcome.BOUNCED
    assert Query.parse("outcome:bounced").matches(bounce)
    assert not Query.parse("outcome:bounced").matches(make_event("Delivery"))


def test_no_outcome_names_the_nearest() -> None:
    with pytest.raises(QueryError, match="did you mean delivered") as caught:
        Query.parse("type:send outcome:deliverd")
    assert caught.value.position == 10


def found(text: str) -> Blocking | None:
    store = EventStore()
    store.add(
        make_event(
            "Bounce" if number % 4 == 0 else "Delivery",
            at=number,
            bounce_type="Permanent" if number % 4 == 0 else None,
            recipient=f"person{number}@{'gmail.com' if number % 4 else 'other.example'}",
        )
        for number in range(2_000)
    )
    query = Query.parse(text)
    blocking = BlockingTerms(store, query, outcome_alone)
    while blocking.under_way:
        blocking.look_next()
    return blocking.found


@pytest.mark.parametrize(
    ("text", "terms", "count"),
    [
        ("type:delivery -domain:gmail.com", ("-domain:gmail.com",), 1_500),
        ("type:bounce -domain:other.example", ("type:bounce",), 1_500),
        ("outcome:bounced type:delivery", ("outcome:bounced",), 1_500),
        ("type:delivery until:1970-01-01", ("until:1970-01-01",), 1_500),
        ("type:bounce nobody absent", ("nobody", "absent"), 500),
        ("type:bounce type:reject domain:gmail.com", ("type:bounce type:reject",), 1_500),
    ],
)
def test_the_term_is_named_without_which_most_would_pass(
    text: str, terms: tuple[str, ...], count: int
) -> None:
    assert found(text) == Blocking(terms, count)


def test_three_terms_that_nothing_passes_have_no_culprit() -> None:
    assert found("nobody absent missing") is None
