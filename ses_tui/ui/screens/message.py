"""One message: what became of it for each recipient, and every event in full."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType

from recorder.model.event import Event
from ses_tui.core.errors import SesTuiError
from ses_tui.core.message_story import tell_story
from ses_tui.core.sanitise import sanitise
from ses_tui.core.source import MessageReader
from ses_tui.core.ticket_report import span_in_words
from ses_tui.ui import keys
from ses_tui.ui.feed import Feed, Status
from ses_tui.ui.messages import MessageRead, MessageUnreadable
from ses_tui.ui.screens.base import DashboardScreen
from ses_tui.ui.screens.write import Listed
from ses_tui.ui.story import BLANK, story_paragraphs
from ses_tui.ui.text import format_count
from ses_tui.ui.tones import Line, Span, Tone
from ses_tui.ui.widgets.header import Header
from ses_tui.ui.widgets.key_bar import KeyBar
from ses_tui.ui.widgets.pager import Pager, Paragraph


class MessageScreen(DashboardScreen):
    """Shows what is in memory at once, then what the table holds, and adds what arrives."""

    CSS_PATH = "message.tcss"
    WRITES = True
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.BACK,
        keys.READ_AGAIN,
    ]
    AUTO_FOCUS = "Pager"

    def __init__(self, event: Event, feed: Feed, status: Status, reader: MessageReader) -> None:
        super().__init__()
        self._feed = feed
        self._status = status
        self._reader = reader
        self._event = event
        self._message_id = event.message_id
        self._known = {event.event_id: event}
        self._reading = False
        self._error: str | None = None
        if event.message_id is not None:
            feed.messages.keep(event.message_id, feed.of_message(event.message_id), whole=False)
            self._add(self._in_memory())

    @property
    def event_at_hand(self) -> Event:
        """The one that was opened."""
        return self._event

    def listed(self) -> Listed:
        """Every event that is known of the message, oldest first."""
        story = tell_story(self._message_id or "", tuple(self._known.values()))
        query = f"id:{self._message_id}" if self._message_id else ""
        words = span_in_words(story.events, self._status.zone)
        remark = "the message could not be read whole" if self._error or self._reading else ""
        head = self.report_head(query, words, remark)
        if not remark:
            of_recipient = {each.recipient: each.status for each in story.recipients}
            known = {each.event_id: of_recipient[each.recipient] for each in story.events}
            head = replace(head, outcomes=known)
        return Listed(story.events, head)

    def compose(self) -> ComposeResult:
        """Header, story, keys."""
        yield Header(self._status)
        yield Pager()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show what is known and ask for the rest."""
        super().on_mount()
        self.action_read_again()

    def status_changed(self, status: Status) -> None:
        """Take in events of this message as they arrive."""
        before, self._status = self._status, status
        self.query_one(Header).show(status)
        arrived = status.revision != before.revision and self._add(self._in_memory())
        if arrived or status.zone != before.zone:
            self._show()

    def action_read_again(self) -> None:
        """Read the whole story from the table."""
        if self._message_id is not None:
            self._reading = True
            self._read(self._message_id)
        self._show()

    @work(exclusive=True, exit_on_error=False, group="story")
    async def _read(self, message_id: str) -> None:
        try:
            events = await self._reader.read_message(message_id)
        except SesTuiError as error:
            self.post_message(MessageUnreadable(str(error)))
        except Exception as error:  # A fault here must not take away what is known already.
            self.post_message(MessageUnreadable(f"reading the message failed: {error!r}"))
        else:
            self.post_message(MessageRead(events))

    def on_message_read(self, message: MessageRead) -> None:
        """Everything the table holds is here."""
        self._reading, self._error = False, None
        self._add(message.events)
        self._show()

    def on_message_unreadable(self, message: MessageUnreadable) -> None:
        """Keep what is known and say what is missing."""
        self._reading, self._error = False, message.reason
        self._show()

    def _add(self, events: Iterable[Event]) -> bool:
        """Whether any of `events` was not known yet."""
        new = {event.event_id: event for event in events}
        more = not new.keys() <= self._known.keys()
        self._known |= new
        return more

    def _in_memory(self) -> tuple[Event, ...]:
        """What is known of this message, what has arrived since it was opened included."""
        if self._message_id is None:
            return ()
        return self._feed.messages.known(self._message_id) or ()

    def _show(self) -> None:
        story = tell_story(self._message_id or "", tuple(self._known.values()))
        paragraphs = story_paragraphs(story, self._status.zone, self._status.now)
        self.query_one(Pager).show([*self._state_paragraphs(), *paragraphs])
        self.query_one(KeyBar).say(self._progress())

    def _state_paragraphs(self) -> list[Paragraph]:
        if self._error is None:
            return []
        words = "Only what is in memory is shown. R reads again."
        text = f"{sanitise(self._error)}. {words}"
        return [Paragraph((Span(" "),), text, Tone.WARNING), BLANK]

    def _progress(self) -> Line:
        count = f"{format_count(len(self._known))} events"
        if self._reading:
            return (Span(f"reading the table… {count} ", Tone.WARNING),)
        return (Span(f"{count} ", Tone.MUTED),)
