"""All parts of the benchmark, in the order in which they are measured, and how long each may take.

A part is a module of this package with `measure(quick) -> Iterable[Figure]`. It starts what it
needs (an engine of its own, programs) and ends it. What is most asked for comes first, so that a
slow machine leaves out the least.
"""

from dataclasses import dataclass
from typing import Final

RUN_SECONDS: Final = 880.0
QUICK_RUN_SECONDS: Final = 177.0
"""Of all parts together: 15 minutes and 3, less what reporting takes."""


@dataclass(frozen=True, slots=True)
class Part:
    """One module, and the seconds after which it is ended, of a full run and of a quick one.

    They are about twice what it takes on two idle cores; a quick run leaves out what has none:
    comparisons, and what needs many events.
    """

    name: str
    seconds: float
    quick_seconds: float | None
    package: str = "benchmarks"

    @property
    def module(self) -> str:
        """The module that measures it."""
        return f"{self.package}.{self.name}"

    def budget(self, quick: bool) -> float:
        """The seconds of one kind of run; as many as for a full one where it is left out."""
        return self.seconds if not quick or self.quick_seconds is None else self.quick_seconds


PARTS: Final = (
    Part("recorder", 90, 30),
    Part("rollups", 70, 30),
    Part("opening", 80, 25),
    Part("watching", 150, 60),
    Part("following", 110, 40),
    Part("health", 120, 45),
    Part("memory", 140, 50),
    Part("search", 90, None),
    Part("limits", 50, None),
    Part("growth", 70, None),
    Part("startup", 50, None),
    Part("write_units", 40, None),
    Part("store", 40, None),
    Part("widgets", 120, None),
    Part("viewers", 100, None),
    Part("published", 240, None),
)
