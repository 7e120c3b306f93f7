import pytest

from ses_tui.core.filter import Filter
from tests.events import make_event

EVENT = make_event(
    "Bounce",
    recipient="ada@customer.example",
    sender="Orders@shop.example",
    subject="Your Invoice",
    message_id="ID-77",
    diagnostic="550 5.1.1 Mailbox unknown",
)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "ADA", "orders", "invoice", "id-77", "mailbox UNKNOWN", "bounce", "ada -grace"],
)
def test_passes(text: str) -> None:
    assert Filter.parse(text).matches(EVENT)


@pytest.mark.parametrize(
    "text", ["grace", "ada grace", "-ada", "ada -mailbox", "ada@customer.exampleX"]
)
def test_is_kept_back(text: str) -> None:
    assert not Filter.parse(text).matches(EVENT)


def test_a_word_never_matches_across_two_fields() -> None:
    event = make_event(recipient="ada@x.example", sender="bob@y.example")
    assert not Filter.parse("examplebob").matches(event)


def test_an_event_of_which_nothing_is_known_passes_only_an_empty_filter() -> None:
    event = make_event(recipient=None, sender=None, message_id=None)
    assert Filter.parse("").matches(event)
    assert not Filter.parse("anything").matches(event)


def test_a_lone_hyphen_is_a_word() -> None:
    assert Filter.parse("-").wanted == ("-",)
    assert not Filter.parse("")
