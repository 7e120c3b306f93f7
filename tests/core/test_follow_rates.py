"""When rates are read again."""

import asyncio
from collections.abc import Sequence

import pytest

from ses_tui.core.follow_rates import RateControl


class CountedWaits(RateControl):
    """Notes how long it would have waited, and is told of news during one of the waits."""

    def __init__(self, news_during: int | None = None) -> None:
        super().__init__()
        self.news = False
        self.waits: list[float] = []
        self._news_during = news_during

    async def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        if len(self.waits) == self._news_during:
            self.note_news()
        await asyncio.sleep(0)
        return False


@pytest.mark.parametrize(
    ("seconds", "news_during", "waits"),
    [(10, None, [10] * 6), (10, 1, [10]), (10, 3, [10] * 3), (60, None, [60])],
)
async def test_without_news_the_next_read_waits_a_minute(
    seconds: float, news_during: int | None, waits: Sequence[float]
) -> None:
    control = CountedWaits(news_during)
    await control.wait_for_reason(seconds)
    assert control.waits == waits


async def test_a_choice_ends_the_waiting_at_once() -> None:
    control = RateControl()
    control.news = False
    control.read_now()
    await asyncio.wait_for(control.wait_for_reason(3600), 10)
