"""Measures searches: an exact recipient, a start, and a word in pages, beside a scan with a filter.

The scan is what a simple query tool does for a wildcard: `Scan` with `contains` over the whole
table. Both run against DynamoDB Local on this machine, so the ratio is what carries over.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from typing import Any, Final

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


def load(client: Any, items: int, paged: int) -> int:
    """Store `items` events whole and `paged` in pages; when the last was recorded (ms)."""
    client.create_table(**table_definition(TABLE))
    batch: list[Event] = []
    last = START
    for number, event in enumerate(generated(max(items, paged))):
        last = event.recorded_at
        batch.append(event)
        if len(batch) == EVENTS_A_PAGE:
            store(client, batch, whole=number < items)
            batch = []
    if batch:
        store(client, batch, whole=len(batch) <= items)
    return last


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


def scanned(client: Any, word: str) -> dict[str, Any]:
    """The scan with a filter: every item and every index's base is read and charged for."""
    began = time.monotonic()
    looked_at = found = requests = 0
    for answer in client.get_paginator("scan").paginate(
        TableName=TABLE,
        FilterExpression="begins_with(pk, :events) AND contains(su, :word)",
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


async def measure(access: LocalAccess, now: int, recipient: str) -> list[dict[str, Any]]:
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
    local, _, domain = recipient.rpartition("@")
    since = f"since:{format_timestamp(START - 1_000)}"
    try:
        return [
            await searched(search, text, now)
            for text in (
                f"to:{recipient} -type:open -type:click",
                f"to:{local[:2]}*@{domain} -type:open -type:click",
                f"*{RARE}* {since}",
                f"text:*{RARE}* {since}",
                f"from:*nobody* {since}",
                f"subject:*order*zz {since}",
            )
        ]
    finally:
        await table.close()


def main() -> None:
    """Print everything as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=20_000, help="events that the scan goes over")
    parser.add_argument("--paged", type=int, default=1_000_000, help="events in pages")
    given = parser.parse_args()
    with start_dynamodb_local(heap_megabytes=1_000, quick_start=False) as engine:
        access = LocalAccess(engine.endpoint_url)
        client = access.dynamodb_client()
        now = load(client, given.items, given.paged) + 60_000
        recipient = next(e.recipient for e in generated(100) if e.recipient)
        searches = asyncio.run(measure(access, now, recipient))
        scan = scanned(client, RARE)
        word = next(one for one in searches if one["query"].startswith("*"))
        ratio = word["events_a_second"] / scan["events_a_second"]
        report = {"searches": searches, "scan": scan, "pages_against_scan": round(ratio, 1)}
        sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
