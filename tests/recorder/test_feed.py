"""From the stream to feed pages: complete, in order, and honest about what failed."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from recorder.model.event import Event
from recorder.model.item import Item, from_item, to_item
from recorder.model.keys import feed_partition, message_key, page_written_at
from recorder.model.lanes import lane_of_shard, lanes_on, read_lanes
from recorder.model.page import (
    MAXIMUM_COMPRESSED_BYTES,
    MAXIMUM_EVENTS,
    PAGE_VERSION,
    Page,
    decode_page,
)
from recorder.stream import StreamError
from tests import payloads
from tests.engine import TestTable
from tests.recorder.support import (
    NOW,
    Context,
    ListObserver,
    StillClock,
    WatchedClient,
    client_error,
    failed_ids,
    functions_on,
    items_of,
    page_items_of,
    stream_event,
)

EXPIRY = NOW // 1000 + 90 * 86_400


def event(number: int, **fields: Any) -> Event:
    values: dict[str, Any] = {
        "event_id": f"{number:016d}",
        "event_type": "Delivery",
        "message_id": f"message-{number}",
        "event_time": NOW + number,
        "recorded_at": NOW + number,
        "recipient": f"u{number}@shop.example",
        "recipient_raw": f"u{number}@shop.example",
    }
    return Event(**(values | fields))


def item_of(event: Event, expires_at: int | None = EXPIRY) -> Item:
    key = message_key(event.message_id or "")
    return to_item(event, partition_key=key, expires_at=expires_at)


def heartbeat(recorded_at: int) -> Item:
    return {
        "pk": {"S": "H#202611230600"},
        "sk": {"S": "0"},
        "r": {"N": str(recorded_at)},
        "x": {"N": str(recorded_at // 1000 + 86_400)},
    }


def pages_of(table: TestTable) -> list[tuple[Item, Page]]:
    return [(item, decode_page(item["z"]["B"])) for item in page_items_of(table)]


def roll_up(table: TestTable, items: list[Item], **arguments: Any) -> dict[str, Any]:
    return functions_on(table, **arguments).roll_up(stream_event(items))


def test_pages_hold_what_was_recorded(table: TestTable) -> None:
    functions = functions_on(table)
    functions.record(payloads.sqs_event(*payloads.every_type().values()))
    stored = items_of(table)
    assert functions.roll_up(stream_event(stored)) == {"state": {}, "batchItemFailures": []}
    ((item, page),) = pages_of(table)
    assert list(page.events) == [from_item(item) for item in stored]
    assert item["n"] == {"N": "10"}
    assert item["lo"] == item["hi"] == {"N": str(NOW)}
    assert item["v"] == {"N": str(PAGE_VERSION)}
    assert item["x"] == stored[0]["x"]
    assert item["pk"]["S"] == feed_partition("20261123", 0)
    assert item["sk"]["S"].endswith("#100")


def test_a_heartbeat_goes_into_the_page(table: TestTable) -> None:
    roll_up(table, [heartbeat(NOW - 9), item_of(event(1)), heartbeat(NOW - 5)])
    ((item, page),) = pages_of(table)
    assert page.heartbeats == (NOW - 9, NOW - 5)
    assert item["hb"] == {"N": str(NOW - 5)}
    assert item["sk"]["S"].endswith("#100")


def test_a_heartbeat_alone_makes_a_page(table: TestTable) -> None:
    roll_up(table, [heartbeat(NOW)])
    ((item, page),) = pages_of(table)
    assert (page.events, page.heartbeats) == ((), (NOW,))
    assert item["x"] == {"N": str(NOW // 1000 + 86_400)}
    assert "lo" not in item


def test_a_page_lives_as_long_as_its_longest_event(table: TestTable) -> None:
    roll_up(table, [item_of(event(1), 5_000), item_of(event(2), 9_000), item_of(event(3), 1)])
    assert [item["x"] for item, _ in pages_of(table)] == [{"N": "9000"}]


def test_a_page_with_an_event_for_ever_stays_for_ever(table: TestTable) -> None:
    roll_up(table, [item_of(event(1), None), item_of(event(2), 9_000), heartbeat(NOW)])
    assert ["x" in item for item, _ in pages_of(table)] == [False]


@pytest.mark.parametrize("event_name", ["MODIFY", "REMOVE"])
def test_changes_and_removals_are_no_news(table: TestTable, event_name: str) -> None:
    functions = functions_on(table)
    batch = stream_event([item_of(event(1)), heartbeat(NOW)], event_name=event_name)
    assert failed_ids(functions.roll_up(batch)) == []
    assert pages_of(table) == []


def test_items_of_other_kinds_and_history_are_left_out(table: TestTable) -> None:
    observer = ListObserver()
    others: list[Item] = [
        {"pk": {"S": f"{letter}#x"}, "sk": {"S": "0"}, "z": {"B": b""}} for letter in "FRSC"
    ]
    history = item_of(event(2, historic=True))
    roll_up(table, [*others, item_of(event(1)), history], observer=observer)
    ((_, page),) = pages_of(table)
    assert [one.event_id for one in page.events] == [event(1).event_id]
    assert observer.last[0].skipped == 5


def test_what_cannot_be_read_is_counted_and_costs_nothing_else(table: TestTable) -> None:
    observer = ListObserver()
    without_time = item_of(event(2))
    del without_time["r"]
    endless = item_of(event(3))
    endless["pm"] = {"N": "9" * 30}
    batch = stream_event([without_time, item_of(event(1)), endless])
    batch["Records"] += [{"eventName": "INSERT"}, None, "text"]
    functions = functions_on(table, observer=observer)
    assert failed_ids(functions.roll_up(batch)) == []
    ((_, page),) = pages_of(table)
    assert page.events == (event(1),)
    assert observer.last[0].unparsed == ("100", "120", "unknown", "unknown", "unknown")


def test_without_a_shard_it_raises(table: TestTable) -> None:
    with pytest.raises(StreamError, match="TumblingWindowInSeconds"):
        functions_on(table).roll_up(stream_event([item_of(event(1))], shard_id=None))


def test_without_a_shard_a_single_one_may_be_assumed(table: TestTable) -> None:
    functions = functions_on(table, single_shard=True)
    functions.roll_up(stream_event([item_of(event(1))], shard_id=None))
    assert len(pages_of(table)) == 1


def test_the_last_call_of_a_window_has_no_records(table: TestTable) -> None:
    batch = stream_event([]) | {"isFinalInvokeForWindow": True}
    assert functions_on(table).roll_up(batch) == {"state": {}, "batchItemFailures": []}
    assert pages_of(table) == []


def test_a_large_batch_becomes_several_pages_in_order(table: TestTable) -> None:
    events = [event(number) for number in range(MAXIMUM_EVENTS + 1)]
    roll_up(table, [heartbeat(NOW), *map(item_of, events)])
    (first, first_page), (second, second_page) = pages_of(table)
    assert [*first_page.events, *second_page.events] == events
    assert first_page.heartbeats == ()
    assert second_page.heartbeats == (NOW,)
    written = [page_written_at(item["sk"]["S"]) for item in (first, second)]
    assert written[0] < written[1]


def test_pages_of_later_batches_sort_behind_earlier_ones(table: TestTable) -> None:
    functions = functions_on(table)
    for number in range(4):
        batch = stream_event([item_of(event(number))], first_number=1_000 - number)
        functions.roll_up(batch)
    numbers = [page.events[0].event_id for _, page in pages_of(table)]
    assert numbers == [event(number).event_id for number in range(4)]


def test_an_event_too_large_for_a_page_is_shortened(table: TestTable) -> None:
    noise = secrets.token_hex(350_000)
    roll_up(table, [item_of(event(1)), item_of(event(2, diagnostic=noise)), item_of(event(3))])
    pages = pages_of(table)
    assert all(len(item["z"]["B"]) <= MAXIMUM_COMPRESSED_BYTES for item, _ in pages)
    found = [one for _, page in pages for one in page.events]
    assert found == [event(1), event(2, diagnostic=noise[:1_000]), event(3)]


def failing_put(number: int, code: str = "AccessDeniedException") -> Callable[..., Any]:
    puts = [0]

    def rule(name: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        if name == "put_item":
            puts[0] += 1
            if puts[0] >= number:
                raise client_error(code)
        return real()

    return rule


def test_a_failure_in_the_middle_names_the_first_event_without_a_page(table: TestTable) -> None:
    observer = ListObserver()
    events = [event(number) for number in range(MAXIMUM_EVENTS + 2)]
    client = WatchedClient(table.client, failing_put(2))
    answer = roll_up(table, list(map(item_of, events)), client=client, observer=observer)
    assert answer == {
        "state": {},
        "batchItemFailures": [{"itemIdentifier": str(100 + 10 * MAXIMUM_EVENTS)}],
    }
    assert observer.last[1].error == "AccessDeniedException"
    ((_, page),) = pages_of(table)
    assert list(page.events) == events[:MAXIMUM_EVENTS]


def test_a_heartbeat_without_a_page_is_named_if_it_came_first(table: TestTable) -> None:
    events = [event(number) for number in range(MAXIMUM_EVENTS + 2)]
    client = WatchedClient(table.client, failing_put(2))
    items = [item_of(events[0]), heartbeat(NOW), *map(item_of, events[1:])]
    assert failed_ids(roll_up(table, items, client=client)) == ["110"]


def test_records_of_no_concern_are_never_named(table: TestTable) -> None:
    client = WatchedClient(table.client, failing_put(1))
    items = [item_of(event(1, historic=True)), item_of(event(2))]
    assert failed_ids(roll_up(table, items, client=client)) == ["110"]


def test_throttling_is_waited_out(table: TestTable) -> None:
    failures = [client_error("ThrottlingException"), client_error("InternalServerError", 500)]

    def rule(name: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        if failures:
            raise failures.pop()
        return real()

    answer = roll_up(table, [item_of(event(1))], client=WatchedClient(table.client, rule))
    assert failed_ids(answer) == []
    assert len(pages_of(table)) == 1


def test_throttling_that_lasts_is_reported_in_time(table: TestTable) -> None:
    clock = StillClock()
    client = WatchedClient(table.client, failing_put(1, "ThrottlingException"))
    functions = functions_on(table, client=client, clock=clock)
    context = Context(clock)
    assert failed_ids(functions.roll_up(stream_event([item_of(event(1))]), context)) == ["100"]
    assert context.get_remaining_time_in_millis() >= 1_000


def set_lanes(table: TestTable, **lanes: str) -> None:
    days = {day.removeprefix("from_"): {"N": number} for day, number in lanes.items()}
    item = {"pk": {"S": "C#"}, "sk": {"S": "feed"}, "l": {"M": days}}
    table.client.put_item(TableName=table.name, Item=item)


def test_lanes_are_those_of_the_day_of_writing(table: TestTable) -> None:
    set_lanes(table, from_20261101="8", from_20261124="3")
    clock = StillClock()
    functions = functions_on(table, clock=clock)
    functions.roll_up(stream_event([item_of(event(1))], shard_id="shardId-7"))
    clock.now += 86_400_000
    functions.roll_up(stream_event([item_of(event(2))], shard_id="shardId-7"))
    assert [item["pk"]["S"] for item, _ in pages_of(table)] == [
        feed_partition("20261123", lane_of_shard("shardId-7", 8)),
        feed_partition("20261124", lane_of_shard("shardId-7", 3)),
    ]


def test_the_configuration_is_read_once_a_minute(table: TestTable) -> None:
    clock = StillClock()
    client = WatchedClient(table.client)
    functions = functions_on(table, clock=clock, client=client)
    for number in range(4):
        functions.roll_up(stream_event([item_of(event(number))]))
        clock.seconds += 25
    assert client.names().count("get_item") == 2


@pytest.mark.parametrize(
    ("day", "expected"),
    [("20261031", 1), ("20261101", 8), ("20261123", 8), ("20261124", 3), ("20270101", 3)],
)
def test_lanes_by_day(day: str, expected: int) -> None:
    assert lanes_on({"20261101": 8, "20261124": 3}, day) == expected


def test_a_configuration_that_makes_no_sense_is_dropped() -> None:
    days = {"20261101": {"N": "0"}, "20261102": {"S": "4"}, "20261103": {"N": "2"}}
    assert read_lanes({"l": {"M": days}}) == {"20261103": 2}
    assert read_lanes(None) == {}
