"""How fast the recorder is, and how small what it stores: `python -m benchmarks.recorder`.

Needs DynamoDB Local. Every way of writing gets the same events and a fresh database in each round,
and the ways take turns, so that whatever else the machine does falls on all of them. The engine
runs as Java runs servers, and has been at work for a while before the first round that counts.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from operator import truediv
from typing import Any, Final

import boto3

from benchmarks.alone import run_alone
from benchmarks.figure import Figure
from recorder import handler
from recorder.functions import RecorderFunctions
from recorder.inserting import STATEMENTS_IN_CALL
from recorder.model.clock import SystemClock
from recorder.model.item import Item
from recorder.model.payload import parse_payload
from recorder.model.settings import RecorderSettings
from recorder.model.table import table_definition
from recorder.observability import PowertoolsObserver
from recorder.writer import DEFAULT_CONCURRENCY
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import start_dynamodb_local
from ses_tui.demo.generator import TrafficGenerator
from ses_tui.demo.traffic import queue_message
from tests.payloads import every_type, sns_document, sqs_event

ISSUE: Final = 3
BATCH: Final = 100
NAIVE_SHARE: Final = 6
"""The naive recorder is so slow that it gets a sixth of the events; its rate stays its rate."""
_WARM_UP: Final = 6_000
"""Statements; about so many, and the engine's virtual machine has compiled what it will."""
_QUICK_WARM_UP: Final = 600
_COLD_STARTS: Final = 3
_STUBBED_ROUNDS: Final = 9
_MINUTE_MS: Final = 60_000
WRITE_UNIT_BYTES: Final = 1_024
TABLE: Final = "ses-events"
TRAFFIC_START_MS: Final = 1_795_413_600_000

Record = dict[str, Any]
Statement = dict[str, Any]

_OURS: Final = "record"
_NAIVE: Final = "straightforward recorder"
_BARE: Final = "bare prebuilt inserts"


def make_records(
    count: int, events_per_second: float = 50.0, start_ms: int = TRAFFIC_START_MS
) -> list[Record]:
    """SQS records, each an SNS document around an event for one recipient, none twice.

    What follows a mail comes minutes later, so only a low rate gives every type its share.
    """
    generator = TrafficGenerator(seed=1, start_ms=start_ms)
    records: list[Record] = []
    seen: set[str] = set()
    for at_ms, payload in generator.events(events_per_second):
        events = parse_payload(payload, recorded_at=at_ms).events
        if len(events) == 1 and events[0].event_id not in seen:
            seen.add(events[0].event_id)
            records.append(queue_message(at_ms, payload))
        if len(records) == count:
            break
    return records


def in_batches(values: Sequence[Any], size: int) -> Iterator[list[Any]]:
    """`values` in lists of `size`."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])


class StubTable:
    """Answers at once and stores nothing: what is left is the recorder's own work."""

    def batch_execute_statement(self, **arguments: Any) -> dict[str, Any]:
        """An answer in which every statement succeeded."""
        return {"Responses": [{} for _ in arguments["Statements"]]}

    def batch_get_item(self, **arguments: Any) -> dict[str, Any]:
        """Nothing is stored: an old event is looked for among rows that an import has left."""
        return {"Responses": {}, "UnprocessedKeys": {}}

    def update_item(self, **arguments: Any) -> dict[str, Any]:
        """The day of the first event is named."""
        return {}


