"""Addresses as `a***@example.com`, where readers are to see what happened but not to whom.

Events stay whole in memory, so that filters, searches and stories work as ever; they are masked
where they become text. There are two such places, and each looks here by itself: `sanitise`, which
everything passes that reaches a terminal, and `json_line`. So nothing that is added later can
forget it. What the reader types is text of their own and stays (`visible`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from recorder.model.addresses import bare_address, split_addresses
from ses_tui.core.address_fields import ADDRESS_KEYS, PEOPLE_KEYS, WORD_KEYS, key_within
from ses_tui.core.coded_text import base64_words, decode
from ses_tui.core.lone_names import names_of, replace_names

_HIDDEN: Final = "***"
_MAYBE: Final = re.compile(r"[@%&/?\\\uff20\ufe6b]|=40")
"""A sign, the beginning of a code of it, or of a link, of which a word may be base64."""
_MOST_ROUNDS: Final = 8
"""What is hidden may have stood before another sign as a part of its domain."""
_DOMAIN: Final = re.compile(r"[\w-]{1,63}(?:\.[\w-]|\Z)|\[")
_ADDRESS: Final = re.compile(r".@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}", re.DOTALL)
_DOMAIN_ALONE: Final = re.compile(r"\s*(?:\[[^\]\s]*\]?|[^\s<>()\[\],;:\"\\]*)")
_ENDS: Final = frozenset(' \t\r\n\v\f\u00a0<>()[],;:"\\⏎')
"""What cannot stand in a local part without quotes (RFC 5322, "atom"), but for what people do write
there, such as dots. Fields that hold addresses and nothing else go by `masked_address`."""
_PARAMETER: Final = re.compile(r"(?:[\w.-]{1,64}=)?")
"""The name of a value in a link's query."""


class Masking:
    """Whether addresses are masked in this process: one terminal, one answer."""

    def __init__(self) -> None:
        self._asked = False
        self._forced = False

    @property
    def on(self) -> bool:
        """Whether addresses are masked."""
        return self._asked or self._forced

    @property
    def forced(self) -> bool:
        """Whether the owner of a table wants it, whatever the reader says."""
        return self._forced

    def ask(self, on: bool) -> None:
        """What the reader wants."""
        self._asked = on

    def force(self) -> None:
        """What the owner of a table wants; holds until the end of the process."""
        self._forced = True

    def reset(self) -> None:
        """As at the start of a process."""
        self._asked = self._forced = False


MASKING: Final = Masking()


def masked_text(text: str) -> str:
    """`text` with every address in it masked. Masking it again changes nothing.

    However often it was encoded; where a link holds an address in base64, all of that is hidden.
    """
    if not _MAYBE.search(text):
        return text
    text = _without_base64(text)
    for _ in range(_MOST_ROUNDS):
        masked = _masked_once(text)
        if masked == text:
            break
        text = masked
    return text


def masked_words(text: str, address: str | None) -> str:
    """What somebody wrote of a person: as `masked_text`, and the person's name is hidden where it
    stands without its domain, as in `no mailbox "ann"`."""
    return replace_names(masked_text(text), names_of(address or ""), _hidden)


def masked_address(text: str) -> str:
    """A field that holds addresses and nothing else: all of each but its domain is hidden, and the
    names beside them are left out."""
    return ", ".join(map(_masked_one, split_addresses(text)))


def untyped_value(name: str) -> str:
    """A name that goes into a query without being typed: a masked one means all that look like it,
    since the stars in it stand for anything."""
    return masked_text(name) if MASKING.on else name


def masked_document(document: Any) -> Any:
    """A JSON document with every address in it masked, in values and in keys."""
    names = [name for address in _people_in(document, "") for name in names_of(address)]
    return _masked_value(document, "", tuple(dict.fromkeys(names)))


def _masked_value(value: Any, key: str, names: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        if key in ADDRESS_KEYS:
            return masked_address(value)
        masked = masked_text(value)
        return replace_names(masked, names, _hidden) if key in WORD_KEYS else masked
    if isinstance(value, Mapping):
        return {
            masked_text(str(name)): _masked_value(one, key_within(value, str(name)), names)
            for name, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [_masked_value(one, key, names) for one in value]
    return value


def _people_in(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, str):
        if key in PEOPLE_KEYS:
            yield from split_addresses(value)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _people_in(one, key_within(value, str(name)))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _people_in(one, key)


def _without_base64(text: str) -> str:
    if "/" not in text and "?" not in text:
        return text
    pieces: list[str] = []
    done = 0
    for start, end, meant in base64_words(text):
        if _ADDRESS.search(meant):
            pieces += (text[done:start], _HIDDEN)
            done = end
    return "".join([*pieces, text[done:]])


def _masked_once(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in _signs_in(text):
        pieces += (_masked_end(text[done:start], text[end : end + 70]), text[start:end])
        done = end
    return "".join([*pieces, text[done:]])


def _signs_in(text: str) -> Iterator[tuple[int, int]]:
    """Where each `@` stands, in whatever code."""
    decoded = decode(text)
    position = decoded.text.find("@")
    while position >= 0:
        yield decoded.starts[position], decoded.starts[position + 1]
        position = decoded.text.find("@", position + 1)


def _masked_one(text: str) -> str:
    local, at, domain = bare_address(text).rpartition("@")
    if not at:
        return _hidden(text)
    # A name may stand behind the domain, too, where somebody wrote no brackets.
    written = _DOMAIN_ALONE.match(domain)
    return f"{_hidden(local)}@{masked_text(written[0]) if written else ''}"


def _masked_end(text: str, behind: str) -> str:
    """`text` with the local part hidden that it ends with, if it does; the sign stands behind it.

    Comments and blanks may stand between the two (RFC 5322, section 4.4); a sign between blanks
    belongs to no address.
    """
    if text.endswith((")", " ")) and _DOMAIN.match(behind):
        text = _without_comment(text)
    start = _start_of_local_part(text)
    # In a link, quotes are percent-encoded: what stands in quotes is local part and no way to it.
    if '"' not in text[start:]:
        start += _way_in_link(text[start:])
    return text[:start] + _hidden(text[start:]) if start < len(text) else text


def _without_comment(text: str) -> str:
    if text.endswith(")"):
        opened = text.rfind("(")
        text = text[:opened] if opened >= 0 else text
    return text.rstrip(" ")


def _way_in_link(text: str) -> int:
    """How many characters of `text`, which ends before a sign, lead to an address in a link."""
    query = max(text.rfind("?"), text.rfind("&"))
    if not text.startswith("//" if query < 0 else ("/", "?", "&")):
        return 0
    if query < 0:
        return text.rfind("/") + 1
    name = _PARAMETER.match(text, query + 1)
    return name.end() if name else query + 1


def _start_of_local_part(text: str) -> int:
    position = len(text)
    if text.endswith('""'):
        # As in a query, where two quotes stand for one between quotes: better too much is hidden.
        position = text.find('"')
    elif text.endswith('"'):
        position = text.rfind('"', 0, position - 1)
        while position > 0 and text[position - 1] == "\\":
            position = text.rfind('"', 0, position)
        if position < 0:
            # A quote that nothing opens is a letter among others.
            position = len(text) - 1
    while position and text[position - 1] not in _ENDS:
        position -= 1
    return position


def _hidden(local: str) -> str:
    """The first letter, where it is not all there is."""
    letters = local.strip('"')
    return (letters[0] if len(letters) > 1 and letters[0] != "*" else "") + _HIDDEN
