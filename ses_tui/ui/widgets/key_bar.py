"""The last line: the keys that work here and now, read from the live bindings."""

from typing import Final

from textual.screen import Screen

from ses_tui.ui import keys
from ses_tui.ui.keys import key_name
from ses_tui.ui.tones import Line, Span, Tone, line_width, spread
from ses_tui.ui.widgets.toned import OneLine

_FIRST: Final = {
    key_name(key): rank
    for rank, key in enumerate(
        ("escape", "q", "enter", "question_mark", "slash", "right_square_bracket")
    )
}
"""Keys that have room first: what Esc does changes with what there is to leave or to clear, whoever
knows these finds all others, and what is one of several is to show the way to the next."""
_EVERYWHERE: Final = frozenset(binding.id for binding in keys.EVERYWHERE)
"""They have room last: what is special to a screen is news."""


class KeyBar(OneLine):
    """Keys on the left, as many as there is room for; on the right a word of the screen's own."""

    def __init__(self) -> None:
        super().__init__()
        self._right: Line = ()

    def on_mount(self) -> None:
        """Follow the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)

    def say(self, right: Line) -> None:
        """Show `right` at the end of the line."""
        if right != self._right:
            self._right = right
            self.sync()

    def line(self, width: int) -> Line:
        """Whole keys only: what does not fit is left out, and help has it."""
        room = width - line_width(self._right) - 2
        left: list[Span] = []
        used = 0
        for key, description in self._keys():
            cells = len(key) + len(description) + 4
            if used + cells <= room:
                left += [Span(f" {key} ", Tone.KEY), Span(f"{description} ", Tone.MUTED)]
                used += cells
        return spread(tuple(left), self._right, width)

    def _keys(self) -> list[tuple[str, str]]:
        """Keys and what they do; a compact group is one entry, from its first key to its last."""
        shown: dict[str, tuple[str, str]] = {}
        later: dict[str, tuple[str, str]] = {}
        for key, active in self.screen.active_bindings.items():
            binding, name = active.binding, key_name(key)
            if not (binding.show and active.enabled):
                continue
            group = binding.group
            if group is not None and group.compact:
                first = shown.get(group.description, (name, ""))[0].partition("-")[0]
                names = name if name == first else f"{first}-{name}"
                shown[group.description] = (names, group.description)
            else:
                entries = later if binding.id in _EVERYWHERE else shown
                entries.setdefault(binding.id or key, (name, binding.description))
        return sorted(
            [*shown.values(), *later.values()], key=lambda entry: _FIRST.get(entry[0], len(_FIRST))
        )

    def _bindings_updated(self, screen: Screen[object]) -> None:
        self.sync()
