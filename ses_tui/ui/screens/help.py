"""The keys of the screen that asked for help, read from its live bindings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.widgets import Input

from ses_tui.ui import keys
from ses_tui.ui.keys import key_name
from ses_tui.ui.screens.base import PlainScreen
from ses_tui.ui.text import fit
from ses_tui.ui.tones import Line, Span, Tone
from ses_tui.ui.widgets.key_bar import KeyBar
from ses_tui.ui.widgets.pager import Pager, Paragraph
from ses_tui.ui.widgets.prompt import KeyPrompt, Prompt
from ses_tui.ui.widgets.toned import OneLine

_KEYS_CELLS = 16


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """What one binding does, and every key that does it."""

    group: str
    keys: tuple[str, ...]
    description: str

    def mentions(self, words: str) -> bool:
        """Whether each of `words` is part of what it does, of its group, or is one of its keys."""
        text = f"{self.group} {self.description}".lower()
        return all(
            word.lower() in text or any(word in (key, key.lower()) for key in self.keys)
            for word in words.split()
        )


def key_entries(active: Mapping[str, ActiveBinding]) -> list[KeyEntry]:
    """Every binding that works, once."""
    by_id: dict[str, tuple[Binding, list[str]]] = {}
    for key, (_node, binding, enabled, _tooltip) in active.items():
        if enabled and binding.description:
            by_id.setdefault(binding.id or key, (binding, []))[1].append(key_name(key))
    return [
        KeyEntry(
            binding.group.description if binding.group else "", tuple(names), binding.description
        )
        for binding, names in by_id.values()
    ]


def help_paragraphs(entries: Iterable[KeyEntry]) -> list[Paragraph]:
    """The entries under the headings of their groups."""
    groups: dict[str, list[Paragraph]] = {}
    for entry in entries:
        label = Span("   " + fit("  ".join(entry.keys), _KEYS_CELLS), Tone.KEY)
        groups.setdefault(entry.group, []).append(Paragraph((label,), entry.description))
    paragraphs: list[Paragraph] = []
    for title, lines in groups.items():
        paragraphs += [Paragraph((Span(f" {title}", Tone.HEADING),)), *lines, Paragraph()]
    return paragraphs or [Paragraph((Span(" "),), "No key does that on the screen behind.")]


class _Title(OneLine):
    def line(self, width: int) -> Line:
        return (Span(" Keys ", Tone.STRONG), Span(" that work on the screen behind", Tone.MUTED))


class HelpScreen(PlainScreen):
    """Opened over any screen; leaving it goes back there."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [keys.FIND_KEY, keys.LIST_ALL_KEYS, keys.BACK]
    AUTO_FOCUS = "Pager"

    def __init__(self, active: Mapping[str, ActiveBinding]) -> None:
        super().__init__()
        self._entries = key_entries(active)
        self._words = ""

    def compose(self) -> ComposeResult:
        """Title, keys, the line to find one, key bar."""
        title = _Title()
        title.id = "title"
        yield title
        yield Pager()
        yield KeyPrompt()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the keys."""
        super().on_mount()
        self._list("")

    def action_find_key(self) -> None:
        """Ask for what a key should do."""
        self.query_one(KeyPrompt).open(self._words)

    def action_list_all(self) -> None:
        """Show every key again."""
        self._list("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc lists all keys before it goes back; a line that is typed in takes every letter."""
        if action == "list_all":
            return bool(self._words)
        if action == "find_key":
            return not isinstance(self.focused, KeyPrompt)
        return True

    @on(Input.Changed, "KeyPrompt")
    def typing(self, message: Input.Changed) -> None:
        """Show those keys alone that fit."""
        if message.input.display:
            self._list(message.value)

    @on(Input.Submitted, "KeyPrompt")
    def typed(self) -> None:
        """Keep what is shown."""
        self._close()

    @on(Prompt.Cancelled)
    def cancelled(self) -> None:
        """Show every key again."""
        self._close()
        self._list("")

    def _close(self) -> None:
        self.query_one(KeyPrompt).display = False
        self.set_focus(self.query_one(Pager))

    def _list(self, words: str) -> None:
        self._words = words
        entries = (entry for entry in self._entries if entry.mentions(words))
        self.query_one(Pager).show(help_paragraphs(entries))
        self.refresh_bindings()
