"""What is stored of what arrives, and that it is stored once."""

import copy
from typing import Any

import pytest

from recorder.model.envelope import EnvelopeRecord, read_invocation, read_text
from recorder.model.event import Event
from recorder.model.item import from_item
from recorder.model.keys import message_key
from recorder.model.original import expand_original
from recorder.model.settings import RecorderSettings
from recorder.model.timestamps import parse_timestamp
from recorder.recording import Recorder, RecordingReport
from tests import payloads
from tests.engine import TestTable
from tests.recorder.support import (
    NOW,
    ListObserver,
    StillClock,
    WatchedClient,
    events_of,
    functions_on,
    items_of,
    names_a_day,
)

DAY_SECONDS = 86_400


def counts(report: RecordingReport) -> tuple[int, int, int, int, int]:
    names = ("stored", "duplicate", "ignored", "unparseable", "failed")
    stored, duplicate, ignored, unparseable, failed = map(report.total, names)
    return stored, duplicate, ignored, unparseable, failed


def recorder_on(table: TestTable, client: Any = None, **settings: Any) -> Recorder:
    clock = StillClock()
    return Recorder(
        client or table.client,
        RecorderSettings(table=table.name, **settings),
        clock,
        retrier=clock.retrier(),
    )


def test_every_type_is_stored_and_reads_back_as_it_was_parsed(table: TestTable) -> None:
    bodies = payloads.every_type()
    report = recorder_on(table).record(read_invocation(payloads.sqs_event(*bodies.values())))
    assert counts(report) == (10, 0, 0, 0, 0)
    assert {event.event_type for event in events_of(table)} == set(bodies)
    assert {event.recorded_at for event in events_of(table)} == {NOW}


def test_a_redelivery_writes_nothing_and_changes_nothing(table: TestTable) -> None:
    event = payloads.sqs_event(*payloads.every_type().values())
    recorder_on(table).record(read_invocation(event))
    before = items_of(table)
    client = WatchedClient(table.client)
    later = StillClock(NOW + 600_000)
    recorder = Recorder(client, RecorderSettings(), later, retrier=later.retrier())
    assert counts(recorder.record(read_invocation(event))) == (0, 10, 0, 0, 0)
    assert items_of(table) == before
    assert all(names_a_day(*call) for call in client.calls if call[0] == "update_item")


def test_the_same_event_by_every_way_at_once_is_stored_once(table: TestTable) -> None:
    bounce = payloads.bounce()
    records = [
        *read_invocation(payloads.sqs_event(payloads.sns_document(bounce), bounce)),
        *read_invocation(payloads.sqs_event(payloads.eventbridge_event(bounce))),
        *read_invocation(payloads.sns_event(bounce)),
        *read_invocation(bounce),
    ]
    report = recorder_on(table).record(records)
    assert counts(report) == (1, 4, 0, 0, 0)
    assert [result.stored for result in report.results] == [1, 0, 0, 0, 0]
    assert len(items_of(table)) == 1


def both_generations() -> tuple[dict[str, Any], dict[str, Any]]:
    same: dict[str, Any] = {
        "message_id": payloads.new_message_id(),
        "feedback_id": payloads.new_message_id(),
    }
    notification = payloads.bounce(generation="notification", headers=False, **same)
    del notification["bounce"]["remoteMtaIp"]
    return notification, payloads.bounce(generation="event", **same)


@pytest.mark.parametrize("together", [True, False])
def test_a_later_form_fills_only_what_is_missing(table: TestTable, together: bool) -> None:
    notification, published = both_generations()
    published["bounce"]["bounceSubType"] = "NoEmail"
    clock = StillClock()
    functions = functions_on(table, clock=clock)
    if together:
        functions.record(payloads.sqs_event(notification, published))
    else:
        functions.record(payloads.sqs_event(notification))
        clock.now += 60_000
        functions.record(payloads.sqs_event(published))
    (event,) = events_of(table)
    assert event.configuration_set == "transactional"
    assert event.tags is not None
    assert event.remote_mta_ip == "203.0.113.25"
    assert event.bounce_subtype == "General"
    assert event.recorded_at == NOW
    assert '"notificationType"' in original_of(table)


