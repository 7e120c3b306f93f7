"""Writes what `benchmarks.watched_dashboard` has a dashboard read; a process of its own.

`pages`: feed pages that are made before the first is due. `recorded`: single events, by recorder
and stream consumer, each with the moment of its recording in its address. `heartbeats`: nothing but
what schedule and stream consumer write each minute, until it is ended.
"""

import argparse
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any, Final

from recorder.functions import RecorderFunctions
from recorder.model.clock import SystemClock
from recorder.model.event import Event
from recorder.model.keys import feed_partition, page_sort_key, rollup_keys
from recorder.model.page import PAGE_VERSION, decode_page, encode_page
from recorder.model.payload import parse_payload
from recorder.model.rollup import Family, tally
from recorder.model.settings import RecorderSettings
from recorder.model.timestamps import day_of
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.generator import TrafficGenerator
from ses_tui.demo.scheduler import run_schedule
from ses_tui.demo.ses_payload import Mail, delivery
from ses_tui.demo.shop import pick_kind
from ses_tui.demo.stream_consumer import StreamConsumer
from ses_tui.demo.traffic import queue_message

EVENTS_A_PAGE: Final = 125
STAMP: Final = "at%d@visible.test"
WINDOW_SECONDS: Final = 0.5
"""The batching window of the stream consumer."""
_SHARD: Final = "shardId-00000001795413600000-5d2c11ab"
_DIFFERENT_EVENTS: Final = 12_500
_WARM_UP_MS: Final = 60_000
_ENCODED_FIRST: Final = 40
_WRITERS: Final = 8
_COUNTED_UP_TO: Final = 1_000.0
"""Events a second: nine rows a page are about as many writes a second as the engine takes."""


def now_ms() -> int:
    """The clock."""
    return time.time_ns() // 1_000_000


def realistic_events() -> list[Event]:
    """What the recorder makes of some seconds of the demo's traffic."""
    generator = TrafficGenerator(7, now_ms() - _WARM_UP_MS)
    events: dict[str, Event] = {}
    for at, payload in generator.events(1_000.0):
        if at < now_ms() - _WARM_UP_MS // 2:
            continue  # Only sends come at first: what follows a mail comes later.
        parsed = parse_payload(payload, recorded_at=at, keep_subject=True, region="eu-west-1")
        events.update((event.event_id, event) for event in parsed.events)
        if len(events) >= _DIFFERENT_EVENTS:
            break
    return list(events.values())[:_DIFFERENT_EVENTS]


def page_of(events: list[Event], number: int, recorded_at: float, step: float) -> bytes:
    """The body of a page of events that nobody has seen; a `step` (ms) lies between two."""
    first = number * EVENTS_A_PAGE
    chosen = (events[(first + place) % len(events)] for place in range(EVENTS_A_PAGE))
    return encode_page(
        [
            event._replace(
                event_id=f"{event.event_id[:8]}{first + place:08X}",
                message_id=f"{(event.message_id or '')[:-8]}{first + place:08x}",
                recorded_at=int(recorded_at + place * step),
                event_time=int(recorded_at + place * step) - 800,
            )
            for place, event in enumerate(chosen)
        ],
        [int(recorded_at)],
    )


def page_item(body: bytes, written_at: int, heartbeat: int) -> dict[str, Any]:
    """A page as the stream consumer files it."""
    return {
        "pk": {"S": feed_partition(day_of(written_at), 0)},
        "sk": {"S": page_sort_key(written_at, _SHARD, str(10**20 + written_at))},
        "v": {"N": str(PAGE_VERSION)},
        "z": {"B": body},
        "n": {"N": str(EVENTS_A_PAGE)},
        "lo": {"N": str(heartbeat)},
        "hi": {"N": str(heartbeat)},
        "hb": {"N": str(heartbeat)},
    }


class RollupRows:
    """Counters of one shard, as its consumer has them in the table: behind the rates strip."""

    def __init__(self) -> None:
        self._rows: dict[tuple[int, Family], Counter[str]] = {}

    def count(self, body: bytes) -> Iterator[dict[str, Any]]:
        """Count the events of a page in; the rows that changed."""
        for (minute, family), counters in tally(decode_page(body).events).items():
            row = self._rows.setdefault((minute, family), Counter())
            row.update(counters)
            pk, sk = rollup_keys(minute, family, _SHARD)
            yield {"pk": {"S": pk}, "sk": {"S": sk}, "w": {"S": "0"}} | {
                name: {"N": str(number)} for name, number in row.items()
            }


