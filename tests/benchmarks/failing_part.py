"""A part of a benchmark that measures one figure and then fails."""

from collections.abc import Iterator
from math import inf

from benchmarks.figure import Figure


def measure(quick: bool) -> Iterator[Figure]:
    name = f"before it fails, {'quickly' if quick else 'fully'}"
    yield Figure(3, name, "s", (1.0, inf), at_most=2, note="once")
    raise RuntimeError("the disk is full")