class KeepingTable(StubTable):
    """Keeps the statements it got."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def batch_execute_statement(self, **arguments: Any) -> dict[str, Any]:
        """An answer in which every statement succeeded."""
        self.statements += arguments["Statements"]
        return super().batch_execute_statement(**arguments)


def stubbed_functions(table: StubTable) -> RecorderFunctions:
    """The functions as Lambda has them, logs and metrics included."""
    client: Any = table
    return RecorderFunctions(
        client, RecorderSettings(), observer=PowertoolsObserver(RecorderSettings().table)
    )


@contextmanager
def environment_of(access: LocalAccess) -> Iterator[None]:
    """The environment in which `recorder.handler` finds its table."""
    values = {
        "AWS_ENDPOINT_URL_DYNAMODB": access.endpoint_url,
        "AWS_ACCESS_KEY_ID": access.access_key_id,
        "AWS_SECRET_ACCESS_KEY": access.secret_access_key,
        "AWS_DEFAULT_REGION": access.region,
        "SES_TABLE": TABLE,
    }
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    handler.functions.cache_clear()
    try:
        yield
    finally:
        handler.functions.cache_clear()
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def record_with_lambda(access: LocalAccess, records: list[Record]) -> float:
    """Seconds of `recorder.handler.record` over all batches, one after the other."""
    with environment_of(access), redirect_stdout(StringIO()) as log:
        handler.functions()
        started = time.perf_counter()
        for batch in in_batches(records, BATCH):
            answer = handler.record({"Records": batch})
            if answer["batchItemFailures"]:
                raise RuntimeError(f"not everything was stored: {log.getvalue()[-2_000:]}")
        return time.perf_counter() - started


def record_naively(access: LocalAccess, records: list[Record]) -> float:
    """Seconds of a straightforward recorder: a record a call, a resource a call, plain puts.

    It has what such a function has in Lambda: boto3's default session, whose models and
    credentials stay from call to call, and a resource with connections of its own each time.
    """

    def handle(event: dict[str, Any]) -> None:
        table = boto3.resource("dynamodb").Table(TABLE)
        for record in event["Records"]:
            payload = json.loads(json.loads(record["body"])["Message"])
            mail = payload["mail"]
            for recipient in mail["destination"]:
                table.put_item(
                    Item={
                        "pk": recipient,
                        "sk": mail["messageId"],
                        "sender": mail["source"],
                        "sent": mail["timestamp"],
                        "type": payload.get("eventType") or payload["notificationType"],
                        "expiry": int(time.time()) + 120 * 86_400,
                    }
                )

    with environment_of(access):
        boto3.setup_default_session()
        boto3.client("dynamodb")
        started = time.perf_counter()
        for record in records:
            handle({"Records": [record]})
        return time.perf_counter() - started


def insert_barely(access: LocalAccess, statements: list[Statement]) -> float:
    """Seconds of sending statements that are ready, with the same client and concurrency."""
    client = boto3.client(
        "dynamodb", config=handler.TABLE_CONFIGURATION, **access.client_arguments()
    )
    with ThreadPoolExecutor(DEFAULT_CONCURRENCY) as threads:
        started = time.perf_counter()
        for batch in in_batches(statements, BATCH):
            calls = [
                threads.submit(client.batch_execute_statement, Statements=chunk)
                for chunk in in_batches(batch, STATEMENTS_IN_CALL)
            ]
            for call in calls:
                if any("Error" in response for response in call.result()["Responses"]):
                    raise RuntimeError("a prebuilt statement was refused")
        return time.perf_counter() - started


def record_into_nothing(records: list[Record]) -> float:
    """Seconds of processor time of the recorder over a table that answers at once."""
    functions = stubbed_functions(StubTable())
    with redirect_stdout(StringIO()):
        started = time.process_time()
        for batch in in_batches(records, BATCH):
            functions.record({"Records": batch})
        return time.process_time() - started


def size_of(item: Item) -> int:
    """Bytes that DynamoDB counts for an item, as its developer guide ("Item sizes") has it."""
    size = 0
    for name, attribute in item.items():
        ((kind, value),) = attribute.items()
        size += len(name.encode())
        if kind == "N":
            size += (len(value) + 1) // 2 + 1
        else:
            size += len(value if kind == "B" else value.encode())
    return size


def items_of(statements: list[Statement]) -> list[Item]:
    """The items that statements insert."""
    return [
        dict(zip(one["Statement"].split("'")[1::2], one["Parameters"], strict=True))
        for one in statements
    ]


def seconds_of_start(program: str) -> float:
    """Seconds that `program` takes in a new Python that has started."""
    measured = f"import time; s = time.perf_counter(); {program}; print(time.perf_counter() - s)"
    environment = os.environ | {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "LOCAL",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
    answer = subprocess.run(
        [sys.executable, "-c", measured], capture_output=True, check=True, env=environment
    )
    return float(answer.stdout)


def record_and_keep(records: list[Record]) -> list[Statement]:
    """The statements with which the recorder stores `records`."""
    table = KeepingTable()
    with redirect_stdout(StringIO()):
        functions = stubbed_functions(table)
        for batch in in_batches(records, BATCH):
            functions.record({"Records": batch})
    return table.statements


def payload_records() -> list[Record]:
    """SQS records of the tests' payloads: each type in both generations, with headers."""
    payloads = [*every_type(generation="event").values()]
    payloads += every_type(generation="notification").values()
    records: list[Record] = sqs_event(*map(sns_document, payloads))["Records"]
    return records


