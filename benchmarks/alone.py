"""A part of the benchmark by itself: `python -m benchmarks.PART [--quick]`."""

import argparse
import sys
from collections.abc import Callable, Iterable

from benchmarks.figure import Figure


def run_alone(measure: Callable[[bool], Iterable[Figure]], description: str) -> None:
    """Measure, and print each figure as soon as it is known."""
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="less of everything")
    for figure in measure(parser.parse_args().quick):
        sys.stdout.write(line_of(figure) + "\n")
        sys.stdout.flush()


def line_of(figure: Figure) -> str:
    """Name, median, lowest and highest of a figure, and what is asked of it."""
    if not figure.runs:
        return f"{figure.name:<66} {figure.verdict}: {figure.note}"
    spread = f"{min(figure.runs):,.4g}-{max(figure.runs):,.4g}" if len(figure.runs) > 1 else ""
    asked = "" if figure.target is None else f"asked {figure.target:g}: {figure.verdict}"
    median = f"{'>' if figure.longer else ''}{figure.median:,.4g}"
    return (
        f"{figure.name:<66} {median:>12} {figure.unit:<12} {spread:<18} {asked} {figure.note}"
    ).rstrip()
