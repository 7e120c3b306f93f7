"""A picture of events in order that shares its chunks with every other picture."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

from recorder.model.event import Event
from ses_tui.core.store.chunk import Chunk, EventKey, event_key

Offsets: TypeAlias = "range | array[int]"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some events of one chunk, at least one, by their offsets in rising order."""

    chunk: Chunk
    offsets: Offsets
    last: EventKey
    """None of the piece's events is behind this key, and none of the next piece's is before it."""
    held: tuple[Event, ...] | None = None
    """The events themselves, where they are so few that a screen takes them from many chunks."""

    @classmethod
    def whole(cls, chunk: Chunk) -> "Piece":
        """All events of a chunk."""
        return cls(chunk, range(len(chunk)), chunk.last)

    def between(self, start: int, stop: int) -> "Piece":
        """The part of the piece from the event at `start` on, and before that at `stop`."""
        offsets = self.offsets[start:stop]
        last = self.last if stop >= len(self.offsets) else self.chunk.key_at(offsets[-1])
        return Piece(self.chunk, offsets, last, self.held and self.held[start:stop])

    def events_between(self, start: int, stop: int) -> Sequence[Event]:
        """The events from the one at `start` on and before that at `stop`."""
        if self.held is not None:
            return self.held[start:stop]
        events = self.chunk.events
        return [events[offset] for offset in self.offsets[start:stop]]

    def position_of(self, key: EventKey) -> int:
        """Where in the piece an event with this key stands or would stand."""
        return bisect_left(self.offsets, self.chunk.position_of(key))


class OrderedEvents:
    """Events oldest first, of which only those that are asked for are unpacked.

    Costs of a picture, of finding a key and of letting go of the oldest depend on the number of
    chunks and not of events. To iterate unpacks everything: not for the event loop.
    """

    def __init__(self, pieces: Iterable[Piece] = ()) -> None:
        self._pieces = list(pieces)
        self._ends: list[int] | None = None

    @property
    def pieces(self) -> list[Piece]:
        """What it is made of, oldest first; for reading only."""
        return self._pieces

    def __len__(self) -> int:
        ends = self._piece_ends()
        return ends[-1] if ends else 0

    def __getitem__(self, index: int) -> Event:
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        number, start = self._piece_at(index)
        return self._pieces[number].events_between(index - start, index - start + 1)[0]

    def __iter__(self) -> Iterator[Event]:
        for piece in self._pieces:
            if piece.held is not None:
                yield from piece.held
                continue
            whole = len(piece.offsets) == len(piece.chunk)
            # Parts of one chunk are often asked for one after the other.
            events = piece.chunk.read() if whole else piece.chunk.events
            for offset in piece.offsets:
                yield events[offset]

    def events_between(self, start: int, stop: int) -> list[Event]:
        """The events from the one at `start` on and before that at `stop`, as a slice has them."""
        start, stop, _ = slice(start, stop).indices(len(self))
        found: list[Event] = []
        if start >= stop:
            return found
        number, begin = self._piece_at(start)
        while start < stop:
            piece = self._pieces[number]
            events = piece.events_between(start - begin, stop - begin)
            found += events
            start += len(events)
            begin += len(piece.offsets)
            number += 1
        return found

    def key_at(self, index: int) -> EventKey:
        """Key of the event at `index`. Raises `IndexError`."""
        return event_key(self[index])

    def position_of(self, key: EventKey) -> int:
        """Where an event with this key stands or would stand."""
        number = bisect_left(self._pieces, key, key=last_key)
        if number == len(self._pieces):
            return len(self)
        return self._start_of(number) + self._pieces[number].position_of(key)

    def index_of(self, key: EventKey) -> int | None:
        """Where the event with this key stands now, or `None`."""
        index = self.position_of(key)
        return index if index < len(self) and self.key_at(index) == key else None

    def snapshot(self) -> "OrderedEvents":
        """The same events as a picture of its own, which no change to this one reaches."""
        return OrderedEvents(self._pieces)

    def between(self, start: int, stop: int) -> "OrderedEvents":
        """A picture of the events from the one at `start` on and before that at `stop`."""
        start, stop, _ = slice(start, stop).indices(len(self))
        if start >= stop:
            return OrderedEvents()
        first, begin = self._piece_at(start)
        last, end = self._piece_at(stop - 1)
        pieces = self._pieces[first : last + 1]
        pieces[-1] = pieces[-1].between(0, stop - end)
        pieces[0] = pieces[0].between(start - begin, len(pieces[0].offsets))
        return OrderedEvents(pieces)

    def extend(self, newer: "OrderedEvents") -> None:
        """Add events that are all newer than those that are here."""
        self._pieces += newer.pieces
        self._ends = None

    def drop_first(self, count: int) -> "OrderedEvents":
        """Let go of the oldest `count` events: a picture of what went."""
        dropped = self.between(0, count)
        if dropped.pieces:
            self._pieces = self.between(count, len(self)).pieces
            self._ends = None
        return dropped

    def drop_last(self, count: int) -> "OrderedEvents":
        """Let go of the newest `count` events: a picture of what went."""
        kept = max(0, len(self) - count)
        dropped = self.between(kept, len(self))
        if dropped.pieces:
            self._pieces = self.between(0, kept).pieces
            self._ends = None
        return dropped

    def _replace(self, start: int, stop: int, pieces: Iterable[Piece]) -> None:
        """Put others in the place of the pieces from `start` up to `stop`."""
        self._pieces[start:stop] = pieces
        self._ends = None

    def _piece_ends(self) -> list[int]:
        if self._ends is None:
            self._ends = list(accumulate(len(piece.offsets) for piece in self._pieces))
        return self._ends

    def _piece_at(self, index: int) -> tuple[int, int]:
        """Which piece holds the event at `index`, and the index of that piece's first event."""
        number = bisect_right(self._piece_ends(), index)
        return number, self._start_of(number)

    def _start_of(self, number: int) -> int:
        return self._piece_ends()[number - 1] if number else 0


def last_key(piece: Piece) -> EventKey:
    """What pieces are searched by."""
    return piece.last
