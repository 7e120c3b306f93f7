"""What the demo compares the present with: events as all others, and figures that equal them."""

import threading
from collections import Counter
from contextlib import AsyncExitStack

import pytest

from recorder.model.clock import SystemClock
from recorder.model.item import from_item
from recorder.model.rollup import MINUTE_MS, Family, minute_start, tally
from recorder.model.settings import RecorderSettings
from ses_tui.aws.connection import open_client
from ses_tui.aws.rollup_reader import TableRollupReader
from ses_tui.aws.table_client import TableClient
from ses_tui.core.health.comparison import THENS
from ses_tui.core.health.report import read_then
from ses_tui.core.rate_report import whole_figures
from ses_tui.core.rates import Mark
from ses_tui.core.windows import DEFAULT_WINDOW
from ses_tui.demo.days_before import DaysBefore
from ses_tui.demo.past_figures import PastFigures
from tests.aws.pages import options_of
from tests.engine import TestTable
from tests.events import FrozenClock


@pytest.mark.long
async def test_the_hours_before_are_counted_and_found(table: TestTable) -> None:
    clock = FrozenClock()
    clock.now = SystemClock().now_ms()
    PastFigures(table.client, table.name, clock).write(minute_start(clock.now))
    told: list[str] = []
    days = DaysBefore(table.client, RecorderSettings(table=table.name), clock, told.append)
    days.record(3, clock.now, threading.Event(), pause=0)
    assert told == []
    pages = table.client.get_paginator("scan").paginate(TableName=table.name)
    items = [item for page in pages for item in page["Items"] if item["pk"]["S"].startswith("M#")]
    events = [from_item(item) for item in items]
    async with AsyncExitStack() as resources:
        client, options = await open_client(options_of(table), resources)
        rollups = TableRollupReader(TableClient(client, options, resources), clock)
        for label, ago in THENS:
            for later in (0, 50 * MINUTE_MS):
                now = clock.now + later
                then = await read_then(rollups, DEFAULT_WINDOW, now, ago, label)
                of_then = [one for one in events if then.since <= one.recorded_at < then.until]
                families: dict[Family, Counter[str]] = {}
                for (_, family), counters in tally(of_then).items():
                    families.setdefault(family, Counter()).update(counters)
                assert then.figures == whole_figures(families)
                assert then.figures.estimate.bounce_mark is not Mark.TOO_FEW
