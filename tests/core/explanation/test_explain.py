"""The best explanation of an event: which comes before which, and every term of SES."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ses_tui.core.explanation as package
from recorder.model.event import EVENT_TYPES, PROBLEM_TYPES
from ses_tui.core.explanation import explain
from tests.events import make_event

BOUNCES = [
    "Undetermined/Undetermined",
    "Permanent/General",
    "Permanent/NoEmail",
    "Permanent/Suppressed",
    "Permanent/OnAccountSuppressionList",
    "Permanent/OnTenantSuppressionList",
    "Permanent/EmailValidationSuppressed",
    "Permanent/UnsubscribedRecipient",
    "Transient/General",
    "Transient/MailboxFull",
    "Transient/MessageTooLarge",
    "Transient/CustomTimeoutExceeded",
    "Transient/ContentRejected",
    "Transient/AttachmentRejected",
]
DELAYS = [
    "InternalFailure",
    "General",
    "MailboxFull",
    "SpamDetected",
    "RecipientServerError",
    "IPFailure",
    "TransientCommunicationFailure",
    "BYOIPHostNameLookupUnavailable",
    "Undetermined",
    "SendingDeferral",
]
FEEDBACK = ["abuse", "auth-failure", "fraud", "not-spam", "other", "virus"]
SUPPRESSIONS = ["OnAccountSuppressionList", "OnTenantSuppressionList"]
TERMS: list[tuple[str, str, dict[str, Any]]] = [
    *(
        (
            "Bounce",
            f"bounce.{term}",
            dict(zip(("bounce_type", "bounce_subtype"), term.split("/"), strict=True)),
        )
        for term in BOUNCES
    ),
    *(("DeliveryDelay", f"delay.{term}", {"delay_type": term}) for term in DELAYS),
    *(("Complaint", f"complaint.{term}", {"complaint_type": term}) for term in FEEDBACK),
    *(("Complaint", f"complaint.{term}", {"complaint_subtype": term}) for term in SUPPRESSIONS),
    ("Complaint", "complaint.Complaint", {}),
    ("Reject", "event.Reject", {"reject_reason": "Bad content"}),
    ("RenderingFailure", "event.RenderingFailure", {"failure_reason": "no name"}),
    ("Delivery", "event.Delivery", {"diagnostic": "250 2.0.0 OK"}),
]
NO_PROBLEMS = sorted(set(EVENT_TYPES) - PROBLEM_TYPES - {"Delivery"})


@pytest.mark.parametrize(("event_type", "expected", "fields"), TERMS)
def test_every_term_of_ses_is_explained_with_its_source(
    event_type: str, expected: str, fields: dict[str, Any]
) -> None:
    explanation = explain(make_event(event_type, **fields))
    assert explanation is not None
    assert explanation.id == expected
    assert explanation.summary
    assert explanation.meaning
    assert explanation.advice
    assert explanation.source.title
    assert explanation.source.address.startswith("https://")
    retried = {"DeliveryDelay": True, "Delivery": None}.get(event_type, False)
    assert explanation.will_be_retried is retried


def test_no_term_of_the_words_is_left_out_above() -> None:
    words = tomllib.loads(
        (Path(package.__file__).parent / "words" / "ses_terms.toml").read_text("utf-8")
    )
    there = {f"{kind}.{term}" for kind in words if kind != "source" for term in words[kind]}
    assert there == {expected for _, expected, _ in TERMS}


def bounce(**fields: Any) -> str | None:
    explanation = explain(make_event("Bounce", **fields))
    return None if explanation is None else explanation.id


def test_the_most_specific_comes_first() -> None:
    gmail = "550-5.7.26 DMARC policy - gsmtp"
    full = {"bounce_type": "Transient", "bounce_subtype": "MailboxFull"}
    general = {"bounce_type": "Permanent", "bounce_subtype": "General"}
    assert bounce(**full, smtp_status="5.7.26", diagnostic=gmail) == "gmail.dmarc"
    assert bounce(**full, smtp_status="5.7.1") == "bounce.Transient/MailboxFull"
    assert bounce(**general, smtp_status="5.1.1") == "status.1.1"
    assert bounce(**general, smtp_status="5.0.0") == "bounce.Permanent/General"
    assert bounce(**general, smtp_status="5.7.606") == "bounce.Permanent/General"
    assert bounce(**general) == "bounce.Permanent/General"
    assert (
        bounce(bounce_type="Permanent", bounce_subtype="New", smtp_status="5.0.0") == "status.0.0"
    )
    assert bounce(smtp_status="5.7.606") == "subject.7"
    assert bounce(diagnostic="smtp; 550 go away") == "class.5"
    assert bounce(diagnostic="go away") is None
    assert bounce() is None


def test_words_come_before_a_code_that_tells_little_and_after_all_else() -> None:
    general = {"bounce_type": "Permanent", "bounce_subtype": "General"}
    full = "550 5.7.1 mailbox full"
    assert bounce(**general, smtp_status="5.0.0", diagnostic="550 box full") == (
        "bounce.Permanent/General"
    )
    assert bounce(**general, smtp_status="5.1.1", diagnostic=full) == "phrase.full"
    assert bounce(**general, smtp_status="5.1.3", diagnostic=full) == "status.1.3"
    assert bounce(bounce_type="Permanent", bounce_subtype="NoEmail", diagnostic=full) == (
        "bounce.Permanent/NoEmail"
    )


def test_words_stand_with_a_code_that_says_the_same_and_with_no_other() -> None:
    for diagnostic, status, code in (
        ("550 user unknown", "5.0.0", ""),
        ("550 user unknown", None, ""),
        ("550 5.7.1 user unknown", "5.0.0", ""),
        ("550 user unknown", "5.1.1", "5.1.1"),
        ("550 #5.1.1 user unknown", "5.0.0", "5.1.1"),
    ):
        explanation = explain(make_event("Bounce", diagnostic=diagnostic, smtp_status=status))
        assert explanation is not None
        assert (explanation.id, explanation.code) == ("phrase.no-mailbox", code)
        assert explanation.summary == "mailbox does not exist"


def test_the_code_that_tells_most_is_taken() -> None:
    assert bounce(smtp_status="5.0.0", diagnostic="smtp; 550 5.1.1 nobody") == "status.1.1"
    assert bounce(smtp_status="4.4.7", diagnostic="550 4.4.7 old.<452 4.2.2 full>") == "status.2.2"
    assert bounce(smtp_status="4.4.7", diagnostic="550 4.4.7 old.<451 4.0.0 no>") == "status.4.7"


@pytest.mark.parametrize("event_type", [*NO_PROBLEMS, "Newcomer"])
def test_what_is_no_problem_is_not_explained(event_type: str) -> None:
    assert explain(make_event(event_type, smtp_status="2.0.0", diagnostic="250 2.0.0 OK")) is None


words = st.none() | st.text(max_size=300)


@given(st.sampled_from(EVENT_TYPES), words, words, words, words, words, words, words, words)
def test_no_event_is_too_odd(
    event_type: str,
    diagnostic: str | None,
    status: str | None,
    bounce_type: str | None,
    bounce_subtype: str | None,
    delay_type: str | None,
    complaint_type: str | None,
    reject_reason: str | None,
    recipient: str | None,
) -> None:
    explain(
        make_event(
            event_type,
            diagnostic=diagnostic,
            smtp_status=status,
            bounce_type=bounce_type,
            bounce_subtype=bounce_subtype,
            delay_type=delay_type,
            complaint_type=complaint_type,
            reject_reason=reject_reason,
            recipient=recipient,
        )
    )
