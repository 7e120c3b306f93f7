"""What the functions return, raise and copy."""

import json
from typing import Any

import pytest

from recorder.functions import NotRecorded
from recorder.model.envelope import Unparseable
from recorder.unparseable import MAXIMUM_BODY_BYTES, UnparseableQueue, message_of
from tests import payloads
from tests.engine import TestTable
from tests.recorder.support import (
    Context,
    CopyList,
    ListObserver,
    StillClock,
    WatchedClient,
    client_error,
    events_of,
    failed_ids,
    functions_on,
    items_of,
    stream_event,
)

BROKEN = '{"eventType": "Bounce", "mail": '


def refusing(*addresses: str) -> Any:
    """A rule under which the statements that hold one of `addresses` are refused."""

    def rule(name: str, arguments: dict[str, Any], real: Any) -> Any:
        if name != "batch_execute_statement":
            return real()
        statements = arguments["Statements"]
        bad = [
            any({"S": address} in statement["Parameters"] for address in addresses)
            for statement in statements
        ]
        arguments["Statements"] = [s for s, b in zip(statements, bad, strict=True) if not b]
        good = iter(real()["Responses"] if arguments["Statements"] else ())
        refused = {"Error": {"Code": "ValidationError", "Message": "no"}}
        return {"Responses": [refused if b else next(good) for b in bad]}

    return rule


def test_exactly_the_records_that_were_not_stored_come_back(table: TestTable) -> None:
    client = WatchedClient(table.client, refusing("b@x.example", "d@x.example"))
    bodies: list[Any] = [
        payloads.delivery(recipients=[f"{name}@x.example"]) for name in ("a", "b", "c", "d")
    ]
    bodies.append(payloads.delivery(recipients=["e@x.example", "d@x.example"]))
    event = payloads.sqs_event(*bodies, "text", ids=list("123456"))
    answer = functions_on(table, client=client).record(event)
    assert failed_ids(answer) == ["2", "4", "5"]
    assert {event.recipient for event in events_of(table)} == {
        "a@x.example",
        "c@x.example",
        "e@x.example",
    }


def test_all_records_of_a_merged_event_come_back(table: TestTable) -> None:
    client = WatchedClient(table.client, refusing("a@x.example"))
    delivery = payloads.delivery(recipients=["a@x.example"])
    event = payloads.sqs_event(delivery, delivery, ids=["1", "2"])
    assert failed_ids(functions_on(table, client=client).record(event)) == ["1", "2"]


def test_a_batch_without_records_is_fine(table: TestTable) -> None:
    assert functions_on(table).record({"Records": []}) == {"batchItemFailures": []}


@pytest.mark.parametrize("way", [payloads.sns_event, payloads.eventbridge_event, dict])
def test_a_direct_invocation_stores(table: TestTable, way: Any) -> None:
    functions_on(table).record(way(payloads.bounce()))
    assert len(events_of(table)) == 1


@pytest.mark.parametrize("way", [payloads.sns_event, payloads.eventbridge_event, dict])
def test_a_direct_invocation_that_was_not_stored_raises(table: TestTable, way: Any) -> None:
    client = WatchedClient(table.client, refusing("maria@shop.example"))
    with pytest.raises(NotRecorded, match=r"table ses-events \(ValidationError\)") as raised:
        functions_on(table, client=client).record(way(payloads.bounce()))
    assert "maria" not in str(raised.value)
    assert raised.value.__context__ is None


def test_a_direct_invocation_stores_the_rest_before_it_raises(table: TestTable) -> None:
    client = WatchedClient(table.client, refusing("b@x.example"))
    event = payloads.sns_event(
        *(payloads.delivery(recipients=[f"{name}@x.example"]) for name in "abc")
    )
    with pytest.raises(NotRecorded):
        functions_on(table, client=client).record(event)
    assert {event.recipient for event in events_of(table)} == {"a@x.example", "c@x.example"}


def test_what_cannot_be_read_is_copied_whole_and_acknowledged(table: TestTable) -> None:
    copies = CopyList()
    document = payloads.sns_document(BROKEN)
    event = payloads.sqs_event(document, payloads.send())
    answer = functions_on(table, copy_unparseable=copies).record(event)
    assert failed_ids(answer) == []
    assert [copy.text.strip() for copy in copies.copies] == [event["Records"][0]["body"].strip()]
    assert len(events_of(table)) == 1


def test_what_cannot_be_copied_comes_back(table: TestTable) -> None:
    copies = CopyList(client_error("AccessDenied", 403))
    event = payloads.sqs_event(payloads.send(), BROKEN, ids=["good", "bad"])
    answer = functions_on(table, copy_unparseable=copies).record(event)
    assert failed_ids(answer) == ["bad"]
    assert len(events_of(table)) == 1


