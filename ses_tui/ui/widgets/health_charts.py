"""The course of a window: bounce rate, complaint rate and volume, side by side as there is room."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.message import Message

from recorder.model import event as types
from ses_tui.core.event_text import TYPE_LABELS
from ses_tui.core.health.report import VOLUME_TYPES, HealthColumn, HealthReport
from ses_tui.core.rate_text import percent
from ses_tui.core.rates import Thresholds
from ses_tui.core.zone import Zone
from ses_tui.ui import keys
from ses_tui.ui.charts import (
    AXIS_CELLS,
    BLOCKS,
    Chart,
    Glyphs,
    Threshold,
    cells_of_column,
    chart_lines,
    full_scale,
)
from ses_tui.ui.sparkline import sparkline
from ses_tui.ui.text import fit, format_count
from ses_tui.ui.tones import Line, Span, Tone, clip_line, line_width, spread
from ses_tui.ui.widgets.lines import DrawnLine, LinesWidget

_LEAST_CELLS: Final = 48
_GAP: Final = 2
_LINES_AROUND: Final = 2
"""Title above, times below."""
_CHARTS: Final = ("bounce rate", "complaint rate", "volume by type")
_LABEL_CELLS: Final = 12
_NOTES_CELLS: Final = 12
_PROBLEM_TYPES_OF: Final[dict[str, tuple[str, ...]]] = {
    "bounce rate": (types.BOUNCE,),
    "complaint rate": (types.COMPLAINT,),
    "volume by type": (),
}


class HealthCharts(LinesWidget, can_focus=True):
    """As many charts as fit beside each other; `[` and `]` turn to the others."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.OPEN_EVENTS, *keys.COLUMNS, *keys.TURNING]

    class Chosen(Message):
        """The reader wants the events behind a column."""

        def __init__(self, event_types: tuple[str, ...], column: HealthColumn) -> None:
            super().__init__()
            self.event_types = event_types
            self.column = column

    def __init__(self, zone: Zone, thresholds: Thresholds, glyphs: Glyphs = BLOCKS) -> None:
        super().__init__()
        self._zone = zone
        self._thresholds = thresholds
        self._glyphs = glyphs
        self._report: HealthReport | None = None
        self._active = 0
        self._selected: int | None = None
        """The start (ms) of a column, which stays the same while the window moves on."""
        self._empty = ""

    def show(self, report: HealthReport | None, zone: Zone, empty: str) -> None:
        """Show another report; `empty` says why there is none."""
        self._report, self._zone, self._empty = report, zone, empty
        self.sync()

    def picture(self, width: int, height: int) -> list[DrawnLine]:
        """The charts from the one that is chosen on."""
        if self._report is None:
            return [DrawnLine((Span(f"  {self._empty}", Tone.MUTED),))]
        count = max(1, min(len(_CHARTS), (width + _GAP) // (_LEAST_CELLS + _GAP)))
        room = (width - _GAP * (count - 1)) // count
        first = min(self._active, len(_CHARTS) - count)
        parts = [
            self._chart(self._report, index, room, height) for index in range(first, first + count)
        ]
        return [DrawnLine(_beside(lines, room)) for lines in zip(*parts, strict=True)]

    def action_column(self, step: int) -> None:
        """Select a column further left or right, at first the newest."""
        columns = self._columns
        if not columns:
            return
        position = self._position(columns)
        position = len(columns) - 1 if position is None else position + step
        self._selected = columns[max(0, min(position, len(columns) - 1))].start
        self.sync()

    def action_turn_to(self, step: int) -> None:
        """Turn to the next chart, or to the one before."""
        self._active = (self._active + step) % len(_CHARTS)
        self.sync()

    def action_open_events(self) -> None:
        """Ask for the events behind the selected column, at first the newest."""
        columns = self._columns
        position = self._position(columns)
        if position is None:
            self.action_column(0)
        elif columns:
            wanted = _PROBLEM_TYPES_OF[_CHARTS[self._active]]
            self.post_message(self.Chosen(wanted, columns[position]))

    @property
    def _columns(self) -> Sequence[HealthColumn]:
        return self._report.columns if self._report else ()

    def _position(self, columns: Sequence[HealthColumn]) -> int | None:
        """Where the selected column is now; the first one when it has left the window."""
        if self._selected is None or not self.has_focus:
            return None
        passed = sum(column.start <= self._selected for column in columns)
        return max(0, passed - 1)

    def _chart(self, report: HealthReport, index: int, width: int, height: int) -> list[Line]:
        name = _CHARTS[index]
        chosen = self.has_focus and index == self._active
        position = self._position(report.columns)
        title = Span(
            f"{'▶' if chosen else ' '} {name.upper()} ", Tone.STRONG if chosen else Tone.HEADING
        )
        words = self._words(report, name, position)
        rows = height - _LINES_AROUND
        if name == "volume by type":
            body, axis = self._volume(report, width, rows, position)
        else:
            body = self._rate(report, name, width, rows, position)
            axis = AXIS_CELLS
        times = self._times(report, width, axis, len(report.columns))
        return [spread((title,), (Span(words, Tone.MUTED),), width), *body, times]

    def _rate(
        self, report: HealthReport, name: str, width: int, rows: int, position: int | None
    ) -> list[Line]:
        if name == "bounce rate":
            values = tuple(column.bounce_height for column in report.columns)
            _, high, critical = self._thresholds.bounce
        else:
            values = tuple(column.complaint_height for column in report.columns)
            _, high, critical = self._thresholds.complaint
        lines = tuple(
            Threshold(value, tone)
            for value, tone in ((high, Tone.WARNING), (critical, Tone.BAD))
            if value is not None
        )
        full = full_scale(values, lines)
        shown = tuple(line for line in lines if line.value <= full)
        return chart_lines(Chart(values, full, shown, position), width, rows, glyphs=self._glyphs)

    def _volume(
        self, report: HealthReport, width: int, rows: int, position: int | None
    ) -> tuple[list[Line], int]:
        """One row a type, each to a scale of its own, with its total at the end."""
        counts = report.figures.counts
        shown = [each for each in VOLUME_TYPES if counts.get(each)][: rows or 1]
        room = max(1, width - _LABEL_CELLS - _NOTES_CELLS)
        body = [
            clip_line(
                (
                    Span(fit(f"  {TYPE_LABELS[event_type]}", _LABEL_CELLS), Tone.MUTED),
                    *_bars(
                        tuple(column.volume(event_type) for column in report.columns),
                        room,
                        position,
                        self._glyphs,
                    ),
                    Span(f" {format_count(counts[event_type])}"),
                ),
                width,
            )
            for event_type in shown
        ]
        body += [()] * (rows - len(body))
        return body[:rows], _LABEL_CELLS

    def _words(self, report: HealthReport, name: str, position: int | None) -> str:
        """What the selected column is worth, else how long a column is."""
        if position is None:
            minutes = report.window.step // 60_000
            return f"per {minutes // 60} h " if minutes >= 60 else f"per {minutes} min "
        column = report.columns[position]
        clock = f"{self._zone.at(column.start):%H:%M}"
        if not column.recorded:
            return f"{clock} nothing recorded "
        estimate = column.estimate
        if name == "bounce rate":
            rate, count = estimate.bounce_rate, estimate.bounces
        elif name == "complaint rate":
            rate, count = estimate.complaint_rate, estimate.complaints
        else:
            return f"{clock} {format_count(sum(column.counts.values()))} events "
        sample = f"{format_count(count)} of {format_count(estimate.denominator)}"
        return f"{clock} {percent(rate)} {sample} "

    def _times(self, report: HealthReport, width: int, axis: int, count: int) -> Line:
        first, last = self._zone.at(report.since), self._zone.at(report.until)
        form = "%m-%d %H:%M" if report.window.length > 24 * 3_600_000 else "%H:%M"
        start, end = f"{first:{form}}", f"{last:{form}}"
        room = width - axis
        notes = _NOTES_CELLS if axis == _LABEL_CELLS else 0
        used = min(room - notes, count * cells_of_column(count, width - notes + AXIS_CELLS - axis))
        return (Span(" " * axis + start + end.rjust(max(0, used - len(start))), Tone.MUTED),)


@lru_cache(maxsize=len(VOLUME_TYPES))
def _bars(values: tuple[int | None, ...], room: int, selected: int | None, glyphs: Glyphs) -> Line:
    """Bars of one type in `room` cells; remembered, since most ticks count events of few types."""
    most = max((value for value in values if value), default=1)
    cells = max(1, room // max(1, len(values)))
    bars = sparkline(values, most, glyphs.bars, glyphs.missing)
    return tuple(
        _joined(
            Span(bar * cells, Tone.HIGHLIGHT if at == selected else Tone.INFORMATION)
            for at, bar in enumerate(bars)
        )
    )


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].tone == span.tone:
            joined[-1] = Span(joined[-1].text + span.text, span.tone)
        else:
            joined.append(span)
    return joined


def _beside(lines: Sequence[Line], width: int) -> Line:
    """Lines of several charts as one."""
    *before, last = lines
    whole: list[Span] = []
    for line in before:
        whole += line
        whole.append(Span(" " * (max(0, width - line_width(line)) + _GAP)))
    return (*whole, *last)
