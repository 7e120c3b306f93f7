"""What passes the filter, counted by one thing it has in common; Enter narrows the filter by it."""

from typing import ClassVar, Final

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from ses_tui.core.breakdown import Breakdown, BreakdownRow, Dimension, narrowed
from ses_tui.core.sanitise import sanitise
from ses_tui.ui import keys
from ses_tui.ui.feed import Feed
from ses_tui.ui.text import fit, format_count
from ses_tui.ui.tones import Line, Span, Tone
from ses_tui.ui.widgets.pane import Pane
from ses_tui.ui.widgets.toned import TonedWidget

_CURSOR: Final = "breakdown--cursor"
_MOST_ROWS: Final = 200
_SHARES_FROM: Final = 44
"""Cells; narrower than this the names need the room."""
_BETWEEN_SLICES_SECONDS: Final = 0.01
_ALL_PROBLEMS: Final = (Dimension.SUBTYPE, Dimension.STATUS)
"""Only problems have these, so that to count problems apart would say nothing."""


class BreakdownRows(TonedWidget, can_focus=True):
    """One line a name: name, events, share, problems."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {_CURSOR}
    BINDINGS: ClassVar[list[BindingType]] = [*keys.READING, keys.NARROW]

    class Chosen(Message):
        """The reader wants to see the events of one name."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[BreakdownRow] = []
        self._named = 0
        self._names = 0
        self._with_problems = True
        self._empty = ""
        self._cursor = 0
        self._top = 0

    @property
    def selected(self) -> BreakdownRow | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    def show(
        self, rows: list[BreakdownRow], named: int, names: int, *, with_problems: bool
    ) -> None:
        """Show other figures; the cursor stays on its name where that is still there.

        `named` events have one of `names` different names.
        """
        before = (self._rows, self._named, self._names, self._with_problems)
        if (rows, named, names, with_problems) == before:
            return
        selected = self.selected
        self._rows, self._named, self._names = rows, named, names
        self._with_problems = with_problems
        if selected is not None and self._cursor > 0:
            positions = {row.name: position for position, row in enumerate(rows)}
            self._cursor = positions.get(selected.name, self._cursor)
        self._settle()
        self.refresh()

    def set_empty_text(self, text: str) -> None:
        """What to say where there is nothing to count."""
        if text != self._empty:
            self._empty = text
            self.refresh()

    def start_at_top(self) -> None:
        """Select the first row."""
        self._cursor = self._top = 0
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A row, or how many more there are."""
        width = self.size.width
        index = self._top + y
        if index < len(self._rows):
            over = None
            if index == self._cursor:
                over = self.get_component_rich_style(_CURSOR, partial=True)
            return self.strip_of(self._line(self._rows[index], width), width, over)
        if index == len(self._rows) and self._names > len(self._rows):
            more = f"  and {format_count(self._names - len(self._rows))} more"
            return self.strip_of((Span(more, Tone.MUTED),), width)
        if not self._rows and y == 0:
            return self.strip_of((Span(f"  {self._empty}", Tone.MUTED),), width)
        return self.strip_of((), width)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view."""
        self._settle()
        self.refresh()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self._select(self._cursor + rows)

    def action_page(self, pages: float) -> None:
        """Move the cursor by a part of what is shown."""
        self._select(self._cursor + int(pages * max(1, self.size.height - 1)))

    def action_oldest(self) -> None:
        """Go to the first row."""
        self._select(0)

    def action_newest(self) -> None:
        """Go to the last row."""
        self._select(len(self._rows))

    def action_narrow(self) -> None:
        """Narrow the filter by the row under the cursor."""
        if (row := self.selected) is not None:
            self.post_message(self.Chosen(row.name))

    def _select(self, index: int) -> None:
        self._cursor = index
        self._settle()
        self.refresh()

    def _settle(self) -> None:
        self._cursor = max(0, min(self._cursor, len(self._rows) - 1))
        height = max(1, self.size.height)
        self._top = max(min(self._top, self._cursor), self._cursor - height + 1)

    def _line(self, row: BreakdownRow, width: int) -> Line:
        figures = f"{format_count(row.count):>9} "
        if self._named and width >= _SHARES_FROM:
            share = f"{100 * row.count / self._named:.1f} %"
            figures += f"{share:>8} "
        problems = ""
        if self._with_problems:
            problems = f"{format_count(row.problems) + ' !' if row.problems else '':>9} "
        name = fit(sanitise(row.name), max(8, width - len(figures) - len(problems) - 2))
        return Span(f"  {name}"), Span(figures, Tone.MUTED), Span(problems, Tone.BAD)


