"""One incident shows in many figures; here is chosen by which of them it is named.

When a domain defers its mail, then so do its status, the identities that write to it and the
whole. The incident is named by the dimension in which the fewest names hold most of it, and in
which it stands out most.
"""

from collections.abc import Sequence
from typing import Final

from ses_tui.core.attention.tallies import Dimension

_MOST_OF_IT: Final = 0.75
"""A dimension explains an incident if its names hold so much of what is too many."""

Part = tuple[Dimension, float, float]
"""Of one name: how many more than usual, and how many times the usual."""


def best_dimension(parts: Sequence[Part]) -> Dimension:
    """The dimension that tells most; `parts` are all of one kind of problem, at least one."""
    by_dimension: dict[Dimension, list[tuple[float, float]]] = {}
    for dimension, excess, ratio in parts:
        by_dimension.setdefault(dimension, []).append((excess, ratio))
    whole = max(sum(excess for excess, _ in names) for names in by_dimension.values())
    scores = {
        dimension: score
        for dimension, names in by_dimension.items()
        if (score := _score(names, _MOST_OF_IT * whole)) is not None
    }
    order = list(Dimension)
    return max(scores, key=lambda dimension: (scores[dimension], -order.index(dimension)))


def _score(names: list[tuple[float, float]], wanted: float) -> float | None:
    """How far the names that are needed stand out, for each of them; `None`: they do not do."""
    names = sorted(names, reverse=True)
    held = ratios = 0.0
    for needed, (excess, ratio) in enumerate(names, 1):
        held += excess
        ratios += ratio
        if held >= wanted:
            return ratios / needed / needed
    return None
