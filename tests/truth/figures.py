"""What the figures of a window have to be, worked out from what happened and nothing else."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final

from tests.truth.day import Happening

Figures = dict[str, Any]
"""The public JSON of figures, without window and times."""

TYPES: Final = (
    *("Send", "Delivery", "DeliveryDelay", "Bounce", "Complaint"),
    *("Reject", "RenderingFailure", "Open", "Click", "Subscription"),
)
_NAMES: Final[dict[str, Callable[[Happening], str | None]]] = {
    "domain": lambda one: one.domain,
    "set": lambda one: one.configuration_set,
    "identity": lambda one: one.identity,
    "subtype": lambda one: one.subtype if one.kind == "Bounce" else None,
    "status": lambda one: one.status or None,
}
"""How a grouping calls what happened; `None` where it leaves it out."""


def true_figures(happened: Iterable[Happening]) -> Figures:
    """Of everything that happened in a window."""
    happened = list(happened)
    by_set = _grouped(happened, "set").values()
    denominators = [_denominator(of_set) for of_set in by_set]
    return _figures(happened, _sum(denominators))


def true_figures_by(grouping: str, happened: Iterable[Happening]) -> dict[str, Figures]:
    """By the names of a grouping.

    What only bounces and delays have (a subtype, a status) is set against all mail of the window.
    A type that nobody knows has no name of its own in a group.
    """
    happened = list(happened)
    whole = _sum([_denominator(of_set) for of_set in _grouped(happened, "set").values()])
    against_all = grouping in ("subtype", "status")
    return {
        name: _figures(group, whole if against_all else _denominator(group), strange="unknown")
        for name, group in _grouped(happened, grouping).items()
    }


def _grouped(happened: Iterable[Happening], grouping: str) -> dict[str, list[Happening]]:
    groups: dict[str, list[Happening]] = defaultdict(list)
    for one in happened:
        name = _NAMES[grouping](one)
        if name is not None:
            groups[name].append(one)
    return groups


def _denominator(happened: list[Happening]) -> tuple[str | None, int]:
    real = [one for one in happened if not one.simulated]
    sent = sum(one.kind == "Send" for one in real)
    if sent:
        return "Send", max(0, sent - sum(one.meaning == "suppressed" for one in real))
    tried = sum(one.kind == "Delivery" or one.meaning == "Permanent" for one in real)
    return ("Delivery + Bounce" if tried else None), tried


def _sum(parts: list[tuple[str | None, int]]) -> tuple[str | None, int]:
    kinds = {kind for kind, _ in parts if kind is not None}
    kind = "mixed" if len(kinds) > 1 else kinds.pop() if kinds else None
    return kind, sum(number for _, number in parts)


def _figures(
    happened: list[Happening], denominator: tuple[str | None, int], strange: str | None = None
) -> Figures:
    kinds = Counter(strange if strange and one.kind not in TYPES else one.kind for one in happened)
    bounces = [one for one in happened if one.kind == "Bounce"]
    meanings = Counter(
        "excluded" if one.simulated or one.meaning == "suppressed" else one.meaning
        for one in bounces
    )
    complaints = sum(
        one.kind == "Complaint" and one.meaning == "meant" and not one.simulated for one in happened
    )
    of, n = denominator
    return {
        "counts": {**dict.fromkeys(TYPES, 0), **kinds},
        "bounces": {
            "permanent": meanings["Permanent"],
            "transient": meanings["Transient"],
            "undetermined": meanings["Undetermined"],
            "excluded": meanings["excluded"],
        },
        "complaints": complaints,
        "denominator": {"of": of or "Send", "n": n},
        "bounce_rate": meanings["Permanent"] / n if n else None,
        "complaint_rate": complaints / n if n else None,
        "bounce_mark": _mark(meanings["Permanent"], n, {"WATCH": 2, "HIGH": 5, "CRITICAL": 10}),
        "complaint_mark": _mark(complaints * 10, n, {"HIGH": 1, "CRITICAL": 5}),
    }


def _mark(hits: int, of: int, percents: dict[str, int]) -> str:
    """In whole numbers, so that a rate on the threshold is on it."""
    if of < 200:
        return "TOO_FEW"
    reached = [mark for mark, percent in percents.items() if hits * 100 >= percent * of]
    return reached[-1] if reached else "OK"
