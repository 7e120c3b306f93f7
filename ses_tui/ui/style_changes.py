"""Of styles, write only what changes from one text to the next.

Textual writes the whole style before every text and takes it back behind it: on a busy list two
thirds of all bytes, and most of them say again what holds already.
"""

import re
from functools import lru_cache
from typing import Final, TypeAlias

_STYLE: Final = re.compile(r"\x1b\[([0-9;]*)m")
"""SGR, select graphic rendition (ECMA-48, 8.3.117)."""
_MOVES_ONLY: Final = re.compile(r"(?:\r|\n|\x1b\[[0-9;]*H)*")
_BLANK: Final = re.compile(r"(?:[\r\n ]|\x1b\[[0-9;]*H)*")
_KNOWN_STYLES: Final = 4_096

Style: TypeAlias = tuple[str, str, frozenset[str]]
"""Colour of the text, colour behind it, and what else is switched on; "" is the terminal's own."""

PLAIN: Final[Style] = ("", "", frozenset())
_ATTRIBUTES: Final = frozenset("123456789")
_SEEN_ON_BLANKS: Final = frozenset("479")
"""An underline, colours exchanged, a line through it."""
_TEXT_COLOURS: Final = frozenset(map(str, [*range(30, 38), *range(90, 98)]))
_GROUND_COLOURS: Final = frozenset(map(str, [*range(40, 48), *range(100, 108)]))
_LONG_COLOURS: Final = {"5": 3, "2": 5}
"""Numbers that a colour of the palette, or one of red, green and blue, consists of."""


def say_changes_only(sequence: str) -> str:
    """`sequence` with the same effect and fewer bytes; begins and ends in the terminal's own style.

    What is no style and no move of the cursor finds the style that it would have found.
    """
    written: list[str] = []
    pieces = _STYLE.split(sequence)
    shown = wanted = PLAIN
    for place, piece in enumerate(pieces):
        if place % 2:
            known = _styled(wanted, piece)
            if known is None:
                written += (_change(shown, wanted), f"\x1b[{piece}m")
                return "".join(written) + "".join(_rest(pieces, place + 1))
            wanted = known
        elif piece:
            if shown != wanted and not _MOVES_ONLY.fullmatch(piece):
                needed = _on_blanks(shown, wanted) if _BLANK.fullmatch(piece) else wanted
                written.append(_change(shown, needed))
                shown = needed
            written.append(piece)
    written.append(_change(shown, wanted))
    return "".join(written)


def _rest(pieces: list[str], begin: int) -> list[str]:
    return [
        f"\x1b[{piece}m" if place % 2 else piece
        for place, piece in enumerate(pieces[begin:], begin)
    ]


@lru_cache(_KNOWN_STYLES)
def _styled(style: Style, parameters: str) -> Style | None:
    """The style after `parameters`; `None` where they hold something that is not known here."""
    text, ground, attributes = style
    numbers = parameters.split(";")
    place = 0
    while place < len(numbers):
        number, length = numbers[place] or "0", 1
        if number in ("38", "48"):
            length = _LONG_COLOURS.get(numbers[place + 1] if place + 1 < len(numbers) else "", 0)
            colour = ";".join(numbers[place : place + length])
            if not length or place + length > len(numbers):
                return None
            text, ground = (colour, ground) if number == "38" else (text, colour)
        elif number == "0":
            text, ground, attributes = PLAIN
        elif number in _TEXT_COLOURS:
            text = number
        elif number in _GROUND_COLOURS:
            ground = number
        elif number in _ATTRIBUTES:
            attributes |= {number}
        else:
            return None
        place += length
    return text, ground, attributes


def _on_blanks(shown: Style, wanted: Style) -> Style:
    """A style that looks like the one that is wanted as long as there is nothing but spaces."""
    if (shown[2] | wanted[2]) & _SEEN_ON_BLANKS:
        return wanted
    return (shown[0], wanted[1], shown[2])


@lru_cache(_KNOWN_STYLES)
def _change(shown: Style, wanted: Style) -> str:
    """The shortest sequence that leads from one style to the other."""
    if shown == wanted:
        return ""
    anew = ["", *sorted(wanted[2]), *filter(None, wanted[:2])]
    ways = [anew]
    if shown[2] <= wanted[2]:
        colours = zip(shown[:2], wanted[:2], ("39", "49"), strict=True)
        ways.append(
            [
                *sorted(wanted[2] - shown[2]),
                *(after or own for before, after, own in colours if before != after),
            ]
        )
    return min((f"\x1b[{';'.join(way)}m" for way in ways), key=len)
