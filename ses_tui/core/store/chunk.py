"""A run of events that never changes: what everything in memory is made of."""

from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from operator import attrgetter, itemgetter
from typing import Final
from weakref import ReferenceType, ref

from recorder.model.event import Event
from ses_tui.core.store.packing import pack, searchable, unpack

CHUNK_EVENTS: Final = 512
_UNPACKED_CHUNKS: Final = 16
"""Kept for whoever scrolls through packed ones."""

EventKey = tuple[int, str]


event_key: Final[Callable[[Event], EventKey]] = itemgetter(
    Event._fields.index("recorded_at"), Event._fields.index("event_id")
)
"""What events are ordered by: when they were recorded, then their id."""


class Chunk:
    """At least one event, in order. Packing changes what it costs, never what it says."""

    __slots__ = ("__weakref__", "_block", "_events", "_unpacked", "first", "last", "times")

    def __init__(self, events: Sequence[Event]) -> None:
        self._events: tuple[Event, ...] | None = tuple(events)
        self._block: bytes | None = None
        self._unpacked: tuple[Event, ...] | None = None
        self.times = array("q", [event.recorded_at for event in events])
        """When each event was recorded (ms)."""
        self.first: EventKey = event_key(events[0])
        self.last: EventKey = event_key(events[-1])

    def __len__(self) -> int:
        return len(self.times)

    @property
    def packed(self) -> bool:
        """Whether only the block is held."""
        return self._events is None

    @property
    def events(self) -> tuple[Event, ...]:
        """The events; what was unpacked stays at hand for a while."""
        if self._events is not None:
            return self._events
        if self._unpacked is None:
            self._unpacked = self.read()
        _keep_at_hand(self)
        return self._unpacked

    def read(self) -> tuple[Event, ...]:
        """The events, for whoever passes through all of memory and will not come back soon."""
        if self._events is not None:
            return self._events
        return unpack(self._block or b"", len(self))

    def pack(self) -> None:
        """Hold the events as a block from now on, where they can be."""
        if self._events is not None and self._block is None:
            self._block = pack(self._events)
            if self._block is not None:
                self._events = None

    def searchable(self) -> bytes | None:
        """The text in lower case if it is packed, for `may_hold`; else `None`."""
        return None if self._block is None else searchable(self._block)

    def has_text(self, text: bytes) -> bool:
        """Whether `text`, in UTF-8, may be in one of the events; `False` is certain."""
        return self._block is None or text in self._block

    def key_at(self, offset: int) -> EventKey:
        """Key of one event."""
        return event_key(self.events[offset])

    def position_of(self, key: EventKey) -> int:
        """Where an event with this key stands or would stand."""
        recorded_at, event_id = key
        start = bisect_left(self.times, recorded_at)
        if not event_id or start == len(self.times) or self.times[start] != recorded_at:
            return start
        stop = bisect_right(self.times, recorded_at, lo=start)
        return bisect_left(self.events, event_id, start, stop, key=attrgetter("event_id"))


def may_hold(text: bytes, alternatives: Collection[bytes]) -> bool:
    """Whether one of `alternatives`, ASCII in lower case, is in a chunk's searchable text."""
    return any(wanted in text for wanted in alternatives)


_at_hand: Final[OrderedDict[ReferenceType[Chunk], None]] = OrderedDict()
"""The chunks whose events were asked for last; one that nobody holds takes its events along."""


def _keep_at_hand(chunk: Chunk) -> None:
    _at_hand[ref(chunk)] = None
    _at_hand.move_to_end(ref(chunk))
    if len(_at_hand) > _UNPACKED_CHUNKS:
        oldest = _at_hand.popitem(last=False)[0]()
        if oldest is not None:
            oldest._unpacked = None
