"""Problems that no feed page holds yet, out of the index `prob`: for while the consumer is late."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Final

from recorder.model.event import PROBLEM_TYPES, Event
from recorder.model.item import Item, from_item, is_expired
from recorder.model.keys import PROBLEM_LANES, problem_partition
from ses_tui.aws.feed_cursor import days_between
from ses_tui.aws.feed_pages import number_of
from ses_tui.aws.problem_index import problem_query
from ses_tui.aws.table_client import TableReads
from ses_tui.aws.together import together

_EVERY_SECONDS: Final = 10.0
"""A read is forty queries, twenty read units: a problem shows ten seconds late at most."""
_OVERLAP_MS: Final = 60_000
_LONGEST_MS: Final = 86_400_000
_ROWS_A_QUERY: Final = 50
_EVENTS_A_READ: Final = 200
"""The newest; in a storm the others come with their pages."""


class ProblemsAhead:
    """Reads the index now and then while it is asked, from where it was read before."""

    def __init__(self, table: TableReads) -> None:
        self._table = table
        self._read_at: float | None = None
        self._read_until = 0

    async def read(
        self,
        now_ms: int,
        instant: float,
        proof: int,
        unseen: Callable[[Iterable[Event]], tuple[Event, ...]],
    ) -> tuple[Event, ...]:
        """Whole problem events recorded after `proof` (ms) of which `unseen` picks the new ones.

        Nothing where it was read less than ten seconds (of `instant`) ago. Raises `SesTuiError`.
        """
        if self._read_at is not None and instant - self._read_at < _EVERY_SECONDS:
            return ()
        since = max(proof + 1, self._read_until - _OVERLAP_MS, now_ms - _LONGEST_MS)
        answers = await together(
            self._rows(problem_partition(event_type, day, lane), since, now_ms + _OVERLAP_MS)
            for day in days_between(since, now_ms)
            for event_type in sorted(PROBLEM_TYPES)
            for lane in range(PROBLEM_LANES)
        )
        rows = sorted((row for rows in answers for row in rows), key=_recorded_at)
        rows_by_id = {event.event_id: row for row in rows for event in _events_of([row], now_ms)}
        wanted = unseen(_events_of(rows, now_ms))[-_EVENTS_A_READ:]
        whole = await together(self._whole(rows_by_id[event.event_id]) for event in wanted)
        self._read_at, self._read_until = instant, now_ms
        return unseen(_events_of(whole, now_ms))

    def forget(self) -> None:
        """The consumer is no longer late."""
        self._read_at, self._read_until = None, 0

    async def _rows(self, partition: str, since: int, until: int) -> list[Item]:
        query = problem_query(partition, since, until, _ROWS_A_QUERY)
        answer = await self._table.query(**query)
        rows: list[Item] = answer["Items"]
        return rows

    async def _whole(self, row: Item) -> Item:
        """The event's item with all it has; lists show less."""
        answer = await self._table.get_item(Key={"pk": row["pk"], "sk": row["sk"]})
        item: Item = answer.get("Item", {})
        return item


def _events_of(items: Iterable[Item], now_ms: int) -> Iterator[Event]:
    """Of those items that are events and have not expired; the consumer passes historic ones over.

    Others are left out, as a reader of pages cannot meet them either.
    """
    for item in items:
        with suppress(KeyError, ValueError):
            event = from_item(item)
            if not event.historic and not is_expired(item, now_ms):
                yield event


def _recorded_at(item: Item) -> int:
    return number_of(item, "r", 0)
