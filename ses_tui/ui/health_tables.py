"""The tables of the Health screen: what is in each of their columns, and how it is sorted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Final

from recorder.model.rollup import DELAY_BOUNDS_MS, PROCESSING_TIME_BOUNDS_MS
from ses_tui.core.explanation.status import explain_status
from ses_tui.core.health.latency import Latency
from ses_tui.core.health.patterns import DiagnosticPattern, Diagnostics
from ses_tui.core.health.report import HealthReport
from ses_tui.core.rate_report import RateFigures
from ses_tui.core.rate_text import percent
from ses_tui.core.sanitise import sanitise
from ses_tui.core.zone import Zone
from ses_tui.ui.rate_lines import MARK_TONES, mark_word
from ses_tui.ui.text import fit, format_count
from ses_tui.ui.tones import Line, Span, Tone

Row = RateFigures | Latency | DiagnosticPattern
_LEAST_NAME: Final = 20
"""Cells; columns give way, the last first, until a name has so many."""
_GAP: Final = 1
_UNITS: Final = ((3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms"))


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of figures; `value` sorts, the highest first."""

    heading: str
    width: int
    value: Callable[[Any], Any]
    text: Callable[[Any, Zone], str]
    tone: Callable[[Any], Tone] = lambda row: Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `key` is a grouping of `rates`, `time`, `delay` or `diagnostic`."""

    key: str
    title: str
    columns: tuple[TableColumn, ...]
    empty: str

    def rows(self, report: HealthReport | None, diagnostics: Diagnostics | None) -> Sequence[Row]:
        """Its rows, the most harmful first."""
        if self.key == "diagnostic":
            return diagnostics.patterns if diagnostics else ()
        if report is None:
            return ()
        match self.key:
            case "time":
                return report.processing_times
            case "delay":
                return report.delays
            case grouping:
                return report.groups[grouping]

    def name(self, row: Row) -> str:
        """The name of a row as it was counted."""
        return row.pattern if isinstance(row, DiagnosticPattern) else row.name or ""

    def shown(self, width: int) -> tuple[TableColumn, ...]:
        """The columns that there is room for."""
        columns = self.columns
        while columns and width - 2 - sum(_GAP + each.width for each in columns) < _LEAST_NAME:
            columns = columns[:-1]
        return columns

    def heading(
        self, columns: Sequence[TableColumn], width: int, sorted_by: int | None, backwards: bool
    ) -> Line:
        """The headings of the `shown` columns; a mark stands at the one that rows are sorted by."""
        mark = "↑" if backwards else "↓"
        cells = [
            f"{mark if sorted_by == index else ''}{each.heading}".rjust(_GAP + each.width)
            for index, each in enumerate(columns)
        ]
        order = "" if sorted_by is not None and sorted_by < len(self.columns) else mark
        if sorted_by is None and not backwards:
            order = ""
        name = fit(f"  {order}{self.title.lower()}", width - sum(map(len, cells)))
        return (Span(name + "".join(cells), Tone.HEADING),)

    def line(self, row: Row, columns: Sequence[TableColumn], width: int, zone: Zone) -> Line:
        """A row with the `shown` columns."""
        room = width - sum([_GAP + each.width for each in columns])
        return (
            Span(fit(f"  {self._shown_name(row)}", room)),
            *(
                Span(each.text(row, zone).rjust(_GAP + each.width), each.tone(row))
                for each in columns
            ),
        )

    def _shown_name(self, row: Row) -> str:
        name = sanitise(self.name(row)) or "(none)"
        if self.key != "status":
            return name
        explanation = explain_status(name)
        return f"{name:<8} {explanation.summary if explanation else ''}"


def bound_text(milliseconds: float, last: int) -> str:
    """A percentile as the bucket that it is in tells it, as in `≤ 2 s`, or `> 4 h` after `last`."""
    sign, bound = ("≤", milliseconds) if milliseconds < inf else (">", float(last))
    size, unit = next((size, unit) for size, unit in _UNITS if bound >= size)
    return f"{sign} {bound / size:g} {unit}"


def _count(heading: str, width: int, value: Callable[[Any], int], tone: Tone) -> TableColumn:
    return TableColumn(
        heading,
        width,
        value,
        lambda row, zone: format_count(value(row)) if value(row) else "-",
        lambda row: tone if value(row) else Tone.MUTED,
    )


def _soft(row: RateFigures) -> int:
    return row.bounces.transient + row.bounces.undetermined


_RATE: Final = TableColumn(
    "bounced",
    9,
    lambda row: row.estimate.bounce_rate or 0.0,
    lambda row, zone: percent(row.estimate.bounce_rate),
    lambda row: MARK_TONES[row.estimate.bounce_mark],
)
_MARK: Final = TableColumn(
    "mark",
    8,
    lambda row: (row.estimate.bounce_mark.value != "TOO_FEW", row.estimate.bounce_rate or 0.0),
    lambda row, zone: mark_word(row.estimate.bounce_mark),
    lambda row: MARK_TONES[row.estimate.bounce_mark],
)
_OF: Final = _count("of", 9, lambda row: row.estimate.denominator, Tone.PLAIN)
_HARD: Final = _count("hard", 7, lambda row: row.bounces.permanent, Tone.BAD)
_SOFT: Final = _count("soft", 7, _soft, Tone.WARNING)
_OUTSIDE: Final = _count("outside", 8, lambda row: row.bounces.excluded, Tone.MUTED)
_COMPLAINTS: Final = _count("compl.", 7, lambda row: row.estimate.complaints, Tone.BAD)
_DELAYS: Final = _count("delays", 7, lambda row: row.delays, Tone.WARNING)
_FIGURES: Final = (_RATE, _MARK, _OF, _COMPLAINTS, _DELAYS, _HARD, _SOFT)


def _percentiles(bounds: Sequence[int]) -> tuple[TableColumn, ...]:
    def column(heading: str, value: Callable[[Any], float]) -> TableColumn:
        return TableColumn(heading, 8, value, lambda row, zone: bound_text(value(row), bounds[-1]))

    return (
        column("p50", lambda row: row.p50),
        column("p95", lambda row: row.p95),
        column("p99", lambda row: row.p99),
    )


TABLES: Final = (
    Table("domain", "Recipient domain", _FIGURES, "No mail was counted."),
    Table("status", "Status", (_HARD, _DELAYS, _SOFT, _RATE), "No status was counted."),
    Table("subtype", "Bounce subtype", (_HARD, _SOFT, _OUTSIDE, _RATE), "No bounces."),
    Table(
        "diagnostic",
        "Diagnostic",
        (
            _count("events", 7, lambda row: row.count, Tone.PLAIN),
            TableColumn(
                "newest",
                8,
                lambda row: row.newest,
                lambda row, zone: zone.format_time(row.newest),
                lambda row: Tone.MUTED,
            ),
            _count("domains", 8, lambda row: row.domains, Tone.PLAIN),
        ),
        "No problem has a diagnostic.",
    ),
    Table("identity", "Sending identity", _FIGURES, "No mail was counted."),
    Table("set", "Configuration set", _FIGURES, "No mail was counted."),
    Table(
        "time",
        "Processing time by domain",
        (
            *_percentiles(PROCESSING_TIME_BOUNDS_MS),
            _count("of", 9, lambda row: row.count, Tone.PLAIN),
        ),
        "No deliveries with a processing time.",
    ),
    Table(
        "delay",
        "Delay by domain",
        (
            _count("delays", 7, lambda row: row.count, Tone.WARNING),
            *_percentiles(DELAY_BOUNDS_MS),
        ),
        "No delays with a known length.",
    ),
)
"""In the order of what is asked first."""
