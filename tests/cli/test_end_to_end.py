"""Recorded, streamed, paged, polled, printed: the whole way, with `tail` in its own process."""

import json
import random
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from recorder.functions import RecorderFunctions
from recorder.model.item import from_item
from recorder.model.settings import RecorderSettings
from ses_tui.demo.stream_consumer import StreamConsumer
from tests import payloads
from tests.cli.conftest import CommandLineRunner
from tests.cli.test_tail import lines_of, wait_for
from tests.engine import TestTable


@pytest.fixture
def functions(table: TestTable) -> RecorderFunctions:
    settings = RecorderSettings(table=table.name, keep_subject=True)
    return RecorderFunctions(table.access.recorder_client(), settings)


@pytest.fixture
def consumer(table: TestTable, functions: RecorderFunctions) -> Iterator[None]:
    """Takes the stream to `roll_up`, as Lambda does."""
    stop = threading.Event()
    description = table.client.describe_table(TableName=table.name)["Table"]
    consumer = StreamConsumer(
        table.streams_client, description["LatestStreamArn"], functions.roll_up
    )
    thread = threading.Thread(target=consumer.run, args=(stop,))
    thread.start()
    yield
    stop.set()
    thread.join()


def queue_records(*documents: dict[str, Any]) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": str(number),
                "eventSource": "aws:sqs",
                "body": json.dumps(
                    {
                        "Type": "Notification",
                        "TopicArn": payloads.TOPIC,
                        "Message": json.dumps(document),
                    }
                ),
            }
            for number, document in enumerate(documents)
        ]
    }


@pytest.mark.usefixtures("consumer")
def test_what_was_recorded_and_what_was_printed_are_the_same(
    ses_tui: CommandLineRunner, table: TestTable, functions: RecorderFunctions
) -> None:
    chance = random.Random(3)
    makers = [payloads.send, payloads.delivery, payloads.bounce, payloads.open_event]
    documents = [
        chance.choice(makers)(recipients=[f"person{number}@customer.example"])
        for number in range(200)
    ]
    with ses_tui.running("tail", "--json", "--count", "200", "--interval", "1s") as process:
        wait_for(process.stderr, "waiting")
        for start in range(0, len(documents), 10):
            batch = queue_records(*documents[start : start + 10])
            assert functions.record(batch) == {"batchItemFailures": []}
            if chance.random() < 0.3:
                functions.record(batch)
        printed = [json.loads(line) for line in lines_of(process)]
    items = table.client.scan(TableName=table.name, FilterExpression="begins_with(pk, :m)",
                              ExpressionAttributeValues={":m": {"S": "M#"}})["Items"]  # fmt: skip
    recorded = {event.event_id: event for event in map(from_item, items)}
    assert len(printed) == len(recorded) == 200
    assert {event["event_id"] for event in printed} == set(recorded)
    for event in printed:
        assert event["recipient"] == recorded[event["event_id"]].recipient
        assert event["subject"] == recorded[event["event_id"]].subject


@pytest.mark.usefixtures("consumer")
def test_heartbeats_are_no_events(ses_tui: CommandLineRunner, functions: RecorderFunctions) -> None:
    with ses_tui.running("tail", "--json", "--count", "1", "--interval", "1s") as process:
        wait_for(process.stderr, "waiting")
        functions.tick({})
        functions.record(queue_records(payloads.send(message_id="only-this")))
        (line,) = lines_of(process)
    assert json.loads(line)["message_id"] == "only-this"
