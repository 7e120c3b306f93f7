"""Through the pages of several lanes side by side, until there are enough events."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from recorder.model.item import Item
from ses_tui.aws.feed_pages import event_count_of, sort_key_of
from ses_tui.aws.together import together

_BELOW_EVERY_KEY: Final = ""
_ABOVE_EVERY_KEY: Final = "~"


@dataclass(frozen=True, slots=True)
class Step:
    """One response: pages of a lane, and the sort key to which all of them have been read."""

    items: Sequence[Item]
    reached: str


class Walk:
    """Through one lane, a response a step, either way."""

    def __init__(self, steps: AsyncIterator[Step]) -> None:
        self.items: list[Item] = []
        self.reached: str | None = None
        """The sort key to which all pages have been read, if any were."""
        self.finished = False
        self._steps = steps

    async def step(self) -> None:
        """Read one response more. Raises `SesTuiError`."""
        try:
            step = await anext(self._steps)
        except StopAsyncIteration:
            self.finished = True
        else:
            self.items += step.items
            self.reached = step.reached


@dataclass(frozen=True, slots=True)
class Walked:
    """Pages by lane, every lane read to the same sort key, so that there is no hole."""

    by_lane: tuple[tuple[Item, ...], ...]
    reached: str | None
    """That sort key; `None` if all lanes are read to the end."""


async def walk_together(walks: Sequence[Walk], wanted: int, *, forward: bool = False) -> Walked:
    """Steps until the pages hold `wanted` events, as their items say, or every lane has ended."""
    while True:
        reached = _reached(walks, forward)
        pages = [
            tuple(item for item in walk.items if _is_within(sort_key_of(item), reached, forward))
            for walk in walks
        ]
        walking = [walk for walk in walks if not walk.finished]
        if not walking or sum(event_count_of(item) for lane in pages for item in lane) >= wanted:
            return Walked(tuple(pages), reached if walking else None)
        await together(walk.step() for walk in walking)


def _is_within(sort_key: str, reached: str, forward: bool) -> bool:
    return sort_key <= reached if forward else sort_key >= reached


def _reached(walks: Sequence[Walk], forward: bool) -> str:
    """The sort key to which all lanes have been read."""
    start, end = _BELOW_EVERY_KEY, _ABOVE_EVERY_KEY
    if not forward:
        start, end = end, start
    reached = [
        end if walk.finished else start if walk.reached is None else walk.reached for walk in walks
    ]
    return min(reached, default=end) if forward else max(reached, default=end)
