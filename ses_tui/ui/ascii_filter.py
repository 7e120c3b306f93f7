"""Drawing with ASCII alone.

It stands at the very end, where lines become what is written: so nothing that is drawn anywhere
has to know of it. Somebody's text that is no ASCII becomes a `?` in each of its cells, so that
columns stay columns.
"""

from functools import lru_cache

from rich.cells import get_character_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from ses_tui.core.ascii_text import stand_in


@lru_cache(4096)
def ascii_text(text: str) -> str:
    """`text` in ASCII, in as many cells."""
    return text if text.isascii() else "".join(map(_in_as_many_cells, text))


def _in_as_many_cells(character: str) -> str:
    if character.isascii():
        return character
    drawn = stand_in(character)
    return "?" * get_character_cell_size(character) if drawn is None else drawn


class AsciiFilter(LineFilter):
    """Writes every line in ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments with other text."""
        return [Segment(ascii_text(text), style, control) for text, style, control in segments]