class BreakdownPane(Pane):
    """Counts in slices while keys are answered, and then keeps up with what arrives."""

    class Narrowed(Message):
        """The filter is to be another one, narrower by a name."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    def __init__(self, feed: Feed) -> None:
        self._list = BreakdownRows()
        super().__init__(self._list)
        self._feed = feed
        self._dimension = Dimension.DOMAIN
        self._breakdown: Breakdown | None = None
        self._shown: tuple[int, bool, Dimension] | None = None
        self._timer: Timer | None = None

    def open(self) -> None:
        """Appear, count and take the focus."""
        self.display = True
        self._feed.count_breakdown()
        self.screen.set_focus(self._list)
        self.sync()

    def close(self) -> None:
        """Disappear, and count no longer."""
        self.display = False
        self._feed.forget_breakdown()
        self.sync()

    def turn(self, step: int) -> None:
        """Count by the next dimension, or by the one before."""
        dimensions = list(Dimension)
        index = (dimensions.index(self._dimension) + step) % len(dimensions)
        self._dimension = dimensions[index]
        self._list.start_at_top()
        self.sync()

    def sync(self) -> None:
        """Show the counts as they are now."""
        self._feed.check_breakdown()
        breakdown = self._feed.breakdown
        if breakdown is not self._breakdown:
            self._breakdown, self._shown = breakdown, None
            self._list.start_at_top()
        if breakdown is None:
            return
        if not breakdown.complete and self._timer is None:
            self._timer = self.set_timer(_BETWEEN_SLICES_SECONDS, self._count_slice)
        self._say(breakdown)
        shown = (breakdown.revision, breakdown.complete, self._dimension)
        if shown != self._shown:
            self._shown = shown
            self._show(breakdown)

    def on_breakdown_rows_chosen(self, message: BreakdownRows.Chosen) -> None:
        """Say what the filter would be."""
        message.stop()
        terms = self._feed.filter.terms
        self.post_message(self.Narrowed(narrowed(terms, self._dimension, message.name)))

    def _count_slice(self) -> None:
        self._timer = None
        if self._breakdown is not None and self._breakdown is self._feed.breakdown:
            self._feed.count_breakdown_slice()
        self.sync()

    def _show(self, breakdown: Breakdown) -> None:
        dimension = self._dimension
        counting = not breakdown.complete
        self._list.set_empty_text("counting…" if counting else f"No event has a {dimension}.")
        self._list.show(
            breakdown.rows(dimension, _MOST_ROWS),
            breakdown.named(dimension),
            breakdown.names(dimension),
            with_problems=dimension not in _ALL_PROBLEMS,
        )

    def _say(self, breakdown: Breakdown) -> None:
        position = list(Dimension).index(self._dimension) + 1
        name = f"BY {self._dimension.upper()} {position}/{len(Dimension)}"
        if not breakdown.complete:
            progress = f"counting… {breakdown.progress * 100:.0f} % "
            self.title_line.say(name, (Span(progress, Tone.WARNING),))
            return
        named = format_count(breakdown.named(self._dimension))
        count = f"{named} of {format_count(breakdown.total)}"
        words = f"{count} events ", f"{count} "
        self.title_line.say(name, *((Span(text, Tone.MUTED),) for text in words))
