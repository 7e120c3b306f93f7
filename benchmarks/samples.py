"""Events of the generator, as the table stores them and as its stream and pages carry them."""

import base64
import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import Any, Final

from benchmarks.recorder import (
    BATCH,
    WRITE_UNIT_BYTES,
    KeepingTable,
    in_batches,
    items_of,
    make_records,
    size_of,
)
from recorder.functions import RecorderFunctions
from recorder.model.event import Event
from recorder.model.item import Item, from_item
from recorder.model.settings import RecorderSettings

SHARD: Final = "shardId-00000001795413600000-5d2c11ab"
"""As long as AWS's own."""
EVENTS_PER_SECOND: Final = 1.0
"""Of the generator: four thousand events are more than an hour of its shop."""


def write_units(size: int) -> int:
    """Write units of an item of so many bytes."""
    return max(1, math.ceil(size / WRITE_UNIT_BYTES))


def sample_items(count: int, *, keep_subject: bool) -> list[Item]:
    """The items of `count` events, as `record` writes them."""
    table = KeepingTable()
    client: Any = table
    functions = RecorderFunctions(client, RecorderSettings(keep_subject=keep_subject))
    with redirect_stdout(StringIO()):
        for batch in in_batches(make_records(count, EVENTS_PER_SECOND), BATCH):
            answer = functions.record({"Records": batch})
            if answer["batchItemFailures"]:
                raise RuntimeError("the stub of a table lacks what the recorder asks of it")
    return items_of(table.statements)


def sample_events(items: Iterable[Item]) -> list[Event]:
    """The events of items, in the order in which they were recorded."""
    return sorted(map(from_item, items), key=lambda event: event.recorded_at)


def stream_records(items: Sequence[Item], first_number: int = 10**20) -> list[dict[str, Any]]:
    """The items as new images of a stream in the JSON that Lambda hands over."""
    return [
        {
            "eventID": f"{number:032x}",
            "eventName": "INSERT",
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "ApproximateCreationDateTime": 1_795_413_600,
                "Keys": {"pk": item["pk"], "sk": item["sk"]},
                "NewImage": {name: _as_json(value) for name, value in item.items()},
                "SequenceNumber": str(number),
                "StreamViewType": "NEW_IMAGE",
            },
        }
        for number, item in enumerate(items, first_number)
    ]


def _as_json(value: Mapping[str, Any]) -> dict[str, Any]:
    ((kind, content),) = value.items()
    return {kind: base64.b64encode(content).decode() if kind == "B" else content}


__all__ = [
    "SHARD",
    "sample_events",
    "sample_items",
    "size_of",
    "stream_records",
    "write_units",
]
