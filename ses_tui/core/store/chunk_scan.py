"""Something worked out for each chunk of a store: once, in small steps, kept while it is there."""

from collections.abc import Callable, Iterable
from typing import Final, Generic, TypeVar

from ses_tui.core.store.chunk import Chunk
from ses_tui.core.store.event_store import EventStore

Result = TypeVar("Result")

_AT_ONCE: Final = 16
"""Chunks of new events: more than ever arrive between two ticks, some milliseconds' work."""


class ChunkScan(Generic[Result]):
    """Results by chunk. `next` works out one more, the newest first; `update` follows the store."""

    def __init__(self, store: EventStore, look_at: Callable[[Chunk], Result]) -> None:
        self.results: dict[Chunk, Result] = {}
        self._store = store
        self._look_at = look_at
        self._waiting = [piece.chunk for piece in store.pieces]

    @property
    def under_way(self) -> bool:
        """Whether there are chunks that were not looked at yet."""
        return bool(self._waiting)

    @property
    def share(self) -> float:
        """The share of events that were looked at, from 0 to 1."""
        waiting, total = sum(map(len, self._waiting)), len(self._store)
        return max(0.0, 1 - waiting / total) if waiting and total else 1.0

    def next(self) -> tuple[Chunk, Result] | None:
        """Look at one chunk more, if there is one."""
        if not self._waiting:
            return None
        chunk = self._waiting.pop()
        result = self.results[chunk] = self._look_at(chunk)
        return chunk, result

    def update(self) -> None:
        """Forget chunks that are gone; look at new ones at once, or later where they are many."""
        chunks = [piece.chunk for piece in self._store.pieces]
        present, waiting = set(chunks), set(self._waiting)
        for gone in self.results.keys() - present:
            del self.results[gone]
        new = [c for c in chunks if c not in self.results and c not in waiting]
        for chunk in new[-_AT_ONCE:]:
            self.results[chunk] = self._look_at(chunk)
        if len(new) > _AT_ONCE or not waiting <= present:
            self._wait_for(waiting.union(new[:-_AT_ONCE]), chunks)

    def look_again(self, chunks: Iterable[Chunk]) -> None:
        """Look at `chunks` once more; until then what was found of them stands."""
        again = {chunk for chunk in chunks if chunk in self.results}
        if again:
            present = [piece.chunk for piece in self._store.pieces]
            self._wait_for(again.union(self._waiting), present)

    def _wait_for(self, waiting: set[Chunk], present: list[Chunk]) -> None:
        self._waiting = [chunk for chunk in present if chunk in waiting]
