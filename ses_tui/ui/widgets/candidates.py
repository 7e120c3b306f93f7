"""The line under the filter that is being typed: what may stand there, or where it goes wrong."""

from collections.abc import Sequence

from rich.cells import cell_len

from ses_tui.core.sanitise import sanitise
from ses_tui.ui.text import clip
from ses_tui.ui.tones import Line, Span, Tone
from ses_tui.ui.widgets.toned import OneLine

_LONGEST = 32


class Candidates(OneLine):
    """There only while a filter is typed."""

    def __init__(self) -> None:
        super().__init__()
        self._candidates: Sequence[str] = ()
        self._chosen: int | None = None
        self._caret: int | None = None
        self.display = False

    def show(self, candidates: Sequence[str], chosen: int | None, caret: int | None) -> None:
        """Show candidates and which one is chosen; where there are none, a caret at a cell."""
        self._candidates, self._chosen, self._caret = candidates, chosen, caret
        self.sync()

    def line(self, width: int) -> Line:
        """As many candidates as there is room for, the chosen one always among them."""
        if not self._candidates:
            if self._caret is None or not 0 <= self._caret < width:
                return ()
            return (Span(" " * self._caret), Span("▲ here", Tone.WARNING))
        hint = Span(" Tab ", Tone.KEY)
        spans = [hint]
        room = width - cell_len(hint.text)
        for index, candidate in list(enumerate(self._candidates))[self._first(room) :]:
            text = self._cell(index, candidate)
            if (room := room - cell_len(text)) < 0:
                break
            spans.append(Span(text, Tone.CALM_BADGE if index == self._chosen else Tone.PLAIN))
        return tuple(spans)

    def _first(self, room: int) -> int:
        """The first candidate shown, so that the chosen one fits."""
        if self._chosen is None:
            return 0
        first = self._chosen
        for index in range(self._chosen, -1, -1):
            room -= cell_len(self._cell(index, self._candidates[index]))
            if room < 0:
                break
            first = index
        return first

    def _cell(self, index: int, candidate: str) -> str:
        """Brackets say which one is chosen, too: colour alone says nothing without colours."""
        text = clip(sanitise(candidate), _LONGEST)
        return f"[{text}]" if index == self._chosen else f" {text} "
