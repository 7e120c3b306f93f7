"""Folds the rollup rows of closed minutes, and minutes' summaries into hours'.

Summaries are absolute and versioned: each is written on the condition that nobody wrote it since
its counters were read, so that two invocations at once end with what the later reading gave. An
hour follows its minutes in two steps that never overtake each other:

* Going on: write the minutes, then `last_minute`, then the hours up to it, then `last_hour`.
* Again, for a dirty minute: write the minute, then read `last_minute`; if its hour is complete by
  then, write the hour, else whoever completes it has yet to read the minute.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from botocore.exceptions import ClientError

from recorder.dirty_minutes import DirtyMinute, DirtyMinutes
from recorder.dynamodb import DynamoDBClient
from recorder.model.clock import Clock
from recorder.model.item import Item
from recorder.model.keys import folded_key, hour_summary_keys, minute_summary_keys
from recorder.model.rate_counters import rate_summaries
from recorder.model.rollup import (
    CLOSED_AFTER_MS,
    HOUR_MS,
    MINUTE_MS,
    MINUTE_ROW_DAYS,
    counters_in,
    keep_largest,
    minute_start,
)
from recorder.model.summary import VERSION_ATTRIBUTE, FoldProgress, summary_item
from recorder.retry import Deadline, Retrier, failure_of
from recorder.rollup_reader import RollupReader
from recorder.worker_pool import WorkerPool

MINUTES_OF_FIRST_STEP: Final = 10
"""At a hundred shards it reads about 9,000 rows; quick steps grow, slow ones shrink."""
QUICK_STEP_SECONDS: Final = 1.0
SECONDS_FOR_A_STEP: Final = 5.0
"""With less time left no step is begun."""

LONGEST_INVOCATION_MS: Final = 900_000
"""No Lambda function runs longer (AWS Lambda quotas)."""
_ROW_LIFETIME_MS = MINUTE_ROW_DAYS * 24 * HOUR_MS
_Summaries = Mapping[tuple[int, str], Mapping[str, int]]
"""Counters by (start in ms, family)."""


@dataclass(frozen=True, slots=True)
class FoldReport:
    """What one invocation did."""

    minutes: int
    hours: int
    again: int
    """Dirty minutes whose summaries were made again."""
    minutes_behind: int
    """Closed minutes without summaries, for want of time: the next invocation goes on."""
    minutes_lost: int
    """Minutes that nobody summarised while their rows lived; only a repair restores them."""


@dataclass(frozen=True, slots=True)
class _RatesSince:
    """From where on (ms) rate counters may be relied upon."""

    time: int
    anew: bool
    """They could not be until now, and what is known of their hours begins afresh."""

    @classmethod
    def of(cls, before: FoldProgress | None, start: int, now: int) -> "_RatesSince":
        """For an invocation that goes on at `start` (ms)."""
        if before is None:
            return cls(0, anew=True)
        if before.rates_since is not None and before.minutes_until == start:
            return cls(before.rates_since, anew=False)
        # An older recorder that is still at work makes summaries again without their rates.
        return cls(_hour_start(now + LONGEST_INVOCATION_MS) + HOUR_MS, anew=True)


class Summariser:
    """Writes the summaries of one table."""

    def __init__(
        self,
        client: DynamoDBClient,
        table_name: str,
        clock: Clock,
        retrier: Retrier,
        pool: WorkerPool,
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock
        self._retrier = retrier
        self._pool = pool
        self._reader = RollupReader(client, table_name, retrier, pool)
        self._dirty_minutes = DirtyMinutes(client, table_name, retrier)

    def fold(self, deadline: Deadline) -> FoldReport:
        """Summarise what has closed since the last time, and dirty minutes again.

        Stops between steps when time runs out. Raises the error that did not pass in time; run
        again, it goes on where it was.
        """
        now = self._clock.now_ms()
        dirty = self._dirty_minutes.read(deadline)
        before = self._reader.progress(deadline)
        # Whole hours: an hour some of whose rows are gone must not be written over.
        earliest = _first_hour_with_rows(now)
        closed = minute_start(now - CLOSED_AFTER_MS) - MINUTE_MS
        first = start = earliest
        if before is not None and before.minutes_until >= earliest:
            first, start = before.first_minute, before.minutes_until
        begun_at = start
        rates = _RatesSince.of(before, start, now)
        step = MINUTES_OF_FIRST_STEP * MINUTE_MS
        while start <= closed and deadline.seconds_left() > SECONDS_FOR_A_STEP:
            step_begun = self._clock.monotonic()
            last = min(closed, minute_start(start + step) - MINUTE_MS, _last_minute(start))
            self._fold_minutes(start, last, deadline)
            self._advance_minutes(first, last, rates, deadline)
            start = last + MINUTE_MS
            quick = self._clock.monotonic() - step_begun < QUICK_STEP_SECONDS
            step = min(step * 2, HOUR_MS) if quick else max(step // 2, MINUTE_MS)
        hours = self._fold_complete_hours(deadline)
        again = self._fold_dirty(dirty, earliest, deadline)
        return FoldReport(
            minutes=(start - begun_at) // MINUTE_MS,
            hours=hours,
            again=again,
            minutes_behind=max(0, (closed + MINUTE_MS - start) // MINUTE_MS),
            minutes_lost=(begun_at - before.minutes_until) // MINUTE_MS if before else 0,
        )

    def fold_again(self, minutes: Iterable[int], deadline: Deadline) -> None:
        """Make the summaries of some minutes (starts in ms) again, and of their complete hours.

        For rows that something else than the stream consumer changed: their minutes are closed,
        and the rows still there.
        """
        for hour, of_hour in groupby(sorted(set(minutes)), _hour_start):
            for first, last in _runs(of_hour):
                self._fold_minutes(first, last, deadline)
            progress = self._reader.progress(deadline)
            # Before anything was folded, going on will begin with the first hour that has rows.
            complete_until = (
                progress.minutes_until if progress else _first_hour_with_rows(self._clock.now_ms())
            )
            if hour + HOUR_MS <= complete_until:
                self._fold_hour(hour, deadline)

    def _fold_dirty(self, dirty: Iterable[DirtyMinute], earliest: int, deadline: Deadline) -> int:
        progress = self._reader.progress(deadline)
        folded_until = progress.minutes_until if progress else 0
        known = (mark for mark in dirty if mark.minute < folded_until)
        again = 0
        for _, of_hour in groupby(known, lambda mark: _hour_start(mark.minute)):
            if deadline.seconds_left() <= SECONDS_FOR_A_STEP:
                break
            marks = list(of_hour)
            minutes = [mark.minute for mark in marks if mark.minute >= earliest]
            self.fold_again(minutes, deadline)
            self._pool.run(lambda mark: self._dirty_minutes.clear(mark, deadline), marks)
            again += len(minutes)
        return again

    def _fold_complete_hours(self, deadline: Deadline) -> int:
        progress = self._reader.progress(deadline)
        if progress is None:
            return 0
        hours = 0
        hour = max(progress.last_hour + HOUR_MS, _hour_start(progress.first_minute))
        while (
            _last_minute(hour) <= progress.last_minute
            and deadline.seconds_left() > SECONDS_FOR_A_STEP
        ):
            self._fold_hour(hour, deadline)
            update = "SET h = :to" if progress.rates_since is None else "SET h = :to, g = :to"
            self._advance(update, "h < :to", {":to": hour}, deadline)
            hour += HOUR_MS
            hours += 1
        return hours

    def _fold_minutes(self, first: int, last: int, deadline: Deadline) -> None:
        def read() -> _Summaries:
            merged = self._reader.merged(first, last, deadline)
            kept = {place: keep_largest(counters) for place, counters in merged.items()}
            return kept | rate_summaries(kept)

        self._settle(read, minute_summary_keys, deadline)

    def _fold_hour(self, hour: int, deadline: Deadline) -> None:
        def read() -> _Summaries:
            sums = self._reader.hour_from_minutes(hour, deadline)
            summed = {(hour, family): counters for family, counters in sums.items()}
            return summed | rate_summaries(summed)

        self._settle(read, hour_summary_keys, deadline)

    def _settle(
        self,
        read: Callable[[], _Summaries],
        keys_of: Callable[[int, str], tuple[str, str]],
        deadline: Deadline,
    ) -> None:
        """Write what `read` gives; read again for each summary that another had written since."""
        versions: dict[tuple[int, str], int] = {}
        pending = read()
        while pending:
            newer = self._put_all(pending, versions, keys_of, deadline)
            if not newer:
                return
            versions |= newer
            fresh = read()
            pending = {place: fresh[place] for place in newer if place in fresh}

    def _put_all(
        self,
        summaries: _Summaries,
        versions: Mapping[tuple[int, str], int],
        keys_of: Callable[[int, str], tuple[str, str]],
        deadline: Deadline,
    ) -> dict[tuple[int, str], int]:
        """Write summaries; returns the versions of those that another wrote differently."""

        def put(place: tuple[int, str]) -> Item | None:
            version = versions.get(place, 0)
            item = summary_item(keys_of(*place), place[0], summaries[place], version + 1)
            return self._put(item, version, deadline)

        places = list(summaries)
        return {
            place: int(stored[VERSION_ATTRIBUTE]["N"])
            for place, stored in zip(places, self._pool.run(put, places), strict=True)
            if stored is not None and counters_in(stored) != summaries[place]
        }

    def _put(self, item: Item, seen_version: int, deadline: Deadline) -> Item | None:
        """Write a summary; returns the stored one if that is of another version than seen."""
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if seen_version:
            condition = {
                "ConditionExpression": f"{VERSION_ATTRIBUTE} = :seen",
                "ExpressionAttributeValues": {":seen": {"N": str(seen_version)}},
            }
        try:
            self._retrier.call(
                lambda: self._client.put_item(
                    TableName=self._table_name,
                    Item=item,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **condition,
                ),
                deadline,
            )
        except ClientError as error:
            if failure_of(error).code != "ConditionalCheckFailedException":
                raise
            stored: Item = error.response["Item"]
            return stored
        return None

    def _advance_minutes(
        self, first: int, last: int, rates: _RatesSince, deadline: Deadline
    ) -> None:
        update = "SET s = :first, m = :to, t = :to, r = :rates, h = if_not_exists(h, :none)"
        self._advance(
            update + (", g = if_not_exists(h, :none)" if rates.anew else ""),
            "attribute_not_exists(m) OR m < :to",
            {
                ":first": first,
                ":to": last,
                ":rates": rates.time,
                ":none": _hour_start(first) - HOUR_MS,
            },
            deadline,
        )

    def _advance(
        self, update: str, condition: str, values: Mapping[str, int], deadline: Deadline
    ) -> None:
        """Move the progress on; another invocation that is further ahead keeps its own."""
        try:
            self._retrier.call(
                lambda: self._client.update_item(
                    TableName=self._table_name,
                    Key=folded_key(),
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeValues={k: {"N": str(v)} for k, v in values.items()},
                ),
                deadline,
            )
        except ClientError as error:
            if failure_of(error).code != "ConditionalCheckFailedException":
                raise


def _first_hour_with_rows(now: int) -> int:
    """The start of the first hour none of whose rows has expired."""
    return _hour_start(now - _ROW_LIFETIME_MS) + HOUR_MS


def _hour_start(time: int) -> int:
    return time - time % HOUR_MS


def _last_minute(time: int) -> int:
    """The start of the last minute of the hour that `time` falls into."""
    return _hour_start(time) + HOUR_MS - MINUTE_MS


def _runs(minutes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of minutes that follow one another."""
    first = last = None
    for minute in minutes:
        if last is not None and first is not None and minute != last + MINUTE_MS:
            yield first, last
            first = minute
        elif first is None:
            first = minute
        last = minute
    if first is not None and last is not None:
        yield first, last
