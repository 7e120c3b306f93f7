"""Lambda's event source for a table's stream, played as badly as it may behave."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.events import FrozenClock
from tests.simulator.faults import ProcessDied
from tests.simulator.stream import Shard

Process = Callable[[dict[str, Any]], dict[str, Any]]
"""One Lambda process: takes a stream event, answers with `batchItemFailures`, or raises."""

_LARGEST_BATCH = 40
_BISECT_SHARE = 0.6
_REWIND_SHARE = 0.08
_OVERTAKE_SHARE = 0.3
_OUTAGE_SHARE = 0.03
_OUTAGE_MS = 400_000
_STEP_MS = 9_000
_WARM_PROCESSES = 2


@dataclass
class _Reader:
    """How far one shard is read."""

    shard: Shard
    checkpoint: int = 0
    pending: list[tuple[int, int]] = field(default_factory=list)
    """Ranges of a batch that failed and was cut in two, in order."""

    @property
    def done(self) -> bool:
        return self.checkpoint == len(self.shard.records)


class EventSource:
    """Hands batches to processes until every shard is through.

    By its seed: batches of any size; what fails is cut in two or comes again in other batches;
    checkpoints fall back; a process is taken for dead and overtaken while it still writes; any of
    several warm processes takes a batch; all of it pauses for minutes.
    """

    def __init__(
        self,
        shards: Sequence[Shard],
        chance: random.Random,
        clock: FrozenClock,
        start_process: Callable[[], Process],
    ) -> None:
        self.shards = list(shards)
        self.invocations = self.rewound = self.overtaken = self.bisected = self.died = 0
        self._readers = {shard.shard_id: _Reader(shard) for shard in shards}
        self._chance = chance
        self._clock = clock
        self._start_process = start_process
        self._processes = [start_process() for _ in range(_WARM_PROCESSES)]
        self._busy: list[_Reader] = []

    @property
    def done(self) -> bool:
        """Whether every record of every shard is through."""
        return all(reader.done for reader in self._readers.values())

    def step(self) -> None:
        """Let time pass and hand over a batch, if there is one."""
        outage = self._chance.random() < _OUTAGE_SHARE
        self._clock.advance(self._chance.randrange(_OUTAGE_MS if outage else _STEP_MS))
        readers = [reader for reader in self._readers.values() if self._is_open(reader)]
        if readers:
            self._read(self._chance.choice(readers))

    def overtake(self) -> None:
        """In the middle of an invocation: another one for the same shard, from its checkpoint."""
        if len(self._busy) == 1 and self._chance.random() < _OVERTAKE_SHARE:
            self._busy[0].pending.clear()
            self._read(self._busy[0])

    def _is_open(self, reader: _Reader) -> bool:
        parent = reader.shard.parent
        return not reader.done and (parent is None or self._readers[parent.shard_id].done)

    def _read(self, reader: _Reader) -> None:
        if self._chance.random() < _REWIND_SHARE:
            self.rewound += reader.checkpoint > 0
            reader.checkpoint = self._chance.randint(0, reader.checkpoint)
            reader.pending.clear()
        if not reader.pending:
            available = sum(time <= self._clock.now for time in reader.shard.recorded_at)
            size = self._chance.randint(1, _LARGEST_BATCH)
            reader.pending = [(reader.checkpoint, min(available, reader.checkpoint + size))]
        start, end = reader.pending[0]
        if start >= end:
            reader.pending.clear()
            return
        before = self.invocations
        self._busy.append(reader)
        first_failed = self._invoke(reader.shard, start, end)
        self._busy.pop()
        if self.invocations > before + 1:
            self.overtaken += 1
            return  # Lambda listens to the other invocation.
        reader.checkpoint = end if first_failed is None else first_failed
        reader.pending.pop(0)
        if first_failed is not None:
            if end - first_failed > 1 and self._chance.random() < _BISECT_SHARE:
                self.bisected += 1
                middle = (first_failed + end) // 2
                reader.pending[:0] = [(first_failed, middle), (middle, end)]
            else:
                reader.pending.clear()

    def _invoke(self, shard: Shard, start: int, end: int) -> int | None:
        """The index of the first record that has to come again; `None` if none has."""
        self.invocations += 1
        place = self._chance.randrange(_WARM_PROCESSES)
        process, self._processes[place] = self._processes[place], self._start_process()
        try:
            answer = process(
                {
                    "Records": shard.records[start:end],
                    "shardId": shard.shard_id,
                    "state": {},
                    "isFinalInvokeForWindow": False,
                    "isWindowTerminatedEarly": False,
                }
            )
        except ProcessDied:
            self.died += 1
            return start
        except Exception:
            self._processes[place] = process
            return start
        self._processes[place] = process
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        return next(
            (
                index
                for index in range(start, end)
                if shard.records[index]["dynamodb"]["SequenceNumber"] in failed
            ),
            None,
        )
