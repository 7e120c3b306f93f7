"""Text in which characters may stand by their codes: what it says, and where each of them stands.

Links percent-encode an address, and once more in a link within a link; mail and web pages have
codes of their own. Whoever looks for an address, to mask it or to erase it, looks here.
"""

import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_PERCENT: Final = r"%(?:25)*([0-9A-Fa-f]{2})"
"""RFC 3986, section 2.1; `%2540` is `%40` within a link, and so on."""
_CODE: Final = re.compile(
    rf"(?P<percent>(?:{_PERCENT})+)"
    # Quoted-printable (RFC 2045, section 6.7), of which only the sign before a domain is read:
    # in a link, `=40` is mostly a value.
    r"|(?P<sign>=40(?=[\w-]{1,63}(?:\.[\w-]{1,63}){0,9}\.[A-Za-z]{2}|\[))"
    r"|&(?:#0{0,5}(?P<decimal>\d{2,3})|#[Xx]0{0,4}(?P<hex>[0-9A-Fa-f]{2})|(?P<name>[a-z]{3,6}));?"
    r"|(?:\\{1,4}(?:u00|x|u\{)|%u00)(?P<script>[0-7][0-9A-Fa-f])\}?"
    r"|(?P<wide>[\uff01-\uff5e\ufe6b])"
)
_NAMED: Final = {"amp": "&", "commat": "@", "lowbar": "_", "period": ".", "plus": "+", "quot": '"'}
"""Characters of addresses and links that HTML has names for."""
_BEGINNING: Final = re.compile(r"[%=&\\\uff01-\uff5e\ufe6b]")
"""Of any code: most texts hold none, and this is found out in a tenth of the time."""
_PERCENT_CODE: Final = re.compile(_PERCENT)
_MOST_ROUNDS: Final = 4
"""Codes within codes of another kind; percent-encoding takes one, however often it was done."""
_BASE64: Final = re.compile(r"(?<![A-Za-z0-9+_-])[A-Za-z0-9+_-]{10,8192}(?:=|%3[Dd]){0,2}")
"""Without `/`, which parts a link; no letter of ASCII's needs it, but `?` in every third place."""
_URL_SAFE: Final = str.maketrans("-_", "+/")


@dataclass(frozen=True, slots=True)
class DecodedText:
    """What a text says, `starts[i]` being where the character `text[i]` begins in it.

    `starts` has one more, the end of the source.
    """

    source: str
    text: str
    starts: Sequence[int]

    def replaced(self, changes: Iterable[tuple[int, int, str]]) -> str:
        """The source with other text in place of each span (start, end, text) of `text`.

        Spans are in order, and apart.
        """
        pieces: list[str] = []
        done = 0
        for start, end, by in changes:
            pieces += (self.source[done : self.starts[start]], by)
            done = self.starts[end]
        return "".join([*pieces, self.source[done:]])


def decode(source: str) -> DecodedText:
    """`source` with each code replaced by its character, until none is left or after four rounds.

    Takes time in proportion to the text's length.
    """
    text = source
    starts: Sequence[int] = range(len(source) + 1)
    for _ in range(_MOST_ROUNDS):
        decoded = _decode_once(text, starts)
        if decoded is None:
            break
        text, starts = decoded
    return DecodedText(source, text, starts)


def base64_words(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and meaning of each word that is base64 of plain text, as links hold some."""
    for match in _BASE64.finditer(text):
        letters = match[0].split("%")[0].rstrip("=").translate(_URL_SAFE)
        try:
            meant = binascii.a2b_base64(letters + "=" * (-len(letters) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
        if meant.isprintable():
            yield match.start(), match.end(), meant


def _decode_once(text: str, starts: Sequence[int]) -> tuple[str, list[int]] | None:
    if not _BEGINNING.search(text):
        return None
    pieces: list[str] = []
    new_starts: list[int] = []
    done = 0
    for match in _CODE.finditer(text):
        for start, end, character in _characters(match):
            pieces += (text[done:start], character)
            new_starts += starts[done : start + 1]
            done = end
    if not pieces:
        return None
    return "".join([*pieces, text[done:]]), [*new_starts, *starts[done:]]


def _characters(match: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """Start, end and meaning of the codes of one match."""
    if match["percent"]:
        yield from _percent_characters(match)
    elif code := match["script"] or match["hex"]:
        yield match.start(), match.end(), chr(int(code, 16))
    elif match["decimal"]:
        yield match.start(), match.end(), chr(int(match["decimal"]))
    elif match["name"]:
        if character := _NAMED.get(match["name"]):
            yield match.start(), match.end(), character
    elif match["wide"]:
        code = ord(match[0])
        yield match.start(), match.end(), "@" if code == 0xFE6B else chr(code - 0xFEE0)
    else:
        yield match.start(), match.end(), "@"


def _percent_characters(match: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """The characters of a run of percent codes; a byte that is no UTF-8 stays a code."""
    codes = list(_PERCENT_CODE.finditer(match.string, match.start(), match.end()))
    octets = bytes(int(code[1], 16) for code in codes)
    position = 0
    while position < len(octets):
        first = octets[position]
        length = 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
        try:
            character = octets[position : position + length].decode()
        except UnicodeDecodeError:
            position += 1
            continue
        yield codes[position].start(), codes[position + length - 1].end(), character
        position += length