def test_copying_is_tried_again(table: TestTable) -> None:
    errors = [client_error("ThrottlingException"), client_error("InternalError", 500)]
    sent: list[dict[str, Any]] = []

    class Queue:
        def send_message(self, **arguments: Any) -> dict[str, Any]:
            if errors:
                raise errors.pop()
            sent.append(arguments)
            return {}

    queue = UnparseableQueue(Queue, "https://queue.invalid/unparseable")
    clock = StillClock()
    functions = functions_on(table, clock=clock, copy_unparseable=queue)  # type: ignore[arg-type]
    assert failed_ids(functions.record(payloads.sqs_event(BROKEN), Context(clock))) == []
    (message,) = sent
    assert message["QueueUrl"] == "https://queue.invalid/unparseable"
    assert message["MessageBody"] == BROKEN


def test_without_a_queue_it_is_counted_and_acknowledged(table: TestTable) -> None:
    observer = ListObserver()
    answer = functions_on(table, observer=observer).record(payloads.sqs_event(BROKEN))
    assert failed_ids(answer) == []
    assert observer.last.total("unparseable") == 1


def test_a_copy_says_why(table: TestTable) -> None:
    message = message_of(Unparseable("bad \x1b[31m" + "y" * 900, "body"))
    assert message["MessageBody"] == "body"
    attributes = message["MessageAttributes"]
    assert set(attributes) == {"reason"}
    assert attributes["reason"]["StringValue"].startswith("bad ?[31my")
    assert len(attributes["reason"]["StringValue"]) == 500


@pytest.mark.parametrize("text", ["", "\x00", "a\ud800b", "\ufffe"])
def test_a_copy_of_what_a_queue_refuses_is_json(text: str) -> None:
    message = message_of(Unparseable("reason", text))
    assert message["MessageBody"].isascii()
    assert json.loads(message["MessageBody"]) == text
    assert message["MessageAttributes"]["encoding"]["StringValue"] == "json"


def test_a_copy_over_the_limit_is_cut_and_says_so() -> None:
    message = message_of(Unparseable("reason", "é" * 600_000))
    assert MAXIMUM_BODY_BYTES - 2 < len(message["MessageBody"].encode()) <= MAXIMUM_BODY_BYTES
    assert message["MessageAttributes"]["cut"]["StringValue"] == "1200000"


def test_a_heartbeat_is_written_once_a_minute(table: TestTable) -> None:
    clock = StillClock()
    observer = ListObserver()
    functions = functions_on(table, clock=clock, observer=observer)
    functions.tick({})
    clock.now += 30_000
    functions.tick({})
    clock.now += 30_000
    functions.tick({})
    assert [heard for _, heard in observer.heard] == [True, False, True]
    first, second = items_of(table, "H#")
    assert first == {
        "pk": {"S": "H#202611230600"},
        "sk": {"S": "0"},
        "r": {"N": str(clock.now - 60_000)},
        "x": {"N": str((clock.now - 60_000) // 1000 + 86_400)},
    }
    assert second["pk"] == {"S": "H#202611230601"}


def test_a_heartbeat_that_cannot_be_written_raises(table: TestTable) -> None:
    def rule(name: str, arguments: dict[str, Any], real: Any) -> Any:
        raise client_error("ThrottlingException")

    clock = StillClock()
    client = WatchedClient(table.client, rule)
    with pytest.raises(Exception, match="ThrottlingException"):
        functions_on(table, client=client, clock=clock).tick({}, Context(clock))
    assert len(client.calls) > 3


def test_pages_are_written_after_rollups_and_not_without_them(table: TestTable) -> None:
    functions_on(table).record(payloads.sqs_event(payloads.send()))
    batch = stream_event(items_of(table))
    watched = WatchedClient(table.client)
    answer = functions_on(table, client=watched).roll_up(batch)
    assert failed_ids(answer) == []
    names = [name for name in watched.names() if name in ("update_item", "put_item")]
    assert names[-1] == "put_item"
    assert names.count("put_item") == 1
    assert len(items_of(table, "R#")) == names.count("update_item")

    def refuse(name: str, arguments: dict[str, Any], real: Any) -> Any:
        if name == "update_item":
            raise client_error("AccessDeniedException")
        return real()

    observer = ListObserver()
    refusing_client = WatchedClient(table.client, refuse)
    answer = functions_on(table, client=refusing_client, observer=observer).roll_up(batch)
    assert failed_ids(answer) == ["100"]
    assert "put_item" not in refusing_client.names()
    assert observer.last[1].error == "AccessDeniedException"


def test_a_tick_summarises_after_its_heartbeat(table: TestTable) -> None:
    watched = WatchedClient(table.client)
    observer = ListObserver()
    functions_on(table, client=watched, observer=observer).tick({})
    assert watched.names()[0] == "put_item"
    assert items_of(table, "C#")
    assert observer.last is True
