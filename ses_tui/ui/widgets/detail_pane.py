"""Everything about the selected event, and what else became of its message."""

from typing import ClassVar

from textual import work
from textual.message import Message
from textual.timer import Timer

from recorder.model.event import Event
from ses_tui.core.errors import SesTuiError
from ses_tui.core.message_story import tell_story
from ses_tui.core.sanitise import sanitise
from ses_tui.core.source import MessageReader
from ses_tui.core.zone import Zone
from ses_tui.ui.feed import Feed
from ses_tui.ui.text import format_count
from ses_tui.ui.tones import Line, Span, Tone
from ses_tui.ui.widgets.pager import Pager, Paragraph
from ses_tui.ui.widgets.pane import Pane

_NAME = "DETAIL"
_READING = "detail"


class DetailPane(Pane):
    """Follows the selection after a short rest: first from memory, then from one query a message.

    While the list follows the newest event, nobody has chosen it: then the query waits until the
    selection has stayed for longer than events take to come in.
    """

    REST_SECONDS: ClassVar[float] = 0.15
    REST_WHILE_FOLLOWING_SECONDS: ClassVar[float] = 3.0

    class Read(Message):
        """The table was asked for a message; `error` says why it did not answer."""

        def __init__(self, message_id: str, events: tuple[Event, ...], error: str = "") -> None:
            super().__init__()
            self.message_id = message_id
            self.events = events
            self.error = error

    def __init__(self, feed: Feed, reader: MessageReader, zone: Zone) -> None:
        self._pager = Pager()
        super().__init__(self._pager)
        self._feed = feed
        self._reader = reader
        self._zone = zone
        self._now = 0
        self._cache = feed.messages
        self._event: Event | None = None
        """The selected one."""
        self._shown: Event | None = None
        """The one that was selected when the selection rested."""
        self._following = False
        self._reading = False
        self._error = ""
        self._timer: Timer | None = None

    def open(self, event: Event | None, following: bool) -> None:
        """Appear, with what is known of `event` at once."""
        self.display = True
        self._choose(event, following)
        self.rested()

    def close(self) -> None:
        """Disappear, and ask nobody for anything."""
        self.display = False
        self._choose(None, False)
        self._shown = None

    def select(self, event: Event | None, following: bool) -> None:
        """Take note of what is selected now; it is shown once the reader rests on it."""
        before = self._event.event_id if self._event else None
        now = event.event_id if event else None
        if self.display and (before, self._following) != (now, following):
            self._choose(event, following)
            self._timer = self.set_timer(self.REST_SECONDS, self.rested)

    def set_times(self, zone: Zone, now: int) -> None:
        """Show times in `zone`; what is still open is measured against `now` (ms) when shown."""
        self._now = now
        if zone != self._zone:
            self._zone = zone
            self._show()

    def sync(self) -> None:
        """Take in what has arrived for the message that is shown."""
        if self._shown is not None:
            self._show()

    def rested(self) -> None:
        """The selection has stayed: show what is known of it, and ask for the rest."""
        self._stop()
        self._shown = self._event
        if self._message_id is not None and not self._cache.is_whole(self._message_id):
            if self._following:
                wait = self.REST_WHILE_FOLLOWING_SECONDS
                self._timer = self.set_timer(wait, self.read_message)
            else:
                self.read_message()
        self._pager.action_oldest()
        self._show()

    def read_message(self) -> None:
        """Look up the message of the selected event: in memory now, in the table by a query."""
        self._stop()
        if (message_id := self._message_id) is not None:
            if self._cache.known(message_id) is None:
                self._cache.keep(message_id, self._feed.of_message(message_id), whole=False)
            self._reading = True
            self._read(message_id)
            self._show()

    def on_detail_pane_read(self, message: Read) -> None:
        """What was read is kept, even where the reader has gone on since."""
        message.stop()
        if not message.error:
            self._cache.keep(message.message_id, message.events, whole=True)
        if self._message_id == message.message_id:
            self._reading, self._error = False, message.error
            self._show()

    @work(exclusive=True, exit_on_error=False, group=_READING)
    async def _read(self, message_id: str) -> None:
        try:
            events = await self._reader.read_message(message_id)
        except SesTuiError as error:
            self.post_message(self.Read(message_id, (), str(error)))
        except Exception as error:  # A fault here must not take away what is known already.
            fault = f"reading the message failed: {error!r}"
            self.post_message(self.Read(message_id, (), fault))
        else:
            self.post_message(self.Read(message_id, events))

    @property
    def _message_id(self) -> str | None:
        return None if self._event is None else self._event.message_id

    def _choose(self, event: Event | None, following: bool) -> None:
        self._stop()
        self._event, self._following = event, following
        self._error = ""

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._reading:
            self._reading = False
            self.workers.cancel_group(self, _READING)

    def _show(self) -> None:
        self._pager.show(self._paragraphs())
        self._say()

    def _say(self) -> None:
        self.title_line.say(_NAME, *self._progress())

    def _paragraphs(self) -> list[Paragraph]:
        if (event := self._shown) is None:
            return [Paragraph((Span(" "),), "No event is selected.", Tone.MUTED)]
        from ses_tui.ui.story import detail_paragraphs  # With all explanations: not at the start.

        known = {each.event_id: each for each in (event, *self._known())}
        story = tell_story(event.message_id or "", tuple(known.values()))
        paragraphs = detail_paragraphs(event, story, self._zone, self._now)
        if self._error:
            text = f"{sanitise(self._error)}. Only what is in memory is shown."
            paragraphs.insert(0, Paragraph((Span(" "),), text, Tone.WARNING))
        return paragraphs

    def _known(self) -> tuple[Event, ...]:
        """What is known of the message that is shown."""
        message_id = None if self._shown is None else self._shown.message_id
        return (() if message_id is None else self._cache.known(message_id)) or ()

    def _progress(self) -> tuple[Line, ...]:
        """What is known of the message, in many words and in few."""
        if self._reading:
            return ((Span("reading… ", Tone.WARNING),),)
        if self._shown is None:
            return ()
        message_id = self._shown.message_id
        known = max(1, len(self._known()))
        count = f"{format_count(known)} {'event' if known == 1 else 'events'}"
        whole = message_id is None or self._cache.is_whole(message_id)
        where = "" if whole else " in memory"
        words = f"{count} of this message{where} ", f"{count}{where} "
        return tuple((Span(text, Tone.MUTED),) for text in words)
