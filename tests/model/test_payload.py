from typing import Any

import pytest

from recorder.model.counting import EXCUSED_COMPLAINT, SUPPRESSED_BOUNCE, counter_code
from recorder.model.event import EVENT_TYPES
from recorder.model.payload import UnparseablePayload
from recorder.model.timestamps import parse_timestamp
from tests.model.parsing import RECORDED_AT, parse, parse_one
from tests.payloads import (
    ACCOUNT,
    REGION,
    SENT,
    TIME,
    Payload,
    bounce,
    click,
    complaint,
    delivery,
    delivery_delay,
    every_type,
    open_event,
    reject,
    rendering_failure,
    send,
    subscription,
)


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_what_every_type_tells(event_type: str) -> None:
    event = parse_one(
        every_type(message_id="m-1", recipients=["Ada <Ada@Mill.Example>"])[event_type]
    )
    assert event.event_type == event_type
    assert event.message_id == "m-1"
    assert (event.recipient, event.recipient_raw) == ("ada@mill.example", "Ada <Ada@Mill.Example>")
    assert event.sender == "orders@harbour.example"
    assert event.configuration_set == "transactional"
    assert event.identity == "harbour.example"
    assert (event.account_id, event.region) == (ACCOUNT, REGION)
    assert event.sent_time == parse_timestamp(SENT)
    assert (event.recorded_at, event.historic, event.subject) == (RECORDED_AT, False, None)
    own_time = event_type not in ("Send", "Reject", "RenderingFailure")
    assert event.event_time == parse_timestamp(TIME if own_time else SENT)


def test_a_bounce() -> None:
    event = parse_one(
        bounce(feedback_id="f-1", bounce_type="Transient", bounce_subtype="MailboxFull")
    )
    assert (event.bounce_type, event.bounce_subtype) == ("Transient", "MailboxFull")
    assert (event.smtp_status, event.diagnostic) == ("5.1.1", "smtp; 550 5.1.1 no such mailbox")
    assert event.reporting_mta == "dns; mx1.shop.example"
    assert event.remote_mta_ip == "203.0.113.25"
    assert event.feedback_id == "f-1"


def test_a_bounce_for_which_no_delivery_status_came_back() -> None:
    event = parse_one(bounce(status=None, diagnostic=None))
    assert (event.smtp_status, event.diagnostic, event.reporting_mta) == (None, None, None)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        (" 5.7.26\r\n", "5.7.26"),
        ("5.0.0 (permanent failure)", "5.0.0"),
        ("4.4.7(delivery\n time expired)", "4.4.7"),
        ("", None),
        ("mailbox (full)", "mailbox (full)"),
    ],
)
def test_a_status_is_the_code_without_the_servers_comment(written: str, status: str | None) -> None:
    assert parse_one(bounce(status=written)).smtp_status == status


def test_the_spelling_of_a_term_means_nothing() -> None:
    event = parse_one(
        bounce(bounce_type=" PERMANENT ", bounce_subtype="ON_TENANT_SUPPRESSION_LIST")
    )
    assert (event.bounce_type, event.bounce_subtype) == ("Permanent", "OnTenantSuppressionList")
    assert counter_code(event) == SUPPRESSED_BOUNCE
    event = parse_one(bounce(bounce_type="A later one", bounce_subtype="Mailbox Full"))
    assert (event.bounce_type, event.bounce_subtype) == ("A later one", "MailboxFull")
    assert parse_one(delivery_delay(delay_type="MAILBOX_FULL")).delay_type == "MailboxFull"
    for spelling in ("Not-Spam", "NOT_SPAM"):
        event = parse_one(complaint(complaint_type=spelling))
        assert event.complaint_type == "not-spam"
        assert counter_code(event) == EXCUSED_COMPLAINT


def test_an_object_under_the_name_of_its_type_is_found() -> None:
    payload = rendering_failure(error="no name given")
    payload["renderingFailure"] = payload.pop("failure")
    assert parse_one(payload).failure_reason == "no name given"


def test_each_bounced_recipient_has_a_status_of_its_own() -> None:
    entries = [
        {"emailAddress": "a@mill.example", "action": "failed", "status": "5.1.1"},
        {"emailAddress": "b@mill.example", "action": "delayed", "diagnosticCode": "smtp; 421"},
    ]
    found = [(e.recipient, e.smtp_status, e.diagnostic) for e in parse(bounce(bounced=entries))]
    assert found == [("a@mill.example", "5.1.1", None), ("b@mill.example", None, "smtp; 421")]


def test_a_complaint_with_and_without_a_report() -> None:
    event = parse_one(complaint(complaint_subtype="OnAccountSuppressionList"))
    assert (event.complaint_type, event.complaint_subtype) == ("abuse", "OnAccountSuppressionList")
    assert event.user_agent == "Provider-Feedback/2.1"
    event = parse_one(complaint(complaint_type=None))
    assert (event.complaint_type, event.complaint_subtype, event.user_agent) == (None, None, None)


