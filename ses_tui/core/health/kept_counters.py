"""Counters of the window that ends now, of which only what may have changed is read each time."""

from dataclasses import dataclass
from typing import Final

from recorder.model.clock import Clock
from ses_tui.core.health.report import hourly_families
from ses_tui.core.rollup_pieces import Piece, RollupAnswer
from ses_tui.core.source import RollupReader
from ses_tui.core.windows import Window

KEPT_SECONDS: Final = 60.0
"""Summaries change only by a repair, or by events that come late; so soon these are seen, too."""


@dataclass(frozen=True, slots=True)
class _Kept:
    window: Window
    read_at: float
    """When all of it was read (monotonic seconds)."""
    until: int
    """Where summaries ended (ms)."""
    pieces: tuple[Piece, ...]
    """Of what was summarised."""

    def holds_since(self, since: int) -> bool:
        """Whether no piece has begun before `since` (ms) and ends after it."""
        return since < self.until and not any(
            piece.start < since < piece.start + piece.length for piece in self.pieces
        )


class KeptCounters:
    """Reads summarised minutes and hours once in `KEPT_SECONDS`, the others each time."""

    def __init__(self, rollups: RollupReader, clock: Clock) -> None:
        self._rollups = rollups
        self._clock = clock
        self._kept: _Kept | None = None

    def forget(self) -> None:
        """Read everything the next time."""
        self._kept = None

    async def read(self, window: Window, now_ms: int) -> RollupAnswer:
        """What is counted in the window. Raises `SesTuiError`."""
        since, instant = window.start(now_ms), self._clock.monotonic()
        kept = self._kept
        if kept is None or not self._is_good(kept, window, since, instant):
            kept = _Kept(window, instant, since, ())
        fresh = await self._rollups.read(kept.until, now_ms, hourly=hourly_families(window))
        known = tuple(piece for piece in kept.pieces if piece.start >= since)
        answer = RollupAnswer((*known, *fresh.pieces), fresh.summarised_until)
        until = max(kept.until, fresh.summarised_until or since)
        summarised = tuple(piece for piece in answer.pieces if piece.start + piece.length <= until)
        self._kept = _Kept(window, kept.read_at, until, summarised)
        return answer

    def _is_good(self, kept: _Kept, window: Window, since: int, instant: float) -> bool:
        return (
            kept.window == window
            and instant - kept.read_at < KEPT_SECONDS
            and kept.holds_since(since)
        )
