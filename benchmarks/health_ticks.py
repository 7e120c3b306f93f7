"""Inside the dashboard: what a tick of Health takes, of which one mail more is the only news."""

import asyncio
import time
from collections import Counter
from typing import Any, Final, cast

from recorder.model.rollup import MINUTE_MS, Family, minute_start
from ses_tui.core.health.follow_health import HealthUpdate
from ses_tui.core.health.kept_counters import KeptCounters
from ses_tui.core.health.report import HealthReport, read_report, report_of
from ses_tui.core.rollup_pieces import Piece, RollupAnswer
from ses_tui.core.source import RollupReader
from ses_tui.ui.app import DashboardApp
from ses_tui.ui.messages import HealthRead
from ses_tui.ui.screens.health import HealthScreen

TICKS: Final = 24
_MAILS: Final = 200
_PICTURE_SECONDS: Final = 0.12
"""Longer than a picture takes to be written."""
_SEND: Final = {
    Family.TYPE: "S|",
    Family.DOMAIN: "S|gmail.com",
    Family.CONFIGURATION_SET: "S|transactional",
    Family.IDENTITY: "S|larkspur-tea.example",
}
"""A Send, as `roll_up` counts it."""


class MoreMails:
    """Counters as they are read, and some sends of this minute."""

    def __init__(self, rollups: RollupReader, now: int, mails: int) -> None:
        self._rollups = rollups
        self._mails = mails
        self._start = minute_start(now)

    async def read(self, *arguments: Any, **named: Any) -> RollupAnswer:
        """As the reader does."""
        answer = await self._rollups.read(*arguments, **named)
        more = {family: Counter({name: self._mails}) for family, name in _SEND.items()}
        piece = Piece(self._start, MINUTE_MS, more)
        return RollupAnswer((*answer.pieces, piece), answer.summarised_until)


async def measure_ticks(app: DashboardApp) -> dict[str, list[float]]:
    """Processor milliseconds and bytes of each tick; and of each read, milliseconds alone."""
    screen = cast("HealthScreen", app.screen)
    rollups, now = app.connection.rollups, app.now_ms
    report = screen.report
    assert report is not None
    kept = KeptCounters(rollups, app.clock)
    await kept.read(report.window, now)
    reads = []
    for _ in range(TICKS // 4):
        began = time.process_time()
        answer = await kept.read(report.window, now)
        report_of(report.window, now, answer, report.thens)
        reads.append((time.process_time() - began) * 1_000)
    one_apart = [
        await read_report(
            cast("RollupReader", MoreMails(rollups, now, mails)), report.window, now, report.thens
        )
        for mails in (_MAILS, _MAILS + 1)
    ]
    driver: Any = app._driver
    write, written = driver.write, 0

    def count(data: str) -> None:
        nonlocal written
        written += len(data.encode())
        write(data)

    driver.write = count
    milliseconds, sizes = [], []
    await _take(screen, one_apart[1])
    for tick in range(TICKS):
        began, written = time.process_time(), 0
        await _take(screen, one_apart[tick % 2])
        milliseconds.append((time.process_time() - began) * 1_000)
        sizes.append(float(written))
    driver.write = write
    return {"milliseconds": milliseconds, "bytes": sizes, "reads": reads}


async def _take(screen: HealthScreen, report: HealthReport | None) -> None:
    screen.post_message(HealthRead(HealthUpdate(report)))
    await asyncio.sleep(_PICTURE_SECONDS)
