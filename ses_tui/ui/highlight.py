"""Bringing out what a query matches, without hiding the rest."""

import re
from typing import Final

from recorder.model.event import Event
from ses_tui.core.query import Query
from ses_tui.core.query.fields import TIME_KEYS
from ses_tui.core.sanitise import sanitise
from ses_tui.ui.tones import Line, Span, Tone

_TYPE_SPAN: Final = 2
"""Which span of a row names the type: the one behind margin and time."""


class Highlight:
    """A query, and the words of it that can be found again in a row."""

    def __init__(self, query: Query) -> None:
        self.query = query
        words = {
            part
            for term in query.terms
            if not term.excluded and term.key not in TIME_KEYS
            for part in sanitise(term.value).split("*")
            if part
        }
        longest_first = sorted(words, key=lambda word: (-len(word), word))
        self._words = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
        self._has_words = bool(words)

    def __bool__(self) -> bool:
        return bool(self.query)

    def matches(self, event: Event) -> bool:
        """Whether `event` is to be brought out."""
        return self.query.matches(event)

    def row(self, line: Line) -> Line:
        """The row of an event that matches, with its words brought out.

        Where none of them is in sight, as with `id:` or `-set:`, the type is brought out instead.
        """
        spans = tuple(piece for span in line for piece in self._pieces(span))
        if len(spans) > len(line):
            return spans
        return tuple(
            Span(span.text, Tone.HIGHLIGHT) if number == _TYPE_SPAN else span
            for number, span in enumerate(line)
        )

    def _pieces(self, span: Span) -> list[Span]:
        if not self._has_words:
            return [span]
        pieces: list[Span] = []
        end = 0
        for found in self._words.finditer(span.text):
            pieces.append(Span(span.text[end : found.start()], span.tone))
            pieces.append(Span(found[0], Tone.HIGHLIGHT))
            end = found.end()
        return [*pieces, Span(span.text[end:], span.tone)]
