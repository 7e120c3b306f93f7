"""The forms in which an event and the view of it can be copied."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from recorder.model.event import Event, event_to_json
from ses_tui.core.event_text import display_address, event_line
from ses_tui.core.json_lines import json_line
from ses_tui.core.sanitise import sanitise, visible
from ses_tui.core.source import SourceKind
from ses_tui.core.view import View
from ses_tui.core.zone import Zone
from ses_tui.ui.text import clip

_BEGINNING_CELLS: Final = 44


@dataclass(frozen=True, slots=True)
class Program:
    """How this program was called: the words that lead to the table again."""

    opens: tuple[str, ...] = ("ses-tui",)
    shows: tuple[str, ...] | None = ("ses-tui", "show")
    """`None` where no other process can reach the table."""


DIRECT: Final = Program()
"""Everything about the table comes from configuration and environment."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One form; `text` obeys nothing: it is sanitised, and quoted where it is a command."""

    name: str
    text: str

    @property
    def beginning(self) -> str:
        """Enough to recognise it by."""
        return clip(sanitise(self.text), _BEGINNING_CELLS)


def copies_of(
    event: Event | None, view: View, source: SourceKind, zone: Zone, program: Program
) -> Iterator[Copy]:
    """What there is to copy of an event and of the view, read from a source."""
    if event is not None:
        yield from _copies_of_event(event, zone, program)
    way = ("--source", source) if source is SourceKind.STREAM else ()
    command = command_text(program.opens, (*way, *view.options()))
    yield Copy("This view as a command", command)


def _copies_of_event(event: Event, zone: Zone, program: Program) -> Iterator[Copy]:
    if event.message_id:
        yield Copy("Message id", visible(event.message_id))
    if event.recipient_raw or event.recipient:
        yield Copy("Recipient address", display_address(event.recipient or event.recipient_raw))
    yield Copy("Event as a line", event_line(event, zone))
    yield Copy("Event as JSON", json_line(event_to_json(event)).rstrip("\n"))
    if event.message_id and program.shows is not None:
        words = ("--", event.message_id) if event.message_id[0] == "-" else (event.message_id,)
        yield Copy("Command that shows the message", command_text(program.shows, words))


def command_text(program: Sequence[str], words: Sequence[str]) -> str:
    """A command for a POSIX shell, on one line whatever its words hold."""
    return shlex.join(sanitise(word) for word in (*program, *words))
