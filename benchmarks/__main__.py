"""Measures everything, prints a table and writes JSON: `python -m benchmarks`, or `make bench`."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import orjson

from benchmarks.conditions import conditions
from benchmarks.part_process import ROOT, MeasuredPart, measure_part, not_measured
from benchmarks.parts import PARTS, QUICK_RUN_SECONDS, RUN_SECONDS, Part
from benchmarks.report import Report, document_of, page_of, reasons_in, table_of

RESULTS: Final = ROOT / "build" / "benchmarks.json"
PAGE: Final = ROOT / "docs" / "benchmarks.md"
REASONS: Final = ROOT / "docs" / "performance.md"
_LEAST_SECONDS: Final = 5.0


def run(parts: Sequence[Part], quick: bool) -> Report:
    """Measure parts one after the other, for as long as a run may take."""
    began = time.monotonic()
    allowed = QUICK_RUN_SECONDS if quick else RUN_SECONDS
    told = conditions()
    measured: list[MeasuredPart] = []
    for part in parts:
        left = allowed - (time.monotonic() - began)
        if left < _LEAST_SECONDS:
            late = f"the {allowed:.0f} s of the run were over"
            measured.append(MeasuredPart(part.name, (not_measured(part, late),), 0.0, late))
            continue
        one = measure_part(part, quick, left)
        measured.append(one)
        problem = f": {one.problem}" if one.problem else ""
        say(f"{part.name:<12} {len(one.figures):>3} figures {one.seconds:>6.1f} s{problem}")
    return Report(told, measured, quick, time.monotonic() - began)


def parts_of(quick: bool) -> list[Part]:
    """The parts of a whole run of this kind."""
    return [part for part in PARTS if not quick or part.quick_seconds is not None]


def say(line: str) -> None:
    """Tell how far it is, apart from the results."""
    sys.stderr.write(line + "\n")


def chosen(names: str) -> list[Part]:
    """The parts of a list with commas. Raises `ValueError`."""
    known = {part.name: part for part in PARTS}
    wanted = [name.strip() for name in names.split(",")]
    if unknown := [name for name in wanted if name not in known]:
        raise ValueError(f"no part is called {', '.join(unknown)}: choose of {', '.join(known)}")
    return [known[name] for name in wanted]


def write(file: Path, text: str | bytes) -> None:
    """Write a file of results, its folder included."""
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    say(f"written: {file.relative_to(ROOT)}")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything, in 3 minutes")
    parser.add_argument("--only", metavar="NAME,...", help=f"of {', '.join(p.name for p in PARTS)}")
    parser.add_argument("--keep", action="store_true", help="write docs/benchmarks.md, too")
    options = parser.parse_args()
    try:
        parts = chosen(options.only) if options.only else parts_of(options.quick)
    except ValueError as error:
        parser.error(str(error))
    report = run(parts, options.quick)
    sys.stdout.write(table_of(report))
    write(RESULTS, orjson.dumps(document_of(report), option=orjson.OPT_INDENT_2))
    if options.keep:
        write(PAGE, page_of(report, reasons_in(REASONS.read_text())))


if __name__ == "__main__":
    main()
