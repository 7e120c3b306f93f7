from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from recorder.model.event import Event
from ses_tui.core.rates import Mark, RateCounters, RateEstimate, Thresholds
from tests.events import make_event


def estimate(*groups: tuple[int, Event]) -> RateEstimate:
    counters = RateCounters()
    for number, event in groups:
        counters.add([event] * number)
    return counters.estimate()


def bounce(bounce_type: str, subtype: str, **fields: Any) -> Event:
    return make_event("Bounce", bounce_type=bounce_type, bounce_subtype=subtype, **fields)


def test_only_permanent_bounces_outside_suppression_lists_count() -> None:
    result = estimate(
        (400, make_event("Send")),
        (8, bounce("Permanent", "General")),
        (2, bounce("Permanent", "Suppressed")),
        (50, bounce("Transient", "General")),
        (5, bounce("Undetermined", "Undetermined")),
        (60, bounce("Permanent", "OnAccountSuppressionList")),
        (40, bounce("Permanent", "OnTenantSuppressionList")),
    )
    assert result.bounces == 10
    assert result.denominator == 300
    assert result.denominator_of == "Send"
    assert result.bounce_rate == 10 / 300
    assert result.bounce_mark is Mark.WATCH


def test_simulator_mail_counts_nowhere() -> None:
    simulator = "bounce+label@simulator.amazonses.com"
    result = estimate(
        (300, make_event("Send", recipient=simulator)),
        (300, bounce("Permanent", "General", recipient=simulator)),
    )
    assert (result.bounces, result.denominator, result.bounce_rate) == (0, 0, None)


def test_a_set_without_send_events_has_its_own_denominator() -> None:
    result = estimate(
        (250, make_event("Send", configuration_set="with")),
        (250, make_event("Delivery", configuration_set="with")),
        (90, make_event("Delivery", configuration_set=None)),
        (10, bounce("Permanent", "General")),
    )
    assert result.denominator == 350
    assert result.denominator_of == "mixed"


def test_not_spam_and_further_suspects_are_no_complaints() -> None:
    result = estimate(
        (1000, make_event("Send")),
        (1, make_event("Complaint", complaint_type="abuse")),
        (7, make_event("Complaint", complaint_type="not-spam")),
        (7, make_event("Complaint", counted=False)),
    )
    assert result.complaints == 1
    assert result.complaint_mark is Mark.HIGH


def test_marks_stand_at_the_published_thresholds() -> None:
    def marks(bounces: int, complaints: int) -> tuple[Mark, Mark]:
        result = RateEstimate(bounces, complaints, 10_000, "Send")
        return result.bounce_mark, result.complaint_mark

    assert marks(199, 9) == (Mark.OK, Mark.OK)
    assert marks(200, 10) == (Mark.WATCH, Mark.HIGH)
    assert marks(500, 49) == (Mark.HIGH, Mark.HIGH)
    assert marks(1000, 50) == (Mark.CRITICAL, Mark.CRITICAL)


def test_a_small_sample_is_never_judged() -> None:
    result = RateEstimate(100, 100, 199, "Send")
    assert result.bounce_mark is Mark.TOO_FEW
    assert result.complaint_mark is Mark.TOO_FEW


@given(st.lists(st.sampled_from(["Send", "Delivery", "Bounce", "Complaint", "Open"]), max_size=30))
def test_counting_out_undoes_counting_in(kinds: list[str]) -> None:
    events = [make_event(kind, bounce_type="Permanent") for kind in kinds]
    counters = RateCounters()
    counters.add([make_event("Send")])
    before = counters.estimate()
    counters.add(events)
    counters.remove(events)
    assert counters.estimate() == before


def test_other_thresholds_give_other_marks() -> None:
    estimate = RateEstimate(bounces=30, complaints=0, denominator=1000, denominator_of="Send")
    assert estimate.bounce_mark is Mark.WATCH
    strict = Thresholds(bounce=(0.01, 0.03, 0.05), smallest_sample=1000)
    assert estimate.judged_by(strict).bounce_mark is Mark.HIGH
    assert estimate.judged_by(Thresholds(smallest_sample=1001)).bounce_mark is Mark.TOO_FEW
