"""Widgets of many lines of which mostly few change: only those are painted again."""

from itertools import zip_longest
from typing import ClassVar, NamedTuple

from textual import events
from textual.geometry import Region
from textual.strip import Strip

from ses_tui.ui.tones import Line
from ses_tui.ui.widgets.toned import TonedWidget


class DrawnLine(NamedTuple):
    """A line, and whether the cursor is on it."""

    line: Line
    selected: bool = False


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
        changed = [y for y, (new, old) in lines if new != old]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

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
