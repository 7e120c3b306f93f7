"""JSON documents as lines to read: indented, foldable at every object and array, searchable.

Every line is sanitised: a document from outside obeys nothing here either.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ses_tui.core.sanitise import sanitise

_DEEPEST: Final = 64
"""What lies deeper is written in one line; SES's own events are a few levels deep."""


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """One line; one that opens an object or array can be folded down to `end`."""

    depth: int
    text: str
    end: int | None = None
    """Index of the line that closes what this one opens."""
    entries: int = 0
    """Members of the object or elements of the array that this line opens."""
    is_title: bool = False
    """Whether it stands above a document and belongs to none."""


class Outline:
    """Lines of which some are folded away, with a cursor among those that are seen."""

    def __init__(self, lines: Sequence[OutlineLine] = ()) -> None:
        self.lines = lines
        self._folded: set[int] = set()
        self._seen = list(range(len(lines)))

    @property
    def seen(self) -> Sequence[int]:
        """Indexes of the lines that no fold hides, in order."""
        return self._seen

    def is_folded(self, index: int) -> bool:
        """Whether what the line opens is folded away."""
        return index in self._folded

    def text(self, index: int) -> str:
        """The text of a line as it is to be shown, without its indentation."""
        line = self.lines[index]
        if index not in self._folded:
            return line.text
        closing = self.lines[line.end or index].text
        noun = "entry" if line.entries == 1 else "entries"
        return f"{line.text} … {line.entries:,} {noun} {closing}"

    def fold_at(self, index: int) -> int:
        """Fold or unfold what the line opens, else what it lies in; returns the line that opens it.

        Nothing changes where a line lies in nothing that could be folded.
        """
        opening = index if self.lines[index].end is not None else self._opening_of(index)
        if opening is None:
            return index
        self._folded ^= {opening}
        self._see()
        return opening

    def reveal(self, index: int) -> None:
        """Unfold everything that hides the line."""
        hiding = {each for each in self._folded if each < index <= (self.lines[each].end or each)}
        if hiding:
            self._folded -= hiding
            self._see()

    def find(self, words: str, start: int, step: int) -> int | None:
        """The next line behind `start` (before it, if `step` is -1) that holds `words`.

        Without regard to case, folded or not, and round from the end to the beginning.
        """
        wanted, count = words.casefold(), len(self.lines)
        for distance in range(1, count + 1):
            index = (start + step * distance) % count
            if wanted in self.lines[index].text.casefold():
                return index
        return None

    def count(self, words: str) -> int:
        """How many lines hold `words`."""
        wanted = words.casefold()
        return sum(wanted in line.text.casefold() for line in self.lines)

    def _opening_of(self, index: int) -> int | None:
        """The innermost line whose object or array holds the line, or is closed by it."""
        for opening in range(index - 1, -1, -1):
            end = self.lines[opening].end
            if end is not None and end >= index:
                return opening
        return None

    def _see(self) -> None:
        self._seen = []
        index = 0
        while index < len(self.lines):
            self._seen.append(index)
            folded_to = self.lines[index].end if index in self._folded else None
            index = index + 1 if folded_to is None else folded_to + 1


def outline_of(document: Any, first: int = 0) -> list[OutlineLine]:
    """The lines of a JSON document; `first` is the index that the first of them will have."""
    lines: list[OutlineLine] = []
    _write(document, 0, "", "", first, lines)
    return lines


def _write(
    value: Any, depth: int, name: str, comma: str, first: int, lines: list[OutlineLine]
) -> None:
    """Adds the lines of `value` behind `name`, with the `comma` behind its last."""
    if not isinstance(value, dict | list) or not value or depth >= _DEEPEST:
        lines.append(OutlineLine(depth, f"{name}{_text(value)}{comma}"))
        return
    opening = len(lines)
    left, right = ("{", "}") if isinstance(value, dict) else ("[", "]")
    lines.append(OutlineLine(depth, f"{name}{left}"))
    last = len(value) - 1
    for number, (inner_name, inner) in enumerate(_members(value)):
        _write(inner, depth + 1, inner_name, "," if number < last else "", first, lines)
    end = first + len(lines)
    lines[opening] = OutlineLine(depth, f"{name}{left}", end, len(value))
    lines.append(OutlineLine(depth, f"{right}{comma}"))


def _members(value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        return (("", each) for each in value)
    return ((f"{_text(name)}: ", each) for name, each in value.items())


def _text(value: Any) -> str:
    return sanitise(json.dumps(value, ensure_ascii=False))
