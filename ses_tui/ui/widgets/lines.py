"""Widgets of many lines of which mostly few change: only those are painted again."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import compress, count, zip_longest
from operator import ne
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from textual.geometry import Region, Size
from textual.strip import Strip

from ses_tui.ui.tones import Line, Tone
from ses_tui.ui.widgets.toned import TonedWidget

_APART: Final = 16
"""Cells; to pass over fewer costs more bytes than to write them again."""
_TEXTS_REMEMBERED: Final = 256


class DrawnLine(NamedTuple):
    """A line, and whether the cursor is on it."""

    line: Line
    selected: bool = False


def changed_parts(
    y: int, new: DrawnLine | None, old: DrawnLine | None, width: int
) -> Iterator[Region]:
    """The cells of line `y` that look different: one number of many is to cost a few bytes."""
    simple = new and old and new.selected == old.selected and _is_simple(new) and _is_simple(old)
    if not (simple and new and old):
        yield Region(0, y, width, 1)
        return
    (text, tones), (old_text, old_tones) = _cells(new, width), _cells(old, width)
    differing = sorted(
        {*compress(count(), map(ne, text, old_text)), *compress(count(), map(ne, tones, old_tones))}
    )
    start = end = -1
    for at in differing:
        if start < 0:
            start = at
        elif at - end > _APART:
            yield Region(start, y, end - start, 1)
            start = at
        end = at + 1
    if start >= 0:
        yield Region(start, y, end - start, 1)


def _is_simple(drawn: DrawnLine) -> bool:
    """Whether every character is a cell: what combines with its neighbours changes as a whole."""
    return all(text.isascii() or _is_of_cells(text) for text, _ in drawn.line)


@lru_cache(maxsize=_TEXTS_REMEMBERED)
def _is_of_cells(text: str) -> bool:
    """Remembered, since it takes long for the bars of a chart, which mostly stay as they are."""
    return all(cell_len(character) == 1 for character in text)


def _cells(drawn: DrawnLine, width: int) -> tuple[str, list[Tone]]:
    """Character and tone of each of `width` cells."""
    text = "".join(span.text for span in drawn.line)
    tones = [tone for part, tone in drawn.line for _ in part]
    missing = max(0, width - len(text))
    return f"{text}{' ' * missing}"[:width], (tones + [Tone.PLAIN] * missing)[:width]


class LinesWidget(TonedWidget):
    """Draws what `picture` says; `sync` asks for a new picture of exactly the lines that differ."""

    CURSOR = "lines--cursor"
    COMPONENT_CLASSES: ClassVar[set[str]] = {CURSOR}

    _painted: list[DrawnLine] | None = None
    _painted_size = Size(0, 0)

    def picture(self, width: int, height: int) -> list[DrawnLine]:
        """All lines, at most `height` of `width` cells."""
        raise NotImplementedError

    def sync(self) -> None:
        """Paint what looks different now."""
        size = self.size
        if not (size.width and size.height):
            return
        before = self._painted if self._painted_size == size else None
        painted = self._draw(size)
        if before is None:
            self.refresh()
            return
        lines = enumerate(zip_longest(painted, before))
        changed = [
            part
            for y, (new, old) in lines
            if new != old
            for part in changed_parts(y, new, old, size.width)
        ]
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        size, painted = self.size, self._painted
        if painted is None or self._painted_size != size:
            # Textual draws a new size before it tells of it.
            painted = self._draw(size)
        if y >= len(painted):
            return self.strip_of((), size.width)
        line, selected = painted[y]
        over = self.get_component_rich_style(self.CURSOR, partial=True) if selected else None
        return self.strip_of(line, size.width, over)

    def _draw(self, size: Size) -> list[DrawnLine]:
        self._painted, self._painted_size = self.picture(*size), size
        return self._painted

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show whether the keys go here."""
        super().watch_has_focus(has_focus)
        self.sync()
