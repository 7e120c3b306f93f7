"""Events in columns, as a feed page holds them: an event is made when somebody asks for it.

To make an event costs as much as all that is done to read it, and a search keeps one of thousands.
So a test is asked of each different value of a field once, and events are made of what passes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import Any, Final, Protocol

from recorder.model.event import Event

DEFAULTS: Final[Mapping[str, Any]] = {"historic": False, "counted": True}
"""Of fields whose default is not `None`."""
_CODES: Final = 256
_new_event: Final = partial(tuple.__new__, Event)
"""`Event` of a tuple of all its fields, unlike `Event._make` without a step of Python."""

Passes = Callable[[Any], bool]


class Column(Protocol):
    """The values of one field, one a row."""

    def values(self) -> Iterable[Any]:
        """Of every row, in order."""
        ...

    def pick(self, rows: Sequence[int]) -> Iterable[Any]:
        """Of some rows, in their order."""
        ...

    def judge(self, passes: Passes) -> bytes:
        """For each row 1 where there is a value and `passes` says so of it, else 0."""
        ...


@dataclass(slots=True, eq=False)
class Same:
    """One value in all of `count` rows."""

    value: Any
    count: int

    def values(self) -> Iterable[Any]:
        """Of every row, in order."""
        return repeat(self.value, self.count)

    def pick(self, rows: Sequence[int]) -> Iterable[Any]:
        """Of some rows, in their order."""
        return repeat(self.value, len(rows))

    def judge(self, passes: Passes) -> bytes:
        """As `Column.judge`; asks once."""
        return _judged((self.value,), passes) * self.count


@dataclass(slots=True, eq=False)
class Listed:
    """A value for each row."""

    each: Sequence[Any]

    def values(self) -> Iterable[Any]:
        """Of every row, in order."""
        return self.each

    def pick(self, rows: Sequence[int]) -> Iterable[Any]:
        """Of some rows, in their order."""
        return _picked(self.each, rows)

    def judge(self, passes: Passes) -> bytes:
        """As `Column.judge`."""
        return _judged(self.each, passes)


@dataclass(slots=True, eq=False)
class Coded:
    """Values that repeat, and for each row the index of its own."""

    different: Sequence[Any]
    indexes: Sequence[int]

    def values(self) -> Iterable[Any]:
        """Of every row, in order."""
        return _picked(self.different, self.indexes)

    def pick(self, rows: Sequence[int]) -> Iterable[Any]:
        """Of some rows, in their order."""
        return _picked(self.different, _picked(self.indexes, rows))

    def judge(self, passes: Passes) -> bytes:
        """As `Column.judge`; asks once of each different value."""
        verdicts = _judged(self.different, passes)
        if isinstance(self.indexes, bytes):
            return self.indexes.translate(verdicts.ljust(_CODES, b"\0"))
        return bytes(map(verdicts.__getitem__, self.indexes))


@dataclass(slots=True, eq=False)
class Alike:
    """What another column holds, but for some rows."""

    like: Column
    other: Mapping[int, Any]
    """By row."""

    def values(self) -> Iterable[Any]:
        """Of every row, in order."""
        values = list(self.like.values())
        for row, value in self.other.items():
            values[row] = value
        return values

    def pick(self, rows: Sequence[int]) -> Iterable[Any]:
        """Of some rows, in their order."""
        alike = zip(rows, self.like.pick(rows), strict=True)
        return [self.other.get(row, value) for row, value in alike]

    def judge(self, passes: Passes) -> bytes:
        """As `Column.judge`."""
        verdicts = bytearray(self.like.judge(passes))
        for row, value in self.other.items():
            verdicts[row] = value is not None and passes(value)
        return bytes(verdicts)


class EventColumns:
    """Events in order, each made anew whenever it is asked for."""

    __slots__ = ("_columns", "_count")

    def __init__(self, count: int, columns: Mapping[str, Column]) -> None:
        """`columns` hold `count` rows; of fields they lack every event has the default."""
        self._count = count
        self._columns = columns

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Event]:
        """All events."""
        return _events_of([self.column(name).values() for name in Event._fields])

    def at(self, rows: Sequence[int]) -> Iterable[Event]:
        """The events of some rows, in their order."""
        if not rows:
            return ()
        if len(rows) * 2 > self._count:
            return _picked(list(self), rows)
        return _events_of([self.column(name).pick(rows) for name in Event._fields])

    def column(self, name: str) -> Column:
        """The values of one field of all events."""
        found = self._columns.get(name)
        return Same(DEFAULTS.get(name), self._count) if found is None else found


def _judged(values: Sequence[Any], passes: Passes) -> bytes:
    return bytes([value is not None and passes(value) for value in values])


def _picked(values: Sequence[Any], rows: Sequence[int]) -> Sequence[Any]:
    """Of some rows: one call for all, which gives a sequence only where there are two or more."""
    if len(rows) < 2:
        return [values[row] for row in rows]
    found: Sequence[Any] = itemgetter(*rows)(values)
    return found


def _events_of(columns: Iterable[Iterable[Any]]) -> Iterator[Event]:
    return map(_new_event, zip(*columns, strict=True))
