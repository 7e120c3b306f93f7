"""The list of events: drawn line by line from memory, repainting only lines that changed."""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from recorder.model import event as types
from recorder.model.event import Event
from ses_tui.core.list_columns import Column
from ses_tui.core.store import EventKey, OrderedEvents, event_key
from ses_tui.core.zone import Zone
from ses_tui.ui import keys
from ses_tui.ui.event_row import day_text
from ses_tui.ui.finder import Finder
from ses_tui.ui.gap_lines import GapLine
from ses_tui.ui.highlight import Highlight
from ses_tui.ui.list_window import Beyond, ListWindow
from ses_tui.ui.marks import Marks
from ses_tui.ui.row_lines import Look, RowLines
from ses_tui.ui.rows import Row
from ses_tui.ui.text import wrap
from ses_tui.ui.tones import Span, Tone
from ses_tui.ui.widgets.scroll_thumb import THUMB, thumb
from ses_tui.ui.widgets.toned import TonedWidget

_CURSOR = "event-list--cursor"
_LEGIBLE = {Tone.MUTED: Tone.PLAIN}
"""Muted text is too faint on the selected row."""
_WHEEL_ROWS = 3
_GUTTER = 1
"""A blank between the reasons and the scroll bar."""
_HEADING = "event-list--heading"
"""What marks the headings where others could have the focus."""
_CACHED_ROWS = 300
"""Some screens of them. Textual keeps seven caches with each, so that a row takes 4 KB."""
_Painted = tuple[Look, bool, bool]
"""What tells whether a line looks the same: the row, selected, under the scroll bar's thumb."""


def _is_problem(event: Event) -> bool:
    return event.event_type in types.PROBLEM_TYPES


