"""Which rows a list shows and which event is selected; knows nothing of drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from recorder.model.event import Event
from ses_tui.core.store import EventKey, OrderedEvents, event_key
from ses_tui.ui.gap_lines import GapLine
from ses_tui.ui.rows import Row, Rows


@dataclass(frozen=True, slots=True)
class Beyond:
    """The reader wants to go on to where nothing is loaded."""

    backwards: bool
    gap: GapLine | None = None
    """`None` stands for the time before everything in memory."""


class ListWindow:
    """A window of some rows over events that come and go.

    It either follows, which means that the newest event is the last row and selected, or it is
    frozen: then it shows the events of the moment it froze, whatever arrives or is dropped, so
    that nothing moves under the reader's eyes. Moving up freezes, moving past the last row takes
    in what has arrived since, and follows once there is nothing newer.

    Between the events may stand lines for missing ones. A line is never selected, and one that
    `stops_moving` is not passed: the moves that would pass it answer with what is to be loaded.
    """

    def __init__(self, source: OrderedEvents) -> None:
        self._source = source
        self._lines: tuple[GapLine, ...] = ()
        self._selected: EventKey | None = None
        self.rows = Rows(source.snapshot())
        """Every row there is to scroll through, oldest first."""
        self.following = True
        """Whether the newest event is always in view."""
        self.height = 0
        self.top = 0
        self.cursor = 0

    @property
    def events(self) -> OrderedEvents:
        """The events among the rows."""
        return self.rows.events

    @property
    def visible(self) -> Sequence[Row]:
        """The rows on screen."""
        return self.rows.between(self.top, self.top + self.height)

    @property
    def selected(self) -> Event | None:
        """The event under the cursor."""
        row = self.rows[self.cursor] if self.events else None
        return row if isinstance(row, Event) else None

    @property
    def new_events(self) -> int:
        """Events newer than the last row, which a frozen window does not show."""
        return 0 if self.following else len(self._source) - self._end_in_source()

    def show(self, source: OrderedEvents) -> None:
        """Show other events, such as those of another filter; the selection stays where it can."""
        self._source = source
        self._take(source.snapshot(), self._selected)

    def set_lines(self, lines: Sequence[GapLine]) -> None:
        """Show other lines between the events."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self._take(self.events)

    def events_found(self) -> None:
        """Take note that a filter that is still looking has found more events.

        A frozen window takes them in. The selection goes to where the reader had it before, as soon
        as the search has come so far back.
        """
        self.show(self._source)

    def events_loaded(self) -> None:
        """Take in events that were loaded on the reader's wish, but none that is newer."""
        stop = len(self._source) if self.following else self._end_in_source()
        self._take(self._source.between(0, stop))

    def is_behind(self, key: EventKey) -> bool:
        """Whether an event with this key is newer than all that a frozen window shows."""
        return self.events.position_of(key) == len(self.events)

    def take_newer(self) -> bool:
        """Let a frozen window have what has arrived since it froze; whether there is anything."""
        newer = self._source.between(self._end_in_source(), len(self._source))
        if self.following or not newer:
            return False
        events = self.events.snapshot()
        events.extend(newer)
        self._take(events)
        return True

    def resize(self, height: int) -> None:
        """Show `height` rows; the selected one stays in view."""
        self.height = height
        self._settle()

    def events_changed(self, oldest: EventKey | None) -> None:
        """Take note that events came or went; none older than `oldest` is in memory any more.

        A frozen window follows outside of what is on screen, so that a list left open over night
        does not hold a second memory full of events. What is on screen it keeps.
        """
        if self.following or not self.events:
            self.show(self._source)
        elif self._is_on_screen_unchanged():
            self._take(self._source.between(0, self._end_in_source()))
        elif oldest is not None:
            gone = min(self.events.position_of(oldest), self.rows.position_of(self.top))
            self._take(self.events.between(gone, len(self.events)))

    def move(self, rows: int) -> Beyond | None:
        """Move the selection; up freezes, down to the newest event follows."""
        if not self._starts_moving(rows):
            return None
        target, _, beyond = self._reach(rows)
        self._select(target)
        self._follow_at_end(rows)
        return beyond

    def page(self, rows: int) -> Beyond | None:
        """Move selection and picture together, as paging does."""
        if not self._starts_moving(rows):
            return None
        target, wall, beyond = self._reach(rows)
        self.top += rows
        if wall is not None:
            fits = wall - self.height + 1
            self.top = min(self.top, fits) if rows > 0 else max(self.top, wall)
        self._clamp_top()
        self._select(target)
        self._follow_at_end(rows)
        return beyond

    def scroll(self, rows: int) -> Beyond | None:
        """Move the picture, as a mouse wheel does; the selection is kept in it."""
        if not self._starts_moving(rows):
            return None
        at_top = self.top + rows < 0
        self.top += rows
        self._clamp_top()
        row = min(max(self.cursor, self.top), self.top + self.height - 1)
        self._select(self.rows.event_row(row, -rows))
        self._follow_at_end(rows)
        wall = self.rows.next_wall(self.top - 1, 1)
        if wall is not None and wall < self.top + self.height:
            return Beyond(rows < 0, self.rows.line_at(wall))
        return Beyond(backwards=True) if at_top else None

    def oldest(self) -> None:
        """Select the first event."""
        self.hold()
        self._select(self.rows.event_row(0, 1))

    def follow(self) -> None:
        """Show the newest event and go on doing so."""
        self.following = True
        self.show(self._source)

    def hold(self) -> None:
        """Freeze, unless there is no picture yet to keep still."""
        if self.events:
            self.following = False
        self._remember()

    def select_line(self, line: int) -> None:
        """Select what is on a line of the screen, counted from its top."""
        row = self.top + line
        if 0 <= line < len(self.visible) and self.rows.line_at(row) is None:
            self.hold()
            self._select(row)

    def select_key(self, key: EventKey) -> None:
        """Select the first event that is not before `key`, else the last; in the middle if it was
        out of sight."""
        self.hold()
        row = self.rows.event_row(self.rows.row_of(self.events.position_of(key)), 1)
        if not self.top <= row < self.top + self.height:
            self.top = row - self.height // 2
            self._clamp_top()
        self._select(row)

    def _reach(self, rows: int) -> tuple[int, int | None, Beyond | None]:
        """The event's row that a move ends on, the wall it ends at, and what is to be loaded for it
        to go further."""
        target = self.cursor + rows
        landing = self.rows.event_row(target, rows)
        furthest = max(target, landing) if rows > 0 else min(target, landing)
        wall = self.rows.next_wall(self.cursor, rows)
        if wall is not None and (wall - furthest) * rows <= 0:
            landing = self.rows.event_row(wall, -rows)
            return landing, wall, Beyond(rows < 0, self.rows.line_at(wall))
        at_top = target < self.rows.event_row(0, 1)
        return landing, None, Beyond(backwards=True) if at_top else None

    def _starts_moving(self, rows: int) -> bool:
        """Freeze for a move up; for one down from the last row, take in what has arrived since."""
        if rows < 0:
            self.hold()
        elif not self.following and self.cursor >= self.rows.row_of(len(self.events) - 1):
            self.take_newer()
        return not self.following and bool(self.events)

    def _follow_at_end(self, rows: int) -> None:
        """A move down that ends on the newest event goes on with following."""
        at_end = self.cursor == self.rows.row_of(len(self.events) - 1)
        if rows > 0 and at_end and self.new_events == 0:
            self.follow()

    def _is_on_screen_unchanged(self) -> bool:
        """Whether the source would show the very same events on the very same lines."""
        shown = [row for row in self.visible if isinstance(row, Event)]
        if not shown:
            return True
        first = self._source.index_of(event_key(shown[0]))
        last = self._source.index_of(event_key(shown[-1]))
        fills = first == 0 or len(self.visible) == self.height
        return fills and first is not None and last is not None and last - first == len(shown) - 1

    def _end_in_source(self) -> int:
        """Where the source goes on behind the last event of the rows."""
        if not self.events:
            return 0
        recorded_at, event_id = event_key(self.events[-1])
        return self._source.position_of((recorded_at, event_id + "\0"))

    def _take(self, events: OrderedEvents, selected: EventKey | None = None) -> None:
        """Have other rows; the selection stays on its line of the screen, and on its event or on
        the one that is `selected`."""
        line = self.cursor - self.top
        if selected is None and (present := self.selected) is not None:
            selected = event_key(present)
        self.rows = Rows(events, self._lines)
        if not self.following and selected is not None:
            self.cursor = self.rows.event_row(self.rows.row_of(events.position_of(selected)), 1)
            self.top = self.cursor - line
        self._settle()

    def _select(self, row: int) -> None:
        self.cursor = row
        self._settle()
        self._remember()

    def _remember(self) -> None:
        """Keep in mind what the reader chose, for when a filter has hidden it and goes again."""
        if (selected := self.selected) is not None:
            self._selected = event_key(selected)

    def _settle(self) -> None:
        """Bring cursor and top within their bounds, and the cursor onto the screen."""
        if self.following:
            self.cursor = self.rows.row_of(max(0, len(self.events) - 1))
            self.top = len(self.rows) - self.height
        self.cursor = min(max(self.cursor, 0), max(0, len(self.rows) - 1))
        self.top = min(self.top, self.cursor - (self.rows.line_at(self.cursor - 1) is not None))
        below = self.cursor + (self.rows.line_at(self.cursor + 1) is not None)
        self.top = max(self.top, below - max(1, self.height) + 1)
        self._clamp_top()

    def _clamp_top(self) -> None:
        self.top = max(0, min(self.top, len(self.rows) - self.height))