def test_a_later_form_brings_the_original_where_there_is_none(table: TestTable) -> None:
    notification, published = both_generations()
    functions = functions_on(table)
    functions.record(payloads.sqs_event(notification))
    key = {name: items_of(table)[0][name] for name in ("pk", "sk")}
    table.client.update_item(TableName=table.name, Key=key, UpdateExpression="REMOVE o, ov")
    functions.record(payloads.sqs_event(published))
    assert '"eventType"' in original_of(table)


def test_a_later_form_does_not_rewrite_the_recipient(table: TestTable) -> None:
    first = payloads.delivery(recipients=["ann@shop.example"])
    second = copy.deepcopy(first)
    second["delivery"]["recipients"] = ["Ann <ann@shop.example>"]
    functions = functions_on(table)
    functions.record(payloads.sqs_event(first))
    functions.record(payloads.sqs_event(second))
    (event,) = events_of(table)
    assert event.recipient_raw == "ann@shop.example"


def test_fifty_recipients_share_one_original(table: TestTable) -> None:
    recipients = [f"user{number}@shop.example" for number in range(50)]
    bounce = payloads.bounce(recipients=recipients)
    report = recorder_on(table).record(read_invocation(payloads.sqs_event(bounce)))
    assert counts(report) == (50, 0, 0, 0, 0)
    items = items_of(table)
    assert {from_item(item).recipient for item in items} == set(recipients)
    (with_original,) = [item for item in items if "o" in item]
    assert from_item(with_original).recipient == recipients[0]


def test_a_complaint_counts_once_whatever_number_of_suspects(table: TestTable) -> None:
    complaint = payloads.complaint(recipients=[f"s{n}@shop.example" for n in range(5)])
    recorder_on(table).record(read_invocation(payloads.sqs_event(complaint)))
    assert sorted(event.counted for event in events_of(table)) == [False] * 4 + [True]


def test_without_message_id_and_recipient_it_is_stored_under_its_own_key(table: TestTable) -> None:
    bounces = [payloads.bounce(bounced=[]), payloads.bounce(bounced=[])]
    for bounce in bounces:
        del bounce["mail"]["messageId"]
    report = recorder_on(table).record(read_invocation(payloads.sqs_event(*bounces, *bounces)))
    assert counts(report) == (2, 2, 0, 0, 0)
    assert {event.message_id for event in events_of(table)} == {None}
    assert len({item["pk"]["S"] for item in items_of(table)}) == 2


def test_one_batch_may_mix_everything(table: TestTable) -> None:
    event = payloads.sqs_event(
        payloads.sns_document(payloads.send()),
        "Successfully validated SNS topic for events of Amazon SES.",
        payloads.eventbridge_event(payloads.click()),
        '{"eventType": "Bounce", "bounce":',
        payloads.reject(),
        "",
        '{"unrelated": true}',
    )
    report = recorder_on(table).record(read_invocation(event))
    assert counts(report) == (3, 0, 3, 1, 0)
    outcomes = [(result.stored, result.ignored, result.unparseable) for result in report.results]
    assert outcomes == [
        (1, 0, 0),
        (0, 1, 0),
        (1, 0, 0),
        (0, 0, 1),
        (1, 0, 0),
        (0, 1, 0),
        (0, 1, 0),
    ]
    assert report.by_type == {
        ("Send", "stored"): 1,
        ("Click", "stored"): 1,
        ("Reject", "stored"): 1,
    }
    assert all(result.reasons for result in report.results if not result.stored)


def test_identifiers_are_those_of_the_queue(table: TestTable) -> None:
    event = payloads.sqs_event(payloads.send(), "x", ids=["first", "second"])
    report = recorder_on(table).record(read_invocation(event))
    assert [result.item_identifier for result in report.results] == ["first", "second"]


def original_of(table: TestTable) -> str:
    (item,) = [item for item in items_of(table) if "o" in item]
    return expand_original(item["o"]["B"], int(item["ov"]["N"]))


def test_by_default_neither_subject_nor_headers_are_kept(table: TestTable) -> None:
    functions_on(table).record(payloads.sqs_event(payloads.bounce(subject="Quiet words")))
    assert "Quiet words" not in original_of(table)
    assert '"headers":' not in original_of(table)
    assert '"commonHeaders":' not in original_of(table)
    assert "Quiet words" not in repr(items_of(table))


