"""The calls that reading a table's stream takes."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Final, Protocol

import orjson
from aiobotocore.session import AioSession
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from ses_tui.aws.calls import Calls
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.session import enter_client
from ses_tui.aws.stream_records import Record
from ses_tui.aws.stream_shards import TRIM_HORIZON, Description, Position, Shard, ShardRead
from ses_tui.core.errors import TableError

_STREAMS_ENDPOINT_VARIABLE: Final = "AWS_ENDPOINT_URL_DYNAMODB_STREAMS"
_VIEWS_WITH_NEW_IMAGE: Final = frozenset({"NEW_IMAGE", "NEW_AND_OLD_IMAGES"})
_MOST_RECORDS: Final = 1_000
_REFUSALS: Final = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingException",
    }
)
_CONFIGURATION: Final[dict[str, Any]] = {
    "connect_timeout": 3,
    "read_timeout": 10,
    "max_pool_connections": 32,
    # A refused read is tried again by the reader, which meanwhile reads other shards.
    "retries": {"mode": "standard", "total_max_attempts": 2},
}
_BODY: Final = "UnparsedBody"
_PARSE_ASIDE_BYTES: Final = 100_000


class StreamGoneError(TableError):
    """The table has this stream no more."""


class StreamReads(Protocol):
    """What reading a stream needs; which one is already known."""

    async def describe(self) -> Sequence[Description] | None:
        """Every shard; `None` if too much is asked just now.

        Raises `SesTuiError`, `StreamGoneError` where it will not come again.
        """
        ...

    async def read(self, shard: Shard) -> ShardRead:
        """The next records of a shard, which is left as it is. Raises `SesTuiError`."""
        ...


class StreamClient:
    """One aiobotocore client for one stream."""

    def __init__(self, client: Any, calls: Calls, stream_arn: str) -> None:
        client.meta.events.register("before-parse.dynamodb-streams.GetRecords", _set_body_aside)
        self._client = client
        self._calls = calls
        self._stream_arn = stream_arn

    async def describe(self) -> Sequence[Description] | None:
        """Every shard; `None` if too much is asked just now. Raises `SesTuiError`."""
        return await self._calls.run(self._describe())

    async def read(self, shard: Shard) -> ShardRead:
        """The next records of a shard, which is left as it is. Raises `SesTuiError`.

        An iterator that has expired, and records that the stream no longer has, are no errors: the
        next read then goes on behind the last one, or with the oldest record there is.
        """
        return await self._calls.run(self._read(shard))

    async def _describe(self) -> Sequence[Description] | None:
        shards: list[Description] = []
        position: dict[str, str] = {}
        while True:
            try:
                answer = await self._client.describe_stream(StreamArn=self._stream_arn, **position)
            except ClientError as error:
                if _code_of(error) in _REFUSALS:
                    return None
                if _code_of(error) == "ResourceNotFoundException":
                    raise StreamGoneError(
                        "the table's stream is gone: switched off, or made anew with the table"
                    ) from error
                raise
            description = answer["StreamDescription"]
            shards += description["Shards"]
            if "LastEvaluatedShardId" not in description:
                return shards
            position = {"ExclusiveStartShardId": description["LastEvaluatedShardId"]}

    async def _read(self, shard: Shard) -> ShardRead:
        iterator = shard.iterator
        try:
            if iterator is None:
                place = await self._client.get_shard_iterator(
                    StreamArn=self._stream_arn,
                    ShardId=shard.shard_id,
                    **shard.position.arguments(),
                )
                iterator = str(place["ShardIterator"])
            answer = await self._client.get_records(ShardIterator=iterator, Limit=_MOST_RECORDS)
        except ClientError as error:
            return _read_of(error, iterator)
        answer = await _parsed(answer)
        following = answer.get("NextShardIterator")
        return ShardRead(answer["Records"], following, finished=following is None)


async def open_table_stream(
    session: AioSession,
    table_client: Any,
    options: ConnectionOptions,
    calls: Calls,
    resources: AsyncExitStack,
) -> StreamClient:
    """A client of the table's stream; `calls` have to be ended before `resources` close it.

    Raises `SesTuiError`, also where the table has no stream that holds what was inserted.
    """
    answer = await calls.run(table_client.describe_table(TableName=options.table))
    table = answer["Table"]
    view = table.get("StreamSpecification", {}).get("StreamViewType")
    if "LatestStreamArn" not in table or view not in _VIEWS_WITH_NEW_IMAGE:
        raise TableError(
            f"table {options.table!r} has no stream of new images to read: "
            "`ses-tui table check` says what else it lacks; --source poll needs no stream"
        )
    endpoint = options.endpoint_url
    if endpoint is None and _STREAMS_ENDPOINT_VARIABLE not in os.environ:
        endpoint = options.endpoint
    client = await calls.run(
        enter_client(
            session,
            "dynamodbstreams",
            replace(options, endpoint_url=endpoint),
            resources,
            **_CONFIGURATION,
        )
    )
    return StreamClient(client, calls, table["LatestStreamArn"])


def _read_of(error: ClientError, iterator: str | None) -> ShardRead:
    """What an error answer means for the shard. Raises `error` if it is none of its own."""
    code = _code_of(error)
    if code in _REFUSALS:
        return ShardRead(iterator=iterator, refused=code)
    if code == "ExpiredIteratorException":
        return ShardRead()
    if code == "TrimmedDataAccessException":
        return ShardRead(position=Position(TRIM_HORIZON))
    if code == "ResourceNotFoundException":
        return ShardRead(finished=True)
    raise error


def _code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code"))


def _set_body_aside(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    """Handles botocore's event `before-parse`: its parser takes 70 microseconds a record."""
    if response_dict["status_code"] < 300:
        customized_response_dict[_BODY] = response_dict["body"]
        response_dict["body"] = b"{}"


async def _parsed(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with what its body says; binary attributes stay base64."""
    body: bytes = answer.pop(_BODY, b"{}")
    try:
        if len(body) > _PARSE_ASIDE_BYTES:
            document: dict[str, Any] = await asyncio.to_thread(orjson.loads, body)
        else:
            document = orjson.loads(body)
        records: list[Record] = document["Records"]
    except (ValueError, TypeError, KeyError) as error:
        raise ResponseParserError(f"records of the stream cannot be read: {error}") from error
    return answer | document | {"Records": records}
