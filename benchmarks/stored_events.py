"""Events in any number, and a table loaded with them: items, and the pages of a stream consumer."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count, groupby
from typing import Final

from benchmarks.bare_requests import BareConnection, BareRequest, put_requests
from recorder.model.event import Event
from recorder.model.item import Item, to_item
from recorder.model.keys import feed_partition, message_key, page_sort_key
from recorder.model.page import PAGE_VERSION, encode_page
from recorder.model.payload import parse_payload
from recorder.model.table import table_definition
from recorder.model.timestamps import day_of
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.generator import TrafficGenerator

START: Final = 1_795_435_200_000
"""Midnight, so that everything lies in one day."""
EVENTS_A_SECOND: Final = 40.0
WINDOW_MS: Final = 2_000
"""A page holds what was recorded within so long."""
SHARD: Final = "shardId-00000001795413600000-5d2c11ab"
_LOADERS: Final = 2
_DIFFERENT_EVENTS: Final = 12_500
_MINUTE: Final = 60_000


def recorded_events(number: int, types: frozenset[str]) -> list[Event]:
    """The first `number` events of these types in the demo's traffic, in order."""
    events: dict[str, Event] = {}
    for at, payload in TrafficGenerator(7, START).events(EVENTS_A_SECOND):
        parsed = parse_payload(payload, recorded_at=at, keep_subject=True, region="eu-west-1")
        for event in parsed.events:
            if event.event_type in types:
                events.setdefault(event.event_id, event)
        if len(events) >= number:
            break
    return list(events.values())[:number]


def later(events: Sequence[Event], times: int) -> list[Event]:
    """As many events of other mails, so many times the span of `events` later."""
    shift = times * (events[-1].recorded_at - events[0].recorded_at + 1)
    return [
        event._replace(
            event_id=f"{event.event_id[:-3]}{times:03}",
            message_id=f"{(event.message_id or '')[:-6]}{times:06}",
            recorded_at=event.recorded_at + shift,
            event_time=(event.event_time or 0) + shift,
            sent_time=(event.sent_time or 0) + shift,
        )
        for event in events
    ]


def events_without_end(types: frozenset[str]) -> Iterator[Event]:
    """The demo's traffic, and once it has been generated the same as other, later mails."""
    events = recorded_events(_DIFFERENT_EVENTS, types)
    for times in count():
        yield from later(events, times)


def item_of(event: Event) -> Item:
    """The item of an event, without its original, which no list or search reads."""
    return to_item(event, partition_key=message_key(event.message_id or ""), expires_at=None)


def pages_of(events: Iterable[Event]) -> Iterator[Item]:
    """The pages of events in order, each of one window of the stream consumer."""
    for window, recorded in groupby(events, lambda event: event.recorded_at // WINDOW_MS):
        own = list(recorded)
        written_at = (window + 1) * WINDOW_MS
        yield {
            "pk": {"S": feed_partition(day_of(written_at), 0)},
            "sk": {"S": page_sort_key(written_at, SHARD, str(10**20 + window))},
            "v": {"N": str(PAGE_VERSION)},
            "z": {"B": encode_page(own)},
            "n": {"N": str(len(own))},
            "lo": {"N": str(own[0].recorded_at)},
            "hi": {"N": str(own[-1].recorded_at)},
            "hb": {"N": str(written_at - written_at % _MINUTE)},
        }


def create_silent_table(access: LocalAccess, table: str) -> None:
    """An empty table as the recorder has it, but without its stream.

    One that nobody reads only slows every write down.
    """
    client = access.dynamodb_client()
    silent = {"StreamSpecification": {"StreamEnabled": False}}
    client.create_table(**table_definition(table) | silent)
    client.close()


def load(access: LocalAccess, table: str, items: Iterable[Item]) -> None:
    """Put all items, as fast as the engine takes them."""
    requests = put_requests(access, table, items)

    def send(own: Sequence[BareRequest]) -> None:
        with BareConnection(access) as connection:
            for request in own:
                connection.send(request)

    with ThreadPoolExecutor(_LOADERS) as threads:
        list(threads.map(send, [requests[loader::_LOADERS] for loader in range(_LOADERS)]))
