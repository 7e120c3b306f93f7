"""The events of a store that pass a filter, found chunk by chunk and kept up with every change."""

from array import array
from bisect import bisect_left
from collections.abc import Callable
from functools import partial
from typing import Final

from recorder.model.event import Event
from ses_tui.core.message_story import OutcomeOf, outcome_alone
from ses_tui.core.query import Query
from ses_tui.core.store.chunk import Chunk, may_hold
from ses_tui.core.store.chunk_scan import ChunkScan
from ses_tui.core.store.event_store import EventStore
from ses_tui.core.store.ordered_events import Offsets, OrderedEvents, Piece, last_key
from ses_tui.core.store.outcome_index import OutcomeIndex

_FEW: Final = 4
"""Events of a chunk that are held as they are: a screen of more comes from so few chunks that they
stay unpacked, and of no more they take less than a twentieth of what memory is packed into."""


class FilteredEvents(OrderedEvents):
    """Of each chunk it holds the offsets of what passes, so it is small whatever passes.

    It begins empty. `scan_next` looks at one chunk more, the newest first, while there is anything
    to scan; `update` follows the store at any time.
    """

    def __init__(self, store: EventStore, query: Query) -> None:
        super().__init__()
        self.query = query
        self._wanted_texts = query.wanted_texts
        self._store = store
        self._scan = ChunkScan(store, self._look_at)
        self._outcomes = OutcomeIndex(store) if query.asks_for_outcome else None
        self.passes: Callable[[Event], bool] = (
            partial(query.matches, outcome_of=self.outcome_of) if self._outcomes else query.matches
        )
        """Whether an event passes, by all that is known of its message where the query asks."""
        self._partial = _partial(store)
        self._searched = not self.scanning

    @property
    def searched(self) -> bool:
        """Whether all of the store has been looked at once; what comes later is looked at soon."""
        return self._searched

    @property
    def scanning(self) -> bool:
        """Whether there are events that were not looked at yet."""
        return self._scan.under_way or (self._outcomes is not None and self._outcomes.under_way)

    @property
    def scanned(self) -> float:
        """The share of the work that is done, from 0 to 1."""
        if self._outcomes is None or not len(self._store):
            return self._scan.share
        return (self._scan.share + 1 - self._outcomes.waiting_events / len(self._store)) / 2

    @property
    def outcomes_known(self) -> bool:
        """Whether outcomes are those of all of memory, or none is asked for; nothing passes before
        they are."""
        return self._outcomes is None or self._outcomes.usable

    @property
    def outcome_of(self) -> OutcomeOf:
        """What became of an event's message for its recipient, as far as the query asks for it."""
        return outcome_alone if self._outcomes is None else self._outcomes.outcome_of

    def scan_next(self) -> None:
        """Look at one chunk more; where outcomes are asked for, once for them, then for events."""
        outcomes = self._outcomes
        if outcomes is not None and outcomes.under_way:
            self._follow_outcomes(outcomes, outcomes.read_next)
        elif (found := self._scan.next()) is not None:
            chunk, piece = found
            self._put(chunk, piece and self._clipped(piece))
        self._searched |= not self.scanning

    def scan_all(self) -> None:
        """Look at everything: for where nobody waits for a key to be answered."""
        while self.scanning:
            self.scan_next()

    def update(self) -> None:
        """Follow the store: let go of what went, look at what came."""
        if self._outcomes is not None:
            self._follow_outcomes(self._outcomes, self._outcomes.update)
        self._scan.update()
        self._partial = _partial(self._store)
        results = self._scan.results
        found = (results.get(piece.chunk) for piece in self._store.pieces)
        clipped = (self._clipped(piece) for piece in found if piece is not None)
        self._replace(0, len(self._pieces), [piece for piece in clipped if piece is not None])

    def _follow_outcomes(self, outcomes: OutcomeIndex, step: Callable[[], set[Chunk]]) -> None:
        """Look again where an outcome is another one after `step`, and for once at everything."""
        was_usable = outcomes.usable
        changed = step()
        if not was_usable and outcomes.usable:
            changed = set(self._scan.results)
        self._scan.look_again(changed)

    def _put(self, chunk: Chunk, piece: Piece | None) -> None:
        """Put what was found in a chunk in its place, or in that of what was found before."""
        position = bisect_left(self._pieces, chunk.first, key=last_key)
        behind = position
        if behind < len(self._pieces) and self._pieces[behind].chunk is chunk:
            behind += 1
        self._replace(position, behind, () if piece is None else (piece,))

    def _look_at(self, chunk: Chunk) -> Piece | None:
        text = chunk.searchable() if self._wanted_texts else None
        if text is not None and not all(may_hold(text, each) for each in self._wanted_texts):
            return None
        passes, events = self.passes, chunk.read()
        offsets = [offset for offset, event in enumerate(events) if passes(event)]
        if not offsets:
            return None
        if len(offsets) == len(chunk):
            return Piece.whole(chunk)
        held = tuple(events[offset] for offset in offsets) if len(offsets) <= _FEW else None
        return Piece(chunk, array("H", offsets), chunk.last, held)

    def _clipped(self, piece: Piece) -> Piece | None:
        """The part of `piece` that is still in the store."""
        present = self._partial.get(piece.chunk)
        if present is None:
            return piece
        start = bisect_left(piece.offsets, present[0])
        stop = bisect_left(piece.offsets, present[-1] + 1)
        return piece.between(start, stop) if start < stop else None


def _partial(store: EventStore) -> dict[Chunk, Offsets]:
    """Chunks of which the store holds only a part."""
    return {p.chunk: p.offsets for p in store.pieces if len(p.offsets) != len(p.chunk)}
