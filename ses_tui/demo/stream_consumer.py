"""Plays Lambda's event source mapping for a DynamoDB stream: shard by shard, in order, with retry.

Shards are read from their oldest record, parents before children. A batch goes to the function when
it is full or its oldest record has waited for the batching window. A batch that failed is tried
again from the first record that failed, for ever, and holds up its shard, as the template has it.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from recorder.model.clock import Clock, SystemClock
from ses_tui.demo.stream_event import Record, lambda_event
from ses_tui.demo.stream_shard import Shard

Function = Callable[[dict[str, Any]], Mapping[str, Any] | None]
"""A Lambda function: event in, response out."""

_DISCOVERY_SECONDS: Final = 10.0
_IDLE_SECONDS: Final = 0.2
_FIRST_PAUSE_SECONDS: Final = 0.2
_LONGEST_PAUSE_SECONDS: Final = 10.0
_MOST_WAITING_BATCHES: Final = 4


class StreamConsumer:
    """Hands what is inserted into a table to a function, at least once and in order per shard."""

    def __init__(
        self,
        streams_client: Any,
        stream_arn: str,
        function: Function,
        *,
        batch_size: int = 1000,
        window_seconds: float = 0.5,
        clock: Clock | None = None,
        report: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._client = streams_client
        self._stream_arn = stream_arn
        self._function = function
        self._batch_size = batch_size
        self._window_seconds = window_seconds
        self._clock = clock or SystemClock()
        self._report = report
        self._shards: dict[str, Shard] = {}
        self._discover_at = self._clock.monotonic()

    def run(self, stop: threading.Event) -> None:
        """Consumes until `stop` is set."""
        while not stop.is_set():
            if not self.step():
                stop.wait(_IDLE_SECONDS)

    def step(self) -> bool:
        """Reads every open shard once and hands over what is due; false if there was nothing."""
        self._discover()
        worked = False
        for shard in list(self._shards.values()):
            if self._may_begin(shard) and shard.not_before <= self._clock.monotonic():
                worked |= self._serve(shard)
        return worked

    def _discover(self) -> None:
        """Learns of new shards now and then, and forgets those that are gone from the stream."""
        if self._clock.monotonic() < self._discover_at:
            return
        try:
            listed = self._listed_shards()
        except (ClientError, BotoCoreError) as error:
            self._report(f"the stream could not be described: {type(error).__name__}")
            self._discover_at = self._clock.monotonic() + _FIRST_PAUSE_SECONDS
            return
        self._discover_at = self._clock.monotonic() + _DISCOVERY_SECONDS
        for description in listed:
            shard_id = description["ShardId"]
            if shard_id not in self._shards:
                self._shards[shard_id] = Shard(
                    shard_id, description.get("ParentShardId"), batch_limit=self._batch_size
                )
        present = {description["ShardId"] for description in listed}
        for shard_id in [one for one, shard in self._shards.items() if shard.finished]:
            if shard_id not in present:
                del self._shards[shard_id]

    def _listed_shards(self) -> list[Mapping[str, Any]]:
        shards: list[Mapping[str, Any]] = []
        position: dict[str, str] = {}
        while True:
            description = self._client.describe_stream(StreamArn=self._stream_arn, **position)[
                "StreamDescription"
            ]
            shards += description["Shards"]
            if "LastEvaluatedShardId" not in description:
                return shards
            position = {"ExclusiveStartShardId": description["LastEvaluatedShardId"]}

    def _may_begin(self, shard: Shard) -> bool:
        if shard.finished:
            return False
        parent = self._shards.get(shard.parent_id or "")
        return parent is None or parent.finished

    def _serve(self, shard: Shard) -> bool:
        """One read and at most one batch; whether there was anything to do."""
        read = 0
        if not shard.read_to_end and len(shard.waiting) < _MOST_WAITING_BATCHES * self._batch_size:
            try:
                read = shard.read(self._client, self._stream_arn, self._clock.monotonic())
            except (ClientError, BotoCoreError) as error:
                self._pause(shard, f"the stream could not be read: {type(error).__name__}")
                return False
            if shard.read_to_end:
                self._discover_at = self._clock.monotonic()
        if not self._is_due(shard):
            return read > 0
        self._invoke(shard)
        return True

    def _is_due(self, shard: Shard) -> bool:
        if not shard.waiting:
            return False
        return (
            shard.read_to_end
            or len(shard.waiting) >= self._batch_size
            or shard.failures > 0
            or self._clock.monotonic() - shard.waiting_since >= self._window_seconds
        )

    def _invoke(self, shard: Shard) -> None:
        batch = shard.next_batch()
        try:
            response = self._function(lambda_event(batch, shard.shard_id, self._stream_arn))
            handled = handled_records(batch, response)
        except Exception as error:
            # A function may fail in any way; the mapping halves the batch to corner the cause.
            shard.batch_limit = max(1, len(batch) // 2)
            self._pause(shard, f"the function raised {type(error).__name__}")
            return
        shard.hand_over(handled, self._clock.monotonic())
        if handled < len(batch):
            self._pause(shard, f"the function left {len(batch) - handled} records unhandled")
            return
        shard.failures = 0
        shard.batch_limit = self._batch_size

    def _pause(self, shard: Shard, reason: str) -> None:
        pause = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**shard.failures)
        shard.failures = min(shard.failures + 1, 10)
        shard.not_before = self._clock.monotonic() + pause
        self._report(f"{reason}; next try in {pause:.1f} s")


def handled_records(batch: Sequence[Record], response: Mapping[str, Any] | None) -> int:
    """How many records of the batch are done, by the function's `batchItemFailures`.

    The lowest failed sequence number is where the next try begins; an identifier that is empty or
    not of this batch makes the whole batch a failure (Lambda guide, partial batch response).
    """
    failures = (response or {}).get("batchItemFailures") or []
    positions = {record["dynamodb"]["SequenceNumber"]: at for at, record in enumerate(batch)}
    handled = len(batch)
    for failure in failures:
        identifier = failure.get("itemIdentifier") if isinstance(failure, Mapping) else None
        handled = min(handled, positions.get(identifier, 0))
    return handled
