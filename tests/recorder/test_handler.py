"""The entry points as Lambda meets them: built from the environment, seen through their logs."""

import json
import logging
import os
import subprocess
import sys
from typing import Any

import pytest

from recorder import handler
from recorder.functions import RecorderFunctions
from recorder.model.settings import RecorderSettings
from recorder.observability import SERVICE, PowertoolsObserver
from tests import payloads
from tests.engine import TestTable
from tests.recorder.support import (
    Context,
    StillClock,
    WatchedClient,
    client_error,
    events_of,
    failed_ids,
    items_of,
    page_items_of,
    stream_event,
)

SECRETS = ("maria@", "Quiet words", "no such mailbox", "harbour.example", "Mozilla", "private")


def lines_of(captured: Any) -> list[dict[str, Any]]:
    assert captured.err == ""
    return [json.loads(line) for line in captured.out.splitlines()]


def metrics_in(lines: list[dict[str, Any]]) -> dict[tuple[str | None, str], float]:
    """Values by (event type, metric name)."""
    return {
        (line.get("event_type"), metric["Name"]): line[metric["Name"]][0]
        for line in lines
        if "_aws" in line
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    }


def observed(table: TestTable, client: Any = None, **settings: Any) -> RecorderFunctions:
    clock = StillClock()
    return RecorderFunctions(
        client or table.client,
        RecorderSettings(table=table.name, **settings),
        clock=clock,
        observer=PowertoolsObserver(table.name),
        retrier=clock.retrier(),
    )


@pytest.fixture(autouse=True)
def fresh_logger() -> None:
    """A logger keeps the standard output that it first saw, and every test has one of its own."""
    logging.Logger.manager.loggerDict.pop(SERVICE, None)


