"""Drawing without colour, for terminals and people that ask for it (https://no-color.org).

Textual's own filter asks for the terminal's default colours with every word. That is a code for
colour too, and ten bytes a word.
"""

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter


@lru_cache(1024)
def _colourless(style: Style) -> Style:
    return style.without_color


class ColourlessFilter(LineFilter):
    """Writes every line with attributes alone, such as bold and reverse."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments without a colour."""
        return [
            Segment(text, style and _colourless(style), control)
            for text, style, control in segments
        ]
