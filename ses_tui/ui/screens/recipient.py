"""All mail to one address: what became of it, and what the suppression list says."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from recorder.model.addresses import bare_address
from recorder.model.event import Event
from ses_tui.core.errors import SesTuiError
from ses_tui.core.event_text import display_address
from ses_tui.core.explanation import recipient_sentence
from ses_tui.core.message_story import RecipientStory, happened_at, tell_story
from ses_tui.core.query import Query
from ses_tui.core.query.fields import names_address
from ses_tui.core.query.syntax import Term
from ses_tui.core.recipient_summary import RecipientSummary, summary_of
from ses_tui.core.sanitise import sanitise
from ses_tui.core.search.carry_out import Phase, SearchState, carry_out
from ses_tui.core.search.earlier_mail import EarlierMail, read_earlier_mail
from ses_tui.core.search.narrowing import exact_recipients
from ses_tui.core.search.results import Result, results_by_message
from ses_tui.core.search.typed import DEFAULT_RANGE
from ses_tui.core.source import EventSearch, MessageReader, SuppressionList
from ses_tui.core.suppression import SuppressionAnswer
from ses_tui.core.view import Place
from ses_tui.core.windows import Window, window_named
from ses_tui.core.zone import Zone
from ses_tui.ui import keys
from ses_tui.ui.copies import Copy
from ses_tui.ui.event_row import day_text
from ses_tui.ui.feed import Status
from ses_tui.ui.messages import (
    EarlierTold,
    LatestTold,
    SearchMoved,
    SuppressionRead,
    SuppressionRemoved,
)
from ses_tui.ui.recipient_words import suppression_words, times_words, totals_words
from ses_tui.ui.result_row import ResultLook
from ses_tui.ui.screens.base import DashboardScreen
from ses_tui.ui.screens.write import Listed
from ses_tui.ui.search_words import search_words
from ses_tui.ui.text import clip_address, format_count
from ses_tui.ui.tones import Line, Span, Tone, spread
from ses_tui.ui.widgets.header import Header
from ses_tui.ui.widgets.key_bar import KeyBar
from ses_tui.ui.widgets.prompt import Prompt
from ses_tui.ui.widgets.result_list import ResultList
from ses_tui.ui.widgets.toned import OneLine
from ses_tui.ui.widgets.wrapped_text import WrappedText

_SEARCH: Final = "recipient"
_SUPPRESSION: Final = "suppression"
_REMOVAL: Final = "removal"
_LONGEST: Final = 320
"""Characters of an address: 64 before the `@` and 255 behind it (RFC 5321, section 4.5.3.1)."""


class AddressPrompt(Prompt):
    """Takes the address of a recipient."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.ADDRESS_TYPED]

    def __init__(self) -> None:
        super().__init__("whose mail: the whole address, ann@customer.example; Esc cancels")


