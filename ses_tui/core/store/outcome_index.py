"""What became of the messages in memory, for filters that ask for it; costs nothing until then."""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator
from typing import Final

from recorder.model.event import Event
from ses_tui.core.message_story import Outcome, outcome_alone
from ses_tui.core.outcome_records import RECORD, outcomes_in, record_of, without
from ses_tui.core.store.chunk import Chunk
from ses_tui.core.store.event_store import EventStore
from ses_tui.core.store.ordered_events import last_key

_KNOWN_OUTCOMES: Final = 20_000
_AT_ONCE: Final = 16


class OutcomeIndex:
    """A few bytes for each event, by the hash of its message's id.

    `read_next` takes in one chunk more while `under_way`; until it is `usable`, which it becomes
    when it has read all there is for the first time, outcomes lack events.
    """

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._waiting = [piece.chunk for piece in store.pieces]
        self._read: set[Chunk] = set()
        self._messages: dict[int, bytes] = {}
        self._known: dict[int, dict[Hashable, Outcome]] = {}
        self._usable = not self._waiting

    @property
    def under_way(self) -> bool:
        """Whether there are events that were not taken in yet."""
        return bool(self._waiting)

    @property
    def usable(self) -> bool:
        """Whether outcomes are those of memory."""
        return self._usable

    @property
    def waiting_events(self) -> int:
        """How many there are."""
        return sum(map(len, self._waiting))

    def outcome_of(self, event: Event) -> Outcome:
        """What became of the event's message for its recipient, as far as memory tells."""
        if event.message_id is None:
            return outcome_alone(event)
        outcomes = self._outcomes(hash(event.message_id))
        return outcomes.get(hash(event.recipient)) or outcome_alone(event)

    def read_next(self) -> set[Chunk]:
        """Take in one chunk more; those with events whose outcome is another one now."""
        if not self._waiting:
            return set()
        chunk = self._waiting.pop()
        self._read.add(chunk)
        if self._usable:
            return self._change(chunk.read(), ())
        self._take_in(chunk.read())
        self._usable = not self._waiting
        return set()

    def update(self) -> set[Chunk]:
        """Follow the store; the chunks with events whose outcome is another one now."""
        chunks = [piece.chunk for piece in self._store.pieces]
        present = set(chunks)
        waiting = present.intersection(self._waiting)
        new = [c for c in chunks if c not in self._read and c not in waiting]
        removed = _by_id(self._read - present)
        added = _by_id(new[-_AT_ONCE:])
        self._read = (self._read & present).union(new[-_AT_ONCE:])
        waiting.update(new[:-_AT_ONCE])
        self._waiting = [chunk for chunk in chunks if chunk in waiting]
        changed = self._change(
            [event for event_id, event in added.items() if event_id not in removed],
            [event for event_id, event in removed.items() if event_id not in added],
        )
        self._usable |= not self._waiting
        return changed

    def _take_in(self, events: Iterable[Event]) -> None:
        """Add events while nobody can rely on any outcome yet."""
        self._known.clear()
        messages = self._messages
        for event in events:
            if event.message_id is not None:
                message = hash(event.message_id)
                messages[message] = messages.get(message, b"") + record_of(event)

    def _change(self, added: Iterable[Event], removed: Iterable[Event]) -> set[Chunk]:
        before: dict[int, bytes] = {}
        for events, coming in ((removed, False), (added, True)):
            for event in events:
                if event.message_id is not None:
                    message = hash(event.message_id)
                    records = self._messages.get(message, b"")
                    before.setdefault(message, records)
                    record = record_of(event)
                    records = records + record if coming else without(records, record)
                    self._messages[message] = records
        touched: set[int] = set()
        for message, old in before.items():
            if self._usable:
                touched.update(self._touched(message, old))
            self._known.pop(message, None)
            if not self._messages[message]:
                del self._messages[message]
        return {chunk for recorded_at in touched for chunk in self._chunks_at(recorded_at)}

    def _touched(self, message: int, old: bytes) -> Iterator[int]:
        """When events were recorded that were there before and have another outcome now."""
        if not old:
            return
        outcomes = self._known.get(message) or outcomes_in(old)
        changed = outcomes_in(self._messages[message])
        for recorded_at, _, recipient, _, _ in RECORD.iter_unpack(old):
            if outcomes[recipient] is not changed.get(recipient):
                yield recorded_at

    def _outcomes(self, message: int) -> dict[Hashable, Outcome]:
        outcomes = self._known.get(message)
        if outcomes is None:
            if len(self._known) >= _KNOWN_OUTCOMES:
                self._known.clear()
            outcomes = self._known[message] = outcomes_in(self._messages.get(message, b""))
        return outcomes

    def _chunks_at(self, recorded_at: int) -> Iterator[Chunk]:
        pieces = self._store.pieces
        number = bisect_left(pieces, (recorded_at, ""), key=last_key)
        while number < len(pieces) and pieces[number].chunk.times[0] <= recorded_at:
            yield pieces[number].chunk
            number += 1


def _by_id(chunks: Iterable[Chunk]) -> dict[str, Event]:
    return {event.event_id: event for chunk in chunks for event in chunk.read()}
