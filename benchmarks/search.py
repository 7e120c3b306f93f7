"""Measures searches: an exact recipient, a start, and a word in pages, beside a scan with a filter.

The scan is what the published query tool makes of a wildcard: `Scan` with `contains` over the whole
table. Both run against DynamoDB Local on this machine, so the ratio is what carries over.

An exact recipient is looked for at a tenth of the items and at all of them: its requests are the
same. While a word is looked for on the search screen, keys are pressed, in a process and a
pseudo-terminal of its own, and the time until their answer is written is measured.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.watched_program import WatchedProgram
from recorder.model.event import Event
from recorder.model.item import to_item
from recorder.model.keys import feed_partition, message_key, page_sort_key
from recorder.model.page import encode_page
from recorder.model.payload import parse_payload
from recorder.model.table import table_definition
from recorder.model.timestamps import day_of, format_timestamp
from ses_tui.aws.connection import open_client
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.search import TableSearch
from ses_tui.aws.table_client import TableClient
from ses_tui.core.query import Query
from ses_tui.core.search import SearchBatch, SearchFacts, plan_search
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import start_dynamodb_local
from ses_tui.demo.generator import TrafficGenerator

START: Final = 1_795_435_200_000
EVENTS_A_SECOND: Final = 250.0
EVENTS_A_PAGE: Final = 500
RARE: Final = "needleword"
RARE_EVERY: Final = 50_000
FIRST_RARE: Final = 2_000
TABLE: Final = "search-benchmark"
CUSTOMER: Final = "one.customer@inbox.example"
CUSTOMER_EVENTS: Final = 40
KEYS: Final = 30
PAUSE_BETWEEN_KEYS: Final = (0.03, 0.15)
ZONE: Final = "Asia/Kolkata"


class FixedClock:
    """The end of the generated events; durations are real."""

    def __init__(self, now: int) -> None:
        self._now = now

    def now_ms(self) -> int:
        """When the last event was recorded, or a little later."""
        return self._now

    def monotonic(self) -> float:
        """Seconds."""
        return time.monotonic()


def generated(count: int) -> Iterator[Event]:
    """Events of the demo's shop; every so many one has a word that no other has."""
    produced = 0
    for at, payload in TrafficGenerator(7, START).events(EVENTS_A_SECOND):
        for event in parse_payload(payload, recorded_at=at + 900, keep_subject=True).events:
            if produced % RARE_EVERY == FIRST_RARE:
                event = event._replace(subject=f"An order for {RARE} {produced}")
            yield event
            produced += 1
            if produced == count:
                return


class Load:
    """Stores generated events in order: the first so many as items, all of them in pages."""

    def __init__(self, client: Any, paged: int) -> None:
        self._client = client
        self._events = with_one_customer(generated(paged))
        self._stored = 0
        self.last = START
        """When the last event was recorded (ms)."""
        client.create_table(**table_definition(TABLE))

    def up_to(self, count: int, *, items: bool) -> None:
        """Go on until `count` events are stored, whole pages at a time."""
        while self._stored < count and (batch := list(islice(self._events, EVENTS_A_PAGE))):
            self._stored += len(batch)
            self.last = batch[-1].recorded_at
            store(self._client, batch, whole=items)


def with_one_customer(events: Iterator[Event]) -> Iterator[Event]:
    """The same, but for some mails to one address at the beginning and none later."""
    for number, event in enumerate(events):
        if number < CUSTOMER_EVENTS * 10 and number % 10 == 0:
            event = event._replace(recipient=CUSTOMER, recipient_raw=CUSTOMER)
        yield event


def store(client: Any, events: Sequence[Event], *, whole: bool) -> None:
    """A page, and if asked for the items."""
    at = events[-1].recorded_at + 1_000
    times = [event.recorded_at for event in events]
    client.put_item(
        TableName=TABLE,
        Item={
            "pk": {"S": feed_partition(day_of(at), 0)},
            "sk": {"S": page_sort_key(at, "shard", events[0].event_id)},
            "z": {"B": encode_page(events)},
            "n": {"N": str(len(events))},
            "lo": {"N": str(min(times))},
            "hi": {"N": str(max(times))},
        },
    )
    if not whole:
        return
    items = {}
    for event in events:
        key = message_key(event.message_id or "")
        item = to_item(event, partition_key=key, expires_at=None)
        items[key, item["sk"]["S"]] = item
    wanted = list(items.values())
    for start in range(0, len(wanted), 25):
        requests = [{"PutRequest": {"Item": item}} for item in wanted[start : start + 25]]
        client.batch_write_item(RequestItems={TABLE: requests})


async def searched(search: TableSearch, text: str, now: int) -> dict[str, Any]:
    """What one search took, and what it found."""
    plan = plan_search(Query.parse(text, now_ms=now), SearchFacts(days=1), now_ms=now)
    began, processor = time.monotonic(), time.process_time()
    batch = SearchBatch()
    async for one in search.run(plan):
        batch = one
    seconds = time.monotonic() - began
    return {
        "query": text,
        "way": plan.way.value,
        "found": batch.found,
        "examined": batch.examined,
        "requests": batch.cost.requests,
        "seconds": round(seconds, 3),
        "processor_seconds": round(time.process_time() - processor, 3),
        "events_a_second": round(batch.examined / seconds),
    }


