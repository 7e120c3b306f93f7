"""The list of events: drawn line by line from memory, repainting only lines that changed."""

from itertools import zip_longest
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from recorder.model.event import Event
from ses_tui.core.store import EventKey, OrderedEvents
from ses_tui.core.zone import Zone
from ses_tui.ui import keys
from ses_tui.ui.event_row import Columns, columns_for, day_text, event_row, heading
from ses_tui.ui.list_window import ListWindow
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
_CACHED_ROWS = 2_000
_Painted = tuple[str, bool, bool]
"""What tells whether a line looks the same: event id, selected, under the scroll bar's thumb."""


class EventList(TonedWidget, can_focus=True):
    """Events, newest at the bottom, under a line of headings.

    Draws its scroll bar itself, as part of each line: a list that grows is then one frame of this
    widget alone, without laying out the screen anew.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {_CURSOR}
    BINDINGS: ClassVar[list[BindingType]] = [*keys.MOVING, keys.OPEN]

    class Opened(Message):
        """The selected event is to be shown."""

        def __init__(self, event: Event) -> None:
            super().__init__()
            self.event = event

    class Moved(Message):
        """The selection moved, or the list began or ended to follow."""

    def __init__(self, source: OrderedEvents, zone: Zone) -> None:
        super().__init__()
        self.window = ListWindow(source)
        self._zone = zone
        self._today = ""
        self._dated = False
        self._empty_text = ""
        self._strips: LRUCache[tuple[str, bool, bool], Strip] = LRUCache(_CACHED_ROWS)
        self._painted: list[_Painted] = []

    @property
    def rows_height(self) -> int:
        """Lines for events: all but the headings."""
        return max(0, self.size.height - 1)

    def show(self, source: OrderedEvents) -> None:
        """Show the events of another filter."""
        self.window.show(source)
        self.sync()

    def events_changed(self, oldest: EventKey | None) -> None:
        """Take note that the events changed; none older than `oldest` is in memory any more."""
        self.window.events_changed(oldest)
        self.sync()

    def set_times(self, zone: Zone, today: str, oldest: int | None) -> None:
        """Show times in `zone`, with a date where the `oldest` one (ms) is not of `today`."""
        dated = oldest is not None and day_text(oldest, zone) != today
        if (zone, today, dated) != (self._zone, self._today, self._dated):
            self._zone, self._today, self._dated = zone, today, dated
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
        """The headings, an event, or what is said where there is none."""
        width = self.size.width
        if y == 0:
            return self.strip_of(heading(self._columns), width)
        row = y - 1
        visible = self.window.visible
        if row < len(visible):
            event = visible[row]
            selected = self.window.top + row == self.window.cursor
            return self._strip(event, selected, self._under_thumb(row))
        if not self.window.rows:
            return self._empty_strip(row)
        return self.strip_of((), width)

    def notify_style_update(self) -> None:
        """Colours changed: draw everything anew."""
        self._strips.clear()
        super().notify_style_update()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the selection in view at the new size."""
        self.window.resize(self.rows_height)
        self._repaint()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three rows up."""
        event.stop()
        self.window.scroll(-_WHEEL_ROWS)
        self._moved()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three rows down."""
        event.stop()
        self.window.scroll(_WHEEL_ROWS)
        self._moved()

    def on_click(self, event: events.Click) -> None:
        """Select what is clicked, open it on a double click."""
        self.window.select_line(event.y - 1)
        self._moved()
        if event.chain == 2:
            self.action_open()

    def action_move(self, rows: int) -> None:
        """Move the selection."""
        self.window.move(rows)
        self._moved()

    def action_page(self, pages: float) -> None:
        """Move by a part of what the screen shows."""
        step = max(1, int(abs(pages) * self.rows_height) - (abs(pages) == 1))
        self.window.page(step if pages > 0 else -step)
        self._moved()

    def action_oldest(self) -> None:
        """Go to the oldest event in memory."""
        self.window.oldest()
        self._moved()

    def action_newest(self) -> None:
        """Go to the newest event and follow."""
        self.window.follow()
        self._moved()

    def action_open(self) -> None:
        """Show the message of the selected event, which is to be here still on the way back."""
        self.window.hold()
        if (selected := self.window.selected) is not None:
            self.post_message(self.Opened(selected))

    @property
    def _columns(self) -> Columns:
        return columns_for(self.size.width - 1 - _GUTTER, self._dated)

    def _moved(self) -> None:
        self.sync()
        self.post_message(self.Moved())

    def _repaint(self) -> None:
        self._strips.clear()
        self._painted = self._wanted()
        self.refresh()

    def _wanted(self) -> list[_Painted]:
        """How each line under the headings should look."""
        top = self.window.top
        return [
            (event.event_id, top + row == self.window.cursor, self._under_thumb(row))
            for row, event in enumerate(self.window.visible)
        ]

    def _under_thumb(self, row: int) -> bool:
        return row in thumb(self.rows_height, len(self.window.rows), self.window.top)

    def _strip(self, event: Event, selected: bool, under_thumb: bool) -> Strip:
        key = (event.event_id, selected, under_thumb)
        strip = self._strips.get(key)
        if strip is None:
            width = self.size.width
            line = event_row(event, self._columns, self._zone, self._today)
            over = None
            if selected:
                over = self.get_component_rich_style(_CURSOR, partial=True)
                line = tuple(Span(text, _LEGIBLE.get(tone, tone)) for text, tone in line)
            content = self.strip_of(line, width - 1, over)
            bar = Segment(THUMB if under_thumb else " ", self.tone_style(Tone.MUTED))
            strip = self._strips[key] = Strip([*content, bar], width)
        return strip

    def _empty_strip(self, row: int) -> Strip:
        width = self.size.width
        lines = wrap(self._empty_text, max(10, width - 8))
        index = row - (self.rows_height - len(lines)) // 2
        text = lines[index] if 0 <= index < len(lines) else ""
        return self.strip_of((Span(text.center(width), Tone.MUTED),), width)
