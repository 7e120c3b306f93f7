"""From text to terms: blanks separate, quotes keep blanks, `-` excludes, `key:value` has a key.

Between quotation marks, two of them stand for one.
"""

from dataclasses import dataclass
from difflib import get_close_matches

from ses_tui.core.errors import UsageError


class QueryError(UsageError):
    """A query that cannot be meant. `position` counts characters from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} (at character {position + 1})")
        self.position = position


@dataclass(frozen=True, slots=True)
class Term:
    """One term as it was written; `key` is `None` for a bare word."""

    key: str | None
    value: str
    excluded: bool
    position: int

    @property
    def text(self) -> str:
        """The term in canonical form: it parses to the same term again."""
        value = _quoted(self.value) if _needs_quotes(self.value, self.key) else self.value
        name = "" if self.key is None else f"{self.key}:"
        return f"{'-' if self.excluded else ''}{name}{value}"


def nearest(word: str, valid: tuple[str, ...]) -> str:
    """A hint that names the nearest valid word, or all where none is near."""
    close = get_close_matches(word.lower(), valid, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else f"valid are {', '.join(valid)}"


def split_terms(text: str) -> list[Term]:
    """The terms of a query, keys in lower case. Raises `QueryError` for an open quotation."""
    terms: list[Term] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        term, position = _read_term(text, position)
        terms.append(term)
    return terms


def _read_term(text: str, start: int) -> tuple[Term, int]:
    position = start
    excluded = text[position] == "-" and not _ends_word(text, position + 1)
    if excluded:
        position += 1
    key: str | None = None
    characters: list[str] = []
    quoted = False
    while not _ends_word(text, position):
        character = text[position]
        if character == '"':
            inside, position = _read_quoted(text, position)
            characters.append(inside)
            quoted = True
        elif character == ":" and key is None and not quoted and characters:
            key = "".join(characters).lower()
            characters = []
            position += 1
        else:
            characters.append(character)
            position += 1
    value = "".join(characters)
    if key is not None and not value:
        raise QueryError(f"{key}: says nothing: write {key}:value without a blank", start)
    return Term(key, value, excluded, start), position


def _read_quoted(text: str, start: int) -> tuple[str, int]:
    """What stands between quotation marks, two of which stand for one; and where that ends."""
    pieces: list[str] = []
    position = start + 1
    while (closing := text.find('"', position)) >= 0:
        pieces.append(text[position:closing])
        position = closing + 1
        if not text.startswith('"', position):
            return '"'.join(pieces), position
        position += 1
    raise QueryError("a quotation mark is not closed", start)


def _quoted(value: str) -> str:
    doubled = value.replace('"', '""')
    return f'"{doubled}"'


def _ends_word(text: str, position: int) -> bool:
    return position >= len(text) or text[position].isspace()


def _needs_quotes(value: str, key: str | None) -> bool:
    if not value or '"' in value or any(character.isspace() for character in value):
        return True
    return key is None and (":" in value or value.startswith("-"))