def test_a_delivery() -> None:
    event = parse_one(delivery())
    assert event.diagnostic == "250 2.0.0 queued as 7B1A2C"
    assert event.processing_ms == 640
    assert event.smtp_status is None
    assert event.remote_mta_ip == "203.0.113.25"


def test_a_delay() -> None:
    event = parse_one(delivery_delay())
    assert (event.delay_type, event.smtp_status) == ("MailboxFull", "4.2.2")
    assert event.diagnostic == "smtp; 452 4.2.2 mailbox over its limit"


def test_a_reject_and_a_rendering_failure() -> None:
    assert parse_one(reject()).reject_reason == "Bad content"
    error = "  Attribute 'x'\nis not present "
    event = parse_one(rendering_failure(error=error))
    assert (event.failure_reason, event.reject_reason) == (error, None)


def test_an_open_and_a_click() -> None:
    for event in (parse_one(open_event()), parse_one(click())):
        assert event.ip_address == "192.0.2.44"
        assert event.user_agent == "Mozilla/5.0 (X11; Linux x86_64)"
    assert parse_one(click()).link == "https://harbour.example/track?parcel=81"


@pytest.mark.parametrize(
    "link_tags", [None, {"a": ["b"]}, {"a": "b"}, ["a"], "a", 5, {"a": None}, {}]
)
def test_link_tags_of_any_form_do_no_harm(link_tags: Any) -> None:
    assert parse_one(click(link_tags=link_tags)).link is not None


@pytest.mark.parametrize("event_type", ["Bounce", "Complaint", "Delivery"])
def test_both_generations_tell_the_same(event_type: str) -> None:
    arguments: dict[str, Any] = {"message_id": "m", "recipients": ["a@x.example", "b@x.example"]}
    if event_type != "Delivery":
        arguments["feedback_id"] = "f"
    build = {"Bounce": bounce, "Complaint": complaint, "Delivery": delivery}[event_type]
    new, old = (parse(build(**arguments, generation=g)) for g in ("event", "notification"))
    assert [event._replace(tags=None) for event in new] == list(old)


@pytest.mark.parametrize(
    "name", ["RENDERING_FAILURE", "renderingFailure", "Rendering Failure", "rendering-failure "]
)
def test_a_known_type_is_known_in_every_spelling(name: str) -> None:
    payload = rendering_failure() | {"eventType": name}
    assert parse_one(payload).event_type == "RenderingFailure"


# Times


@pytest.mark.parametrize("event_type", ["Bounce", "Delivery", "Open", "Subscription"])
@pytest.mark.parametrize("value", [None, "", "soon", 17, {}, ["x"]])
def test_an_unreadable_time_is_missing(event_type: str, value: Any) -> None:
    payload = every_type(time=value)[event_type]
    assert parse_one(payload).event_time is None


# What came in an unusual form


def test_numbers_and_truth_values_become_text_and_containers_are_missing() -> None:
    payload = bounce()
    payload["bounce"] |= {"bounceType": 5, "bounceSubType": True, "remoteMtaIp": ["x"]}
    payload["bounce"]["feedbackId"] = {"a": 1}
    payload["mail"] |= {"sendingAccountId": 111122223333, "sourceArn": None, "source": 7}
    event = parse_one(payload)
    assert (event.bounce_type, event.bounce_subtype) == ("5", "true")
    assert (event.remote_mta_ip, event.feedback_id) == (None, None)
    assert (event.account_id, event.sender) == ("111122223333", "7")
    assert (event.identity, event.region) == (None, None)


@pytest.mark.parametrize(
    ("value", "milliseconds"),
    [(12, 12), ("12", 12), (12.9, 12), ("x", None), (True, None), ([], None), (10**40, None)],
)
def test_a_processing_time_is_a_whole_number_or_missing(
    value: Any, milliseconds: int | None
) -> None:
    assert parse_one(delivery(processing_ms=value)).processing_ms == milliseconds


@pytest.mark.parametrize("number", [float("inf"), float("nan"), "1e999", "nan"])
def test_a_number_without_end_is_missing(number: Any) -> None:
    assert parse_one(delivery(processing_ms=number)).processing_ms is None


def test_very_long_text_is_cut_with_an_ellipsis() -> None:
    event = parse_one(bounce(diagnostic="x" * 20_000))
    assert event.diagnostic == "x" * 8191 + "…"
    assert parse_one(bounce(diagnostic="x" * 8192)).diagnostic == "x" * 8192


