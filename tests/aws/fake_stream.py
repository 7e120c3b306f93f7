"""A stream in memory, behind the calls of an AWS client."""

from dataclasses import dataclass, field
from typing import Any

import orjson
from botocore.exceptions import ClientError

from recorder.model.event import Event
from recorder.model.item import to_item
from recorder.model.keys import heartbeat_key, message_key
from ses_tui.aws.calls import Calls
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.stream_client import StreamClient


@dataclass
class FakeShard:
    """Records by sequence number; closed once `closed` is set."""

    parent: str | None = None
    records: list[dict[str, Any]] = field(default_factory=list)
    closed: bool = False
    trimmed: int = 0
    """So many of the oldest records are no longer there."""


class FakeStream:
    """An aiobotocore client of DynamoDB Streams with one stream.

    `errors` holds codes that the next calls of an operation answer with. An iterator names shard
    and index, and is worth nothing once `expire` was called.
    """

    def __init__(self) -> None:
        self.shards: dict[str, FakeShard] = {"shard-0": FakeShard()}
        self.errors: dict[str, list[str]] = {}
        self.calls: list[tuple[str, str]] = []
        self.shards_an_answer = 2
        self.records_an_answer = 1_000
        self.meta = self
        self.events = self
        self._epoch = 0
        self._numbers = 100

    def register(self, name: str, handler: Any) -> None:
        assert name == "before-parse.dynamodb-streams.GetRecords"

    def opened(self) -> StreamClient:
        return StreamClient(self, Calls(ConnectionOptions(region="us-east-1")), "arn:stream")

    def insert(self, *events: Event, shard: str = "shard-0") -> None:
        for event in events:
            key = message_key(event.message_id or "")
            self.put(to_item(event, partition_key=key, expires_at=None), shard=shard)

    def beat(self, at: int, shard: str = "shard-0") -> None:
        item = {"pk": {"S": heartbeat_key(at)}, "sk": {"S": "0"}, "r": {"N": str(at)}}
        self.put(item, shard=shard)

    def put(self, item: dict[str, Any], name: str = "INSERT", shard: str = "shard-0") -> None:
        assert not self.shards[shard].closed
        self._numbers += 1
        change = {
            "Keys": {"pk": item["pk"], "sk": item["sk"]},
            "NewImage": item,
            "SequenceNumber": str(self._numbers),
        }
        self.shards[shard].records.append({"eventName": name, "dynamodb": change})

    def split(self, shard: str, *children: str) -> None:
        self.shards[shard].closed = True
        for child in children:
            self.shards[child] = FakeShard(parent=shard)

    def expire(self) -> None:
        self._epoch += 1

    async def describe_stream(self, **arguments: Any) -> dict[str, Any]:
        self._begin("DescribeStream", "")
        names = [*self.shards]
        if start := arguments.get("ExclusiveStartShardId"):
            names = names[names.index(start) + 1 :]
        description: dict[str, Any] = {
            "Shards": [self._described(name) for name in names[: self.shards_an_answer]]
        }
        if len(names) > self.shards_an_answer:
            description["LastEvaluatedShardId"] = names[self.shards_an_answer - 1]
        return {"StreamDescription": description}

    async def get_shard_iterator(self, **arguments: Any) -> dict[str, Any]:
        name, kind = arguments["ShardId"], arguments["ShardIteratorType"]
        self._begin("GetShardIterator", f"{name} {kind}")
        shard = self.shards[name]
        numbers = [record["dynamodb"]["SequenceNumber"] for record in shard.records]
        match kind:
            case "LATEST":
                index = len(numbers)
            case "TRIM_HORIZON":
                index = shard.trimmed
            case "AFTER_SEQUENCE_NUMBER":
                index = numbers.index(arguments["SequenceNumber"]) + 1
                if index <= shard.trimmed and shard.trimmed:
                    raise self._error("TrimmedDataAccessException", "GetShardIterator")
        return {"ShardIterator": f"{name} {index} {self._epoch}"}

    async def get_records(self, **arguments: Any) -> dict[str, Any]:
        name, start, epoch = arguments["ShardIterator"].split()
        self._begin("GetRecords", name)
        if int(epoch) != self._epoch:
            raise self._error("ExpiredIteratorException", "GetRecords")
        shard = self.shards[name]
        end = min(int(start) + self.records_an_answer, len(shard.records))
        answer: dict[str, Any] = {"Records": shard.records[int(start) : end]}
        if not shard.closed or end < len(shard.records):
            answer["NextShardIterator"] = f"{name} {end} {self._epoch}"
        return {"UnparsedBody": orjson.dumps(answer)}

    def _described(self, name: str) -> dict[str, Any]:
        shard = self.shards[name]
        numbers = {"StartingSequenceNumber": "100"}
        if shard.closed:
            numbers["EndingSequenceNumber"] = "999"
        described = {"ShardId": name, "SequenceNumberRange": numbers}
        return described | ({"ParentShardId": shard.parent} if shard.parent else {})

    def _begin(self, operation: str, about: str) -> None:
        self.calls.append((operation, about))
        if codes := self.errors.get(operation):
            raise self._error(codes.pop(0), operation)

    @staticmethod
    def _error(code: str, operation: str) -> ClientError:
        return ClientError({"Error": {"Code": code, "Message": "said by a test"}}, operation)
