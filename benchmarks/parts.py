"""All parts of the benchmark, in the order in which they are measured, and how long each may take.

A part is a module of this package with `measure(quick) -> Iterable[Figure]`. It starts what it
needs (an engine of its own, programs) and ends it. What is most asked for comes first, so that a
slow machine leaves out the least.
"""

from dataclasses import dataclass
from typing import Final

RUN_SECONDS: Final = 870.0
QUICK_RUN_SECONDS: Final = 175.0
"""Of all parts together: 15 minutes and 3, less what reporting takes."""


@dataclass(frozen=True, slots=True)
class Part:
    """One module, and the seconds after which it is ended, of a full run and of a quick one.

    They are about twice what it takes on two idle cores.
    """

    name: str
    seconds: float
    quick_seconds: float
    package: str = "benchmarks"

    @property
    def module(self) -> str:
        """The module that measures it."""
        return f"{self.package}.{self.name}"

    def budget(self, quick: bool) -> float:
        """The seconds of one kind of run."""
        return self.quick_seconds if quick else self.seconds


PARTS: Final = (
    Part("recorder", 150, 50),
    Part("rollups", 100, 40),
    Part("opening", 80, 40),
    Part("watching", 150, 60),
    Part("following", 240, 80),
    Part("memory", 240, 80),
    Part("published", 260, 40),
    Part("limits", 60, 30),
    Part("growth", 120, 40),
    Part("widgets", 120, 30),
    Part("search", 120, 40),
    Part("write_units", 40, 30),
    Part("store", 40, 20),
)
