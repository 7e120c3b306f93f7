"""Events that others can be merged into, wherever in the order those belong."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from recorder.model.event import Event
from ses_tui.core.store.chunk import CHUNK_EVENTS, Chunk, event_key
from ses_tui.core.store.ordered_events import OrderedEvents, Piece, last_key

_UNPACKED_PIECES: Final = 8
"""The newest are left unpacked: that is where new events go, and what is on screen."""
_PACKED_AT_ONCE: Final = 1
"""So that a history that comes in one batch is packed over many."""


class MergingEvents(OrderedEvents):
    """Takes events in any order and knows repeats by their key. Only touched chunks are remade."""

    def merge(self, new: Sequence[Event]) -> list[Event]:
        """Add events; those that were not here yet, in order."""
        ordered = sorted(new, key=event_key)
        added: list[Event] = []
        start = 0
        while start < len(ordered):
            number = bisect_left(self._pieces, event_key(ordered[start]), key=last_key)
            number = min(number, max(0, len(self._pieces) - 1))
            stop = len(ordered)
            if number < len(self._pieces) - 1:
                stop = bisect_right(ordered, self._pieces[number].last, start, key=event_key)
            added += self._merge_into(number, ordered[start:stop])
            start = stop
        self._pack(len(added))
        return added

    def _merge_into(self, number: int, new: list[Event]) -> list[Event]:
        """Add events that belong into the piece `number`, or behind it if it is the last."""
        if not self._pieces:
            added = _without_repeats((), new)
            self._replace(0, 0, _cut(added))
            return added
        piece = self._pieces[number]
        behind = event_key(new[0]) > piece.last
        if behind and len(piece.offsets) >= CHUNK_EVENTS:
            added = _without_repeats((), new)
            self._replace(number + 1, number + 1, _cut(added))
            return added
        present = piece.chunk.events[piece.offsets[0] : piece.offsets[-1] + 1]
        added = _without_repeats(() if behind else present, new)
        if added:
            merged = [*present, *added]
            if not behind:
                merged.sort(key=event_key)
            self._replace(number, number + 1, _cut(merged))
        return added

    def _pack(self, added: int) -> None:
        """Pack what is no longer among the newest, more at once the more comes in."""
        most = _PACKED_AT_ONCE + 2 * added // CHUNK_EVENTS
        for piece in self._pieces[-_UNPACKED_PIECES - 1 :: -1]:
            if most == 0:
                break
            if not piece.chunk.packed:
                piece.chunk.pack()
                most -= 1


def _without_repeats(present: Sequence[Event], new: list[Event]) -> list[Event]:
    """Those of `new` that are not among `present`, each once, in their order."""
    known = {event.event_id for event in present}
    added: list[Event] = []
    for event in new:
        if event.event_id not in known:
            known.add(event.event_id)
            added.append(event)
    return added


def _cut(events: Sequence[Event]) -> Iterator[Piece]:
    for start in range(0, len(events), CHUNK_EVENTS):
        yield Piece.whole(Chunk(events[start : start + CHUNK_EVENTS]))
