import json
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ses_tui.demo.stream_consumer import StreamConsumer, handled_records
from tests.engine import TestTable


class SteppingClock:
    """Time moves only when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now_ms(self) -> int:
        return int(self.seconds * 1000)

    def monotonic(self) -> float:
        return self.seconds


class Function:
    """A Lambda function that remembers what it was given and answers as a test wants."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], Any] = lambda event: {"batchItemFailures": []}

    def __call__(self, event: dict[str, Any]) -> Any:
        self.events.append(json.loads(json.dumps(event)))
        return self.answer(event)

    def batches(self) -> list[list[str]]:
        return [
            [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]
            for event in self.events
        ]

    def sequence_numbers(self, event_number: int) -> list[str]:
        records = self.events[event_number]["Records"]
        return [record["dynamodb"]["SequenceNumber"] for record in records]


class Stream:
    """The table's real stream, all of it of one moment, and with errors in between."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.created = datetime(2026, 11, 23, 6, 0, 30, tzinfo=UTC)
        self.errors: list[str] = []

    def describe_stream(self, **arguments: Any) -> Any:
        return self._client.describe_stream(**arguments)

    def get_shard_iterator(self, **arguments: Any) -> Any:
        return self._client.get_shard_iterator(**arguments)

    def get_records(self, **arguments: Any) -> Any:
        if self.errors:
            error = {"Error": {"Code": self.errors.pop(0), "Message": "injected"}}
            raise ClientError(error, "GetRecords")
        answer = self._client.get_records(**arguments)
        for record in answer["Records"]:
            record["dynamodb"]["ApproximateCreationDateTime"] = self.created
        return answer


@pytest.fixture
def stream(table: TestTable) -> Stream:
    return Stream(table.streams_client)


@pytest.fixture
def function() -> Function:
    return Function()


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


def stream_arn(table: TestTable) -> str:
    arn: str = table.client.describe_table(TableName=table.name)["Table"]["LatestStreamArn"]
    return arn


@pytest.fixture
def consumer(
    table: TestTable, stream: Stream, function: Function, clock: SteppingClock
) -> StreamConsumer:
    return StreamConsumer(stream, stream_arn(table), function, batch_size=4, clock=clock)


def put(table: TestTable, sort_key: str, partition_key: str = "M#one", **more: Any) -> None:
    item = {"pk": {"S": partition_key}, "sk": {"S": sort_key}, **more}
    table.client.put_item(TableName=table.name, Item=item)


def consume(consumer: StreamConsumer, clock: SteppingClock, steps: int = 12) -> None:
    for _ in range(steps):
        consumer.step()
        clock.seconds += 0.6


def test_hands_over_every_insert_in_order(
    table: TestTable, function: Function, clock: SteppingClock, consumer: StreamConsumer
) -> None:
    written = [f"0#{number:03d}" for number in range(11)]
    for sort_key in written:
        put(table, sort_key)
    consume(consumer, clock)
    assert [sort_key for batch in function.batches() for sort_key in batch] == written
    assert max(len(batch) for batch in function.batches()) == 4
    numbers: dict[str, list[int]] = defaultdict(list)
    for position, event in enumerate(function.events):
        numbers[event["shardId"]] += map(int, function.sequence_numbers(position))
    assert all(shard == sorted(set(shard)) for shard in numbers.values())


def test_the_event_has_the_form_of_lambda(
    table: TestTable, function: Function, clock: SteppingClock, consumer: StreamConsumer
) -> None:
    put(table, "0#a", o={"B": b"\x00\xff"}, deep={"L": [{"M": {"b": {"B": b"x"}}}, {"N": "7"}]})
    consume(consumer, clock)
    (event,) = function.events
    assert event["shardId"].startswith("shardId-")
    assert event["state"] == {}
    assert event["isFinalInvokeForWindow"] is False
    assert event["isWindowTerminatedEarly"] is False
    (record,) = event["Records"]
    assert record["eventName"] == "INSERT"
    assert record["eventSource"] == "aws:dynamodb"
    assert record["eventSourceARN"] == event["eventSourceARN"] == stream_arn(table)
    assert {"eventID", "eventVersion", "awsRegion"} <= set(record)
    change = record["dynamodb"]
    assert change["StreamViewType"] == "NEW_IMAGE"
    assert change["ApproximateCreationDateTime"] == 1795413630.0
    assert change["SizeBytes"] > 0
    assert change["Keys"] == {"pk": {"S": "M#one"}, "sk": {"S": "0#a"}}
    assert change["NewImage"]["o"] == {"B": "AP8="}
    assert change["NewImage"]["deep"] == {"L": [{"M": {"b": {"B": "eA=="}}}, {"N": "7"}]}


def test_only_new_events_and_heartbeats_pass(
    table: TestTable, function: Function, clock: SteppingClock, consumer: StreamConsumer
) -> None:
    put(table, "0#event")
    put(table, "0", partition_key="H#202611230600")
    put(table, "page", partition_key="F#20261123#0")
    put(table, "feed", partition_key="C#")
    put(table, "0#event", changed={"S": "yes"})
    table.client.delete_item(
        TableName=table.name, Key={"pk": {"S": "M#one"}, "sk": {"S": "0#event"}}
    )
    consume(consumer, clock)
    assert function.batches() == [["0#event", "0"]]


def test_a_batch_waits_for_the_window_unless_it_is_full(
    table: TestTable, function: Function, clock: SteppingClock, consumer: StreamConsumer
) -> None:
    put(table, "0#a")
    consumer.step()
    clock.seconds += 0.4
    consumer.step()
    assert function.batches() == []
    clock.seconds += 0.2
    consumer.step()
    assert function.batches() == [["0#a"]]
    for letter in "bcde":
        put(table, f"0#{letter}")
    consumer.step()
    assert function.batches()[1:] == [["0#b", "0#c", "0#d", "0#e"]]


def test_goes_on_at_the_lowest_failed_record(
    table: TestTable, function: Function, clock: SteppingClock, consumer: StreamConsumer
) -> None:
    for letter in "abcd":
        put(table, f"0#{letter}")

    def fail_once(event: dict[str, Any]) -> dict[str, Any]:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in event["Records"]]
        failed = [] if len(function.events) > 1 else [numbers[3], numbers[2]]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}

    function.answer = fail_once
    consume(consumer, clock)
    assert function.batches() == [["0#a", "0#b", "0#c", "0#d"], ["0#c", "0#d"]]


def test_an_exception_halves_the_batch_until_the_cause_is_alone(
    table: TestTable, function: Function, clock: SteppingClock, consumer: StreamConsumer
) -> None:
    healed = False

    def choke_on_d(event: dict[str, Any]) -> None:
        keys = [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]
        if "0#d" in keys and not healed:
            raise RuntimeError("no")

    function.answer = choke_on_d
    for letter in "abcd":
        put(table, f"0#{letter}")
    consume(consumer, clock, steps=80)
    assert function.batches()[:4] == [
        ["0#a", "0#b", "0#c", "0#d"],
        ["0#a", "0#b"],
        ["0#c", "0#d"],
        ["0#c"],
    ]
    assert set(map(tuple, function.batches()[4:])) == {("0#d",)}, "it holds up its shard"
    healed = True
    put(table, "0#e")
    consume(consumer, clock, steps=40)
    assert [sort_key for batch in function.batches()[-2:] for sort_key in batch] == ["0#d", "0#e"]


@pytest.mark.parametrize(
    "response",
    [
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"wrongName": "2"}]},
        {"batchItemFailures": [{"itemIdentifier": "3"}, {"itemIdentifier": "not of this batch"}]},
    ],
)
def test_an_unclear_failure_means_the_whole_batch(response: dict[str, Any]) -> None:
    batch = [{"dynamodb": {"SequenceNumber": str(number)}} for number in range(1, 5)]
    assert handled_records(batch, response) == 0


@pytest.mark.parametrize("response", [None, {}, {"state": {}}, {"batchItemFailures": []}])
def test_a_response_without_failures_means_success(response: dict[str, Any] | None) -> None:
    batch = [{"dynamodb": {"SequenceNumber": "1"}}]
    assert handled_records(batch, response) == 1


def test_lost_iterators_and_throttling_lose_and_repeat_nothing(
    table: TestTable,
    stream: Stream,
    function: Function,
    clock: SteppingClock,
    consumer: StreamConsumer,
) -> None:
    for number in range(12):
        put(table, f"0#{number:03d}")
        if number % 3 == 0:
            stream.errors += ["ExpiredIteratorException", "ProvisionedThroughputExceededException"]
        consumer.step()
        clock.seconds += 0.6
    consume(consumer, clock, steps=20)
    handed_over = [sort_key for batch in function.batches() for sort_key in batch]
    assert stream.errors == []
    assert handed_over == [f"0#{number:03d}" for number in range(12)]


def test_a_batch_never_crosses_the_tumbling_window(
    table: TestTable,
    stream: Stream,
    function: Function,
    clock: SteppingClock,
    consumer: StreamConsumer,
) -> None:
    put(table, "0#a")
    consumer.step()
    stream.created += timedelta(minutes=1)
    put(table, "0#b")
    consumer.step()
    clock.seconds += 0.6
    consume(consumer, clock)
    assert function.batches() == [["0#a"], ["0#b"]]
    assert [event["window"] for event in function.events] == [
        {"start": "2026-11-23T06:00:00Z", "end": "2026-11-23T06:01:00Z"},
        {"start": "2026-11-23T06:01:00Z", "end": "2026-11-23T06:02:00Z"},
    ]


class TwoGenerations:
    """A stream whose one shard was split: the child is listed first and holds later records."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def describe_stream(self, **arguments: Any) -> Any:
        shards = [{"ShardId": "child", "ParentShardId": "parent"}, {"ShardId": "parent"}]
        position = 1 if "ExclusiveStartShardId" in arguments else 0
        more = {} if position else {"LastEvaluatedShardId": "child"}
        return {"StreamDescription": {"Shards": [shards[position]], **more}}

    def get_shard_iterator(self, **arguments: Any) -> Any:
        return {"ShardIterator": arguments["ShardId"]}

    def get_records(self, **arguments: Any) -> Any:
        self.read.append(arguments["ShardIterator"])
        return {"Records": []}


def test_a_parent_is_read_to_its_end_before_its_child(
    function: Function, clock: SteppingClock
) -> None:
    stream = TwoGenerations()
    consume(StreamConsumer(stream, "arn", function, clock=clock), clock)
    assert stream.read == ["parent", "child"]
