"""The SES events of a message as they were received, one under the other."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from recorder.model.event import Event
from ses_tui.core.json_lines import json_line
from ses_tui.core.json_outline import Outline
from ses_tui.core.original_outline import original_lines
from ses_tui.core.sanitise import sanitise
from ses_tui.core.source import MessageReader, Original
from ses_tui.ui import keys
from ses_tui.ui.copies import Copy
from ses_tui.ui.feed import Status
from ses_tui.ui.keymap import key_of
from ses_tui.ui.messages import MessageUnreadable, OriginalsRead
from ses_tui.ui.screens.base import DashboardScreen
from ses_tui.ui.table_answer import answer_of, reading_words
from ses_tui.ui.text import format_count
from ses_tui.ui.tones import Line, Span, Tone
from ses_tui.ui.widgets.header import Header
from ses_tui.ui.widgets.json_view import JsonView
from ses_tui.ui.widgets.key_bar import KeyBar
from ses_tui.ui.widgets.prompt import FindPrompt, Prompt


class OriginalScreen(DashboardScreen):
    """Reads the originals when it opens; leaving it ends the read."""

    CSS_PATH = "original.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.CLEAR_HIGHLIGHT,
        keys.BACK,
        keys.READ_AGAIN,
        keys.HIGHLIGHT,
    ]
    AUTO_FOCUS = "JsonView"

    def __init__(
        self,
        message_id: str,
        event: Event,
        events: Sequence[Event],
        status: Status,
        reader: MessageReader,
    ) -> None:
        """`events` are what is known of the message, `event` the one at hand."""
        super().__init__()
        self._message_id = message_id
        self._event = event
        self._events = events
        self._status = status
        self._reader = reader
        self._originals: Sequence[Original] = ()
        self._asked_at: int | None = None
        self._error = ""
        self._words_before = ""

    @property
    def event_at_hand(self) -> Event:
        """The one whose message it is."""
        return self._event

    def compose(self) -> ComposeResult:
        """Header, JSON, keys."""
        yield Header(self._status)
        yield JsonView()
        yield FindPrompt()
        yield KeyBar()

    def on_mount(self) -> None:
        """Ask for the originals."""
        super().on_mount()
        self.read_again()

    def status_changed(self, status: Status) -> None:
        """Write everything anew where that looks different; show that time goes by."""
        before, self._status = self._status, status
        self.query_one(Header).show(status)
        if (status.zone, status.masked) != (before.zone, before.masked):
            self.read_again()
        elif self._asked_at is not None:
            self._say()

    def copies(self) -> Iterator[Copy]:
        """Every original, one a line."""
        whole = [each.payload for each in self._originals if not isinstance(each.payload, str)]
        if whole:
            text = "".join(map(json_line, whole)).rstrip("\n")
            yield Copy("Original JSON" if len(whole) == 1 else "Original JSON, one a line", text)

    def read_again(self) -> None:
        """Read the originals from the table."""
        self._asked_at, self._error = self._status.now, ""
        self.query_one(JsonView).show(Outline(), "Reading the originals…")
        self._read()
        self._say()

    def read_what_failed(self) -> None:
        """Read the originals, where there are none."""
        if self._error:
            self.read_again()

    @work(exclusive=True, exit_on_error=False, group="originals")
    async def _read(self) -> None:
        self.post_message(await answer_of(self._read_whole(), "the originals", lambda read: read))

    async def _read_whole(self) -> OriginalsRead:
        originals = await self._reader.read_originals(self._message_id)
        zone = self._status.zone
        lines = await asyncio.to_thread(original_lines, self._events, originals, zone)
        return OriginalsRead(originals, Outline(lines))

    def on_originals_read(self, message: OriginalsRead) -> None:
        """Show them."""
        self._asked_at = None
        self._originals = message.originals
        self.query_one(JsonView).show(message.outline, "Nothing is stored of this message.")
        self._say()

    def on_message_unreadable(self, message: MessageUnreadable) -> None:
        """Say why there is nothing to see."""
        self._asked_at, self._error = None, sanitise(message.reason)
        self.query_one(JsonView).show(
            Outline(), f"{self._error}. {key_of('read_again')} reads again."
        )
        self._say()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc first leaves off looking for something."""
        if action == "clear_highlight":
            return bool(self.query_one(JsonView).words)
        if action in ("highlight", "read_again"):
            return not isinstance(self.focused, Input)
        return super().check_action(action, parameters)

    def action_highlight(self) -> None:
        """Ask for what to look for."""
        self._words_before = self.query_one(JsonView).words
        self.query_one(FindPrompt).open(self._words_before)

    def action_clear_highlight(self) -> None:
        """Look for nothing."""
        self._look_for("")

    @on(Input.Changed, "FindPrompt")
    def typing(self, message: Input.Changed) -> None:
        """Find while it is typed."""
        if message.input.display:
            self._look_for(message.value)

    @on(Input.Submitted, "FindPrompt")
    def typed(self, message: Input.Submitted) -> None:
        """Keep to it."""
        self._close(message.input)

    @on(Prompt.Cancelled)
    def cancelled(self, message: Prompt.Cancelled) -> None:
        """As it was before."""
        self._look_for(self._words_before)
        self._close(message.prompt)

    @on(JsonView.Moved)
    def moved(self) -> None:
        """Tell what was found."""
        self._say()

    def _look_for(self, words: str) -> None:
        self.query_one(JsonView).look_for(words)
        self.refresh_bindings()

    def _close(self, prompt: Input) -> None:
        prompt.display = False
        self.set_focus(self.query_one(JsonView))
        self._say()

    def _say(self) -> None:
        self.query_one(KeyBar).say(self._words())

    def _words(self) -> Line:
        view = self.query_one(JsonView)
        if self._asked_at is not None:
            return reading_words(self._status.now - self._asked_at, "Esc leaves")
        if view.words:
            count = view.outline.count(view.words)
            noun = "line" if count == 1 else "lines"
            tone = Tone.MUTED if count else Tone.WARNING
            return (Span(f"{format_count(count)} {noun} ", tone),)
        return (Span("wrapped " if view.wrapped else "not wrapped ", Tone.MUTED),)
