"""Diagnostics that say the same, brought to one form: what differs in each becomes `*`.

A pattern is a value of `diagnostic:`, since there `*` stands for any run of characters: it finds
every text it was made of.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from recorder.model.event import Event
from recorder.model.keys import split_address
from ses_tui.core.lone_names import names_of, replace_names

MARK: Final = "*"
LONGEST: Final = 240
"""Characters of a diagnostic that are looked at; what follows is a mark."""

_ODD: Final = re.compile(r"[^\x21-\x7e ]+|\s{2,}")
"""Line breaks, control characters, letters beyond ASCII: none of them names a kind of problem."""
_QUOTED: Final = re.compile(r'"[^"]*"?|(?<![\w*])\'[^\']*\'(?![\w*])')
_ADDRESS_OF_PAGE: Final = re.compile(r"\b[a-z]{2,10}://\S+", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]{},;:\"*@]+@[^\s<>()\[\]{},;:\"'*@]*")
_WORD: Final = re.compile(r"[^\s<>()\[\]{},;:!?|'\"*]+")
_MARKS: Final = re.compile(r"\*(?:[ :./=_,+-]*\*)+")
_REPLY: Final = re.compile(r"[245][0-5]\d-?(?:\#?[245]\.\d{1,3}\.\d{1,3})?")
_STATUS: Final = re.compile(r"\#?[245]\.\d{1,3}\.\d{1,3}\.?")
"""Reply codes and enhanced status codes, which say what kind of problem it is."""
_BEFORE_REPLY: Final = re.compile(r"[;:(] {0,2}$|\*$|^$")
_AFTER_REPLY: Final = re.compile(r" ?\#?[245]\.\d")
_HOST: Final = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+\.?")
_HEXADECIMAL: Final = re.compile(r"[0-9a-fA-F]{8,}")
_LONGEST_WORD: Final = 24


@dataclass(frozen=True, slots=True)
class DiagnosticPattern:
    """How many of some events said the same, and when the newest of them was recorded (ms)."""

    pattern: str
    count: int
    newest: int
    domains: int
    """How many recipient domains it came from."""


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """Patterns of the newest problems, the most frequent first."""

    patterns: tuple[DiagnosticPattern, ...]
    events: int
    """How many problems were looked at."""
    without_text: int
    more: bool
    """Whether there are more problems in the window than were looked at."""
    read_at: int
    """When they were read (ms)."""
    since: int
    until: int
    """They were recorded in [`since`, `until`) (ms)."""


def fold(diagnostic: str) -> str:
    """The pattern of a diagnostic; that of a pattern is itself.

    Addresses, ids, hosts, IP addresses, numbers, hexadecimal and quoted text become `*`. Ends,
    since every round that changes anything leaves fewer characters that are no mark.
    """
    text = diagnostic
    if len(text) > LONGEST:
        # Half a word would stand for a word of its own, and may be half an address.
        text = text[: text.rfind(" ", 0, LONGEST) + 1] + MARK
    while (folded := _fold_once(text)) != text:
        text = folded
    return text


class PatternCount:
    """Counts problems by their patterns, a slice of events at a time."""

    def __init__(self) -> None:
        self.more = False
        self._events = 0
        self._without_text = 0
        self._patterns: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._newest: dict[str, int] = {}
        self._domains: dict[str, set[str]] = {}

    def add(self, events: Iterable[Event]) -> None:
        """Count events in."""
        for event in events:
            self._events += 1
            text = event.diagnostic or event.reject_reason or event.failure_reason
            if not text:
                self._without_text += 1
                continue
            pattern = self._patterns.get(text)
            if pattern is None:
                pattern = self._patterns[text] = fold(text)
            if event.recipient:
                pattern = replace_names(pattern, names_of(event.recipient), lambda _: MARK)
            self._counts[pattern] += 1
            self._newest[pattern] = max(self._newest.get(pattern, 0), event.recorded_at)
            if event.recipient:
                domain = split_address(event.recipient)[1]
                self._domains.setdefault(pattern, set()).add(domain)

    def result(self, read_at: int, since: int, until: int) -> Diagnostics:
        """What was counted, of problems recorded in [`since`, `until`) (ms)."""
        found = [
            DiagnosticPattern(
                pattern, count, self._newest[pattern], len(self._domains.get(pattern, ()))
            )
            for pattern, count in self._counts.items()
        ]
        found.sort(key=lambda entry: (-entry.count, -entry.newest, entry.pattern))
        return Diagnostics(
            tuple(found), self._events, self._without_text, self.more, read_at, since, until
        )


def _fold_once(text: str) -> str:
    for marked in (_ODD, _QUOTED, _ADDRESS_OF_PAGE, _ADDRESS):
        text = marked.sub(MARK, text)
    return _MARKS.sub(MARK, _WORD.sub(_word, text))


def _word(match: re.Match[str]) -> str:
    word = match[0]
    if _STATUS.fullmatch(word) or (_REPLY.fullmatch(word) and _stands_for_reply(match)):
        return word
    varies = (
        "@" in word
        or len(word) > _LONGEST_WORD
        or any(character.isdigit() for character in word)
        or _HOST.fullmatch(word)
        or _HEXADECIMAL.fullmatch(word)
    )
    return MARK if varies else word


def _stands_for_reply(match: re.Match[str]) -> bool:
    """Whether a number stands where a server's answer begins: any other number varies."""
    text, start = match.string, match.start()
    before = _BEFORE_REPLY.search(text[max(0, start - 3) : start] if start else "")
    return before is not None or _AFTER_REPLY.match(text, match.end()) is not None
