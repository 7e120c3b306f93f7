"""Under any faults, after redeliveries the table holds exactly the distinct events."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.model.envelope import read_invocation
from recorder.model.payload import parse_payload
from recorder.model.settings import RecorderSettings
from recorder.recording import Recorder
from tests import payloads
from tests.engine import TestTable
from tests.recorder.support import (
    NOW,
    Context,
    RandomFaults,
    StillClock,
    WatchedClient,
    events_of,
    failed_ids,
    functions_on,
)


def batch_with_duplicates() -> dict[str, Any]:
    """A queue's batch: many recipients, both generations, repeats, and plain text."""
    same: dict[str, Any] = {"message_id": payloads.new_message_id(), "feedback_id": "feedback-1"}
    published = payloads.bounce(recipients=[f"u{n}@shop.example" for n in range(50)], **same)
    notified = payloads.bounce(
        recipients=[f"u{n}@shop.example" for n in range(50)], generation="notification", **same
    )
    bodies: list[Any] = [published, *payloads.every_type().values(), notified, "plain text"]
    bodies += [payloads.send() for _ in range(20)]
    return payloads.sqs_event(*bodies, *bodies[:4])


def distinct_event_ids(event: dict[str, Any]) -> set[str]:
    return {
        parsed.event_id
        for record in read_invocation(event)
        for content in record.contents
        if hasattr(content, "payload")
        for parsed in parse_payload(content.payload, recorded_at=NOW).events
    }


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_lost_and_nothing_is_doubled(table: TestTable, seed: int) -> None:
    event = batch_with_duplicates()
    expected = distinct_event_ids(event)
    clock = StillClock()
    client = WatchedClient(table.client, RandomFaults(seed, share=0.6))
    functions = functions_on(table, client=client, clock=clock)
    waiting = event["Records"]
    deliveries = 0
    while waiting:
        deliveries += 1
        assert deliveries < 200
        answer = functions.record({"Records": waiting}, Context(clock, seconds=3.0))
        failed = set(failed_ids(answer))
        waiting = [record for record in waiting if record["messageId"] in failed]
        clock.now += 30_000
    stored = events_of(table)
    assert sorted(event.event_id for event in stored) == sorted(expected)
    published = [event for event in stored if event.event_type == "Bounce"]
    assert all(event.configuration_set == "transactional" for event in published)


class MemoryTable:
    """The PartiQL inserts of a client, kept in a dict: for examples by the thousand."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}

    def batch_execute_statement(self, **arguments: Any) -> dict[str, Any]:
        responses = []
        for statement in arguments["Statements"]:
            names = statement["Statement"].split("'")[1::2]
            item = dict(zip(names, statement["Parameters"], strict=True))
            key = (item["pk"]["S"], item["sk"]["S"])
            duplicate = {"Error": {"Code": "DuplicateItem", "Message": ""}}
            responses.append(duplicate if key in self.items else {})
            self.items.setdefault(key, item)
        return {"Responses": responses}

    def batch_get_item(self, **arguments: Any) -> dict[str, Any]:
        ((name, request),) = arguments["RequestItems"].items()
        keys = [(key["pk"]["S"], key["sk"]["S"]) for key in request["Keys"]]
        found = [self.items[key] for key in keys if key in self.items]
        return {"Responses": {name: found}}

    def update_item(self, **arguments: Any) -> dict[str, Any]:
        key = (arguments["Key"]["pk"]["S"], arguments["Key"]["sk"]["S"])
        item = self.items.setdefault(key, dict(arguments["Key"]))
        for name, value in arguments["ExpressionAttributeValues"].items():
            item.setdefault(name[1:], value)
        return {}

    def put_item(self, **arguments: Any) -> dict[str, Any]:
        raise NotImplementedError

    def get_item(self, **arguments: Any) -> dict[str, Any]:
        raise NotImplementedError

    def delete_item(self, **arguments: Any) -> dict[str, Any]:
        raise NotImplementedError

    def query(self, **arguments: Any) -> dict[str, Any]:
        raise NotImplementedError


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["", "\ud800", "a@b@c", "0001-01-01T00:00:00Z", "#%~"]),
)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@st.composite
def mutated_payloads(draw: st.DrawFn) -> dict[str, Any]:
    """A payload of any type with some values anywhere in it replaced, dropped or repeated."""
    payload = draw(st.sampled_from(list(payloads.every_type(message_id="message").values())))
    for _ in range(draw(st.integers(1, 4))):
        node: Any = payload
        while True:
            places = list(node) if isinstance(node, dict) else list(range(len(node)))
            if not places:
                break
            place = draw(st.sampled_from(places))
            if isinstance(node[place], dict | list) and draw(st.booleans()):
                node = node[place]
                continue
            change = draw(st.sampled_from(["drop", "replace", "repeat"]))
            if change == "drop":
                del node[place]
            elif change == "replace":
                node[place] = draw(anything)
            elif isinstance(node, list):
                node.append(node[place])
            break
    return payload


@given(bad=mutated_payloads(), position=st.integers(0, 3))
@settings(max_examples=300, deadline=None)
def test_no_payload_raises_or_costs_a_good_one(bad: dict[str, Any], position: int) -> None:
    table = MemoryTable()
    clock = StillClock()
    recorder = Recorder(
        table, RecorderSettings(keep_headers=True, keep_subject=True), clock, concurrency=2
    )
    good: list[Any] = [payloads.delivery() for _ in range(3)]
    bodies = [*good[:position], bad, *good[position:]]
    records = read_invocation(payloads.sqs_event(*bodies))
    report = recorder.record(records)
    assert [
        result.stored for result in report.results if result is not report.results[position]
    ] == [1, 1, 1]
    result = report.results[position]
    assert result.failed == 0
    assert result.stored + result.duplicate + result.ignored + result.unparseable >= 1
    keys = set(table.items)
    assert recorder.record(records).total("stored") == 0
    assert set(table.items) == keys
