"""One sentence per recipient for every status, and spans of time in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.model.event import EVENT_TYPES, Event
from ses_tui.core.explanation import recipient_sentence
from ses_tui.core.explanation.spans import span_in_words
from ses_tui.core.message_story import Outcome, tell_story
from ses_tui.core.sanitise import sanitise
from ses_tui.core.zone import UTC_ZONE
from tests.events import NOON, make_event

NOW = NOON + 3_600_000
ADA = "ada@customer.example"


def at(seconds: float, event_type: str, **fields: Any) -> Event:
    values: dict[str, Any] = {"recipient": ADA, "sent_time": NOON, "message_id": "m"} | fields
    return make_event(event_type, at=NOON + int(seconds * 1000), **values)


SEND = at(0, "Send")
DELIVERY = at(1.2, "Delivery")
HARD = {"bounce_type": "Permanent", "bounce_subtype": "General", "smtp_status": "5.1.1"}
SOFT = {"bounce_type": "Transient", "bounce_subtype": "General"}
EXPIRED = "smtp; 550 4.4.7 Message expired: unable to deliver in 840 minutes.<452 4.2.2 full>"

TOLD: list[tuple[Outcome, list[Event], str]] = [
    (
        Outcome.COMPLAINT,
        [SEND, DELIVERY, at(7_201.2, "Complaint", complaint_type="abuse", feedback_id="f")],
        "Delivered to customer.example 1.2 s after sending; reported as spam (abuse) 2 h later.",
    ),
    (
        Outcome.COMPLAINT,
        [at(60, "Complaint", complaint_type="fraud", feedback_id="f")],
        "Reported as fraud or phishing (fraud) 1 min after sending, so it had arrived, though no"
        " Delivery event is recorded.",
    ),
    (
        Outcome.COMPLAINT,
        [SEND, DELIVERY, at(61.2, "Complaint", feedback_id="f")],
        "Delivered to customer.example 1.2 s after sending; complained about 1 min later.",
    ),
    (
        Outcome.COMPLAINT,
        [SEND, at(1, "Complaint", complaint_subtype="OnAccountSuppressionList", feedback_id="f")],
        "Not sent: address is on the account's suppression list for a complaint"
        " (OnAccountSuppressionList). SES will not try again.",
    ),
    (
        Outcome.BOUNCED_AFTER_DELIVERY,
        [SEND, DELIVERY, at(301.2, "Bounce", **HARD)],
        "Delivered to customer.example 1.2 s after sending, but bounced 5 min later: mailbox does"
        " not exist (5.1.1). Permanent; SES will not try again.",
    ),
    (
        Outcome.BOUNCED,
        [SEND, at(2, "Bounce", **HARD)],
        "Rejected by customer.example 2 s after sending: mailbox does not exist (5.1.1). Permanent;"
        " SES will not try again.",
    ),
    (
        Outcome.BOUNCED,
        [at(2, "Bounce", **HARD, sent_time=None)],
        "Rejected by customer.example at 12:00:02: mailbox does not exist (5.1.1). Permanent; SES"
        " will not try again.",
    ),
    (
        Outcome.BOUNCED,
        [SEND, at(0, "Bounce", bounce_type="Permanent", bounce_subtype="OnAccountSuppressionList")],
        "Not sent: address is on the account's suppression list"
        " (Permanent/OnAccountSuppressionList). Permanent; SES will not try again.",
    ),
    (
        Outcome.REJECTED,
        [SEND, at(1, "Reject", reject_reason="Bad content")],
        "Not sent: SES rejected it: a virus was found (Bad content). SES will not try again.",
    ),
    (
        Outcome.RENDERING_FAILURE,
        [at(0, "RenderingFailure", failure_reason="Attribute 'name' is missing.")],
        "Not sent: Attribute 'name' is missing. SES will not try again; mend it and send again.",
    ),
    (
        Outcome.RENDERING_FAILURE,
        [at(0, "RenderingFailure")],
        "Not sent: template could not be filled in. SES will not try again; mend it and send"
        " again.",
    ),
    (
        Outcome.DELIVERED_SOFT_BOUNCE,
        [SEND, DELIVERY, at(5.2, "Bounce", **SOFT)],
        "Delivered to customer.example 1.2 s after sending; an automatic reply or a soft bounce"
        " came back 4 s later: temporary failure or automatic reply (Transient/General). It counts"
        " as delivered.",
    ),
    (Outcome.DELIVERED, [SEND, DELIVERY], "Delivered to customer.example 1.2 s after sending."),
    (
        Outcome.DELIVERED,
        [SEND, at(0.5, "Open"), DELIVERY, at(61.2, "Open"), at(90, "Open"), at(91, "Click")],
        "Delivered to customer.example 1.2 s after sending; opened 2 times, first 1 min later and"
        " clicked.",
    ),
    (
        Outcome.DELIVERED,
        [SEND, DELIVERY, at(11.2, "Click"), at(12, "DeliveryDelay")],
        "Delivered to customer.example 1.2 s after sending; clicked 10 s later.",
    ),
    (
        Outcome.BOUNCED,
        [SEND, at(2, "Bounce", **HARD), at(62, "Open")],
        "Rejected by customer.example 2 s after sending: mailbox does not exist (5.1.1). Permanent;"
        " SES will not try again. Yet it was opened 1 min later.",
    ),
    (
        Outcome.SOFT_BOUNCE,
        [SEND, at(2, "Bounce", **SOFT, smtp_status="5.7.26")],
        "Rejected by customer.example 2 s after sending: several authentication checks failed"
        " (5.7.26). SES counts it as temporary, but has stopped trying; a mail like it is likely"
        " refused again until the cause is mended.",
    ),
    (
        Outcome.DELIVERED,
        [SEND, at(1, "DeliveryDelay"), DELIVERY, at(9, "Complaint", complaint_type="not-spam")],
        "Delivered to customer.example 1.2 s after sending, after 1 delay; the reader marked it as"
        " no spam (not-spam).",
    ),
    (
        Outcome.DELIVERED,
        [SEND, at(90, "Open")],
        "Delivered, as it was opened 1 min 30 s after sending, though no Delivery event is"
        " recorded.",
    ),
    (
        Outcome.UNDETERMINED_BOUNCE,
        [SEND, at(3, "Bounce", bounce_type="Undetermined", bounce_subtype="Undetermined")],
        "Rejected by customer.example 3 s after sending: reason could not be determined"
        " (Undetermined/Undetermined). SES could not tell whether for good; it will not try again.",
    ),
    (
        Outcome.SOFT_BOUNCE,
        [SEND, at(50_400, "Bounce", **SOFT, smtp_status="4.4.7", diagnostic=EXPIRED)],
        "SES gave up on customer.example 14 h after sending: mailbox is full (4.2.2). Temporary,"
        " but SES has stopped trying; a new mail may get through.",
    ),
    (
        Outcome.DELAYED,
        [SEND, at(60, "DeliveryDelay"), at(3_000, "DeliveryDelay", delay_type="MailboxFull")],
        "Not delivered yet: delayed since 2026-11-23 12:01:00.000 +0000, 59 min so far (2 reports,"
        " the last 10 min ago): mailbox is full (MailboxFull). SES keeps trying until 2026-11-24"
        " 02:00 at the latest.",
    ),
    (
        Outcome.DELAYED,
        [at(3_595, "DeliveryDelay")],
        "Not delivered yet: delayed since 2026-11-23 12:59:55.000 +0000, 5 s so far (reported 5 s"
        " ago): no reason given. SES keeps trying until 2026-11-24 02:00 at the latest.",
    ),
    (
        Outcome.SENT,
        [SEND],
        "Accepted by SES 1 h ago; nothing was heard since. It is still on its way, or its set"
        " publishes no Delivery and Bounce events.",
    ),
    (
        Outcome.UNKNOWN,
        [at(5, "Subscription")],
        "What became of it is not known: SES reported only Subscription, and no Send event.",
    ),
]


@pytest.mark.parametrize(("status", "events", "sentence"), TOLD)
def test_the_sentence_of_a_status(status: Outcome, events: list[Event], sentence: str) -> None:
    (recipient,) = tell_story("m", events).recipients
    assert recipient.status is status
    assert recipient_sentence(recipient, NOW, UTC_ZONE) == sentence


def test_every_status_but_one_is_told_above() -> None:
    assert {status for status, _, _ in TOLD} == set(Outcome) - {Outcome.POSSIBLE_COMPLAINT}


def test_one_of_several_suspects() -> None:
    events = [
        at(60, "Complaint", complaint_type="abuse", feedback_id="f", recipient=recipient)
        for recipient in (ADA, "bob@customer.example")
    ]
    for recipient in tell_story("m", events).recipients:
        assert recipient.status is Outcome.POSSIBLE_COMPLAINT
        assert recipient_sentence(recipient, NOW, UTC_ZONE) == (
            "Reported as spam (abuse) 1 min after sending, perhaps by this recipient: the provider"
            " does not say by whom, so SES names everybody it may have been."
        )


def test_an_open_by_one_of_several() -> None:
    events = [at(0, "Send"), at(0, "Send", recipient="bob@x.example"), at(9, "Open")]
    sentences = [recipient_sentence(r, NOW, UTC_ZONE) for r in tell_story("m", events).recipients]
    assert "opened or clicked by one of the recipients" in sentences[0]
    delivered = [at(1.2, "Delivery"), at(2, "Delivery", recipient="bob@x.example"), at(9, "Open")]
    first = tell_story("m", delivered).recipients[0]
    assert recipient_sentence(first, NOW, UTC_ZONE).endswith("1.2 s after sending.")
    assert "nothing was heard since" in sentences[1]
    (nobody,) = tell_story("m", [at(9, "Click", recipient=None)]).recipients[:1]
    assert nobody.status is Outcome.DELIVERED
    several = tell_story("m", [*events, at(9, "Click", recipient=None)]).recipients[-1]
    assert recipient_sentence(several, NOW, UTC_ZONE) == (
        "Opened or clicked; SES does not say by which of the recipients."
    )


def test_the_simulator_is_nobody() -> None:
    address = "bounce+check1@simulator.amazonses.com"
    (recipient,) = tell_story("m", [at(1, "Bounce", **HARD, recipient=address)]).recipients
    sentence = recipient_sentence(recipient, NOW, UTC_ZONE)
    assert sentence.endswith(" The address belongs to the mailbox simulator of SES, and to nobody.")


text = st.none() | st.text(max_size=60)


@given(
    st.lists(
        st.builds(
            at,
            st.integers(-100_000, 100_000),
            st.sampled_from(EVENT_TYPES) | st.text(max_size=20),
            recipient=st.sampled_from([None, ADA, "b\x1b[31m@\u202ex.example", "no-domain"]),
            sent_time=st.none() | st.integers(0, NOON),
            diagnostic=text,
            smtp_status=text,
            failure_reason=text,
            feedback_id=st.sampled_from([None, "f", "g"]),
            bounce_type=st.sampled_from([None, "Permanent", "Transient", "Undetermined"]),
            bounce_subtype=st.sampled_from([None, "General", "Suppressed"]),
            complaint_type=st.sampled_from([None, "abuse", "not-spam"]),
            delay_type=text,
            reject_reason=text,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_story_is_told_in_one_safe_line(events: list[Event]) -> None:
    for recipient in tell_story("m", events).recipients:
        sentence = recipient_sentence(recipient, NOW, UTC_ZONE)
        assert sentence
        assert sentence == sanitise(sentence)


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (420, "0.4 s"),
        (2_000, "2 s"),
        (9_949, "9.9 s"),
        (9_950, "10 s"),
        (59_499, "59 s"),
        (59_999, "1 min"),
        (200_000, "3 min 20 s"),
        (3_600_000, "1 h"),
        (50_460_000, "14 h 1 min"),
        (172_800_000, "2 d"),
        (190_800_000, "2 d 5 h"),
    ],
)
def test_spans(milliseconds: int, expected: str) -> None:
    assert span_in_words(milliseconds) == expected


@pytest.mark.parametrize(
    ("events", "end"),
    [
        (
            [SEND, at(60, "DeliveryDelay", delay_type="MailboxFull")],
            "ago): mailbox is full (MailboxFull). SES has given up by now; no Delivery or Bounce"
            " event is recorded.",
        ),
        (
            [SEND],
            "Accepted by SES 15 h ago; nothing was heard since. SES tries no longer by now: its set"
            " publishes no Delivery and Bounce events, or they were lost.",
        ),
    ],
)
def test_nobody_is_told_to_wait_for_what_ses_has_given_up(events: list[Event], end: str) -> None:
    (recipient,) = tell_story("m", events).recipients
    late = recipient_sentence(recipient, NOON + 15 * 3_600_000, UTC_ZONE)
    assert late.endswith(end)
    in_time = recipient_sentence(recipient, NOON + 14 * 3_600_000, UTC_ZONE)
    assert "given up" not in in_time
    assert "no longer" not in in_time