@pytest.fixture
def lambda_environment(table: TestTable, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", table.endpoint_url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", table.credentials["aws_access_key_id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", table.credentials["aws_secret_access_key"])
    monkeypatch.setenv("AWS_DEFAULT_REGION", table.credentials["region_name"])
    monkeypatch.setenv("SES_TABLE", table.name)
    handler.functions.cache_clear()
    yield
    handler.functions.cache_clear()


@pytest.mark.usefixtures("lambda_environment")
def test_the_entry_points_use_the_environment(table: TestTable, capsys: Any) -> None:
    context = Context(StillClock())
    answer = handler.record(payloads.sqs_event(payloads.send()), context)
    assert failed_ids(answer) == []
    assert len(events_of(table)) == 1
    handler.tick({}, context)
    assert len(items_of(table, "H#")) == 1
    handler.roll_up(stream_event(items_of(table)), context)
    assert len(page_items_of(table)) == 1
    lines = [line for line in lines_of(capsys.readouterr()) if "_aws" not in line]
    assert [line["message"] for line in lines] == ["recorded", "ticked", "rolled up"]
    assert {line["request_id"] for line in lines} == {"request-1"}


@pytest.mark.usefixtures("lambda_environment")
def test_clients_are_built_once(capsys: Any) -> None:
    first = handler.functions()
    assert failed_ids(handler.record(payloads.sqs_event(payloads.send()))) == []
    assert handler.functions() is first


@pytest.mark.usefixtures("lambda_environment")
def test_a_setting_that_cannot_be_meant_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SES_RETENTION_DAYS", "soon")
    with pytest.raises(ValueError, match="SES_RETENTION_DAYS is 'soon'"):
        handler.record(payloads.sqs_event())


def test_logs_and_metrics_count_by_outcome_and_type(table: TestTable, capsys: Any) -> None:
    functions = observed(table)
    bounce = payloads.bounce(recipients=["a@x.example", "b@x.example"])
    event = payloads.sqs_event(bounce, bounce, "text", '{"eventType":"Send"', ids=list("1234"))
    functions.record(event, Context(StillClock()))
    lines = lines_of(capsys.readouterr())
    (log,) = [line for line in lines if "_aws" not in line]
    assert log["level"] == "WARNING"
    assert log["unparseable_records"] == ["4"]
    assert log["by_type"] == {"Bounce": {"stored": 2, "duplicate": 2}}
    assert metrics_in(lines) == {
        (None, "stored"): 2,
        (None, "duplicate"): 2,
        (None, "ignored"): 1,
        (None, "unparseable"): 1,
        (None, "failed"): 0,
        ("Bounce", "stored"): 2,
        ("Bounce", "duplicate"): 2,
    }


def test_a_failure_is_logged_with_its_code_and_the_records(table: TestTable, capsys: Any) -> None:
    def rule(name: str, arguments: dict[str, Any], real: Any) -> Any:
        raise client_error("AccessDeniedException")

    functions = observed(table, WatchedClient(table.client, rule))
    functions.record(payloads.sqs_event(payloads.send(), ids=["1"]), Context(StillClock()))
    lines = lines_of(capsys.readouterr())
    assert lines[0]["level"] == "ERROR"
    assert lines[0]["errors"] == {"AccessDeniedException": 1}
    assert lines[0]["failed_records"] == ["1"]
    assert metrics_in(lines)[None, "failed"] == 1
    assert metrics_in(lines)["Send", "failed"] == 1


def hostile_bodies() -> list[Any]:
    """Events with something private in every place that a log could take it from."""
    bodies: list[Any] = list(payloads.every_type(subject="Quiet words").values())
    unknown = payloads.bounce(subject="Quiet words")
    unknown["eventType"] = "maria@private.example"
    detail = payloads.eventbridge_event(payloads.send(), detail_type="private maria@shop.example")
    foreign = detail | {"source": "private maria@shop.example"}
    bodies += [
        unknown,
        detail,
        foreign,
        '{"eventType": "Bounce", "private": maria@shop.example',
        "maria@shop.example private",
        payloads.bounce(message_id="<maria@shop.example>", diagnostic="private"),
        payloads.bounce(bounced=[{"emailAddress": {"private": "maria@shop.example"}}]),
    ]
    return bodies


@pytest.mark.parametrize("refused", [False, True])
def test_logs_hold_nothing_of_what_was_recorded(
    table: TestTable, capsys: Any, refused: bool
) -> None:
    def rule(name: str, arguments: dict[str, Any], real: Any) -> Any:
        if refused:
            error = client_error("ValidationException")
            error.response["Error"]["Message"] = "private maria@shop.example"
            raise error
        return real()

    client = WatchedClient(table.client, rule)
    functions = observed(table, client, keep_subject=True, keep_headers=True)
    answer = functions.record(payloads.sqs_event(*hostile_bodies()), Context(StillClock()))
    assert bool(failed_ids(answer)) is refused
    functions.roll_up(stream_event(items_of(table)), Context(StillClock()))
    captured = capsys.readouterr()
    assert '"message":"rolled up"' in captured.out
    for secret in SECRETS:
        assert secret not in captured.out + captured.err


def test_the_stream_function_counts_what_it_met(table: TestTable, capsys: Any) -> None:
    functions = observed(table)
    functions.record(payloads.sqs_event(payloads.send(), payloads.click()))
    functions.tick({})
    batch = stream_event(items_of(table) + items_of(table, "H#"))
    batch["Records"].append({"eventName": "INSERT", "dynamodb": {"SequenceNumber": "900"}})
    batch["Records"].append({"eventName": "REMOVE"})
    capsys.readouterr()
    functions.roll_up(batch)
    lines = lines_of(capsys.readouterr())
    assert lines[0]["level"] == "ERROR"
    assert lines[0]["sequence_numbers"] == ["900"]
    assert metrics_in(lines) == {
        (None, "streamed"): 2,
        (None, "heartbeats"): 1,
        (None, "heartbeats_paged"): 1,
        (None, "skipped"): 1,
        (None, "unparsed"): 1,
        (None, "pages"): 1,
        (None, "rollup_rows"): 5,
        (None, "rollup_updates"): 5,
        (None, "late_minutes"): 0,
        (None, "unpaged_batches"): 0,
    }


def test_a_heartbeat_that_no_page_took_is_not_counted_as_paged(
    table: TestTable, capsys: Any
) -> None:
    def rule(name: str, arguments: dict[str, Any], real: Any) -> Any:
        if name == "put_item" and arguments["Item"]["pk"]["S"].startswith("F#"):
            raise client_error("AccessDeniedException")
        return real()

    functions = observed(table, WatchedClient(table.client, rule))
    functions.tick({})
    capsys.readouterr()
    functions.roll_up(stream_event(items_of(table, "H#")))
    lines = lines_of(capsys.readouterr())
    metrics = metrics_in(lines)
    assert (metrics[None, "heartbeats"], metrics[None, "heartbeats_paged"]) == (1, 0)
    assert metrics[None, "unpaged_batches"] == 1


def test_metrics_of_two_tables_can_be_told_apart(table: TestTable, capsys: Any) -> None:
    observed(table).record(payloads.sqs_event(payloads.send()), Context(StillClock()))
    blobs = [line for line in lines_of(capsys.readouterr()) if "_aws" in line]
    assert len(blobs) == 2
    for blob in blobs:
        assert blob["table"] == table.name
        (dimensions,) = blob["_aws"]["CloudWatchMetrics"][0]["Dimensions"]
        assert {"service", "table"} <= set(dimensions)


def test_nothing_of_the_dashboard_comes_with_the_handlers() -> None:
    program = (
        "import sys, recorder.handler\n"
        "roots = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(roots & {'ses_tui', 'textual', 'click', 'aiobotocore', 'moto'}))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_in_lambda_a_bad_setting_stops_the_start() -> None:
    environment = os.environ | {"AWS_LAMBDA_FUNCTION_NAME": "record", "SES_KEEP_HEADERS": "maybe"}
    answer = subprocess.run(
        [sys.executable, "-c", "import recorder.handler"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert answer.returncode != 0
    assert "SES_KEEP_HEADERS is 'maybe': give 1 or 0" in answer.stderr
