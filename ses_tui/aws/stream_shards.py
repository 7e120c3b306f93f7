"""Where a reader of a stream stands in each of its shards, and which it may read next.

A shard that is full or whose partition has split is closed and has children; an item's later
records are then in a child, so a shard is read only once its parent has been read to the end.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ses_tui.aws.stream_records import Record

LATEST: Final = "LATEST"
TRIM_HORIZON: Final = "TRIM_HORIZON"
_AFTER: Final = "AFTER_SEQUENCE_NUMBER"
_SHORTEST_INTERVAL_SECONDS: Final = 0.2
"""AWS takes five reads a second of a shard."""
_FIRST_BACKOFF_SECONDS: Final = 0.5
_LONGEST_BACKOFF_SECONDS: Final = 8.0

Description = Mapping[str, Any]
"""A shard as DescribeStream has it."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a shard, in the words of GetShardIterator."""

    kind: str
    sequence_number: str | None = None

    def arguments(self) -> dict[str, str]:
        """The arguments of GetShardIterator that say it."""
        arguments = {"ShardIteratorType": self.kind}
        if self.sequence_number is not None:
            arguments["SequenceNumber"] = self.sequence_number
        return arguments


@dataclass(frozen=True, slots=True)
class ShardRead:
    """What one read of a shard brought, and where it ended."""

    records: Sequence[Record] = ()
    iterator: str | None = None
    """For the next read; `None`: get one for the position."""
    position: Position | None = None
    """Where to go on if the iterator is lost; `None`: where it was."""
    finished: bool = False
    """The shard is closed and read to the end, or gone."""
    refused: str | None = None
    """The code of an answer that says that too much is read; then nothing was."""


class Shard:
    """Where reading of one shard stands. It changes only by `advance`."""

    def __init__(self, shard_id: str, parent_id: str | None, position: Position) -> None:
        self.shard_id = shard_id
        self.parent_id = parent_id
        self.position = position
        self.iterator: str | None = None
        self.finished = False
        self.not_before = 0.0
        """Monotonic seconds before which it must not be read."""
        self.refusals = 0
        """Reads that were refused since the last good one."""
        self.refusal: str | None = None
        """The code of the last one."""
        self.followed = False
        """Whether the shards of the stream were listed since it finished."""

    def advance(self, read: ShardRead, instant: float) -> None:
        """Take note of a read that ended at `instant` (monotonic seconds)."""
        if read.refused is not None:
            backoff = _FIRST_BACKOFF_SECONDS * 2.0 ** min(self.refusals, 10)
            self.not_before = instant + min(backoff, _LONGEST_BACKOFF_SECONDS)
            self.refusals += 1
            self.refusal = read.refused
            self.iterator = read.iterator
            return
        self.refusals = 0
        self.not_before = instant + _SHORTEST_INTERVAL_SECONDS
        self.iterator = read.iterator
        self.finished = read.finished
        if read.records:
            self.position = after(read.records[-1])
        elif read.position is not None:
            self.position = read.position


class Shards:
    """The shards of one stream, since a moment."""

    def __init__(self, present: Iterable[Description]) -> None:
        """Those that are open begin with what comes next; those that are closed are over."""
        self._shards: dict[str, Shard] = {}
        self._over: set[str] = set()
        for description in present:
            if "EndingSequenceNumber" in description.get("SequenceNumberRange", {}):
                self._over.add(description["ShardId"])
            else:
                self._add(description, Position(LATEST))

    @property
    def ended(self) -> bool:
        """Whether a shard has ended since the last `learn`, and so has children by now."""
        return any(shard.finished and not shard.followed for shard in self._shards.values())

    @property
    def refused(self) -> int:
        """The most reads in a row that any of them was refused."""
        return max((shard.refusals for shard in self._shards.values()), default=0)

    @property
    def refusal(self) -> str | None:
        """The code of a refusal, of the shard that was refused most."""
        worst = max(self._shards.values(), key=lambda shard: shard.refusals, default=None)
        return None if worst is None else worst.refusal

    def learn(self, present: Sequence[Description]) -> None:
        """Take in shards that are new, from their beginning, and forget those that are gone."""
        ids = {description["ShardId"] for description in present}
        self._over &= ids
        for shard in self._shards.values():
            shard.followed = shard.finished
        for shard_id in [one for one, shard in self._shards.items() if shard.finished]:
            if shard_id not in ids:
                del self._shards[shard_id]
        for description in present:
            if description["ShardId"] not in self._shards.keys() | self._over:
                self._add(description, Position(TRIM_HORIZON))

    def readable(self, instant: float) -> list[Shard]:
        """Those that may be read at `instant` (monotonic seconds)."""
        return [
            shard
            for shard in self._shards.values()
            if not shard.finished and shard.not_before <= instant and not self._waits(shard)
        ]

    def _waits(self, shard: Shard) -> bool:
        parent = self._shards.get(shard.parent_id or "")
        return parent is not None and not parent.finished

    def _add(self, description: Description, position: Position) -> None:
        shard_id = description["ShardId"]
        self._shards[shard_id] = Shard(shard_id, description.get("ParentShardId"), position)


def after(record: Record) -> Position:
    """Behind a record."""
    return Position(_AFTER, record["dynamodb"]["SequenceNumber"])