def test_two_addresses_that_differ_behind_the_cut_are_two_recipients() -> None:
    long = "x" * 9000
    assert len(parse(send(recipients=[f"{long}1@y.example", f"{long}2@y.example"]))) == 2


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    payload = bounce(diagnostic="bad \ud83d end", recipients=["\udc00@x.example"])
    payload["mail"]["tags"] = {"\ud83d": ["\ude00"]}
    event = parse_one(payload)
    assert event.diagnostic == "bad \ufffd end"
    assert event.recipient == "\ufffd@x.example"
    assert event.tags == {"\ufffd": ["\ufffd"]}


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        (None, None),
        ([], None),
        ("text", None),
        ({}, None),
        ({"a": ["b", "c"]}, {"a": ["b", "c"]}),
        ({"a": "b"}, {"a": ["b"]}),
        ({"a": None}, {"a": []}),
        ({"a": [1, None, {}]}, {"a": ["1"]}),
    ],
)
def test_tags_of_any_form(value: Any, tags: Any) -> None:
    payload = send()
    payload["mail"]["tags"] = value
    assert parse_one(payload).tags == tags


def test_endless_tags_are_bounded() -> None:
    payload = send(tags={f"tag{number}": ["v" * 500] for number in range(10_000)})
    tags = parse_one(payload).tags
    assert tags is not None
    assert 10 < len(tags) < 30


def test_the_configuration_set_is_in_the_headers_too() -> None:
    payload = send(configuration_set="news")
    del payload["mail"]["tags"]
    assert parse_one(payload).configuration_set == "news"
    del payload["mail"]["headers"]
    assert parse_one(payload).configuration_set is None


@pytest.mark.parametrize(
    ("source", "addresses", "sender"),
    [
        ("Shop <Orders@Shop.example>", [], "Orders@Shop.example"),
        (None, ["A <a@x.example>"], "a@x.example"),
        ("", 'A <a@x.example>, "B" <b@x.example>', "a@x.example"),
        ({}, [None, "b@x.example"], "b@x.example"),
        (None, [], None),
    ],
)
def test_the_sender_is_the_source_or_the_first_author(
    source: Any, addresses: Any, sender: str | None
) -> None:
    payload = send()
    payload["mail"]["source"] = source
    payload["mail"]["commonHeaders"]["from"] = addresses
    assert parse_one(payload).sender == sender


def test_the_region_of_the_envelope_helps_out() -> None:
    payload = open_event()
    assert parse_one(payload, region="us-east-1").region == REGION
    del payload["mail"]["sourceArn"]
    assert parse_one(payload, region="us-east-1").region == "us-east-1"
    assert parse_one(payload).region is None


# Subject


def test_the_subject_is_kept_only_when_asked_for() -> None:
    payload = send(subject="=?utf-8?Q?Gr=C3=BC=C3=9Fe?=")
    assert parse_one(payload).subject is None
    assert parse_one(payload, keep_subject=True).subject == "Grüße"
    del payload["mail"]["commonHeaders"]
    assert parse_one(payload, keep_subject=True).subject == "Grüße"
    del payload["mail"]["headers"]
    assert parse_one(payload, keep_subject=True).subject is None


# Unknown types


def test_an_unknown_type_is_kept_under_its_name_with_what_its_object_tells() -> None:
    payload = send(recipients=["a@x.example"]) | {"eventType": "Mailbox Moved"}
    payload["mailboxMoved"] = {"timestamp": TIME, "userAgent": "agent"}
    event = parse_one(payload)
    assert (event.event_type, event.recipient) == ("Mailbox Moved", "a@x.example")
    assert (event.event_time, event.user_agent) == (parse_timestamp(TIME), "agent")
    payload["mailboxMoved"]["movedRecipients"] = [{"emailAddress": "b@x.example"}]
    assert parse_one(payload).recipient == "b@x.example"


# What is no event


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"eventType": "Bounce"},
        {"eventType": "Bounce", "bounce": [], "mail": "x"},
        {"eventType": "Novelty", "novelty": {}},
        {"mail": {"messageId": "m"}},
        {"mail": {"messageId": "m"}, "bounce": {}, "send": {}},
        {"notificationType": "Received", "mail": {}},
        {"notificationType": "AmazonSnsSubscriptionSucceeded"},
    ],
)
def test_too_little_to_tell_what_happened(payload: Payload) -> None:
    with pytest.raises(UnparseablePayload):
        parse(payload)


def test_nesting_without_end_is_refused() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    payload = send() | {"extra": deep}
    del payload["mail"]["messageId"]
    with pytest.raises(UnparseablePayload):
        parse(payload)


def test_either_mail_or_the_types_object_is_enough() -> None:
    payload = bounce()
    del payload["mail"]
    event = parse_one(payload)
    assert (event.message_id, event.sent_time, event.diagnostic is None) == (None, None, False)
    payload = subscription()
    del payload["subscription"]
    assert parse_one(payload).event_time is None


def test_recording_time_and_history_are_passed_on() -> None:
    event = parse_one(send(), historic=True)
    assert (event.recorded_at, event.historic) == (RECORDED_AT, True)
