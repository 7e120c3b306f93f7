"""Counters of a stretch of time, as every reader of rollups gives them."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from recorder.model.rollup import Family


@dataclass(frozen=True, slots=True)
class Piece:
    """Counters of one minute or hour: `start` and `length` in ms."""

    start: int
    length: int
    families: dict[Family, Counter[str]]


@dataclass(frozen=True, slots=True)
class RollupAnswer:
    """Pieces in order of time; where nothing was counted there is none."""

    pieces: tuple[Piece, ...] = ()
    summarised_until: int | None = None
    """Where summaries end (ms); `None` where the table never had any."""
    unread: tuple[int, int] | None = None
    """From when to when (ms) nothing was read, since it is not summarised and was not worth it."""

    @property
    def any_rollups(self) -> bool:
        """Whether something counts at all. If so, no piece means that nothing happened."""
        return bool(self.pieces) or self.summarised_until is not None

    def between(
        self, since: int, until: int, families: Collection[Family] = tuple(Family)
    ) -> dict[Family, Counter[str]]:
        """The sums of every piece that starts within [since, until)."""
        sums: dict[Family, Counter[str]] = {}
        for piece in self.pieces:
            if since <= piece.start < until:
                for family, counters in piece.families.items():
                    if family in families:
                        sums.setdefault(family, Counter()).update(counters)
        return sums