def test_the_subject_is_kept_when_wanted(table: TestTable) -> None:
    functions_on(table, keep_subject=True).record(
        payloads.sqs_event(payloads.bounce(subject="Quiet words"))
    )
    assert [event.subject for event in events_of(table)] == ["Quiet words"]
    assert '"headers":' not in original_of(table)


def test_headers_are_kept_when_wanted_and_the_subject_still_is_not(table: TestTable) -> None:
    functions_on(table, keep_headers=True).record(
        payloads.sqs_event(payloads.bounce(subject="Quiet words"))
    )
    assert "X-SES-CONFIGURATION-SET" in original_of(table)
    assert "Quiet words" not in original_of(table)
    assert [event.subject for event in events_of(table)] == [None]


def test_retention_is_counted_from_recording(table: TestTable) -> None:
    functions_on(table, retention_days=3).record(payloads.sqs_event(payloads.send()))
    (item,) = items_of(table)
    assert int(item["x"]["N"]) == NOW // 1000 + 3 * DAY_SECONDS


def test_retention_of_zero_days_keeps_for_ever(table: TestTable) -> None:
    functions_on(table, retention_days=0).record(payloads.sqs_event(payloads.send()))
    (item,) = items_of(table)
    assert "x" not in item


def backfilled(table: TestTable, payload: dict[str, Any]) -> tuple[Event, int]:
    report = recorder_on(table).record(
        read_invocation(payload), backfill=True, remaining_ms=lambda: 10_000
    )
    assert counts(report) == (1, 0, 0, 0, 0)
    (item,) = items_of(table)
    return from_item(item), int(item["x"]["N"])


def test_backfill_of_an_old_event_is_history_kept_from_now(table: TestTable) -> None:
    event, expiry = backfilled(table, payloads.delivery(time="2026-11-20T01:02:03.004Z"))
    assert event.historic
    assert event.recorded_at == parse_timestamp("2026-11-20T01:02:03.004Z")
    assert expiry == NOW // 1000 + 90 * DAY_SECONDS


def test_backfill_of_what_has_no_time_of_its_own_takes_the_time_of_sending(
    table: TestTable,
) -> None:
    bounce = payloads.bounce(sent="2026-11-20T00:00:00.000Z")
    del bounce["bounce"]["timestamp"]
    event, _ = backfilled(table, bounce)
    assert event.historic
    assert event.recorded_at == event.sent_time


@pytest.mark.parametrize("time", ["2026-11-23T05:00:05.000Z", "2026-11-24T06:00:00.000Z"])
def test_backfill_of_what_is_not_over_an_hour_old_is_news(table: TestTable, time: str) -> None:
    event, _ = backfilled(table, payloads.delivery(time=time, sent=time))
    assert not event.historic
    assert event.recorded_at == NOW


def test_backfill_stores_once_what_lambda_stored(table: TestTable) -> None:
    delivery = payloads.delivery(time="2026-11-20T01:02:03.004Z")
    functions_on(table).record(payloads.sqs_event(delivery))
    report = recorder_on(table).record(read_invocation(delivery), backfill=True)
    assert counts(report) == (0, 1, 0, 0, 0)
    assert [event.historic for event in events_of(table)] == [False]


def test_lines_of_a_file_go_the_same_way(table: TestTable) -> None:
    lines = "\n".join(payloads.sns_document(payloads.send())["Message"].strip() for _ in range(3))
    report = recorder_on(table).record([EnvelopeRecord("mail.ndjson:1", read_text(lines))])
    assert [(result.item_identifier, result.stored) for result in report.results] == [
        ("mail.ndjson:1", 3)
    ]


def test_a_key_longer_than_an_index_takes_is_stored(table: TestTable) -> None:
    recipient = "a" * 3_000 + "@shop.example"
    message_id = "m" * 3_000
    report = recorder_on(table).record(
        read_invocation(payloads.bounce(recipients=[recipient], message_id=message_id))
    )
    assert counts(report) == (1, 0, 0, 0, 0)
    (item,) = items_of(table)
    assert item["pk"]["S"] == message_key(message_id)
    assert from_item(item).message_id == message_id


def test_an_observer_hears_the_report(table: TestTable) -> None:
    observer = ListObserver()
    functions_on(table, observer=observer).record(payloads.sqs_event(payloads.send()))
    assert counts(observer.last) == (1, 0, 0, 0, 0)