def write_pages(client: Any, table: str, rate: float, count: int) -> Iterator[str]:
    """Make `count` pages, then write each when it is due; yields what to print.

    Up to a thousand events a second, their counters are written, too.
    """
    events = realistic_events()
    interval = EVENTS_A_PAGE * 1000 / rate
    began = time.monotonic()
    for number in range(_ENCODED_FIRST):
        page_of(events, number, now_ms(), interval / EVENTS_A_PAGE)
    seconds = (time.monotonic() - began) / _ENCODED_FIRST * count
    start = now_ms() + int(seconds * 1_300) + 1_000
    step = interval / EVENTS_A_PAGE
    bodies = [page_of(events, n, start + n * interval, step) for n in range(count)]
    size = sum(map(len, bodies)) / max(1, count)
    yield f"starts {max(start, now_ms())} {size:.0f}"
    rollups = RollupRows() if rate <= _COUNTED_UP_TO else None
    late = last = 0
    with ThreadPoolExecutor(_WRITERS) as pool:
        puts = []
        for number, body in enumerate(bodies):
            due = start + (number + 1) * interval
            time.sleep(max(0.0, due - now_ms()) / 1000)
            # Late pages would be filed before the present, where a reader need not look again.
            last = max(now_ms(), last + 1)
            late = max(late, last - int(due))
            item = page_item(body, last, int(start + number * interval))
            items = [*(rollups.count(body) if rollups else ()), item]
            puts += [pool.submit(client.put_item, TableName=table, Item=each) for each in items]
        for put in puts:
            put.result()
    yield f"wrote {count * EVENTS_A_PAGE} {late}"


def record_events(access: LocalAccess, table: str, rate: float, count: int) -> Iterator[str]:
    """Record single events, and consume the stream as the demo does; yields what to print."""
    functions = functions_of(access, table)
    stop = threading.Event()
    thread = consume(access, table, stop)
    kind = pick_kind(Random(7).random())
    yield f"starts {now_ms()} 0"
    began = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        at = now_ms()
        address = STAMP % at
        mail = Mail(f"visible-{number:08d}-{at}", at - 300, kind, "Visible", (address,))
        payload = delivery(mail, at, [address], "250 2.0.0 OK", "192.0.2.1")
        functions.record({"Records": [queue_message(at, payload)]})
    time.sleep(WINDOW_SECONDS + 4)
    stop.set()
    thread.join()
    yield f"wrote {count} 0"


def write_heartbeats(access: LocalAccess, table: str) -> Iterator[str]:
    """What an installation without mail writes, for ever; yields what to print."""
    functions = functions_of(access, table)
    never = threading.Event()
    consume(access, table, never)
    yield f"starts {now_ms()} 0"
    run_schedule(lambda: functions.tick({}), SystemClock(), never)


def functions_of(access: LocalAccess, table: str) -> RecorderFunctions:
    """The recorder's functions, with a client of their own."""
    settings = RecorderSettings(table=table, keep_subject=True)
    return RecorderFunctions(access.recorder_client(), settings)


def consume(access: LocalAccess, table: str, stop: threading.Event) -> threading.Thread:
    """A thread that consumes the stream as the demo does."""
    stream = access.recorder_client().describe_table(TableName=table)["Table"]["LatestStreamArn"]
    consumer = StreamConsumer(
        access.streams_client(),
        stream,
        functions_of(access, table).roll_up,
        window_seconds=WINDOW_SECONDS,
    )
    thread = threading.Thread(target=consumer.run, args=(stop,), daemon=True)
    thread.start()
    return thread


def main() -> None:
    """Write, and print when it starts (ms) and how much it was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["pages", "recorded", "heartbeats"])
    parser.add_argument("--endpoint-url", required=True)
    parser.add_argument("--access-key", required=True)
    parser.add_argument("--table", default="ses-events")
    parser.add_argument("--rate", type=float, default=1_000.0, help="events a second")
    parser.add_argument("--count", type=int, default=1, help="pages, or events")
    options = parser.parse_args()
    access = LocalAccess(options.endpoint_url, options.access_key)
    # The functions log to standard output.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    if options.what == "pages":
        client = access.recorder_client()
        lines = write_pages(client, options.table, options.rate, options.count)
    elif options.what == "heartbeats":
        lines = write_heartbeats(access, options.table)
    else:
        lines = record_events(access, options.table, options.rate, options.count)
    for line in lines:
        output.write(line + "\n")


if __name__ == "__main__":
    main()
