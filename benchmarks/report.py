"""What is told of a run: a table for the terminal, JSON, and `docs/benchmarks.md`."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any, Final

from benchmarks.conditions import Conditions
from benchmarks.figure import Figure, Verdict
from benchmarks.part_process import MeasuredPart

REASON: Final = re.compile(r"^- \*\*(.+?)\*\*:?\s+((?:.+\n?(?!- |\n|#))*.*)", re.MULTILINE)
"""A line of `docs/performance.md` that says why a figure is missed: "- **name**: sentence"."""


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run."""

    conditions: Conditions
    parts: Sequence[MeasuredPart]
    quick: bool
    seconds: float

    @property
    def figures(self) -> list[Figure]:
        """By issue, in the order in which they were measured."""
        figures = (figure for part in self.parts for figure in part.figures)
        return sorted(figures, key=lambda figure: figure.issue)

    def by_issue(self) -> Iterator[tuple[int, list[Figure]]]:
        """The figures of each issue."""
        for issue, figures in groupby(self.figures, lambda figure: figure.issue):
            yield issue, list(figures)


def table_of(report: Report) -> str:
    """A table of all figures."""
    rows = [("figure", "target", "ratio", "verdict", "median", "spread", "n", "unit")]
    rows += [(figure.name, *cells_of(figure)) for figure in report.figures]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row, figure in zip(rows, (None, *report.figures), strict=True):
        cells = [f"{row[0]:<{widths[0]}}"]
        cells += [f"{cell:>{width}}" for cell, width in zip(row[1:7], widths[1:7], strict=True)]
        note = f"  ({figure.note})" if figure and figure.note else ""
        lines.append("  ".join([*cells, row[7] + note]).rstrip())
    return "\n".join([*lines, "", *shares_of(report), "", summary_of(report), ""])


def shares_of(report: Report) -> Iterator[str]:
    """A line for each part: its share of the time, and what went wrong with it."""
    for part in report.parts:
        share = 100 * part.seconds / report.seconds
        cut = f"  {part.problem}" if part.problem else ""
        yield f"{part.name:<12} {part.seconds:>6.1f} s {share:>5.1f} %{cut}"


def summary_of(report: Report) -> str:
    """One line: how many figures are as they should be, and how long it took."""
    verdicts = [figure.verdict for figure in report.figures]
    asked = verdicts.count(Verdict.MET) + verdicts.count(Verdict.MISSED)
    text = f"{verdicts.count(Verdict.MET)} of {asked} targets met"
    if verdicts.count(Verdict.NOT_MEASURED):
        text += f", {verdicts.count(Verdict.NOT_MEASURED)} not measured"
    if short := [part.name for part in report.parts if part.problem]:
        text += f", cut short: {', '.join(short)}"
    load = report.conditions.load_at_start
    return f"{text}; {report.seconds / 60:.1f} min; load at the start {load:.1f}"


def document_of(report: Report) -> dict[str, Any]:
    """Everything, as JSON has it."""
    return {
        "conditions": asdict(report.conditions),
        "quick": report.quick,
        "seconds": report.seconds,
        "parts": [
            {"name": part.name, "seconds": part.seconds, "problem": part.problem}
            for part in report.parts
        ],
        "figures": [
            asdict(figure)
            | {
                "median": figure.median if figure.runs else None,
                "ratio": figure.ratio,
                "verdict": figure.verdict,
            }
            for figure in report.figures
        ],
    }


def page_of(report: Report, reasons: Mapping[str, str]) -> str:
    """`docs/benchmarks.md`: the run as a page, with the reason of every missed figure."""
    told = report.conditions
    versions = ", ".join(f"{name} {number}" for name, number in told.versions.items())
    lines = [
        "# Benchmarks",
        "",
        f"The last {'quick ' if report.quick else ''}run of `make bench`, which writes this page;"
        " [performance.md](performance.md) says what the figures",
        "rest on. A ratio is median over target, a spread the lowest and the highest run.",
        "",
        f"- {told.at}, {summary_of(report)}",
        f"- {told.machine}",
        f"- {versions}",
    ]
    if told.busy:
        lines.append("- **The machine was busy with other work: all times are upper bounds.**")
    missed = [figure for figure in report.figures if figure.verdict is Verdict.MISSED]
    if missed:
        lines += ["", "## Missed", ""]
        lines += [
            f"- **{one.name}**: {reasons.get(one.name, 'no reason is known yet.')}"
            for one in missed
        ]
    lines += ["", "## Parts", "", "| part | s | share | |", "|---|--:|--:|---|"]
    lines += [
        f"| {part.name} | {part.seconds:.1f} | {100 * part.seconds / report.seconds:.0f} % |"
        f" {part.problem} |"
        for part in report.parts
    ]
    for issue, figures in report.by_issue():
        lines += ["", f"## {_TITLES.get(issue, f'Issue {issue}')}", ""]
        if introduction := _INTRODUCTIONS.get(issue):
            lines += [introduction, ""]
        lines.append("| figure | target | ratio | verdict | median | spread | n | unit |")
        lines.append("|---|--:|--:|---|--:|--:|--:|---|")
        for figure in figures:
            target, ratio, verdict, *rest = cells_of(figure)
            name = f"{figure.name} ({figure.note})" if figure.note else figure.name
            marked = f"**{verdict}**" if verdict in _MARKED else verdict
            lines.append(f"| {' | '.join([name, target, ratio, marked, *rest])} |")
    return "\n".join(lines) + "\n"


def reasons_in(text: str) -> dict[str, str]:
    """Why figures are missed, by name, out of the text of `docs/performance.md`."""
    return {name.rstrip(":"): " ".join(why.split()) for name, why in REASON.findall(text)}


def cells_of(figure: Figure) -> tuple[str, str, str, str, str, str, str]:
    """Target, ratio, verdict, median, spread, number of runs and unit, as a table shows them."""
    sign = "≤ " if figure.at_least is None else "≥ "
    target = "" if figure.target is None else sign + number(figure.target)
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    median = (">" if figure.longer else "") + number(figure.median) if figure.runs else ""
    spread = ""
    if len(figure.runs) > 1:
        spread = f"{number(min(figure.runs))} - {number(max(figure.runs))}"
    count = str(len(figure.runs)) if figure.runs else ""
    return target, ratio, figure.verdict, median, spread, count, figure.unit


def number(value: float) -> str:
    """Three digits that count, and all before the point."""
    if math.isinf(value):
        return "never"
    if value == int(value) or abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


_MARKED: Final = (Verdict.MISSED, Verdict.NOT_MEASURED)
_TITLES: Final = {
    2: "The whole way",
    3: "Recorder",
    4: "Rollups, pages, rates",
    6: "Live tail",
    7: "Search",
    8: "Health",
    10: "Comparisons",
}
_INTRODUCTIONS: Final = {
    3: "The straightforward recorder makes a client a call and puts an item an event; bare inserts"
    " are the recorder's own statements, prepared beforehand.",
    4: "The strip is the line of rates above the list of events.",
    6: "Through zlib: as a compressed SSH connection sends it. Processor time is that of the"
    " dashboard's process.",
    10: "Published is the recorder with two tables and a query page that"
    " [migrating.md](migrating.md) takes over from, built anew from its design. Stages of a start"
    " follow one on another. A figure with > was ended there: it takes longer.",
}
"""What a reader has to know of the figures of an issue."""
