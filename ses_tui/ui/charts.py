"""Charts of plain characters: what a column is worth is its height, never its colour alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Final, NamedTuple

from ses_tui.ui.tones import Line, Span, Tone

AXIS_CELLS: Final = 8
"""Width of the labels on the left, the axis included."""
_CHARTS_REMEMBERED: Final = 4
"""Two are on screen."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What a chart is drawn with."""

    bars: str
    """From the lowest to a full cell; the lowest stands for nought alone."""
    missing: str
    threshold: str
    axis: str
    base: str
    cursor: str


BLOCKS: Final = Glyphs("▁▂▃▄▅▆▇█", "·", "╌", "┤", "│", "▲")
ASCII: Final = Glyphs("_.:|#", " ", "-", "+", "|", "^")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A line across a chart; a column that reaches it is drawn in its tone, too."""

    value: float
    tone: Tone


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: a value a column, `None` where there is none to draw."""

    values: tuple[float | None, ...]
    full: float
    """The value at the upper end."""
    thresholds: tuple[Threshold, ...] = ()
    selected: int | None = None
    tone: Tone = Tone.INFORMATION


def full_scale(values: Sequence[float | None], thresholds: Sequence[Threshold]) -> float:
    """The upper end that shows every value, and always the lowest threshold, with some air."""
    top = max((value for value in values if value is not None), default=0.0)
    lines = sorted(threshold.value for threshold in thresholds)
    reached = [line for line in lines if line <= top]
    shown = lines[: len(reached) + 1] if reached else lines[:1]
    return max(top, *(1.2 * line for line in shown)) if shown else top or 1.0


def chart_lines(
    chart: Chart, width: int, height: int, percent: bool = True, glyphs: Glyphs = BLOCKS
) -> list[Line]:
    """`height` lines of `width` cells, highest first; the axis on the left has labels.

    The last line is at nought; columns get as many cells each as there is room for.
    """
    count = max(1, len(chart.values))
    cells = max(1, (width - AXIS_CELLS) // count)
    values = chart.values[-((width - AXIS_CELLS) // cells) :] if width > AXIS_CELLS else ()
    skipped = len(chart.values) - len(values)
    levels = height * len(glyphs.bars)
    columns = tuple(
        _Column(
            _eighths(value, chart.full, levels), _tone(chart, value), position == chart.selected
        )
        for position, value in enumerate(values, skipped)
    )
    lines = {row_of(each.value, chart.full, height): each for each in chart.thresholds}
    rows = tuple(
        _Row(
            _label(chart, lines.get(row), row, height, percent, glyphs),
            lines[row].tone if row in lines else None,
        )
        for row in range(height)
    )
    return list(_drawn(columns, rows, cells, glyphs))


def row_of(value: float, full: float, height: int) -> int:
    """The line, counted from the lowest, that the top of a bar of `value` is in."""
    return max(0, ceil(value / full * height) - 1) if full else 0


def cells_of_column(count: int, width: int) -> int:
    """How wide one of `count` columns is."""
    return max(1, (width - AXIS_CELLS) // max(1, count))


def _label(
    chart: Chart, line: Threshold | None, row: int, height: int, percent: bool, glyphs: Glyphs
) -> Span:
    text = ""
    if line is not None:
        text = _number(line.value, percent)
    elif row == height - 1:
        text = _number(chart.full, percent)
    elif row == 0:
        text = "0"
    mark = glyphs.axis if text else glyphs.base
    return Span(f"{text:>{AXIS_CELLS - 2}} {mark}", Tone.MUTED)


def _number(value: float, percent: bool) -> str:
    if not percent:
        return f"{value:,.0f}"
    rate = 100 * value
    return f"{rate:.2f}%" if rate < 0.95 else f"{rate:.1f}%" if rate % 1 > 0.05 else f"{rate:.0f}%"


class _Column(NamedTuple):
    """All that can be seen of a value."""

    eighths: int | None
    """How high the bar is, in glyphs of a cell; `None` where there is no value."""
    tone: Tone
    selected: bool


class _Row(NamedTuple):
    """What there is of a row beside bars."""

    label: Span
    threshold: Tone | None


@lru_cache(maxsize=_CHARTS_REMEMBERED)
def _drawn(
    columns: tuple[_Column, ...], rows: tuple[_Row, ...], cells: int, glyphs: Glyphs
) -> tuple[Line, ...]:
    """Rows, highest first; remembered, since most ticks change no bar by as much as can be seen."""
    lines = [
        (each.label, *_cells(columns, row, cells, each.threshold, glyphs))
        for row, each in enumerate(rows)
    ]
    return tuple(reversed(lines))


def _cells(
    columns: tuple[_Column, ...], row: int, cells: int, line: Tone | None, glyphs: Glyphs
) -> Line:
    """One row of bars."""
    spans: list[Span] = []
    for column in columns:
        glyph, tone = _glyph(column.eighths, row, glyphs), column.tone
        if glyph == " " and line is not None:
            glyph, tone = glyphs.threshold, line
        elif glyph == " ":
            # Nothing is seen of its tone, so that this need not be painted again for another one.
            tone = spans[-1].tone if spans else Tone.MUTED
        if column.selected:
            tone = Tone.HIGHLIGHT
        gap = 1 if cells > 2 and glyph != glyphs.threshold else 0
        text = glyph * (cells - gap) + " " * gap
        if spans and spans[-1].tone == tone:
            spans[-1] = Span(spans[-1].text + text, tone)
        else:
            spans.append(Span(text, tone))
    return tuple(spans)


def _eighths(value: float | None, full: float, levels: int) -> int | None:
    if value is None:
        return None
    if value <= 0:
        return 0
    # The lowest bar stands for nought, so the least of anything is the one above.
    return max(2, ceil(min(1.0, value / full) * levels))


def _glyph(eighths: int | None, row: int, glyphs: Glyphs) -> str:
    if eighths is None:
        return glyphs.missing if row == 0 else " "
    if eighths == 0:
        return glyphs.bars[0] if row == 0 else " "
    levels = len(glyphs.bars)
    here = eighths - row * levels
    return " " if here <= 0 else glyphs.bars[min(levels, here) - 1]


def _tone(chart: Chart, value: float | None) -> Tone:
    if value is None:
        return Tone.MUTED
    tone = chart.tone
    for threshold in chart.thresholds:
        if value >= threshold.value:
            tone = threshold.tone
    return tone
