"""Drawing with ASCII alone, for terminals and fonts that have nothing else.

It stands at the very end, where lines become what is written: so nothing that is drawn anywhere
has to know of it. What the program draws itself has a stand-in of its own; any other character is
somebody's text, and becomes a `?` in each of its cells, so that columns stay columns.
"""

from functools import lru_cache
from typing import Final

from rich.cells import get_character_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_STAND_INS: Final = {
    **dict(zip("▁▂▃▄▅▆▇█", "_.:-=+*#", strict=True)),
    **dict(zip("›‹→←↑↓▲▼▶◀", "><><^v^v><", strict=True)),
    **dict(zip("✓✗·…⏎␡━┃─│", "+x.~|?=#-|", strict=True)),
    "—": "-",
    "–": "-",
    "−": "-",
    "×": "x",
    "≥": ">",
    "≤": "<",
    "●": "*",
    "○": "o",
    "\xa0": " ",
}
_DENSITY: Final = " .:-=+*#@"
"""For braille: the more dots the darker."""
_ACROSS: Final = "═╌╍┄┅┈┉╴╶╸╺▔▀▄"
_DOWN: Final = "║╎╏┆┇┊┋╵╷╹╻▌▐▎▏▕▊▍▋▉"


def ascii_character(character: str) -> str:
    """What stands for `character`, in as many cells."""
    code = ord(character)
    if code < 0x7F:
        return character
    if character in _STAND_INS:
        return _STAND_INS[character]
    if 0x2800 <= code <= 0x28FF:
        return _DENSITY[(code - 0x2800).bit_count()]
    if character in _ACROSS:
        return "-"
    if character in _DOWN:
        return "|"
    if 0x2500 <= code <= 0x259F:
        return "+"
    return "?" * get_character_cell_size(character)


@lru_cache(4096)
def ascii_text(text: str) -> str:
    """`text` in ASCII, in as many cells."""
    return text if text.isascii() else "".join(map(ascii_character, text))


class AsciiFilter(LineFilter):
    """Writes every line in ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments with other text."""
        return [Segment(ascii_text(text), style, control) for text, style, control in segments]
