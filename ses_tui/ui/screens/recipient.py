"""All mail to one address: what became of it, and what the suppression list says."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from recorder.model.addresses import bare_address
from recorder.model.event import Event
from ses_tui.core.event_text import display_address
from ses_tui.core.query import Query
from ses_tui.core.query.syntax import Term
from ses_tui.core.recipient_summary import RecipientSummary, summary_of
from ses_tui.core.sanitise import sanitise
from ses_tui.core.search.carry_out import Phase, SearchState
from ses_tui.core.search.earlier_mail import EarlierMail
from ses_tui.core.search.narrowing import exact_recipients
from ses_tui.core.search.results import results_by_message
from ses_tui.core.search.typed import DEFAULT_RANGE
from ses_tui.core.source import EventSearch, MessageReader, SuppressionList
from ses_tui.core.suppression import SuppressionAnswer
from ses_tui.core.view import Place
from ses_tui.core.windows import Window, window_named
from ses_tui.ui import keys
from ses_tui.ui.copies import Copy
from ses_tui.ui.feed import Status
from ses_tui.ui.messages import EarlierTold, LatestTold, SuppressionRead, SuppressionRemoved
from ses_tui.ui.recipient_reader import SUPPRESSION_GROUP, RecipientReader
from ses_tui.ui.recipient_words import counted_words, suppression_words, times_words, totals_words
from ses_tui.ui.screens.searching import SearchingScreen
from ses_tui.ui.screens.write import Listed
from ses_tui.ui.text import clip_address
from ses_tui.ui.tones import Line, Span, Tone, spread
from ses_tui.ui.widgets.header import Header
from ses_tui.ui.widgets.key_bar import KeyBar
from ses_tui.ui.widgets.prompt import AddressPrompt, Prompt, RemovalPrompt
from ses_tui.ui.widgets.result_list import ResultList
from ses_tui.ui.widgets.toned import OneLine
from ses_tui.ui.widgets.wrapped_text import WrappedText


class _Title(OneLine):
    """Whose mail, and over which range."""

    address = ""
    range_words = ""

    def line(self, width: int) -> Line:
        """The address on the left, the range on the right."""
        right = (Span(f"{self.range_words} ", Tone.MUTED),)
        name = clip_address(self.address, max(10, width - len(self.range_words) - 4))
        return spread((Span(f" {name}", Tone.STRONG),), right, width)


class RecipientScreen(SearchingScreen):
    """Keeps what was found of an address until another is asked for."""

    PLACE = Place.RECIPIENT
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

    def __init__(
        self,
        status: Status,
        searcher: EventSearch,
        messages: MessageReader,
        suppression: SuppressionList,
    ) -> None:
        super().__init__(status, searcher)
        self._reader = RecipientReader(self, searcher, messages, suppression)
        self._address = ""
        """As it was written, in which form the suppression list may hold it."""
        self._waiting: str | None = None
        """An address to begin with as soon as the screen is there; empty to ask for one."""
        self._offered = ""
        """An address that Enter alone takes then."""
        self._window = DEFAULT_RANGE
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
    def window(self) -> Window:
        """The range."""
        return self._window

    @property
    def summary(self) -> RecipientSummary:
        """What was found, in figures."""
        return summary_of(self.listing.rows)

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
        self.show_all()
        self._begin_waiting()

    def reader_comes(self, event: Event | None, *, chosen: bool) -> None:
        """Show the mail of a recipient who was chosen; else ask for an address, and offer that.

        What is typed at once behind the key is then an address, and no other keys.
        """
        written = "" if event is None else (event.recipient_raw or event.recipient or "")
        address = bare_address(written)
        if chosen or not address:
            self.ask_for(address)
        else:
            self._waiting, self._offered = "", address
            if self.is_attached:
                self._begin_waiting()

    def ask_for(self, address: str) -> None:
        """Show the mail to `address`, at once or as soon as the screen is there.

        Empty asks for one, unless there is one already.
        """
        self._offered = ""
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
            answer += totals_words(self.summary)
            if self._latest:
                answer += f". {self._latest}"
            yield Copy("What became of the mail", answer)
            yield Copy("Address", display_address(self._address))
            if self._answer is not None and self._answer.entry is not None:
                words, _ = suppression_words(self._answer, "", self._status.zone, may_remove=False)
                yield Copy("Suppression list entry", words)

    def listed(self) -> Listed:
        """The events of every message, in the order of the list."""
        return self._listed(self.query_text, self._range_words())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """An entry of the list is removed only by who may."""
        typing = isinstance(self.focused, Input)
        entry = None if self._answer is None else self._answer.entry
        if action == "unsuppress":
            return entry is not None and self._reader.may_remove and not typing
        if action == "suppressed_by":
            return entry is not None and entry.message_id is not None and not typing
        if action in ("read_again", "choose_window"):
            return bool(self._address) and not typing
        if action == "ask_recipient":
            return not typing
        return super().check_action(action, parameters)

    def action_ask_recipient(self) -> None:
        """Ask for another address."""
        self.query_one(AddressPrompt).ask("")

    def action_choose_window(self, label: str) -> None:
        """Look at another range; the suppression list knows none."""
        self._window = window_named(label)
        self._search()

    def read_again(self) -> None:
        """Search once more, up to the present moment, and ask the suppression list again."""
        self._search()
        self._ask_suppression_list()

    def read_what_failed(self) -> None:
        """Search once more, where that broke off."""
        if self._state.phase is Phase.FAILED:
            self.read_again()

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
        address = self.query_one(AddressPrompt).address
        if address is None:
            typed = sanitise(message.value.strip())[:80]
            self.dashboard.say(
                f"{typed!r} is no whole address: s searches by parts of one",
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
        self._reader.remove(entry.address)

    @on(Prompt.Cancelled)
    def typing_cancelled(self, message: Prompt.Cancelled) -> None:
        """Leave everything as it was."""
        self._close(message.prompt)

    def on_latest_told(self, message: LatestTold) -> None:
        """Show what became of the newest message."""
        if message.address == self._address:
            self._latest = message.sentence
            self.show_all()

    def on_earlier_told(self, message: EarlierTold) -> None:
        """Show what became of mail before the range."""
        if message.address == self._address:
            self._earlier = message.earlier
            self.show_all()

    def on_suppression_read(self, message: SuppressionRead) -> None:
        """Show what the suppression list says."""
        if message.address == self._address:
            self._answer, self._suppression_error = message.answer, message.error
            self.show_all()

    def on_suppression_removed(self, message: SuppressionRemoved) -> None:
        """Say what came of it, and ask the list again."""
        if message.error:
            self.dashboard.say(f"Not removed: {sanitise(message.error)}.", warning=True)
        else:
            name = display_address(message.address)
            self.dashboard.say(f"{name} was taken off the suppression list")
        self._ask_suppression_list()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault in asking the suppression list is said where its answer would be."""
        if event.state is WorkerState.ERROR and event.worker.group == SUPPRESSION_GROUP:
            fault = f"a fault of this program: {event.worker.error!r}"
            self.post_message(SuppressionRead(self._address, None, fault))

    def _begin_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        prompt = self.query_one(AddressPrompt)
        if waiting == "":
            offered, self._offered = self._offered, ""
            prompt.ask(offered)
            return
        if prompt.display:  # The palette led away from it.
            self._close(prompt)
        if waiting is not None:
            self._begin(waiting)

    def _begin(self, address: str) -> None:
        self._address = address
        self._state = self._found = SearchState()
        self._latest = ""
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
        self._state = SearchState(query, Phase.PLANNING, now)
        self._reading_older.cancel()
        self._earlier = None
        self._reader.search(self._address, query, self._status.zone, now)
        self.show_all()

    def _ask_suppression_list(self) -> None:
        self._answer, self._suppression_error = None, ""
        self._reader.ask_suppression_list(self._address)
        self.show_all()

    def _range_words(self) -> str:
        return f"last {self._window.label}"

    def show_all(self) -> None:
        """Everything there is, as it is to be seen now."""
        zone = self._status.zone
        rows = results_by_message(self._found.batch.events, self._found.outcomes)
        title = self.query_one(_Title)
        title.address = display_address(self._address) or "Recipient"
        title.range_words = self._range_words()
        title.sync()
        self._show_rows(rows)
        summary, more = self.summary, self._found.batch.more
        self._say_of("totals", counted_words(summary, more=bool(more)) if rows else "")
        self._say_of("latest", sanitise(self._latest) if rows else "")
        times = times_words(summary, self._earlier, zone) if rows or self._earlier else ""
        self._say_of("times", times, Tone.MUTED)
        words, tone = "", Tone.MUTED
        if self._address:
            words, tone = suppression_words(
                self._answer, self._suppression_error, zone, may_remove=self._reader.may_remove
            )
        self._say_of("suppression", words, tone)
        self.say_progress()
        self.refresh_bindings()

    def progress_words(self) -> tuple[str, Tone]:
        """How far the search is, or what to do for one."""
        if not self._address:
            return "r asks for an address.", Tone.MUTED
        return super().progress_words()

    def _say_of(self, name: str, words: str, tone: Tone = Tone.PLAIN) -> None:
        self.query_one(f"#{name}", WrappedText).say(words, tone)

    def _close(self, prompt: Input) -> None:
        prompt.display = False
        self.set_focus(self.listing)
        self.refresh_bindings()
