"""Concerns over time: each rings once, and stands until somebody has seen it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from ses_tui.core.attention.concerns import Concern, Severity, Topic

WELL_FOR_MS: Final = 15 * 60_000
"""What was well for so long is something new when it comes again."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A concern that was raised."""

    concern: Concern
    raised_at: int
    worst: Severity
    acknowledged: bool = False
    well_since: int | None = None
    """Since when it has been no concern any more (ms); `None` while it is one."""

    @property
    def since(self) -> int:
        """When it began, or else when it was seen first (ms)."""
        return self.raised_at if self.concern.since is None else self.concern.since


class Signals:
    """Those that are bad now, and those that nobody has acknowledged."""

    def __init__(self) -> None:
        self._signals: dict[str, Signal] = {}

    @property
    def standing(self) -> tuple[Signal, ...]:
        """What is to be shown, the worst first: what nobody has seen, then what is bad still."""
        shown = (s for s in self._signals.values() if not (s.acknowledged and s.well_since))
        return tuple(
            sorted(
                shown,
                key=lambda signal: (
                    signal.acknowledged,
                    signal.well_since is not None,
                    -signal.concern.severity,
                    -signal.concern.weight,
                    signal.concern.name,
                ),
            )
        )

    def observe(
        self, concerns: Iterable[Concern], unjudged: Collection[Topic], now_ms: int
    ) -> bool:
        """Take in all that is bad now; whether something of it is new, and so is to ring.

        Signals of a topic that cannot be judged now stay as they are. What gets worse is new.
        """
        rings = False
        present = {concern.name: concern for concern in concerns}
        for name, signal in list(self._signals.items()):
            if name not in present and signal.concern.topic not in unjudged:
                well_since = now_ms if signal.well_since is None else signal.well_since
                self._signals[name] = replace(signal, well_since=well_since)
                if signal.acknowledged and now_ms - well_since >= WELL_FOR_MS:
                    del self._signals[name]
        for name, concern in present.items():
            before = self._signals.get(name)
            if before is None or _is_new(before, concern, now_ms):
                self._signals[name] = Signal(concern, now_ms, concern.severity)
                rings = True
            else:
                self._signals[name] = replace(before, concern=concern, well_since=None)
        return rings

    def acknowledge(self) -> None:
        """Somebody has seen all of them."""
        self._signals = {
            name: replace(signal, acknowledged=True) for name, signal in self._signals.items()
        }


def _is_new(before: Signal, concern: Concern, now_ms: int) -> bool:
    if concern.severity > before.worst:
        return True
    return before.well_since is not None and now_ms - before.well_since >= WELL_FOR_MS
