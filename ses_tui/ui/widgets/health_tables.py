"""The tables of the Health screen, as many of them beside each other as there is room for."""

from itertools import pairwise
from typing import Final

from textual.app import ComposeResult
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.reactive import Reactive
from textual.widget import Widget

from ses_tui.core.zone import Zone
from ses_tui.ui.health_tables import TABLES
from ses_tui.ui.widgets.health_table import HealthTable

_TWO_COLUMNS_FROM: Final = 140
_GAP: Final = 2
"""Cells between two columns of tables."""
_LEAST_LINES: Final = 9


class HealthTables(Widget):
    """Shows tables from one on, so that those that are not shown are a key away."""

    virtual_size = Reactive(Size(0, 0), repaint=False)
    """It never scrolls; Textual would lay out the screen once more for a new size."""

    def __init__(self, zone: Zone) -> None:
        super().__init__()
        self.tables = [
            HealthTable(table, f"{number}/{len(TABLES)}", zone)
            for number, table in enumerate(TABLES, 1)
        ]
        self._first = 0
        self._slots = 1
        self._layout = _Slots(self)

    @property
    def layout(self) -> Layout:
        """How the tables are placed."""
        return self._layout

    @property
    def shown(self) -> list[HealthTable]:
        """Those that are seen."""
        return self.tables[self._first : self._first + self._slots]

    def compose(self) -> ComposeResult:
        """All of them."""
        yield from self.tables

    def turn_from(self, table: HealthTable | None, step: int) -> HealthTable:
        """The table after, or before, that one; it is shown from now on."""
        index = self._first if table is None else (self.tables.index(table) + step)
        index %= len(self.tables)
        if not self._first <= index < self._first + self._slots:
            last = len(self.tables) - self._slots
            self._first = min(index, last) if index < self._first else index - self._slots + 1
            # Textual remembers how tables are placed until one of them asks for another place.
            self.tables[index].refresh(layout=True)
        return self.tables[index]

    def fill(self, size: Size) -> list[tuple[HealthTable, Region]]:
        """As many tables as `size` has room for, and where."""
        columns = 2 if size.width >= _TWO_COLUMNS_FROM else 1
        rows = max(1, size.height // _LEAST_LINES)
        self._slots = min(len(self.tables), columns * rows)
        self._first = min(self._first, len(self.tables) - self._slots)
        rows = -(-self._slots // columns)
        lefts = [at * (size.width + _GAP) // columns for at in range(columns + 1)]
        tops = [at * size.height // rows for at in range(rows + 1)]
        regions = [
            Region(left, top, right - left - _GAP, bottom - top)
            for top, bottom in pairwise(tops)
            for left, right in pairwise(lefts)
        ]
        return list(zip(self.shown, regions, strict=False))


class _Slots(Layout):
    """Places what is shown; what has no place is not seen.

    Textual's own grid has to be told what to leave out, which is known once there is a size: that
    would be a layout and a picture more each time.
    """

    name = "slots"

    def __init__(self, tables: HealthTables) -> None:
        self._tables = tables

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """See `Layout`."""
        return [
            WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, table)
            for table, region in self._tables.fill(size)
            if table in children
        ]
