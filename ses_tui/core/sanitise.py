"""The one place where text from outside becomes text for a terminal. A security boundary.

Subjects, diagnostics, addresses, user agents, links and tags are written by strangers. A terminal
obeys control characters, and a reader is fooled by invisible or reordering ones, so each becomes
something visible that does nothing.
"""

import unicodedata
from typing import Final

from ses_tui.core.masking import MASKING, masked_text

_REPLACEMENT: Final = "\ufffd"
_LINE_BREAK: Final = "⏎"
_DROPPED: Final = frozenset(
    {
        0x200D,
        *range(0x180B, 0x180E),
        0x180F,
        *range(0xFE00, 0xFE10),
        *range(0x1F3FB, 0x1F400),
        *range(0xE0100, 0xE01F0),
    }
)
"""Joiner, variation selectors and skin tones of emoji: harmless, but terminals do not agree on how
many cells they take, and selectors show nothing by themselves."""
_FLAG_LETTER_A: Final = 0x1F1E6
"""Pairs of these are flags in some terminals and wide letters in others: plain letters in all."""
_FILLERS: Final = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0x16FE4, 0x1D159}
)
"""Letters and marks that show nothing: two addresses that look the same must be the same."""
_MOST_STACKED: Final = 3
"""No written language stacks more marks on one letter; floods paint over neighbouring lines."""
MOST_FOLLOWING: Final = 6
"""Nor lets more that takes no room of its own, vowels beside a letter and marks, follow it: some
terminals give room to each, and a flood pushes out what stands behind it."""
_STACKED: Final = frozenset({"Mn", "Me"})
_FOLLOWING: Final = _STACKED | {"Mc"}
_KOREAN_PARTS: Final = frozenset(
    map(chr, (*range(0x1160, 0x1200), *range(0xD7B0, 0xD7C7), *range(0xD7CB, 0xD7FC)))
)
"""Vowels and last consonants that join the letters before them to one syllable."""
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""`Cn` are no characters, or such as this Python does not know, and `Co` are for private use: fonts
draw what they like, and kitty a picture. No terminal need agree on either."""


def _visible(code: int) -> str:
    if code in (0x0A, 0x85, 0x2028, 0x2029):
        return _LINE_BREAK
    if code == 0x09:
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if code in _DROPPED:
        return ""
    if 0 <= code - _FLAG_LETTER_A < 26:
        return chr(ord("A") + code - _FLAG_LETTER_A)
    if code in _FILLERS:
        return _REPLACEMENT
    character = chr(code)
    return _REPLACEMENT if unicodedata.category(character) in _UNSAFE else character


class _VisibleCharacters(dict[int, str]):
    def __missing__(self, code: int) -> str:
        character = _visible(code)
        if code <= 0xFFFF:
            self[code] = character
        return character


_TABLE: Final = _VisibleCharacters()


def sanitise(text: str) -> str:
    """One line of `text` for a terminal: as `visible`, with addresses masked where they are to be.

    For all that comes from outside. What the reader has typed is shown by `visible`.
    """
    safe = visible(text)
    return masked_text(safe) if MASKING.on else safe


def visible(text: str) -> str:
    """One line of `text` that no terminal obeys: control characters become visible symbols.

    C0, DEL and C1 controls, bidirectional and other invisible format characters, line breaks and
    lone surrogates are replaced; floods of marks are cut. Printable text is unchanged.
    Whoever shows the result must still keep markup off: `[bold]` is printable text.
    """
    if text.isascii() and text.isprintable():
        return text
    safe = text.replace("\r\n", "\n").translate(_TABLE)
    return safe if safe.isascii() else _limit_marks(safe)


def _limit_marks(text: str) -> str:
    # Not by `combining`: enclosing marks have the class of none, and flood as well as others.
    kept: list[str] = []
    stacked = following = 0
    for character in text:
        category = unicodedata.category(character)
        follows = category in _FOLLOWING or character in _KOREAN_PARTS
        stacked = stacked + 1 if category in _STACKED else 0
        following = following + 1 if follows else 0
        if stacked <= _MOST_STACKED and following <= MOST_FOLLOWING:
            kept.append(character)
    return "".join(kept)