class EventList(TonedWidget, can_focus=True):
    """Events, newest at the bottom, under a line of headings.

    Draws its scroll bar itself, as part of each line: a list that grows is then one frame of this
    widget alone, without laying out the screen anew.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {_CURSOR, _HEADING}
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.MOVING,
        *keys.SIDEWAYS,
        *keys.FINDING,
        keys.OPEN,
    ]

    class Opened(Message):
        """The selected event is to be shown."""

        def __init__(self, event: Event) -> None:
            super().__init__()
            self.event = event

    class Moved(Message):
        """The selection moved, or the list began or ended to follow, or has something to say."""

    class Reached(Message):
        """The reader wants to go on to events that are not loaded."""

        def __init__(self, beyond: Beyond) -> None:
            super().__init__()
            self.beyond = beyond

    def __init__(
        self, source: OrderedEvents, zone: Zone, marks: Marks, columns: tuple[Column, ...] = ()
    ) -> None:
        """Of `columns`, as many are shown as there is room for; by default those that suit it."""
        super().__init__()
        self.window = ListWindow(source)
        self.marks = marks
        self.finder = Finder(
            self.window,
            self.moved,
            self._reached,
            lambda search: self.run_worker(search, group="finding", exclusive=True),
        )
        self._look = RowLines(zone, marks, chosen=columns)
        self._sideways = 0
        self._width = 0
        self._empty_text = ""
        self._strips: LRUCache[_Painted, Strip] = LRUCache(_CACHED_ROWS)
        self._painted: list[_Painted] = []

    @property
    def rows_height(self) -> int:
        """Lines for events: all but the headings."""
        return max(0, self.size.height - 1)

    @property
    def highlight(self) -> Highlight:
        """What is brought out."""
        return self._look.highlight

    def show(self, source: OrderedEvents) -> None:
        """Show the events of another filter."""
        self.window.show(source)
        self.sync()

    def events_changed(self, oldest: EventKey | None) -> None:
        """Take note that the events changed; none older than `oldest` is in memory any more."""
        self.window.events_changed(oldest)
        self.sync()

    def events_found(self) -> None:
        """Take note that a filter that is still looking has found more."""
        self.window.events_found()
        self.sync()

    def events_loaded(self) -> None:
        """Take in events that were loaded on the reader's wish, and go on to where that was."""
        self.window.events_loaded()
        self.finder.go_on()
        self.sync()

    def set_gaps(self, lines: Sequence[GapLine]) -> None:
        """Say where events are missing."""
        self.window.set_lines(lines)
        self.sync()

    def set_highlight(self, highlight: Highlight) -> None:
        """Bring something else out, or nothing."""
        self.finder.forget()
        self._look.highlight = highlight
        self._repaint()

    def set_times(self, zone: Zone, today: str, oldest: int | None) -> None:
        """Show times in `zone`, with a date where the `oldest` one (ms) is not of `today`."""
        look = self._look
        dated = oldest is not None and day_text(oldest, zone) != today
        if (zone, today, dated) != (look.zone, look.today, look.dated):
            look.zone, look.today, look.dated = zone, today, dated
            self._lay_out()

    def paint_anew(self) -> None:
        """Every line may read otherwise now."""
        self._repaint()

    def set_empty_text(self, text: str) -> None:
        """What to say where there is nothing to list."""
        if text != self._empty_text:
            self._empty_text = text
            if not self.window.rows:
                self._repaint()

    def sync(self) -> None:
        """Ask for a new picture of exactly those lines that look different now."""
        wanted = self._wanted()
        if not wanted or not self._painted:
            if wanted != self._painted:
                self.refresh()
        else:
            lines = enumerate(zip_longest(wanted, self._painted), 1)
            changed = [y for y, (new, old) in lines if new != old]
            if changed:
                self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))
        self._painted = wanted

    def render_line(self, y: int) -> Strip:
        """The headings, a row, or what is said where there is none."""
        width = self.size.width
        if y == 0:
            if (self.window.height, self._width) != (self.rows_height, width):
                # Textual draws a new size before it tells of it.
                self._fit()
            over = self.get_component_rich_style(_HEADING, partial=True)
            return self.strip_of(self._look.heading(), width, over)
        line = y - 1
        row = self.window.top + line
        if line < self.rows_height and row < len(self.window.rows):
            return self._strip(self.window.rows[row], row == self.window.cursor, line)
        if not self.window.rows:
            return self._empty_strip(line)
        return self.strip_of((), width)

    def notify_style_update(self) -> None:
        """Colours changed: draw everything anew."""
        self._strips.clear()
        super().notify_style_update()

    def _size_updated(
        self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
    ) -> bool:
        # The event comes when the new size has been drawn already: with the selection out of view,
        # and then all of it once more.
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        if changed:
            self._fit()
        return changed

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three rows up."""
        event.stop()
        self._move(self.window.scroll, -_WHEEL_ROWS)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three rows down."""
        event.stop()
        self._move(self.window.scroll, _WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        """Select what is clicked, open it on a double click."""
        self.finder.forget()
        self.window.select_line(event.y - 1)
        self.moved()
        if event.chain == 2:
            self.action_open()

    def action_move(self, rows: int) -> None:
        """Move the selection."""
        self._move(self.window.move, rows)

    def action_page(self, pages: float) -> None:
        """Move by a part of what the screen shows."""
        step = max(1, int(abs(pages) * self.rows_height) - (abs(pages) == 1))
        self._move(self.window.page, step if pages > 0 else -step)

    def action_oldest(self) -> None:
        """Go to the oldest event in memory."""
        self.finder.forget()
        self.window.oldest()
        self.moved()

    def action_newest(self) -> None:
        """Go to the newest event and follow."""
        self.finder.forget()
        self.window.follow()
        self.moved()

    def action_sideways(self, columns: int) -> None:
        """Show columns further right, or further left; time and type stay."""
        if columns < 0 or self._look.columns.more:
            self._sideways = max(0, self._sideways + columns)
            self._lay_out()

    def action_problem(self, step: int) -> None:
        """Go to the next event that tells of a problem, or to the one before."""
        self.finder.find(_is_problem, step, "problem")

    def action_match(self, step: int) -> None:
        """Go to the next event that is brought out, or to the one before."""
        if self.highlight:
            self.finder.find(self.highlight.matches, step, "highlighted event")

    def action_mark(self) -> None:
        """Mark the selected event, or take its mark away."""
        if (selected := self.window.selected) is not None:
            self.marks.toggle(event_key(selected))
            self.sync()

    def action_open(self) -> None:
        """Show the message of the selected event, which is to be here still on the way back."""
        self.window.hold()
        if (selected := self.window.selected) is not None:
            self.post_message(self.Opened(selected))

    def go_to(self, key: EventKey) -> None:
        """Select the first event that is not before `key`."""
        self.finder.forget()
        self.window.select_key(key)
        self.moved()

    def moved(self) -> None:
        """Show where the selection is now."""
        self.sync()
        self.post_message(self.Moved())

    def _move(self, move: Callable[[int], Beyond | None], rows: int) -> None:
        self.finder.forget()
        beyond = move(rows)
        self.moved()
        if beyond is not None:
            self.finder.ask_for(beyond, lambda: move(rows), "nothing older")

    def _reached(self, beyond: Beyond) -> None:
        self.post_message(self.Reached(beyond))

    def _fit(self) -> None:
        """Use the room there is."""
        self.window.resize(self.rows_height)
        self._share_out()

    def _lay_out(self) -> None:
        self._share_out()
        self.refresh()

    def _share_out(self) -> None:
        """Give every column its width."""
        if width := self.size.width:
            self._width = width
            self._look.lay_out(width - 1 - _GUTTER, self._sideways)
            self._sideways = self._look.columns.skipped
        self._forget_lines()

    def _repaint(self) -> None:
        self._forget_lines()
        self.refresh()

    def _forget_lines(self) -> None:
        self._strips.clear()
        self._painted = self._wanted()

    def _wanted(self) -> list[_Painted]:
        """How each line under the headings should look."""
        top, cursor = self.window.top, self.window.cursor
        under_thumb = self._thumb()
        return [
            (self._look.look(row), top + line == cursor, line in under_thumb)
            for line, row in enumerate(self.window.visible)
        ]

    def _thumb(self) -> range:
        return thumb(self.rows_height, len(self.window.rows), self.window.top)

    def _strip(self, row: Row, selected: bool, line: int) -> Strip:
        key = (self._look.look(row), selected, line in self._thumb())
        strip = self._strips.get(key)
        if strip is None:
            width = self.size.width
            spans = self._look.line(row)
            over = None
            if selected:
                over = self.get_component_rich_style(_CURSOR, partial=True)
                spans = tuple(Span(text, _LEGIBLE.get(tone, tone)) for text, tone in spans)
            content = self.strip_of(spans, width - 1, over)
            bar = Segment(THUMB if key[2] else " ", self.tone_style(Tone.MUTED))
            strip = self._strips[key] = Strip([*content, bar], width)
        return strip

    def _empty_strip(self, row: int) -> Strip:
        width = self.size.width
        lines = wrap(self._empty_text, max(10, width - 8))
        index = row - (self.rows_height - len(lines)) // 2
        text = lines[index] if 0 <= index < len(lines) else ""
        return self.strip_of((Span(text.center(width), Tone.MUTED),), width)
