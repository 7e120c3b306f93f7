"""What may stand where the cursor is in a query that is being typed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from ses_tui.core.query.fields import KEYS
from ses_tui.core.query.syntax import Term

MOST_CANDIDATES: Final = 12
_GUESSED_KEYS: Final = ("type", "outcome", "subtype", "domain", "set", "identity")
"""Keys whose values a bare word may be meant for, where it is the beginning of no key."""


class Words(Protocol):
    """Where values come from."""

    def values(self, key: str) -> list[str]:
        """Values of a key, the most likely first."""
        ...


@dataclass(frozen=True, slots=True)
class Completion:
    """Texts that may replace the characters [`start`, `end`) of a query, the likeliest first."""

    candidates: tuple[str, ...]
    start: int
    end: int

    def applied(self, text: str, index: int) -> tuple[str, int]:
        """`text` with a candidate in place, and where the cursor stands after it."""
        candidate = self.candidates[index]
        return text[: self.start] + candidate + text[self.end :], self.start + len(candidate)


def complete(text: str, cursor: int, words: Words) -> Completion:
    """Candidates for the term that `cursor` stands in or behind; what it excludes stays excluded.

    What stands before the cursor decides, and the whole term is replaced. Values that begin with
    what is typed come before those that have it inside.
    """
    start, end = _term_at(text, cursor)
    if text[start:cursor].startswith("-"):
        start += 1
    key, typed = _split(text[start:cursor])
    found = _keys(typed) if key is None else _values(key, typed, words)
    if key is None and typed and not found:
        found = [each for guess in _GUESSED_KEYS for each in _guess(guess, typed, words)]
    present = text[start:end]
    candidates = tuple(candidate for candidate in dict.fromkeys(found) if candidate != present)
    return Completion(candidates[:MOST_CANDIDATES], start, end)


def _term_at(text: str, cursor: int) -> tuple[int, int]:
    """The term around or right before the cursor; an empty one between blanks."""
    start, quoted = 0, False
    for position, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character.isspace() and not quoted:
            if position >= cursor:
                return start, position
            start = position + 1
    return start, len(text)


def _split(typed: str) -> tuple[str | None, str]:
    """Key and value of what is typed so far, quotation marks taken off."""
    key, colon, value = typed.partition(":")
    if not colon or '"' in key:
        return None, typed.replace('"', "")
    return key.lower(), value.replace('"', "")


def _keys(typed: str) -> list[str]:
    return [f"{key}:" for key in KEYS if key.startswith(typed.lower())]


def _values(key: str, typed: str, words: Words) -> list[str]:
    values = words.values(key) if key in KEYS else []
    first = [value for value in values if value.lower().startswith(typed.lower())]
    inner = [value for value in values if typed.lower() in value.lower() and value not in first]
    return [Term(key, value, False, 0).text for value in (*first, *inner)]


def _guess(key: str, typed: str, words: Words) -> Iterator[str]:
    for value in words.values(key) if key in KEYS else ():
        if value.lower().startswith(typed.lower()):
            yield Term(key, value, False, 0).text
