"""One message: what became of it for each recipient, and every event in full."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType

from recorder.model.event import Event
from ses_tui.core.event_text import display_address
from ses_tui.core.explanation import recipient_sentence
from ses_tui.core.message_story import MessageStory, RecipientStory, tell_story
from ses_tui.core.sanitise import sanitise
from ses_tui.core.source import MessageReader
from ses_tui.core.ticket_report import span_in_words
from ses_tui.ui import keys
from ses_tui.ui.copies import Copy
from ses_tui.ui.event_row import NO_RECIPIENT
from ses_tui.ui.feed import Feed, Status
from ses_tui.ui.keymap import key_of
from ses_tui.ui.messages import MessageRead, MessageUnreadable
from ses_tui.ui.screens.base import DashboardScreen
from ses_tui.ui.screens.original import OriginalScreen
from ses_tui.ui.screens.write import Listed
from ses_tui.ui.story import BLANK, story_paragraphs
from ses_tui.ui.table_answer import answer_of, reading_words
from ses_tui.ui.text import format_count
from ses_tui.ui.tones import Line, Span, Tone
from ses_tui.ui.widgets.header import Header
from ses_tui.ui.widgets.key_bar import KeyBar
from ses_tui.ui.widgets.pager import Pager, Paragraph
from ses_tui.ui.widgets.recipient_tabs import RecipientTabs


class MessageScreen(DashboardScreen):
    """Shows what is in memory at once, then what the table holds, and adds what arrives."""

    CSS_PATH = "message.tcss"
    WRITES = True
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.BACK,
        keys.JSON,
        keys.NEXT_RECIPIENT,
        keys.PREVIOUS_RECIPIENT,
        keys.READ_AGAIN,
    ]
    AUTO_FOCUS = "Pager"

    def __init__(
        self,
        message_id: str | None,
        event: Event | None,
        feed: Feed,
        status: Status,
        reader: MessageReader,
    ) -> None:
        """`event` is the one that was opened, if it was one; its recipient stands first."""
        super().__init__()
        self._feed = feed
        self._status = status
        self._reader = reader
        self._event = event
        self._message_id = message_id
        self._known = {} if event is None else {event.event_id: event}
        self._asked_at: int | None = None
        self._error: str | None = None
        self._tab = 0
        """0 for all recipients, else one more than the place of the one that is shown."""
        if message_id is not None:
            feed.messages.keep(message_id, feed.of_message(message_id), whole=False)
            self._add(self._in_memory())
        self._story = self._told()

    @property
    def event_at_hand(self) -> Event | None:
        """The one that was opened, or the last one of the recipient that was chosen."""
        chosen = self._chosen
        events = self._story.events if chosen is None else chosen.events
        if self._event is not None and self._event in events:
            return self._event
        return events[-1] if events else None

    def copies(self) -> Iterator[Copy]:
        """What became of it for the recipient that was chosen or opened, then for all of them.

        An answer for a customer is not to hold other people's addresses unasked.
        """
        recipients = self._story.recipients
        one = self._chosen or next((r for r in recipients if r.recipient == self._opened), None)
        if one is not None:
            yield Copy("What became of it", self._told_of(one))
        if recipients and (one is None or len(recipients) > 1):
            name = "What became of it" if one is None else "What became of it, all recipients"
            yield Copy(name, "\n".join(map(self._told_of, recipients)))

    def _told_of(self, recipient: RecipientStory) -> str:
        sentence = recipient_sentence(recipient, self._status.now, self._status.zone)
        return f"{display_address(recipient.recipient) or NO_RECIPIENT}: {sentence}"

    def listed(self) -> Listed:
        """Every event that is known of the message, oldest first."""
        story = self._story
        query = f"id:{self._message_id}" if self._message_id else ""
        words = span_in_words(story.events, self._status.zone)
        remark = (
            "the message could not be read whole"
            if self._error or self._asked_at is not None
            else ""
        )
        head = self.report_head(query, words, remark)
        if not remark:
            of_recipient = {each.recipient: each.status for each in story.recipients}
            known = {each.event_id: of_recipient[each.recipient] for each in story.events}
            head = replace(head, outcomes=known)
        return Listed(story.events, head)

    def compose(self) -> ComposeResult:
        """Header, tabs, story, keys."""
        yield Header(self._status)
        yield RecipientTabs()
        yield Pager()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show what is known and ask for the rest."""
        super().on_mount()
        self.read_again()

    def status_changed(self, status: Status) -> None:
        """Take in events of this message as they arrive."""
        before, self._status = self._status, status
        self.query_one(Header).show(status)
        arrived = status.revision != before.revision and self._add(self._in_memory())
        if arrived or (status.zone, status.masked) != (before.zone, before.masked):
            self._show()
        elif self._asked_at is not None:
            self.query_one(KeyBar).say(self._progress())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There are tabs where there are several recipients, and JSON where there is an id."""
        if action == "recipient":
            return len(self._story.recipients) > 1
        if action == "original":
            return self._message_id is not None and bool(self._known)
        if action == "read_again":
            return self._message_id is not None
        return super().check_action(action, parameters)

    def action_recipient(self, step: int) -> None:
        """Show the next recipient alone, or the one before, or all, round and round."""
        self._tab = (self._tab + step) % (len(self._story.recipients) + 1)
        self._show()
        self.query_one(Pager).action_oldest()

    def action_original(self) -> None:
        """Show the SES events as they were received."""
        event = self.event_at_hand
        if self._message_id is not None and event is not None:
            events = tuple(self._known.values())
            self.app.push_screen(
                OriginalScreen(self._message_id, event, events, self._status, self._reader)
            )

    def read_again(self) -> None:
        """Read the whole story from the table."""
        if self._message_id is not None:
            self._asked_at = self._status.now
            self._read(self._message_id)
        self._show()

    def read_what_failed(self) -> None:
        """Read the story, where only what is in memory is shown."""
        if self._error is not None:
            self.read_again()

    @work(exclusive=True, exit_on_error=False, group="story")
    async def _read(self, message_id: str) -> None:
        reading = self._reader.read_message(message_id)
        self.post_message(await answer_of(reading, "the message", MessageRead))

    def on_message_read(self, message: MessageRead) -> None:
        """Everything the table holds is here."""
        self._asked_at, self._error = None, None
        self._add(message.events)
        self._show()

    def on_message_unreadable(self, message: MessageUnreadable) -> None:
        """Keep what is known and say what is missing."""
        self._asked_at, self._error = None, message.reason
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

    @property
    def _chosen(self) -> RecipientStory | None:
        """The one recipient that is shown; `None` where all are."""
        return self._story.recipients[self._tab - 1] if self._tab else None

    @property
    def _opened(self) -> str | None:
        """Whose event was opened, if it names anybody."""
        return None if self._event is None else self._event.recipient

    def _told(self) -> MessageStory:
        """The story of what is known, the recipient that was opened first."""
        story = tell_story(self._message_id or "", tuple(self._known.values()))
        ordered = sorted(story.recipients, key=lambda each: each.recipient != self._opened)
        return MessageStory(story.message_id, tuple(ordered), story.events)

    def _show(self) -> None:
        chosen, several = self._chosen, len(self._story.recipients) > 1
        self._story = self._told()
        if chosen is not None:
            # Somebody may have come in between, but nobody goes.
            recipients = [each.recipient for each in self._story.recipients]
            self._tab = recipients.index(chosen.recipient) + 1
        story, shown = self._story, self._chosen
        if shown is not None:
            story = MessageStory(story.message_id, (shown,), shown.events)
        self.query_one(RecipientTabs).show(self._story.recipients, self._tab)
        paragraphs = story_paragraphs(story, self._status.zone, self._status.now)
        if not self._known:
            paragraphs = []
        self.query_one(Pager).show([*self._state_paragraphs(), *paragraphs])
        self.query_one(KeyBar).say(self._progress())
        if several != (len(self._story.recipients) > 1):
            self.refresh_bindings()

    def _state_paragraphs(self) -> list[Paragraph]:
        if self._error is not None:
            words = f"Only what is in memory is shown. {key_of('read_again')} reads again."
            text = f"{sanitise(self._error)}. {words}"
            return [Paragraph((Span(" "),), text, Tone.WARNING), BLANK]
        if self._known:
            return []
        name = sanitise(self._message_id or "")
        text = f"Reading message {name}…"
        if self._asked_at is None:
            text = (
                f"Nothing is stored of message {name}: it may be older than the table keeps"
                " events, or of a configuration set that publishes none."
            )
        return [Paragraph((Span(" "),), text, Tone.WARNING)]

    def _progress(self) -> Line:
        count = f"{format_count(len(self._known))} events"
        if self._asked_at is not None:
            return reading_words(self._status.now - self._asked_at, count)
        return (Span(f"{count} ", Tone.MUTED),)
