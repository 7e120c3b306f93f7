"""Batches as large as Lambda hands over: all of them is stored, counted and paged."""

import json
from random import Random

import pytest

from recorder.functions import RecorderFunctions
from recorder.model.item import ORIGINAL_ATTRIBUTE, to_item
from recorder.model.keys import message_key
from recorder.model.page import MAXIMUM_COMPRESSED_BYTES, decode_page
from recorder.model.rollup import counters_in
from recorder.model.settings import RecorderSettings
from tests import payloads
from tests.engine import TestTable
from tests.events import make_event
from tests.recorder.support import (
    NOW,
    StillClock,
    WatchedClient,
    events_of,
    functions_on,
    stream_event,
)
from tests.simulator.memory_table import MemoryTable

SQS_MESSAGE_BYTES = 256 * 1024
"""Of SNS, "Message size": what SES publishes is no larger."""
SQS_MESSAGES = 10
INVOCATION_BYTES = 6 * 1024 * 1024
"""Lambda quotas: the largest payload of an invocation."""
STREAM_RECORDS = 1_000
"""The template takes 2,000; of this size 6 MB come first."""


def large_bounce(number: int) -> str:
    """A message of the queue about 50 recipients, each with a long diagnostic of its own."""
    chance = Random(number)
    bounced = [
        {
            "emailAddress": f"u{number}-{n}@shop.example",
            "action": "failed",
            "status": "5.1.1",
            "diagnosticCode": "smtp; 550 " + chance.randbytes(2_450).hex(),
        }
        for n in range(50)
    ]
    recipients = [str(each["emailAddress"]) for each in bounced]
    document = payloads.bounce(recipients=recipients, bounced=bounced)
    return json.dumps(payloads.sns_document(document))


@pytest.mark.long
def test_a_batch_of_the_queue(table: TestTable) -> None:
    bodies = [large_bounce(number) for number in range(SQS_MESSAGES)]
    assert all(0.9 * SQS_MESSAGE_BYTES < len(body) <= 1.05 * SQS_MESSAGE_BYTES for body in bodies)
    answer = functions_on(table).record(payloads.sqs_event(*bodies))
    assert answer == {"batchItemFailures": []}
    stored = events_of(table)
    assert len({event.recipient for event in stored}) == len(stored) == 50 * SQS_MESSAGES
    assert all((event.diagnostic or "").startswith("smtp; 550 ") for event in stored)


def test_a_batch_of_the_stream() -> None:
    chance = Random(6)
    events = [
        make_event("Bounce", at=NOW + n, diagnostic=chance.randbytes(600).hex())
        for n in range(STREAM_RECORDS)
    ]
    items = [
        to_item(event, partition_key=message_key(event.message_id or ""), expires_at=None)
        | {ORIGINAL_ATTRIBUTE: {"B": chance.randbytes(2_900)}, "oc": {"N": "1"}}
        for event in events
    ]
    batch = stream_event(items)
    assert 0.9 * INVOCATION_BYTES < len(json.dumps(batch)) <= INVOCATION_BYTES
    table, clock = MemoryTable(), StillClock()
    functions = RecorderFunctions(
        WatchedClient(table),
        RecorderSettings(table="ses-events"),
        clock=clock,
        retrier=clock.retrier(),
    )
    assert functions.roll_up(batch) == {"state": {}, "batchItemFailures": []}
    bodies = [page["z"]["B"] for page in table.under("F#")]
    assert max(map(len, bodies)) <= MAXIMUM_COMPRESSED_BYTES
    paged = [event.event_id for body in bodies for event in decode_page(body).events]
    assert paged == [event.event_id for event in events]
    of_types = [row for row in table.under("R#") if "#t#" in row["sk"]["S"]]
    counted = sum(sum(counters_in(row).values()) for row in of_types)
    assert counted == STREAM_RECORDS
