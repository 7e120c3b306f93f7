"""Which events a list shows and which one is selected; knows nothing of drawing."""

from bisect import bisect_left
from collections.abc import Sequence

from recorder.model.event import Event
from ses_tui.core.store import EventKey, OrderedEvents, event_key


class ListWindow:
    """A window of some rows over events that come and go.

    It either follows, which means that the newest event is the last row and selected, or it is
    frozen: then it shows the events of the moment it froze, whatever arrives or is dropped, so
    that nothing moves under the reader's eyes. Moving up freezes, moving past the last row takes
    in what has arrived since, and follows once there is nothing newer.
    """

    def __init__(self, source: OrderedEvents) -> None:
        self._source = source
        self._frozen: list[Event] | None = None
        self._selected: EventKey | None = None
        self.height = 0
        self.top = 0
        self.cursor = 0

    @property
    def rows(self) -> Sequence[Event]:
        """Every row there is to scroll through, oldest first."""
        return self._source.events if self._frozen is None else self._frozen

    @property
    def following(self) -> bool:
        """Whether the newest event is always in view."""
        return self._frozen is None

    @property
    def visible(self) -> Sequence[Event]:
        """The rows on screen."""
        return self.rows[self.top : self.top + self.height]

    @property
    def selected(self) -> Event | None:
        """The event under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    @property
    def new_events(self) -> int:
        """Events newer than the last row, which a frozen window does not show."""
        return 0 if self._frozen is None else len(self._source) - self._end_in_source()

    def show(self, source: OrderedEvents) -> None:
        """Show other events, such as those of another filter; the selection stays where it can."""
        line = self.cursor - self.top
        self._source = source
        if self._frozen is not None:
            self._frozen = list(source.events)
            if self._selected is not None:
                self.cursor = source.position_of(self._selected)
                self.top = self.cursor - line
        self._settle()

    def resize(self, height: int) -> None:
        """Show `height` rows; the selected one stays in view."""
        self.height = height
        self._settle()

    def events_changed(self, oldest: EventKey | None) -> None:
        """Take note that events came or went; none older than `oldest` is in memory any more.

        A frozen window lets go of dropped events above the screen, so that a screen left open over
        night does not hold a second memory full of events, but never of those on it.
        """
        if not self.following and not self.rows:
            self.show(self._source)
        elif self._frozen is not None and oldest is not None:
            gone = min(bisect_left(self._frozen, oldest, key=event_key), self.top)
            del self._frozen[:gone]
            self.top -= gone
            self.cursor -= gone
        self._settle()

    def move(self, rows: int) -> None:
        """Move the selection; up freezes, down to the newest event follows."""
        if self._starts_moving(rows):
            self._select(self.cursor + rows)
            self._follow_at_end(rows)

    def page(self, rows: int) -> None:
        """Move selection and picture together, as paging does."""
        if self._starts_moving(rows):
            self.top += rows
            self._clamp_top()
            self._select(self.cursor + rows)
            self._follow_at_end(rows)

    def scroll(self, rows: int) -> None:
        """Move the picture, as a mouse wheel does; the selection is kept in it."""
        if self._starts_moving(rows):
            self.top += rows
            self._clamp_top()
            self._select(min(max(self.cursor, self.top), self.top + self.height - 1))
            self._follow_at_end(rows)

    def oldest(self) -> None:
        """Select the first row."""
        self.hold()
        self._select(0)

    def follow(self) -> None:
        """Show the newest event and go on doing so."""
        self._frozen = None
        self._settle()

    def hold(self) -> None:
        """Freeze, unless there is no picture yet to keep still."""
        if self._frozen is None and len(self._source):
            self._frozen = list(self._source.events)
        self._remember()

    def select_line(self, line: int) -> None:
        """Select what is on a line of the screen, counted from its top."""
        if 0 <= line < len(self.visible):
            self.hold()
            self._select(self.top + line)

    def _starts_moving(self, rows: int) -> bool:
        """Freeze for a move up; for one down from the last row, take in what has arrived since."""
        if rows < 0:
            self.hold()
        elif self._frozen is not None and self.cursor >= len(self._frozen) - 1:
            self._frozen += self._source.events[self._end_in_source() :]
        return self._frozen is not None

    def _follow_at_end(self, rows: int) -> None:
        """A move down that ends on the newest event goes on with following."""
        if rows > 0 and self.cursor == len(self.rows) - 1 and self.new_events == 0:
            self.follow()

    def _end_in_source(self) -> int:
        """Where the source goes on behind the last frozen row."""
        if not self._frozen:
            return 0
        recorded_at, event_id = event_key(self._frozen[-1])
        return self._source.position_of((recorded_at, event_id + "\0"))

    def _select(self, index: int) -> None:
        self.cursor = index
        self._settle()
        self._remember()

    def _remember(self) -> None:
        """Keep in mind what the reader chose, for when a filter has hidden it and goes again."""
        if self.selected is not None:
            self._selected = event_key(self.selected)

    def _settle(self) -> None:
        """Bring cursor and top within their bounds and the cursor onto the screen."""
        last = len(self.rows) - 1
        if self._frozen is None:
            self.cursor = max(0, last)
        else:
            self.cursor = min(max(self.cursor, 0), max(0, last))
        self.top = min(self.top, self.cursor)
        self.top = max(self.top, self.cursor - max(1, self.height) + 1)
        self._clamp_top()

    def _clamp_top(self) -> None:
        self.top = max(0, min(self.top, len(self.rows) - self.height))