class RemovalPrompt(Prompt):
    """Takes the address that is to be taken off the suppression list, as a proof of intent."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.REMOVAL_TYPED]

    def __init__(self) -> None:
        super().__init__("type the address to take it off the suppression list; Esc leaves it")


class _Title(OneLine):
    """Whose mail, and over which range."""

    address = ""
    range_words = ""

    def line(self, width: int) -> Line:
        """The address on the left, the range on the right."""
        right = (Span(f"{self.range_words} ", Tone.MUTED),)
        name = clip_address(self.address, max(10, width - len(self.range_words) - 4))
        return spread((Span(f" {name}", Tone.STRONG),), right, width)


class RecipientScreen(DashboardScreen):
    """Keeps what was found of an address until another is asked for."""

    PLACE = Place.RECIPIENT
    WRITES = True
    CSS_PATH = "recipient.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.STOP_LOADING,
        keys.BACK,
        keys.ASK_RECIPIENT,
        *keys.CHOOSE_WINDOW,
        keys.READ_AGAIN,
        keys.UNSUPPRESS,
        keys.SUPPRESSED_BY,
    ]
    AUTO_FOCUS = "ResultList"

    def __init__(
        self,
        status: Status,
        searcher: EventSearch,
        messages: MessageReader,
        suppression: SuppressionList,
    ) -> None:
        super().__init__()
        self._status = status
        self._searcher = searcher
        self._messages = messages
        self._suppression = suppression
        self._address = ""
        """As it was written, in which form the suppression list may hold it."""
        self._waiting: str | None = None
        """An address to begin with as soon as the screen is there; empty to ask for one."""
        self._window = DEFAULT_RANGE
        self._state = SearchState()
        self._summary = summary_of(())
        self._latest = ""
        self._earlier: EarlierMail | None = None
        self._answer: SuppressionAnswer | None = None
        self._suppression_error = ""

    @property
    def address(self) -> str:
        """Whose mail is shown; empty before anybody was asked for."""
        return self._address

    @property
    def query_text(self) -> str:
        """The query that finds this mail."""
        return self._query_text(self._window).text if self._address else ""

    @property
    def listing(self) -> ResultList:
        """The messages."""
        return self.query_one(ResultList)

    @property
    def event_at_hand(self) -> Event | None:
        """The event that tells most of the selected message."""
        selected = self.listing.selected
        return None if selected is None else selected.telling

    @property
    def window(self) -> Window:
        """The range."""
        return self._window

    @property
    def summary(self) -> RecipientSummary:
        """What was found, in figures."""
        return self._summary

    def compose(self) -> ComposeResult:
        """Header, whose mail, what became of it, the messages, keys."""
        yield Header(self._status)
        yield _Title()
        for name, lines in (("totals", 2), ("latest", 3), ("times", 2), ("suppression", 3)):
            text = WrappedText(lines)
            text.id = name
            yield text
        yield ResultList(self.dashboard.marks)
        progress = WrappedText(5)
        progress.id = "progress"
        yield progress
        yield AddressPrompt()
        yield RemovalPrompt()
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin with what was asked for."""
        super().on_mount()
        self._show()
        self._begin_waiting()

    def reader_comes(self, event: Event | None) -> None:
        """Show the mail of the recipient at hand; ask for an address where there is none."""
        written = "" if event is None else (event.recipient_raw or event.recipient or "")
        self.ask_for(bare_address(written)) if written else self.ask_for("")

    def ask_for(self, address: str) -> None:
        """Show the mail to `address`, at once or as soon as the screen is there.

        Empty asks for one, unless there is one already.
        """
        if address.lower() != self._address.lower() or not self._state.began_at:
            self._waiting = address
        if not address and self._address:
            self._waiting = None
        if self.is_attached:
            self._begin_waiting()

    def ask_by_query(self, text: str) -> None:
        """Show the mail to the one address that a query names."""
        addresses = exact_recipients(self.dashboard.parse_query(text))
        self.ask_for(addresses[0] if len(addresses) == 1 else "")

    def copies(self) -> Iterator[Copy]:
        """The address, and the answer in a sentence or two."""
        if self._address:
            answer = f"{display_address(self._address)}, {self._range_words()}: "
            answer += totals_words(self._summary)
            if self._latest:
                answer += f". {self._latest}"
            yield Copy("What became of the mail", answer)
            yield Copy("Address", display_address(self._address))
            if self._answer is not None and self._answer.entry is not None:
                words, _ = suppression_words(self._answer, "", self._status.zone, may_remove=False)
                yield Copy("Suppression list entry", words)

    def listed(self) -> Listed:
        """The events of every message, in the order of the list."""
        events = tuple(event for row in self.listing.rows for event in row.events)
        batch = self._state.batch
        remark = "" if batch.exhausted else f"{batch.count_text} events found"
        head = self.report_head(self.query_text, self._range_words(), remark)
        return Listed(events, replace(head, outcomes=self._state.outcomes))

    def status_changed(self, status: Status) -> None:
        """Show times in the zone chosen, and that time goes by while something is read."""
        before, self._status = self._status, status
        self.query_one(Header).show(status)
        if _look(status) != _look(before):
            self._show()
        elif self._state.running:
            self._say()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc first stops reading; an entry of the list is removed only by who may."""
        typing = isinstance(self.focused, Input)
        entry = None if self._answer is None else self._answer.entry
        if action == "stop_reading":
            return self._state.running
        if action == "unsuppress":
            return entry is not None and self._suppression.may_remove and not typing
        if action == "suppressed_by":
            return entry is not None and entry.message_id is not None and not typing
        if action in ("read_again", "choose_window"):
            return bool(self._address) and not typing
        if action == "ask_recipient":
            return not typing
        return super().check_action(action, parameters)

    def action_ask_recipient(self) -> None:
        """Ask for another address."""
        self.query_one(AddressPrompt).open()

    def action_choose_window(self, label: str) -> None:
        """Look at another range; the suppression list knows none."""
        self._window = window_named(label)
        self._search()

    def action_read_again(self) -> None:
        """Search once more, up to the present moment, and ask the suppression list again."""
        self._search()
        self._ask_suppression_list()

    def action_stop_reading(self) -> None:
        """Read no further; what was found stays."""
        self.workers.cancel_group(self, _SEARCH)
        self._take(self._state.stopped())

    def action_suppressed_by(self) -> None:
        """Show the message that put the address on the suppression list."""
        if self._answer is not None and self._answer.entry is not None:
            self.dashboard.open_message_id(self._answer.entry.message_id or "")

    def action_unsuppress(self) -> None:
        """Ask for the address before anything is changed."""
        self.query_one(RemovalPrompt).open()

    @on(Input.Submitted, "AddressPrompt")
    def address_typed(self, message: Input.Submitted) -> None:
        """Show the mail to that address."""
        address = bare_address(message.value.strip())
        if not names_address(address) or "*" in address or len(address) > _LONGEST:
            self.dashboard.say(
                f"{sanitise(address)[:80]!r} is no whole address: s searches by parts of one",
                warning=True,
            )
            return
        self._close(message.input)
        self._begin(address)

    @on(Input.Submitted, "RemovalPrompt")
    def removal_typed(self, message: Input.Submitted) -> None:
        """Take the address off the list if that is what was typed."""
        entry = None if self._answer is None else self._answer.entry
        if entry is None or message.value.strip() != entry.address:
            self.dashboard.say(
                "nothing was removed: what is typed is not the address as the list has it",
                warning=True,
            )
            return
        self._close(message.input)
        self._remove(entry.address)

    @on(Prompt.Cancelled)
    def typing_cancelled(self, message: Prompt.Cancelled) -> None:
        """Leave everything as it was."""
        self._close(message.prompt)

    @on(ResultList.Opened)
    def opened(self, message: ResultList.Opened) -> None:
        """Show the message of a row."""
        self.dashboard.open_message(message.result.telling)

    @on(ResultList.Moved)
    def moved(self) -> None:
        """Tell where the list is."""
        self._say_position()

    def on_search_moved(self, message: SearchMoved) -> None:
        """Show how far the search has come."""
        if message.state.query is self._state.query and self._state.running:
            self._take(message.state)

    def on_latest_told(self, message: LatestTold) -> None:
        """Show what became of the newest message."""
        if message.address == self._address:
            self._latest = message.sentence
            self._show()

    def on_earlier_told(self, message: EarlierTold) -> None:
        """Show what became of mail before the range."""
        if message.address == self._address:
            self._earlier = message.earlier
            self._show()

    def on_suppression_read(self, message: SuppressionRead) -> None:
        """Show what the suppression list says."""
        if message.address == self._address:
            self._answer, self._suppression_error = message.answer, message.error
            self._show()

    def on_suppression_removed(self, message: SuppressionRemoved) -> None:
        """Say what came of it, and ask the list again."""
        if message.error:
            self.dashboard.say(f"Not removed: {sanitise(message.error)}.", warning=True)
        else:
            name = display_address(message.address)
            self.dashboard.say(f"{name} was taken off the suppression list")
        self._ask_suppression_list()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault is no reason to lose what was found."""
        if event.state is not WorkerState.ERROR:
            return
        fault = f"a fault of this program: {event.worker.error!r}"
        if event.worker.group == _SEARCH:
            self._take(self._state.failed(fault))
        else:
            self.post_message(SuppressionRead(self._address, None, fault))

    def _begin_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting:
            self._begin(waiting)
        elif waiting is not None:
            self.action_ask_recipient()

    def _begin(self, address: str) -> None:
        self._address = address
        self._state, self._latest = SearchState(), ""
        self.listing.start_at_top()
        self._search()
        self._ask_suppression_list()

    def _query_text(self, window: Window) -> Query:
        terms = (
            Term("to", self._address, excluded=False, position=0),
            Term("since", window.label, excluded=False, position=0),
        )
        return Query.of(terms, now_ms=self.dashboard.now_ms, zone=self._status.zone)

    def _search(self) -> None:
        query, now = self._query_text(self._window), self.dashboard.now_ms
        self._state = SearchState(query, Phase.PLANNING, now, batch=self._state.batch)
        self._earlier = None
        self._carry_out(self._address, query, self._status.zone, now)
        self._show()

    @work(exclusive=True, group=_SEARCH, exit_on_error=False)
    async def _carry_out(self, address: str, query: Query, zone: Zone, now: int) -> None:
        newest: Event | None = None
        state = SearchState()
        async for state in carry_out(self._searcher, query, zone, now):
            self.post_message(SearchMoved(state))
            newest = next(iter(state.batch.events), None)
        sentence = ""
        if newest is not None and newest.message_id is not None:
            sentence = await self._tell(newest.message_id, newest, zone, now)
        self.post_message(LatestTold(address, sentence))
        found = summary_of(results_by_message(state.batch.events, state.outcomes))
        lacking = found.last_success is None or found.last_failure is None
        if state.batch.exhausted and lacking and query.since is not None:
            await self._look_further_back(address, query.since)

    async def _look_further_back(self, address: str, before: int) -> None:
        """For what did not happen in the range; where it fails, the range has its answer."""
        with suppress(SesTuiError):
            earlier = await read_earlier_mail(self._searcher, address, before)
            self.post_message(EarlierTold(address, earlier))

    async def _tell(self, message_id: str, newest: Event, zone: Zone, now: int) -> str:
        """What became of the newest message, from all that is stored of it; empty if unknown."""
        try:
            events = await self._messages.read_message(message_id)
        except SesTuiError:
            return ""
        recipients = tell_story(message_id, events or (newest,)).recipients
        own = (each for each in recipients if each.recipient == newest.recipient)
        return "".join(_dated(each, zone, now) for each in own)

    def _ask_suppression_list(self) -> None:
        self._answer, self._suppression_error = None, ""
        self._find_suppressed(self._address)
        self._show()

    @work(exclusive=True, group=_SUPPRESSION, exit_on_error=False)
    async def _find_suppressed(self, address: str) -> None:
        try:
            answer = await self._suppression.find(address)
        except SesTuiError as error:
            self.post_message(SuppressionRead(address, None, str(error)))
        else:
            self.post_message(SuppressionRead(address, answer))

    @work(exclusive=True, group=_REMOVAL, exit_on_error=False)
    async def _remove(self, address: str) -> None:
        try:
            await self._suppression.remove(address)
        except SesTuiError as error:
            self.post_message(SuppressionRemoved(address, str(error)))
        else:
            self.post_message(SuppressionRemoved(address))

    def _take(self, state: SearchState) -> None:
        if not state.batch.events and state.running:
            # What was found before is listed until there is something new.
            state = replace(state, batch=self._state.batch)
        self._state = state
        self._show()

    def _rows(self) -> tuple[Result, ...]:
        return results_by_message(self._state.batch.events, self._state.outcomes)

    def _range_words(self) -> str:
        return f"last {self._window.label}"

    def _show(self) -> None:
        """Everything there is, as it is to be seen now."""
        status, events = self._status, self._state.batch.events
        rows = self._rows()
        self._summary = summary_of(rows)
        title = self.query_one(_Title)
        title.address = display_address(self._address) or "Recipient"
        title.range_words = self._range_words()
        title.sync()
        self.listing.set_look(
            ResultLook(
                self.listing.size.width,
                status.zone,
                status.today,
                by_message=True,
                dated=any(day_text(happened_at(e), status.zone) != status.today for e in events),
                with_subjects=any(each.subject for each in events),
            )
        )
        self.listing.show(rows)
        self._say_of("totals", self._totals_words(), Tone.PLAIN)
        self._say_of("latest", sanitise(self._latest) if rows else "", Tone.PLAIN)
        times = times_words(self._summary, self._earlier, status.zone)
        self._say_of("times", times if rows or self._earlier else "", Tone.MUTED)
        words, tone = "", Tone.MUTED
        if self._address:
            words, tone = suppression_words(
                self._answer,
                self._suppression_error,
                status.zone,
                may_remove=self._suppression.may_remove,
            )
        self._say_of("suppression", words, tone)
        self._say()
        self.refresh_bindings()

    def _totals_words(self) -> str:
        if not self._state.batch.events:
            return ""
        more = ", and older ones that are not counted" if self._state.batch.more else ""
        return f"{totals_words(self._summary)}{more}"

    def _say(self) -> None:
        words, tone = "r asks for an address.", Tone.MUTED
        if self._address:
            words, tone = search_words(
                self._state,
                self._status.now,
                self._status.zone,
                in_part=any(not row.whole for row in self.listing.rows),
                kept=bool(self.listing.rows),
            )
        self._say_of("progress", words, tone)
        self._say_position()

    def _say_of(self, name: str, words: str, tone: Tone) -> None:
        self.query_one(f"#{name}", WrappedText).say(words, tone)

    def _say_position(self) -> None:
        rows = self.listing.rows
        position = f"{self.listing.position}/{format_count(len(rows))} " if rows else ""
        self.query_one(KeyBar).say((Span(f" {position}", Tone.MUTED),) if rows else ())

    def _close(self, prompt: Input) -> None:
        prompt.display = False
        self.set_focus(self.listing)
        self.refresh_bindings()


def _look(status: Status) -> tuple[Zone, str, bool]:
    """What of `status` changes how everything is written."""
    return status.zone, status.today, status.masked


def _dated(recipient: RecipientStory, zone: Zone, now: int) -> str:
    """The sentence of the newest message, with when that was."""
    when = f"{zone.at(happened_at(recipient.events[0])):%Y-%m-%d %H:%M:%S}"
    return f"The newest, of {when}: {recipient_sentence(recipient, now, zone)}"
