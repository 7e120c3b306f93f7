"""Makes rollup rows and summaries say what the events say, wherever they say something else.

While the rows of a minute live, a repaired row replaces those of the shards for every reader, and
the summaries are folded from it again. Later only summaries are left, and are written themselves.

Everything written is absolute and says when the scan behind it began: of two repairs at once, the
one that began later saw all that the other saw, and stands.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from botocore.exceptions import ClientError

from recorder.dynamodb import DynamoDBClient
from recorder.model.clock import Clock
from recorder.model.item import Item
from recorder.model.keys import (
    REPAIRED_SHARD,
    hour_summary_keys,
    minute_summary_keys,
    rollup_keys,
)
from recorder.model.rate_counters import rate_summaries
from recorder.model.rollup import (
    HOUR_MS,
    MINUTE_MS,
    MINUTE_ROW_DAYS,
    OTHER,
    SUMMARY_DAYS,
    Family,
    counters_in,
    keep_largest,
    split_counter_name,
)
from recorder.model.summary import VERSION_ATTRIBUTE, summary_item
from recorder.query import query_items
from recorder.retry import Deadline, Retrier, failure_of
from recorder.rollup_reader import RollupReader
from recorder.summaries import Summariser
from recorder.worker_pool import WorkerPool

BEGUN_ATTRIBUTE: Final = "b"
"""When the scan began that a repaired row or summary is made of (ms)."""

_SECONDS_A_DAY: Final = 86_400
_DAY_MS: Final = 24 * HOUR_MS
_Place = tuple[int, str]
"""The start (ms) of a minute or hour, and a family."""
Counters = Mapping[_Place, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class HourRepair:
    """What was wrong with an hour; all of it is right now, unless it was a dry run."""

    minutes: frozenset[int] = frozenset()
    """Minutes (their starts in ms) whose figures differed from their events."""
    kept: frozenset[int] = frozenset()
    """Minutes left alone, since they count events that have expired by now."""
    rows: int = 0
    """Repaired rows and summaries of minutes that were written, or would be."""
    hour: bool = False
    """Whether the hour's own summary differed from its minutes'."""


def agrees(counters: Mapping[str, int], truth: Mapping[str, int]) -> bool:
    """Whether `counters` say what `truth` does, names under a cap or not.

    Totals have to be the same; a name may be lower, since some of it may be in `other`.
    """
    return _totals(counters) == _totals(truth) and all(
        number <= truth.get(attribute, 0)
        for attribute, number in counters.items()
        if split_counter_name(attribute)[1] != OTHER
    )


class CounterRepair:
    """Repairs counters of one table, an hour at a time."""

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
        self._summariser = Summariser(client, table_name, clock, retrier, pool)

    def repair_hour(
        self,
        minutes: range,
        truth: Counters,
        *,
        begun_at: int,
        complete_since: int,
        dry_run: bool,
    ) -> HourRepair:
        """Repair minutes (starts in ms) of one UTC hour, whose events count up to `truth`.

        `truth` holds counters by (minute, family). From `complete_since` (ms) on, events that were
        counted are still there; before, counters are never lowered. `begun_at` is when the scan
        for the events began. Raises the first error that did not pass in time.
        """
        now = self._clock.now_ms()
        hour = minutes[0] - minutes[0] % HOUR_MS
        if hour < now - SUMMARY_DAYS * _DAY_MS:
            return HourRepair()
        summaries = self._minute_summaries(hour)
        # An hour some of whose rows are gone has to do without all of them.
        rows_live = hour > now - MINUTE_ROW_DAYS * _DAY_MS
        rows: Counters = {}
        if rows_live:
            rows = self._reader.merged(minutes[0], minutes[-1], Deadline(self._clock))
        places: list[_Place] = [(minute, family) for minute in minutes for family in Family]
        wrong, kept = set(), set()
        for place in places:
            told = [rows.get(place, {})] if rows_live else []
            if place not in rows:
                told.append(summaries.get(place, {}))
            if not all(agrees(counters, truth.get(place, {})) for counters in told):
                wrong.add(place)
                lowers = any(_lowers(counters, truth.get(place, {})) for counters in told)
                if lowers and place[0] < complete_since:
                    kept.add(place[0])
        repaired = {
            place: keep_largest(truth.get(place, {})) for place in wrong if place[0] not in kept
        }
        folded_until, hour_folded = self._folded(hour) if rows_live else (hour + HOUR_MS, True)
        should_be = summaries | repaired
        should_be |= {
            place: keep_largest(rows[place])
            for place in places
            if place in rows and place not in repaired and place[0] < folded_until
        }
        changed = {
            place[0]
            for place, counters in should_be.items()
            if place in repaired or counters != summaries.get(place, Counter())
        }
        hours = self._wrong_hours(hour, should_be) if hour_folded else {}
        if not dry_run:
            if rows_live:
                self._put_rows(repaired, begun_at)
                self._fold(changed or ({minutes[0]} if hours else set()))
            else:
                rates = {
                    place: counters
                    for place, counters in rate_summaries(should_be).items()
                    if place[0] in changed
                }
                self._put_summaries(minute_summary_keys, repaired | rates, begun_at)
                self._put_summaries(hour_summary_keys, hours, begun_at)
        return HourRepair(frozenset(changed), frozenset(kept), len(repaired), bool(hours))

    def _fold(self, minutes: set[int]) -> None:
        """Make summaries of an hour again; in one go with those in between, which costs fewer
        reads and changes none that is right."""
        if minutes:
            together = range(min(minutes), max(minutes) + MINUTE_MS, MINUTE_MS)
            self._summariser.fold_again(together, Deadline(self._clock))

    def _folded(self, hour: int) -> tuple[int, bool]:
        """Until when (ms) minutes have summaries, and whether the hour has."""
        progress = self._reader.progress(Deadline(self._clock))
        if progress is None:
            return 0, False
        return progress.minutes_until, hour <= progress.last_hour

    def _minute_summaries(self, hour: int) -> dict[_Place, Counter[str]]:
        places = {
            minute_summary_keys(minute, family)[1]: (minute, family)
            for minute in range(hour, hour + HOUR_MS, MINUTE_MS)
            for family in Family
        }
        items = query_items(
            self._client,
            self._retrier,
            Deadline(self._clock),
            TableName=self._table_name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": minute_summary_keys(hour, Family.TYPE)[0]}},
        )
        return {
            places[item["sk"]["S"]]: counters_in(item)
            for item in items
            if item["sk"]["S"] in places
        }

    def _wrong_hours(
        self, hour: int, minutes: Mapping[_Place, Counter[str]]
    ) -> dict[_Place, Counter[str]]:
        """What an hour's summaries should be but are not, when its minutes' are `minutes`."""
        sums: dict[_Place, Counter[str]] = {}
        for (_, family), counters in minutes.items():
            sums.setdefault((hour, family), Counter()).update(counters)

        def stored(place: _Place) -> Counter[str]:
            return counters_in(self._get(hour_summary_keys(*place)))

        places = list(sums)
        right = {place: keep_largest(sums[place]) for place in places}
        wrong = {
            place: right[place]
            for place, counters in zip(places, self._pool.run(stored, places), strict=True)
            if counters != right[place]
        }
        return wrong | (rate_summaries(right) if rate_summaries(wrong) else {})

    def _put_rows(self, counters: Counters, begun_at: int) -> None:
        def put(place: _Place) -> None:
            partition_key, sort_key = rollup_keys(*place, REPAIRED_SHARD)
            expires_at = (place[0] + MINUTE_MS) // 1000 + MINUTE_ROW_DAYS * _SECONDS_A_DAY
            item: Item = {
                "pk": {"S": partition_key},
                "sk": {"S": sort_key},
                "x": {"N": str(expires_at)},
                **{name: {"N": str(number)} for name, number in counters[place].items()},
            }
            self._put(item, begun_at)

        self._pool.run(put, counters)

    def _put_summaries(
        self, keys_of: Callable[[int, str], tuple[str, str]], counters: Counters, begun_at: int
    ) -> None:
        """Write summaries that nobody folds any more, so that repairs are their only writers."""

        def put(place: _Place) -> None:
            key = keys_of(*place)
            version = int(self._get(key).get(VERSION_ATTRIBUTE, {"N": "0"})["N"])
            self._put(summary_item(key, place[0], counters[place], version + 1), begun_at)

        self._pool.run(put, counters)

    def _get(self, key: tuple[str, str]) -> Item:
        """An item; empty if there is none."""
        answer = self._retrier.call(
            lambda: self._client.get_item(
                TableName=self._table_name,
                Key={"pk": {"S": key[0]}, "sk": {"S": key[1]}},
                ConsistentRead=True,
            ),
            Deadline(self._clock),
        )
        item: Item = answer.get("Item", {})
        return item

    def _put(self, item: Item, begun_at: int) -> None:
        """Write an item, unless a repair that began later has done so."""
        begun = {"N": str(begun_at)}
        try:
            self._retrier.call(
                lambda: self._client.put_item(
                    TableName=self._table_name,
                    Item=item | {BEGUN_ATTRIBUTE: begun},
                    ConditionExpression=(
                        f"attribute_not_exists({BEGUN_ATTRIBUTE}) OR {BEGUN_ATTRIBUTE} <= :begun"
                    ),
                    ExpressionAttributeValues={":begun": begun},
                ),
                Deadline(self._clock),
            )
        except ClientError as error:
            if failure_of(error).code != "ConditionalCheckFailedException":
                raise


def _totals(counters: Mapping[str, int]) -> Counter[str]:
    """Sums by code."""
    totals: Counter[str] = Counter()
    for attribute, number in counters.items():
        totals[split_counter_name(attribute)[0]] += number
    return totals


def _lowers(standing: Mapping[str, int], truth: Mapping[str, int]) -> bool:
    """Whether `truth` is short of some total that stands."""
    return bool(_totals(standing) - _totals(truth))
