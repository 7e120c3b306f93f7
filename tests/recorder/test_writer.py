"""The writer under throttling, lost answers, broken items and short time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from recorder.model.item import Item
from recorder.model.table import table_definition
from recorder.retry import Deadline
from recorder.writer import Outcome, TableWriter, WriteResult
from ses_tui.demo.access import LocalAccess
from tests.engine import TestTable
from tests.recorder.support import (
    Rule,
    StillClock,
    WatchedClient,
    client_error,
    items_of,
    names_a_day,
    read_timeout,
)

STORED = WriteResult(Outcome.STORED)
DUPLICATE = WriteResult(Outcome.DUPLICATE)


def item(number: int, **attributes: Any) -> Item:
    return {
        "pk": {"S": "M#message"},
        "sk": {"S": f"0#{number:04d}"},
        "r": {"N": "1000"},
        **attributes,
    }


def items(count: int) -> list[Item]:
    return [item(number) for number in range(count)]


def write(
    table: TestTable,
    rows: list[Item],
    rule: Rule | None = None,
    seconds: float = 20.0,
) -> tuple[list[WriteResult], WatchedClient]:
    """What became of the rows; the naming of their day is neither ruled nor watched."""

    def rule_of_events(name: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        if rule is None or names_a_day(name, arguments):
            return real()
        return rule(name, arguments, real)

    clock = StillClock()
    client = WatchedClient(table.client, rule_of_events)
    writer = TableWriter(client, table.name, clock.retrier())
    end = clock.seconds + seconds
    deadline = Deadline(clock, lambda: int((end - clock.seconds) * 1000))
    results = writer.write(rows, deadline)
    client.calls = [call for call in client.calls if not names_a_day(*call)]
    return results, client


def first_times(count: int, name: str, fault: Callable[[Callable[[], Any]], Any]) -> Rule:
    """A rule under which the first `count` calls of `name` go wrong."""
    remaining = [count]
    lock = threading.Lock()

    def rule(called: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        with lock:
            faulty = called == name and remaining[0] > 0
            remaining[0] -= faulty
        return fault(real) if faulty else real()

    return rule


def raising(error: Exception, *, after: bool = False) -> Callable[[Callable[[], Any]], Any]:
    def fault(real: Callable[[], Any]) -> Any:
        if after:
            real()
        raise error

    return fault


def test_items_go_twenty_five_a_call(table: TestTable) -> None:
    results, client = write(table, items(60))
    assert results == [STORED] * 60
    sizes = [len(arguments["Statements"]) for _, arguments in client.calls]
    assert sorted(sizes) == [10, 25, 25]
    assert len(items_of(table)) == 60


@pytest.mark.parametrize(
    "error",
    [
        client_error("ProvisionedThroughputExceededException"),
        client_error("ThrottlingException"),
        client_error("RequestLimitExceeded"),
        client_error("InternalServerError", 500),
        client_error("ServiceUnavailable", 503),
        read_timeout(),
        ConnectionResetError(),
    ],
)
def test_a_passing_failure_of_a_call_is_tried_again(table: TestTable, error: Exception) -> None:
    results, _ = write(table, items(30), first_times(4, "batch_execute_statement", raising(error)))
    assert results == [STORED] * 30


def test_what_was_stored_although_the_answer_was_lost_counts_as_stored(table: TestTable) -> None:
    rule = first_times(1, "batch_execute_statement", raising(read_timeout(), after=True))
    results, _ = write(table, items(5), rule)
    assert results == [STORED] * 5


def test_what_another_stored_before_is_a_duplicate_even_after_a_lost_answer(
    table: TestTable,
) -> None:
    write(table, [item(0, r={"N": "999"})])
    rule = first_times(1, "batch_execute_statement", raising(read_timeout(), after=True))
    results, _ = write(table, items(2), rule)
    assert results == [DUPLICATE, STORED]


@pytest.mark.parametrize(
    "code",
    ["ThrottlingError", "ProvisionedThroughputExceeded", "TransactionConflict"],
)
def test_only_refused_statements_are_tried_again(table: TestTable, code: str) -> None:
    def refuse_half(real: Callable[[], Any]) -> Any:
        answer = real()
        for row in items(10)[5:]:
            table.client.delete_item(TableName=table.name, Key={"pk": row["pk"], "sk": row["sk"]})
        failed = {"Error": {"Code": code, "Message": "no"}}
        return {"Responses": answer["Responses"][:5] + [failed] * 5}

    results, client = write(
        table, items(10), first_times(1, "batch_execute_statement", refuse_half)
    )
    assert results == [STORED] * 10
    assert [len(arguments["Statements"]) for _, arguments in client.calls] == [10, 5]


def test_time_that_runs_out_fails_what_is_left_and_says_why(table: TestTable) -> None:
    error = client_error("ProvisionedThroughputExceededException")
    results, client = write(
        table, items(3), first_times(10_000, "batch_execute_statement", raising(error)), seconds=9
    )
    failed = WriteResult(Outcome.FAILED, "ProvisionedThroughputExceededException")
    assert results == [failed] * 3
    assert 5 < len(client.calls) < 20
    assert items_of(table) == []


def test_nothing_is_stored_on_a_day_that_cannot_be_named(table: TestTable) -> None:
    clock = StillClock()

    def rule(name: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        if names_a_day(name, arguments):
            raise client_error("AccessDeniedException")
        return real()

    writer = TableWriter(WatchedClient(table.client, rule), table.name, clock.retrier())
    results = writer.write(items(30), Deadline(clock))
    assert results == [WriteResult(Outcome.FAILED, "AccessDeniedException")] * 30
    assert items_of(table) == []


def test_a_call_that_hangs_does_not_keep_the_writer(table: TestTable) -> None:
    hang = threading.Event()

    def rule(name: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        if len(arguments["Statements"]) == 25:
            hang.wait()
        return real()

    try:
        results, _ = write(table, items(26), rule, seconds=1.5)
        assert results[25] == STORED
        assert results[:25] == [WriteResult(Outcome.FAILED, "OutOfTime")] * 25
    finally:
        hang.set()


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_a_lasting_failure_is_not_tried_again(table: TestTable, code: str) -> None:
    error = client_error(code)
    results, client = write(
        table, items(25), first_times(1, "batch_execute_statement", raising(error))
    )
    assert results == [WriteResult(Outcome.FAILED, code)] * 25
    assert len(client.calls) == 1


def test_an_item_that_fails_the_whole_call_fails_alone(table: TestTable) -> None:
    rows = items(25)
    rows[7]["pm"] = {"N": "1" * 50}
    results, _ = write(table, rows)
    assert results.pop(7) == WriteResult(Outcome.FAILED, "ValidationException")
    assert results == [STORED] * 24


def test_an_item_too_large_loses_its_original_and_nothing_else(table: TestTable) -> None:
    large = item(0, o={"B": b"x" * 395_000}, ov={"N": "1"}, dc={"S": "d" * 20_000})
    results, _ = write(table, [large, item(1)])
    assert results == [STORED, STORED]
    stored = items_of(table)[0]
    assert stored["dc"] == large["dc"]
    assert stored["oc"] == {"N": "1"}
    assert "o" not in stored
    assert "ov" not in stored


def test_an_item_too_large_without_original_fails_alone(table: TestTable) -> None:
    results, _ = write(table, [item(0, dc={"S": "d" * 500_000}), item(1)])
    assert results == [WriteResult(Outcome.FAILED, "ValidationError"), STORED]


def test_an_original_that_does_not_fit_beside_a_stored_event_is_left_out(table: TestTable) -> None:
    write(table, [item(0, dc={"S": "d" * 200_000})])
    later = item(0, o={"B": b"x" * 300_000}, ov={"N": "1"}, cs={"S": "set"})
    results, _ = write(table, [later])
    assert results == [DUPLICATE]
    (stored,) = items_of(table)
    assert stored["cs"] == {"S": "set"}
    assert "o" not in stored


def test_filling_changes_no_key_and_no_time(table: TestTable) -> None:
    write(table, [item(0)])
    later = item(
        0,
        r={"N": "2000"},
        x={"N": "9"},
        rp={"S": "p"},
        rs={"S": "s"},
        n={"N": "1"},
        h={"N": "1"},
        cs={"S": "set"},
    )
    write(table, [later])
    assert items_of(table) == [item(0, cs={"S": "set"})]


def test_a_gap_that_another_filled_meanwhile_stays_as_it_is(table: TestTable) -> None:
    write(table, [item(0)])

    def rule(name: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        if name == "update_item":
            table.client.update_item(
                TableName=table.name,
                Key=arguments["Key"],
                UpdateExpression="SET cs = :cs",
                ExpressionAttributeValues={":cs": {"S": "other"}},
            )
        return real()

    results, _ = write(table, [item(0, cs={"S": "mine"}, f={"S": "sender"})], rule)
    assert results == [DUPLICATE]
    assert items_of(table) == [item(0, cs={"S": "other"}, f={"S": "sender"})]


def test_an_item_erased_before_its_gaps_are_filled_stays_erased(table: TestTable) -> None:
    write(table, [item(0)])

    def rule(name: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        if name == "update_item":
            table.client.delete_item(TableName=table.name, Key=arguments["Key"])
        return real()

    results, _ = write(table, [item(0, cs={"S": "mine"})], rule)
    assert results == [DUPLICATE]
    assert items_of(table) == []


@pytest.mark.parametrize("name", ["batch_get_item", "update_item"])
def test_gaps_that_cannot_be_filled_are_reported(table: TestTable, name: str) -> None:
    write(table, [item(0)])
    rule = first_times(10_000, name, raising(client_error("ThrottlingException")))
    results, _ = write(table, [item(0, cs={"S": "set"}), item(1)], rule)
    assert results == [WriteResult(Outcome.FAILED, "ThrottlingException"), STORED]


def test_keys_that_a_read_left_out_are_read_again(table: TestTable) -> None:
    write(table, items(3))

    def rule(name: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        if name == "batch_get_item":
            request = arguments["RequestItems"][table.name]
            keys = request["Keys"]
            arguments["RequestItems"] = {table.name: request | {"Keys": keys[:1]}}
            left = {table.name: request | {"Keys": keys[1:]}} if keys[1:] else {}
            return real() | {"UnprocessedKeys": left}
        return real()

    rows = [item(number, cs={"S": "set"}) for number in range(3)]
    results, client = write(table, rows, rule)
    assert results == [DUPLICATE] * 3
    assert client.names().count("batch_get_item") == 3
    assert items_of(table) == rows


@contextmanager
def moto_table() -> Iterator[TestTable]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        table = TestTable(LocalAccess(f"http://{host}:{port}"))
        table.client.create_table(**table_definition(table.name))
        yield table
    finally:
        server.stop()


def test_an_engine_without_partiql_batches_gets_conditional_puts_from_then_on() -> None:
    with moto_table() as table:
        clock = StillClock()
        once = Config(retries={"total_max_attempts": 1})
        client = WatchedClient(
            boto3.client("dynamodb", config=once, **table.access.client_arguments())
        )
        writer = TableWriter(client, table.name, clock.retrier(), concurrency=2)
        assert writer.write(items(3), Deadline(clock)) == [STORED] * 3
        tried = client.names().count("batch_execute_statement")
        assert writer.write([item(2, cs={"S": "set"}), item(3)], Deadline(clock)) == [
            DUPLICATE,
            STORED,
        ]
        assert client.names().count("batch_execute_statement") == tried == 1
        assert items_of(table) == [*items(2), item(2, cs={"S": "set"}), item(3)]
