"""What a list scrolls through: events, and between them lines for those that are missing."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from recorder.model.event import Event
from ses_tui.core.store import OrderedEvents
from ses_tui.ui.gap_lines import GapLine

Row = Event | GapLine


class Rows:
    """Rows of events and lines, oldest first. There may be any number of events, but few lines."""

    def __init__(self, events: OrderedEvents, lines: Sequence[GapLine] = ()) -> None:
        self.events = events
        self._lines = sorted(lines, key=lambda line: line.since or 0)
        self._positions = [
            0 if line.since is None else events.position_of((line.since, ""))
            for line in self._lines
        ]
        self._line_rows = [position + n for n, position in enumerate(self._positions)]

    def __len__(self) -> int:
        return len(self.events) + len(self._lines)

    def __getitem__(self, row: int) -> Row:
        number = bisect_left(self._line_rows, row)
        if number < len(self._line_rows) and self._line_rows[number] == row:
            return self._lines[number]
        return self.events[row - number]

    def between(self, start: int, stop: int) -> list[Row]:
        """The rows from `start` on and before `stop`, as a slice has them."""
        start, stop, _ = slice(start, stop).indices(len(self))
        first, last = bisect_left(self._line_rows, start), bisect_left(self._line_rows, stop)
        rows: list[Row] = list(self.events.events_between(start - first, stop - last))
        for number in range(first, last):
            rows.insert(self._line_rows[number] - start, self._lines[number])
        return rows

    def row_of(self, position: int) -> int:
        """The row of the event at a position among all events."""
        return position + bisect_right(self._positions, position)

    def position_of(self, row: int) -> int:
        """How many events stand before a row."""
        return row - bisect_left(self._line_rows, row)

    def event_row(self, row: int, step: int) -> int:
        """The nearest row of an event in the direction of `step`, else in the other one."""
        last = len(self.events) - 1
        row = min(max(row, 0), max(0, len(self) - 1))
        position = self.position_of(row)
        if self._is_line(row) and step < 0:
            position -= 1
        return self.row_of(min(max(position, 0), max(0, last)))

    def next_wall(self, row: int, step: int) -> int | None:
        """The next row in the direction of `step` that stops the selection."""
        rows = self._line_rows
        number = bisect_right(rows, row) if step > 0 else bisect_left(rows, row) - 1
        while 0 <= number < len(rows):
            if self._lines[number].stops_moving:
                return rows[number]
            number += 1 if step > 0 else -1
        return None

    def line_at(self, row: int) -> GapLine | None:
        """The line at a row, if that is no event."""
        number = bisect_left(self._line_rows, row)
        is_line = number < len(self._line_rows) and self._line_rows[number] == row
        return self._lines[number] if is_line else None

    def _is_line(self, row: int) -> bool:
        return self.line_at(row) is not None
