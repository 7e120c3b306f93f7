"""Widgets of many lines of which mostly few change: only those are painted again."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.geometry import Region
from textual.strip import Strip

from ses_tui.ui.tones import Line, Span, line_width
from ses_tui.ui.widgets.toned import TonedWidget


class DrawnLine(NamedTuple):
    """A line, and whether the cursor is on it."""

    line: Line
    selected: bool = False


def changed_part(y: int, new: DrawnLine | None, old: DrawnLine | None, width: int) -> Region:
    """The cells of line `y` that look different: one number of many is to cost a few bytes."""
    whole = Region(0, y, width, 1)
    if new is None or old is None or new.selected != old.selected:
        return whole
    start = min(width, _same_cells(new.line, old.line))
    if line_width(new.line) != line_width(old.line):
        return Region(start, y, width - start, 1)
    end = line_width(new.line) - _same_cells(_backwards(new.line), _backwards(old.line))
    return Region(start, y, min(end, width) - start, 1) if start < end else whole


def _same_cells(one: Iterable[Span], other: Iterable[Span]) -> int:
    """How many cells two lines have in common, up to the first that differs."""
    cells = 0
    for (text, tone), (other_text, other_tone) in zip(one, other, strict=False):
        if tone != other_tone:
            break
        if text != other_text:
            simple = _is_simple(text) and _is_simple(other_text)
            return cells + (_same_characters(text, other_text) if simple else 0)
        cells += cell_len(text)
    return cells


def _same_characters(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _is_simple(text: str) -> bool:
    """Whether every character is a cell: what combines with its neighbours changes as a whole."""
    return text.isascii() or all(cell_len(character) == 1 for character in text)


def _backwards(line: Line) -> Iterator[Span]:
    return (Span(text[::-1], tone) for text, tone in reversed(line))


class LinesWidget(TonedWidget):
    """Draws what `picture` says; `sync` asks for a new picture of exactly the lines that differ."""

    CURSOR = "lines--cursor"
    COMPONENT_CLASSES: ClassVar[set[str]] = {CURSOR}

    _painted: list[DrawnLine] | None = None

    def picture(self, width: int, height: int) -> list[DrawnLine]:
        """All lines, at most `height` of `width` cells."""
        raise NotImplementedError

    def sync(self) -> None:
        """Paint what looks different now."""
        width, height = self.size
        if not (width and height):
            return
        before, self._painted = self._painted, self.picture(width, height)
        if before is None:
            self.refresh()
            return
        lines = enumerate(zip_longest(self._painted, before))
        changed = [changed_part(y, new, old, width) for y, (new, old) in lines if new != old]
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        width, height = self.size
        if self._painted is None:
            self._painted = self.picture(width, height)
        if y >= len(self._painted):
            return self.strip_of((), width)
        line, selected = self._painted[y]
        over = self.get_component_rich_style(self.CURSOR, partial=True) if selected else None
        return self.strip_of(line, width, over)

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the new size."""
        self._painted = None
        self.refresh()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show whether the keys go here."""
        super().watch_has_focus(has_focus)
        self.sync()
