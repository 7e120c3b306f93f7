"""Stream records in the JSON that Lambda hands to a function, and the template's event filter."""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from recorder.model.keys import HEARTBEAT_PREFIX, MESSAGE_PREFIX

WINDOW_SECONDS: Final = 60
"""The tumbling window of the event source mapping; without one Lambda gives no `shardId`."""

Record = Mapping[str, Any]


def passes_filter(record: Record) -> bool:
    """Whether the mapping's filter lets a record through: new events and heartbeats, no more."""
    partition_key: str = record["dynamodb"]["Keys"]["pk"]["S"]
    return record["eventName"] == "INSERT" and partition_key.startswith(
        (MESSAGE_PREFIX, HEARTBEAT_PREFIX)
    )


def window_of(record: Record) -> int:
    """Start of the tumbling window that a record falls into, in epoch seconds."""
    created: datetime = record["dynamodb"]["ApproximateCreationDateTime"]
    return int(created.timestamp()) // WINDOW_SECONDS * WINDOW_SECONDS


def lambda_event(records: Sequence[Record], shard_id: str, stream_arn: str) -> dict[str, Any]:
    """One invocation: `records` of one shard and one window, as `GetRecords` of boto3 gave them."""
    start = window_of(records[0])
    return {
        "Records": [_lambda_record(record, stream_arn) for record in records],
        "shardId": shard_id,
        "eventSourceARN": stream_arn,
        "window": {"start": _moment(start), "end": _moment(start + WINDOW_SECONDS)},
        "state": {},
        "isFinalInvokeForWindow": False,
        "isWindowTerminatedEarly": False,
    }


def _lambda_record(record: Record, stream_arn: str) -> dict[str, Any]:
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
    for image in ("Keys", "NewImage", "OldImage"):
        if image in change:
            change[image] = {name: _json_value(value) for name, value in change[image].items()}
    lambda_record = {name: value for name, value in record.items() if name != "dynamodb"}
    return lambda_record | {"dynamodb": change, "eventSourceARN": stream_arn}


def _json_value(value: Mapping[str, Any]) -> dict[str, Any]:
    """An attribute value with its binary parts in base64, which is how JSON carries them."""
    ((kind, content),) = value.items()
    match kind:
        case "B":
            content = base64.b64encode(content).decode("ascii")
        case "BS":
            content = [base64.b64encode(part).decode("ascii") for part in content]
        case "L":
            content = [_json_value(part) for part in content]
        case "M":
            content = {name: _json_value(part) for name, part in content.items()}
    return {kind: content}


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
