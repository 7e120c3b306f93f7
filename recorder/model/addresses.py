"""Mail addresses as SES writes them: bare, or with a display name, brackets, a comment.

Everything here takes time in proportion to the text's length, since anybody may write an address.
"""

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

from recorder.model.domain_names import encoded_domain

_PLAIN: Final = re.compile(r'[^\s<>"(),;:\\]+')
_NAMED: Final = re.compile(r'[^\s<>"(),;:\\][^<>"()\\]*<([^\s<>"(),;:\\]+@[^\s<>"(),;:\\]+)>')
_PREFIX: Final = re.compile(r"(?:mailto:|(?:rfc822|utf-8);)\s*", re.IGNORECASE)
"""A link's scheme, or the address type of a delivery status (RFC 3464; `utf-8` is RFC 6533's)."""
_ENDS_IN_DOT: Final = re.compile(r"@[\w.-]*\w\.\Z")
_CHARSET_SUFFIX: Final = re.compile(r"\*.*|(?<=8)-[ie]\Z", re.IGNORECASE | re.DOTALL)
"""A language (RFC 2231, section 5) or the direction of Hebrew (`iso-8859-8-i`, RFC 1555)."""
_FOLD: Final = re.compile(r"\r?\n(?=[ \t])")
_CLOSING: Final = {'"': '"', "(": ")", "<": ">"}
_DECODED_LENGTH: Final = 8_192
"""The standard library's search for encoded words takes quadratic time on hostile text."""


def bare_address(text: str) -> str:
    """The address alone, its case kept: no display name, angle brackets, comment or `mailto:`.

    Quoted local parts stay quoted and Punycode stays as it is. The dot that may end a domain name
    goes, since the same mailbox is meant without it, and so do apostrophes around the whole, which
    Outlook writes. Text that holds no address in a form known here (`a@b@c`,
    `undisclosed-recipients:;`) comes back whole, without blanks around it.
    """
    address = _written_address(text.strip())
    if address[:1] == address[-1:] == "'" and "@" in address:
        address = address[1:-1]
    return address[:-1] if _ENDS_IN_DOT.search(address) else address


def recipient_of(text: str) -> str:
    """What searches know a recipient by: the bare address in lower case, its domain in Punycode.

    SES takes no other domains, but servers write addresses, too.
    """
    address = bare_address(text).lower()
    if address.isascii():
        return address
    local, at, domain = address.rpartition("@")
    return f"{local}@{encoded_domain(domain)}" if at else address


def split_addresses(text: str) -> list[str]:
    """The addresses of a header value such as `A <a@x.example>, "B, C" <b@x.example>`.

    A comma that does not stand between two addresses, as in an unquoted `Doe, Jane <j@x.example>`,
    does not part them. Never empty: text without a second address is one element.
    """
    if "," not in text or text.count("@") < 2:
        return [text]
    parts: list[str] = []
    start = 0
    at = text.find("@")
    for position, character in _outside_groups(text):
        if character == "," and start <= at < position:
            parts.append(text[start:position].strip())
            start = position + 1
            at = text.find("@", start)
    rest = text[start:].strip()
    if "@" in rest or not parts:
        parts.append(rest)
    elif rest:
        parts[-1] += ", " + rest
    return parts


def decode_words(text: str) -> str:
    """`text` unfolded, its encoded words (RFC 2047) decoded; as it is where that cannot be done.

    Bytes that a word's charset does not know become U+FFFD.
    """
    text = _FOLD.sub("", text)
    if "=?" not in text or len(text) > _DECODED_LENGTH:
        return text
    try:
        return "".join(_decoded(part, charset) for part, charset in decode_header(text))
    except (HeaderParseError, ValueError):
        return text


def _decoded(part: str | bytes, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    if charset is None:  # Outside encoded words: this is how the standard library made bytes of it.
        return part.decode("raw-unicode-escape")
    name = _CHARSET_SUFFIX.sub("", charset)
    try:
        return part.decode(name, "replace")
    except LookupError:
        return part.decode("utf-8", "replace")


def _written_address(text: str) -> str:
    if "=?" not in text:
        return text if _PLAIN.fullmatch(text) else _parse(text)
    address = _parse(text)
    if "@" in address:
        return address
    decoded = _parse(decode_words(text))
    return decoded if "@" in decoded else address


def _parse(text: str) -> str:
    if named := _NAMED.fullmatch(text):
        return named[1]
    address = _inside_brackets(text) or _without_comments(text)
    address = _PREFIX.sub("", address.strip(), count=1)
    if "@" in address:
        address = address.strip("<>,; \t\r\n")
    return address or text


def _inside_brackets(text: str) -> str | None:
    """The content of the last pair of angle brackets outside quotes, if it holds an address."""
    start = None
    found = ""
    for position, character in _outside_groups(text):
        if character == "<":
            start = position + 1
        elif character == ">" and start is not None:
            found = text[start:position]
            start = None
    if start is not None:
        found = text[start:]
    return found if "@" in found else None


def _without_comments(text: str) -> str:
    kept: list[str] = []
    start = 0
    opened = None
    for position, character in _outside_groups(text):
        if character == "(":
            opened = position
        elif character == ")" and opened is not None:
            kept.append(text[start:opened])
            start = position + 1
            opened = None
    return "".join([*kept, text[start:]])


def _outside_groups(text: str) -> Iterator[tuple[int, str]]:
    """Positions and characters outside quoted strings, comments and angle brackets.

    The delimiters themselves are among them. One that is never closed is a character like another.
    """
    last = {opening: text.rfind(closing) for opening, closing in _CLOSING.items()}
    position = 0
    while position < len(text):
        character = text[position]
        yield position, character
        if last.get(character, -1) > position:
            position = _end_of_group(text, position, last[character])
            yield position, text[position]
        position += 1


def _end_of_group(text: str, start: int, last: int) -> int:
    """Position of what closes the group opened at `start`; `last` is the last that could."""
    opening = text[start]
    closing = _CLOSING[opening]
    quoted = False
    position = start + 1
    while position < last:
        character = text[position]
        if character == "\\":
            position += 1
        elif character == '"' and opening == "<":
            quoted = not quoted
        elif character == closing and not quoted:
            return position
        position += 1
    return last
