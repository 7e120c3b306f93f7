"""One table of the Health screen: figures by name, sorted by what hurts or as the reader likes."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from ses_tui.core.zone import Zone
from ses_tui.ui import keys
from ses_tui.ui.health_tables import Row, Table, TableColumn
from ses_tui.ui.text import format_count
from ses_tui.ui.tones import Line, Span, Tone, spread
from ses_tui.ui.widgets.lines import DrawnLine, LinesWidget

_LINES_ABOVE = 2
"""Title and headings."""


class HealthTable(LinesWidget, can_focus=True):
    """Title, headings, rows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.READING,
        keys.OPEN_EVENTS,
        keys.SORT,
        keys.REVERSE,
    ]

    class Chosen(Message):
        """The reader wants the events behind a row."""

        def __init__(self, table: Table, name: str) -> None:
            super().__init__()
            self.table = table
            self.name = name

    def __init__(self, table: Table, position: str, zone: Zone) -> None:
        super().__init__()
        self.table = table
        self._position = position
        self._zone = zone
        self._given: Sequence[Row] = ()
        self._rows: Sequence[Row] = ()
        self._remark: Line = ()
        self._empty = ""
        self._sorted_by: int | None = None
        self._backwards = False
        self._cursor = 0
        self._top = 0
        self._drawn: dict[str, tuple[Row, Line]] = {}
        """Lines of rows by name: most of them are the same in the next report."""
        self._drawn_for: tuple[int, Zone] = 0, zone

    def show(self, rows: Sequence[Row], remark: Line, empty: str, zone: Zone) -> None:
        """Show other rows; the cursor stays on its name, unless it is on the first row."""
        same = rows == self._given
        if same and (remark, empty, zone) == (self._remark, self._empty, self._zone):
            return
        self._remark, self._empty, self._zone = remark, empty, zone
        if not same:
            self._given = rows
            self._sort()
        self.sync()

    def picture(self, width: int, height: int) -> list[DrawnLine]:
        """Title, headings, and as many rows as there is room for."""
        focused = self.has_focus
        name = f"{'▶' if focused else ' '} {self.table.title.upper()} {self._position} "
        title = (Span(name, Tone.STRONG if focused else Tone.HEADING),)
        columns = self.table.shown(width)
        lines = [
            DrawnLine(spread(title, self._remark, width)),
            DrawnLine(self.table.heading(columns, width, self._sorted_by, self._backwards)),
        ]
        room = max(0, height - _LINES_ABOVE)
        self._settle(room)
        shown = self._rows[self._top : self._top + room]
        lines += [
            DrawnLine(line, focused and index == self._cursor)
            for index, line in enumerate(self._lines_of(shown, columns, width), self._top)
        ]
        if not self._rows:
            lines.append(DrawnLine((Span(f"  {self._empty}", Tone.MUTED),)))
        elif len(self._rows) > self._top + room and room:
            more = len(self._rows) - self._top - room + 1
            if self._cursor < self._top + room - 1:
                lines[-1] = DrawnLine((Span(f"  and {format_count(more)} more", Tone.MUTED),))
        return lines

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self._select(self._cursor + rows)

    def action_page(self, pages: float) -> None:
        """Move the cursor by a part of what is shown."""
        self._select(self._cursor + int(pages * max(1, self.size.height - _LINES_ABOVE - 1)))

    def action_oldest(self) -> None:
        """Go to the first row."""
        self._select(0)

    def action_newest(self) -> None:
        """Go to the last row."""
        self._select(len(self._rows))

    def action_sort(self) -> None:
        """Sort by the next column; after the last of them by harm again."""
        count = len(self.table.shown(self.size.width))
        following = 0 if self._sorted_by is None else self._sorted_by + 1
        self._sorted_by = following if following < count else None
        self._backwards = False
        self._sort()
        self.sync()

    def action_reverse(self) -> None:
        """Sort the other way round."""
        self._backwards = not self._backwards
        self._sort()
        self.sync()

    def action_open_events(self) -> None:
        """Ask for the events behind the row under the cursor."""
        if self._rows:
            name = self.table.name(self._rows[self._cursor])
            self.post_message(self.Chosen(self.table, name))

    def _lines_of(
        self, rows: Sequence[Row], columns: Sequence[TableColumn], width: int
    ) -> Iterator[Line]:
        """Rows as they are drawn; those that are as before are not laid out anew."""
        if (width, self._zone) != self._drawn_for:
            self._drawn.clear()
            self._drawn_for = width, self._zone
        before, self._drawn = self._drawn, {}
        for row in rows:
            name = self.table.name(row)
            known, line = before.get(name, (None, ()))
            if known != row:
                line = self.table.line(row, columns, width, self._zone)
            self._drawn[name] = row, line
            yield line

    def _sort(self) -> None:
        selected = self.table.name(self._rows[self._cursor]) if self._rows else ""
        rows = list(self._given)
        if self._sorted_by is not None:
            rows.sort(key=self.table.columns[self._sorted_by].value, reverse=True)
        if self._backwards:
            rows.reverse()
        self._rows = rows
        if self._cursor:
            names = {self.table.name(row): index for index, row in enumerate(rows)}
            self._cursor = names.get(selected, self._cursor)
        self._cursor = max(0, min(self._cursor, len(rows) - 1))

    def _select(self, index: int) -> None:
        self._cursor = max(0, min(index, len(self._rows) - 1))
        self.sync()

    def _settle(self, room: int) -> None:
        """Keep the cursor among the rows that are shown."""
        self._top = max(0, min(self._top, self._cursor, max(0, len(self._rows) - room)))
        self._top = max(self._top, self._cursor - room + 1)