def measure(quick: bool) -> Iterator[Figure]:
    """Sizes, cold start, the recorder's own work, and its speed beside the two other ways."""
    rounds, events = (2, 300) if quick else (5, 600)
    # As they come from a queue: of old ones it is asked whether an import has stored them.
    records = make_records(events, start_ms=SystemClock().now_ms() - _MINUTE_MS)
    statements = record_and_keep(records)
    yield from item_figures("generated events", statements)
    yield from item_figures("payloads of the tests", record_and_keep(payload_records()))
    yield from cold_starts(1 if quick else _COLD_STARTS)
    record_into_nothing(records)
    stubbed = tuple(events / record_into_nothing(records) for _ in range(_STUBBED_ROUNDS))
    yield Figure(ISSUE, "record into a stubbed table", "events/s", stubbed, at_least=4_000)
    warm_up = _QUICK_WARM_UP if quick else _WARM_UP
    with start_dynamodb_local(quick_start=False) as engine:
        yield from side_by_side(engine.endpoint_url, records, statements, rounds, warm_up)


def side_by_side(
    endpoint_url: str, records: list[Record], statements: list[Statement], rounds: int, warm_up: int
) -> Iterator[Figure]:
    """The recorder, the straightforward one and bare inserts, in turn; ratios of each round."""
    few = records[: max(1, len(records) // NAIVE_SHARE)]
    ways: dict[str, tuple[Callable[[LocalAccess], float], int]] = {
        _OURS: (lambda access: record_with_lambda(access, records), len(records)),
        _NAIVE: (lambda access: record_naively(access, few), len(few)),
        _BARE: (lambda access: insert_barely(access, statements), len(statements)),
    }
    for _ in range(0, warm_up, len(statements)):
        with fresh_table(endpoint_url) as access:
            insert_barely(access, statements)
    with fresh_table(endpoint_url) as access:
        record_naively(access, few)
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, (way, count) in ways.items():
            with fresh_table(endpoint_url) as access:
                rates[name].append(count / way(access))
    for name, values in rates.items():
        yield Figure(ISSUE, name, "events/s", tuple(values))
    for other, name, least in (
        (_NAIVE, "record over the straightforward recorder", 12.0),
        (_BARE, "record over bare inserts", 0.7),
    ):
        times = map(truediv, rates[_OURS], rates[other])
        yield Figure(ISSUE, name, "times", tuple(times), at_least=least)


def item_figures(name: str, statements: list[Statement]) -> Iterator[Figure]:
    """How large the items are that statements insert, and how many fit a write unit."""
    sizes = list(map(size_of, items_of(statements)))
    within = 100 * sum(size <= WRITE_UNIT_BYTES for size in sizes) / len(sizes)
    mean = statistics.mean(sizes)
    note = f"{len(sizes):,} items, the largest {max(sizes):,} bytes"
    yield Figure(ISSUE, f"item bytes, {name}", "bytes", (mean,), at_most=700, note=note)
    yield Figure(ISSUE, f"items within 1 KB, {name}", "%", (within,), at_least=95)


def cold_starts(rounds: int) -> Iterator[Figure]:
    """Import and first client, of the handler and of boto3 alone."""
    programs = {
        "cold start": "import recorder.handler; recorder.handler.functions()",
        "cold start, of which boto3": "import boto3; boto3.client('dynamodb')",
    }
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            times[name].append(seconds_of_start(program))
    for name, values in times.items():
        yield Figure(ISSUE, name, "s", tuple(values))


@contextmanager
def fresh_table(endpoint_url: str) -> Iterator[LocalAccess]:
    """A table in a database of its own, gone afterwards."""
    access = LocalAccess(endpoint_url)
    client = access.dynamodb_client()
    client.create_table(**table_definition(TABLE))
    yield access
    client.delete_table(TableName=TABLE)
    client.close()


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
