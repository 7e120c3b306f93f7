"""Whether the recorder lives: heartbeats written, heartbeats paged, summaries made."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from recorder.model.keys import folded_key, heartbeat_key
from recorder.model.summary import read_fold_progress
from ses_tui.aws.doctor.check import Check
from ses_tui.aws.doctor.installation import Installation
from ses_tui.aws.feed_pages import newest, number_of
from ses_tui.aws.feed_poller import FeedPoller
from ses_tui.aws.together import together
from ses_tui.core.health_check import CheckResult
from ses_tui.core.recorder_health import judge_heartbeat, judge_lag, judge_summaries

_MINUTE_MS: Final = 60_000
_MINUTES_BACK: Final = 15
"""Heartbeats are looked for one by one; an older one says no more than that it is old."""


async def _run_heartbeat(installation: Installation) -> Sequence[CheckResult]:
    recorded, paged = await _heartbeats(installation)
    now = installation.clock.now_ms()
    return (
        judge_heartbeat(newest(recorded, paged), now),
        judge_lag(recorded, paged, now),
    )


async def _heartbeats(installation: Installation) -> tuple[int | None, int | None]:
    """The newest heartbeat (ms) recorded lately, and the newest in a feed page."""
    recorded, paged = await asyncio.gather(
        _recorded_heartbeat(installation), _paged_heartbeat(installation)
    )
    return recorded, paged


async def _recorded_heartbeat(installation: Installation) -> int | None:
    now = installation.clock.now_ms()
    answers = await together(
        installation.on_table(
            "GetItem",
            Key={"pk": {"S": heartbeat_key(now - back * _MINUTE_MS)}, "sk": {"S": "0"}},
        )
        for back in range(-1, _MINUTES_BACK)
    )
    return newest(*(number_of(answer.get("Item", {}), "r", 0) or None for answer in answers))


async def _paged_heartbeat(installation: Installation) -> int | None:
    poller = FeedPoller(_Reads(installation), installation.clock, installation.table)
    return (await poller.start(0)).paged_heartbeat


async def _run_summaries(installation: Installation) -> Sequence[CheckResult]:
    answer = await installation.on_table("GetItem", Key=folded_key())
    progress = read_fold_progress(answer.get("Item"))
    until = None if progress is None else progress.minutes_until
    return (judge_summaries(until, installation.clock.now_ms()),)


class _Reads:
    """`TableReads` over the calls of an examination."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    async def query(self, **arguments: Any) -> dict[str, Any]:
        return await self._installation.on_table("Query", **arguments)

    async def get_item(self, **arguments: Any) -> dict[str, Any]:
        return await self._installation.on_table("GetItem", **arguments)

    async def close(self) -> None:
        """The calls belong to the examination."""


HEARTBEAT_CHECK: Final = Check("heartbeat", ("dynamodb:GetItem", "dynamodb:Query"), _run_heartbeat)
SUMMARIES_CHECK: Final = Check("summaries", ("dynamodb:GetItem",), _run_summaries)
