"""The keys of the screen that asked for help, read from its live bindings."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType

from ses_tui.ui import keys
from ses_tui.ui.keys import key_name
from ses_tui.ui.screens.base import PlainScreen
from ses_tui.ui.text import fit
from ses_tui.ui.tones import Line, Span, Tone
from ses_tui.ui.widgets.key_bar import KeyBar
from ses_tui.ui.widgets.pager import Pager, Paragraph
from ses_tui.ui.widgets.toned import OneLine

_KEYS_CELLS = 16


def help_paragraphs(active: Mapping[str, ActiveBinding]) -> list[Paragraph]:
    """Every binding once, with all of its keys, under the heading of its group."""
    by_id: dict[str, tuple[Binding, list[str]]] = {}
    for key, (_node, binding, enabled, _tooltip) in active.items():
        if enabled and binding.description:
            by_id.setdefault(binding.id or key, (binding, []))[1].append(key_name(key))
    groups: dict[str, list[Paragraph]] = {}
    for binding, names in by_id.values():
        label = Span("   " + fit("  ".join(names), _KEYS_CELLS), Tone.KEY)
        title = binding.group.description if binding.group else ""
        groups.setdefault(title, []).append(Paragraph((label,), binding.description))
    paragraphs: list[Paragraph] = []
    for title, entries in groups.items():
        paragraphs += [Paragraph((Span(f" {title}", Tone.HEADING),)), *entries, Paragraph()]
    return paragraphs


class _Title(OneLine):
    def line(self, width: int) -> Line:
        return (Span(" Keys ", Tone.STRONG), Span(" that work on the screen behind", Tone.MUTED))


class HelpScreen(PlainScreen):
    """Opened over any screen; leaving it goes back there."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [keys.BACK]
    AUTO_FOCUS = "Pager"

    def __init__(self, active: Mapping[str, ActiveBinding]) -> None:
        super().__init__()
        self._paragraphs = help_paragraphs(active)

    def compose(self) -> ComposeResult:
        """Title, keys, key bar."""
        title = _Title()
        title.id = "title"
        yield title
        yield Pager()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the keys."""
        super().on_mount()
        self.query_one(Pager).show(self._paragraphs)
