from ses_tui.core.event_text import event_line, reason_of, type_label
from ses_tui.core.zone import UTC_ZONE
from tests.events import NOON, make_event


def test_a_problem_says_why_before_what() -> None:
    event = make_event(
        "Bounce",
        bounce_type="Permanent",
        bounce_subtype="General",
        smtp_status="5.1.1",
        diagnostic="smtp; 550 no such user",
        subject="Your order",
    )
    assert reason_of(event) == "Permanent/General 5.1.1 smtp; 550 no such user"


def test_success_says_what_was_sent_where_subjects_are_kept() -> None:
    event = make_event("Delivery", diagnostic="250 OK", subject="Your order")
    assert reason_of(event) == "Your order"
    assert reason_of(event._replace(subject=None)) == "250 OK"


def test_a_click_says_where_to() -> None:
    assert reason_of(make_event("Click", link="https://shop.example/x")) == "https://shop.example/x"


def test_a_line_holds_nothing_that_acts_on_a_terminal() -> None:
    event = make_event(
        "New\x1bType", recipient="a\x1b]0;x\x07@e.example", diagnostic="x\ny", subject="\x9b2J"
    )
    line = event_line(event, UTC_ZONE)
    assert line.isprintable()
    assert line.startswith("12:00:00 ")
    assert type_label(event).isprintable()


def test_nothing_given_is_said_not_invented() -> None:
    event = make_event("Bounce", recipient=None, sender=None)
    assert "(no recipient)" in event_line(event, UTC_ZONE)
    assert reason_of(event) == ""


def test_times_carry_their_zone() -> None:
    assert UTC_ZONE.format_full(NOON + 250) == "2026-11-23 12:00:00.250 +0000"
    assert UTC_ZONE.name == "UTC"