def scanned(client: Any, attribute: str, word: str) -> dict[str, Any]:
    """The scan with a filter: every item is read and charged for."""
    began = time.monotonic()
    looked_at = found = requests = 0
    for answer in client.get_paginator("scan").paginate(
        TableName=TABLE,
        FilterExpression="begins_with(pk, :events) AND contains(#attribute, :word)",
        ExpressionAttributeNames={"#attribute": attribute},
        ExpressionAttributeValues={":events": {"S": "M#"}, ":word": {"S": word}},
    ):
        requests += 1
        looked_at += answer["ScannedCount"]
        found += answer["Count"]
    seconds = time.monotonic() - began
    return {
        "found": found,
        "examined": looked_at,
        "requests": requests,
        "seconds": round(seconds, 3),
        "events_a_second": round(looked_at / seconds),
    }


async def measure(access: LocalAccess, now: int, queries: Sequence[str]) -> list[dict[str, Any]]:
    """Each search by itself."""
    arguments = access.client_arguments()
    options = ConnectionOptions(
        table=TABLE,
        endpoint_url=access.endpoint_url,
        region=arguments["region_name"],
        access_key=arguments["aws_access_key_id"],
        secret_key=arguments["aws_secret_access_key"],
    )
    resources = AsyncExitStack()
    client, options = await open_client(options, resources)
    table = TableClient(client, options, resources)
    search = TableSearch(table, FixedClock(now))
    try:
        return [await searched(search, text, now) for text in queries]
    finally:
        await table.close()


def key_to_screen(access: LocalAccess, query: str) -> dict[str, Any]:
    """How soon a key is answered while the search screen looks for a word; milliseconds.

    The key changes the zone, whose name then stands in the header.
    """
    os.environ["TZ"] = ZONE
    waits: list[float] = []
    chance = Random(1)
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        arguments = (
            *("benchmarks.dashboard_program", f"--report={report}", f"--table={TABLE}"),
            f"--endpoint-url={access.endpoint_url}",
            f"--access-key={access.access_key_id}",
        )
        with WatchedProgram(*arguments, report=report) as program:
            program.listen_for("Quit")
            program.type("s")
            program.listen(1.0)
            program.type(f"{query}\r")
            program.listen_for("(?i)esc stops|Found|looked at")
            began = program.processor_seconds()
            for number in range(KEYS):
                program.listen(chance.uniform(*PAUSE_BETWEEN_KEYS))
                pressed = time.monotonic()
                program.type("z")
                program.listen_for("UTC" if number % 2 == 0 else "IST")
                waits.append((time.monotonic() - pressed) * 1000)
            busy = program.processor_seconds() - began
    waits.sort()
    return {
        "keys": len(waits),
        "p50_ms": round(waits[len(waits) // 2], 1),
        "p95_ms": round(waits[int(len(waits) * 0.95)], 1),
        "processor_seconds": round(busy, 1),
    }


def main() -> None:
    """Print everything as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000, help="events that are items, too")
    parser.add_argument("--paged", type=int, default=1_000_000, help="events in pages")
    given = parser.parse_args()
    report: dict[str, Any] = {"load_average": os.getloadavg()[0], "recipient": []}
    exact = f"to:{CUSTOMER} -type:open -type:click"
    with start_dynamodb_local(heap_megabytes=3_000, quick_start=False) as engine:
        access = LocalAccess(engine.endpoint_url)
        client = access.dynamodb_client()
        load = Load(client, given.paged)
        for items in (given.items // 10, given.items):
            load.up_to(items, items=True)
            (search,) = asyncio.run(measure(access, load.last + 60_000, [exact]))
            scan = scanned(client, "a", CUSTOMER.partition("@")[0])
            ratio = round(scan["requests"] / search["requests"], 1)
            report["recipient"].append(
                {"items": items, "search": search, "scan": scan, "requests_ratio": ratio}
            )
        load.up_to(given.paged, items=False)
        since = f"since:{format_timestamp(START - 1_000)}"
        queries = (
            "to:one*@inbox.example -type:open -type:click",
            f"*{RARE}* {since}",
            f"text:*{RARE}* {since}",
            f"from:*nobody* {since}",
            f"subject:*order*zz {since}",
        )
        report["searches"] = asyncio.run(measure(access, load.last + 60_000, queries))
        report["scan"] = scanned(client, "su", RARE)
        ratio = report["searches"][1]["events_a_second"] / report["scan"]["events_a_second"]
        report["pages_against_scan"] = round(ratio, 1)
        report["keys_meanwhile"] = key_to_screen(access, f"*{RARE}* {since}")
    report["load_average_at_end"] = os.getloadavg()[0]
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
