"""Asks for the name of a file, and writes the listed events into it while keys are answered."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from ses_tui.core.errors import UsageError
from ses_tui.core.event_file import EventFile, FileForm, default_name, form_of
from ses_tui.core.sanitise import sanitise
from ses_tui.core.slices import REST_SECONDS, SLICE_SECONDS, work_for
from ses_tui.core.ticket_report import ListedEvents, ReportHead
from ses_tui.ui import keys
from ses_tui.ui.screens.paced import PacedScreen
from ses_tui.ui.text import format_count
from ses_tui.ui.tones import Tone
from ses_tui.ui.widgets.prompt import Prompt
from ses_tui.ui.widgets.wrapped_text import WrappedText

if TYPE_CHECKING:
    from ses_tui.ui.app import DashboardApp

_MOST_LINES: Final = 3
_FORMS: Final = ", ".join(f"{form} is {form.words}" for form in FileForm)


@dataclass(frozen=True, slots=True)
class Listed:
    """The events of a list, and what they are."""

    events: ListedEvents
    head: ReportHead


class WritePrompt(Prompt):
    """Takes the name of the file."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.WRITE_TYPED]

    def __init__(self) -> None:
        super().__init__("a file name; Esc cancels")


class WriteScreen(PacedScreen, ModalScreen[None], inherit_bindings=False):
    """Two lines over the end of the screen that it was opened from."""

    CSS_PATH = "write.tcss"
    AUTO_FOCUS = "WritePrompt"

    def __init__(self, listed: Listed) -> None:
        super().__init__()
        self._listed = listed
        self._replaces: Path | None = None
        """A file that is there already, and that the reader was told of."""
        self._writing = False

    @property
    def _dashboard(self) -> "DashboardApp":
        return cast("DashboardApp", self.app)

    def compose(self) -> ComposeResult:
        """What is to be known, and the line."""
        yield WrappedText(_MOST_LINES)
        yield WritePrompt()

    def on_mount(self) -> None:
        """Offer a name."""
        count = format_count(len(self._listed.events))
        self._say(f"Write {count} events into a file: {_FORMS}.")
        self.query_one(WritePrompt).open(default_name(self._listed.head))

    @on(Input.Changed)
    def typed(self) -> None:
        """Another name is another question."""
        self._replaces = None

    @on(Input.Submitted)
    def submitted(self, message: Input.Submitted) -> None:
        """Write, unless there is something to be asked or said first."""
        if self._writing:
            return
        try:
            file = self._dashboard.files.path_of(message.value.strip())
            form_of(file)
            if file.is_dir():
                raise UsageError(f"{file} is a directory: give the name of a file")
            if file.exists() and file != self._replaces:
                self._replaces = file
                self._say(f"{file} is there already. Enter again replaces it.", Tone.WARNING)
                return
            self._write(EventFile(file, self._listed.events, self._listed.head))
        except UsageError as error:
            self._say(f"{error}.", Tone.WARNING)

    @on(Prompt.Cancelled)
    def cancelled(self) -> None:
        """Write nothing, or no further."""
        self.workers.cancel_group(self, "writing")
        self.dismiss()

    @work(exclusive=True, group="writing", exit_on_error=False)
    async def _write(self, file: EventFile) -> None:
        self._writing = True
        finished = False
        try:
            while work_for(SLICE_SECONDS, file.step, self._dashboard.clock):
                share = 100 * file.count // max(1, file.total)
                self._say(f"Writing… {share} % of {format_count(file.total)} events. Esc stops.")
                await asyncio.sleep(REST_SECONDS)
            written = await asyncio.to_thread(file.finish)
            finished = True
        except UsageError as error:
            self._say(f"{error}.", Tone.WARNING)
            return
        finally:
            self._writing = False
            if not finished:
                file.abandon()
        count = format_count(written.count)
        place = self._dashboard.files.hand_over(written.file, self._dashboard)
        self._dashboard.say(f"wrote {count} events as {written.form.words} to {place}")
        self.dismiss()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault of this program is no reason to end it."""
        if event.state is WorkerState.ERROR:
            self._say(f"Not written: a fault of this program: {event.worker.error!r}", Tone.BAD)

    def _say(self, words: str, tone: Tone = Tone.PLAIN) -> None:
        self.query_one(WrappedText).say(sanitise(words), tone)
