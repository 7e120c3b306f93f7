"""The tables of the Health screen, as many of them beside each other as there is room for."""

from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget

from ses_tui.core.zone import Zone
from ses_tui.ui.health_tables import TABLES
from ses_tui.ui.widgets.health_table import HealthTable

_TWO_COLUMNS_FROM: Final = 140
_LEAST_LINES: Final = 9


class HealthTables(Widget):
    """Shows tables from one on, so that those that are not shown are a key away."""

    def __init__(self, zone: Zone) -> None:
        super().__init__()
        self.tables = [
            HealthTable(table, f"{number}/{len(TABLES)}", zone)
            for number, table in enumerate(TABLES, 1)
        ]
        self._first = 0
        self._slots = 1

    @property
    def shown(self) -> list[HealthTable]:
        """Those that are seen."""
        return [table for table in self.tables if table.display]

    def compose(self) -> ComposeResult:
        """All of them."""
        yield from self.tables

    def on_mount(self) -> None:
        """Show the first ones."""
        self._arrange()

    def on_resize(self, event: events.Resize) -> None:
        """Show as many as fit."""
        columns = 2 if event.size.width >= _TWO_COLUMNS_FROM else 1
        rows = max(1, event.size.height // _LEAST_LINES)
        self.styles.grid_size_columns = columns
        self._slots = min(len(self.tables), columns * rows)
        self._arrange()

    def turn_from(self, table: HealthTable | None, step: int) -> HealthTable:
        """The table after, or before, that one; it is shown from now on."""
        index = self._first if table is None else (self.tables.index(table) + step)
        index %= len(self.tables)
        if not self._first <= index < self._first + self._slots:
            last = len(self.tables) - self._slots
            self._first = min(index, last) if index < self._first else index - self._slots + 1
            self._arrange()
        return self.tables[index]

    def _arrange(self) -> None:
        self._first = min(self._first, len(self.tables) - self._slots)
        for index, table in enumerate(self.tables):
            table.display = self._first <= index < self._first + self._slots
