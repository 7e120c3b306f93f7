"""The line where a filter is typed; hidden until it is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive

from ses_tui.core.completion import Completion, Words, complete
from ses_tui.core.input_history import InputHistory
from ses_tui.core.sanitise import visible
from ses_tui.ui import keys
from ses_tui.ui.widgets.typed_line import TypedLine

_NOTHING: Final = Completion((), 0, 0)


@dataclass(frozen=True, slots=True)
class _Choosing:
    """Candidates that Tab goes through, and what was typed before it did."""

    text: str
    cursor: int
    completion: Completion
    index: int


class FilterInput(TypedLine, inherit_bindings=False):
    """Takes every printable key while it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.EDITING]

    virtual_size = Reactive(Size(0, 0))
    """How long the text is; unlike Textual's, it has no screen laid out anew with every key."""

    class Cancelled(Message):
        """Leave the filter as it was before."""

    class Completing(Message):
        """There are other candidates for what is typed, or another one is chosen."""

    def __init__(self, words: Words, history: InputHistory) -> None:
        self._words = words
        self._history = history
        self._completion = _NOTHING
        self._choosing: _Choosing | None = None
        self._is_setting = False
        super().__init__(
            placeholder="words, or type:bounce domain:gmail.com -set:news since:2h; Esc cancels",
            select_on_focus=False,
            compact=True,
        )
        self.cursor_blink = False
        self.display = False

    @property
    def candidates(self) -> tuple[str, ...]:
        """What Tab offers, the likeliest first."""
        choosing = self._choosing
        return (self._completion if choosing is None else choosing.completion).candidates

    @property
    def chosen(self) -> int | None:
        """Which of the candidates stands in the text."""
        return None if self._choosing is None else self._choosing.index

    def column_of(self, position: int) -> int:
        """The cell, from the left edge of this widget, of a character of the text."""
        return self.styles.padding.left + cell_len(self.value[:position]) - round(self.scroll_x)

    def open(self, text: str) -> None:
        """Appear with `text` to go on from."""
        self._history.start()
        self._set(text, len(text))
        self.display = True
        # At once, so that keys typed right behind `/` are text.
        self.screen.set_focus(self)

    def completion_of(self, text: str, cursor: int) -> Completion:
        """What `text` may be completed to."""
        return complete(text, cursor, self._words)

    def action_cancel(self) -> None:
        """Take a completion back; where there is none, leave the input without a change."""
        if (choosing := self._choosing) is None:
            self.post_message(self.Cancelled())
        else:
            self._set(choosing.text, choosing.cursor)

    def action_complete(self, step: int) -> None:
        """Put the next candidate into the text, or the one before."""
        choosing = self._choosing
        if choosing is None:
            found = self._completion
            if not found.candidates:
                return
            index = 0 if step > 0 else len(found.candidates) - 1
            choosing = _Choosing(self.value, self.cursor_position, found, index)
        else:
            index = (choosing.index + step) % len(choosing.completion.candidates)
            choosing = _Choosing(choosing.text, choosing.cursor, choosing.completion, index)
        only = len(choosing.completion.candidates) == 1
        text, cursor = choosing.completion.applied(choosing.text, choosing.index)
        # With no other to choose, the next Tab goes on from what is there now.
        self._set(text, cursor, None if only else choosing)

    def action_older(self) -> None:
        """What was applied before."""
        self._recall(self._history.older(self.value))

    def action_newer(self) -> None:
        """What was applied after that; at last what was being typed."""
        self._recall(self._history.newer(self.value))

    def action_cursor_right(self, select: bool = False) -> None:
        """Right; at the end of the text, take the chosen candidate and go on from there."""
        if self._choosing is not None and self.cursor_at_end:
            self._set(self.value, self.cursor_position)
        super().action_cursor_right(select)

    def watch_value(self) -> None:
        """Other text, other candidates."""
        self._complete()

    def watch_selection(self) -> None:
        """The cursor decides which term is completed."""
        self._complete()

    def _recall(self, entry: str) -> None:
        text = visible(entry)
        if text != self.value:
            self._set(text, len(text))

    def _set(self, text: str, cursor: int, choosing: _Choosing | None = None) -> None:
        with self._setting():
            self.value = text
            self.cursor_position = cursor
        self._complete(choosing)

    @contextmanager
    def _setting(self) -> Iterator[None]:
        self._is_setting = True
        try:
            yield
        finally:
            self._is_setting = False

    def _complete(self, choosing: _Choosing | None = None) -> None:
        if self._is_setting:
            return
        self._choosing = choosing
        if choosing is None:
            self._completion = self.completion_of(self.value, self.cursor_position)
        self.post_message(self.Completing())
