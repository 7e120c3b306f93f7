"""What may stand in text that a terminal is given."""

import unicodedata

from tests.hostile.attacks import attacks

_ACTS = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
"""Controls, formats, surrogates, no characters, private ones, and separators of lines."""
_SHOWS_NOTHING = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U00016fe4\U0001d159"
) | frozenset(
    chr(code) for code in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
)
_PARTS_OF_SYLLABLES = frozenset(map(chr, (*range(0x1161, 0x1200), *range(0xD7B0, 0xD7FC))))
MOST_MARKS = 3
MOST_FOLLOWING = 6


def harm_in(text: str) -> str | None:
    """What in `text` a terminal would obey or a reader not see; `None` where nothing is."""
    marks = following = 0
    for character in text:
        category = unicodedata.category(character)
        if category in _ACTS or character in _SHOWS_NOTHING:
            return f"U+{ord(character):04X}"
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > MOST_MARKS:
            return f"{marks} marks on one letter"
        follows = category in {"Mn", "Me", "Mc"} or character in _PARTS_OF_SYLLABLES
        following = following + 1 if follows else 0
        if following > MOST_FOLLOWING:
            return f"{following} that may take no room behind one letter"
    return None


def attacks_in_pieces(size: int = 12) -> list[str]:
    """All attacks, several in one text, as few texts as cover them all."""
    texts = list(attacks().values())
    return [" ".join(texts[start : start + size]) for start in range(0, len(texts), size)]
