"""Figures and feed pages of the demo's past, written in one go.

A repair would come to the same, but it looks at every row before it writes one, for good reasons
that a table of half a minute does not have: it would take as long as all the rest of the start.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final

from recorder.day_names import DayNames
from recorder.event_scan import EventScan
from recorder.model.clock import Clock
from recorder.model.item import Item, expiry_of
from recorder.model.keys import folded_key, hour_summary_keys, minute_summary_keys
from recorder.model.rate_counters import rate_summaries
from recorder.model.rollup import HOUR_MS, MINUTE_MS, tally
from recorder.model.summary import summary_item
from recorder.page_repair import PageRepair
from recorder.retry import Deadline, Retrier
from recorder.stream import StreamedEvent, countable_event
from recorder.worker_pool import WorkerPool

_Summaries = dict[tuple[int, str], Counter[str]]
"""Counters by (start in ms, family)."""
_ITEMS_A_REQUEST: Final = 25
"""`BatchWriteItem` takes no more."""


class PastFigures:
    """Writes what the stream consumer and the schedule would have made of old events.

    `write` is to be used once, on a table of which nothing was summarised: the schedule begins
    afterwards.
    """

    def __init__(self, client: Any, table_name: str, clock: Clock) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock
        self._retrier = Retrier()

    @property
    def is_new_table(self) -> bool:
        """Whether nothing was ever summarised."""
        answer = self._client.get_item(TableName=self._table_name, Key=folded_key())
        return "Item" not in answer

    def write(self, until: int) -> tuple[int, int]:
        """Summarise and page the events recorded before `until` (ms, a whole minute).

        Returns the numbers of minutes and feed pages. Raises what the client raises.
        """
        names = DayNames(self._client, self._table_name, self._retrier)
        names.name_all_of_new_table(Deadline(self._clock))
        last_hour = until - until % HOUR_MS - HOUR_MS
        starts, pages = self._write(0, until, last_hour)
        first = min(starts, default=until - MINUTE_MS)
        self._put([_progress(first, until - MINUTE_MS, last_hour)])
        return len(starts), pages

    def write_older(self, since: int, until: int) -> None:
        """The same for events of [`since`, `until`) (ms) that were recorded later, in hours that
        had none."""
        self._write(since, until, until)

    def _write(self, since: int, until: int, last_hour: int) -> tuple[set[int], int]:
        """Write all but how far summaries reach; the minutes (ms) and the number of pages."""
        deadline = Deadline(self._clock)
        pool = WorkerPool()
        events: list[StreamedEvent] = []
        EventScan(self._client, self._table_name, self._clock, self._retrier, pool).run(
            since, until, lambda _, items: events.extend(map(_streamed, items)), segments=1
        )
        names = DayNames(self._client, self._table_name, self._retrier)
        names.name(((one.event.recorded_at, one.expires_at) for one in events), deadline)
        pages = PageRepair(self._client, self._table_name, self._clock, self._retrier, pool).pack(
            events
        )
        minutes: _Summaries = {
            (minute, family.value): counters
            for (minute, family), counters in tally(one.event for one in events).items()
        }
        hours: _Summaries = {}
        for (minute, family), counters in minutes.items():
            hour = minute - minute % HOUR_MS
            if hour <= last_hour:
                hours.setdefault((hour, family), Counter()).update(counters)
        self._put(
            [*pages, *_items(minutes, minute_summary_keys), *_items(hours, hour_summary_keys)]
        )
        return {minute for minute, _ in minutes}, len(pages)

    def _put(self, items: Sequence[Item]) -> None:
        for first in range(0, len(items), _ITEMS_A_REQUEST):
            batch = items[first : first + _ITEMS_A_REQUEST]
            wanted = {self._table_name: [{"PutRequest": {"Item": item}} for item in batch]}
            while wanted:
                call = partial(self._client.batch_write_item, RequestItems=wanted)
                wanted = self._retrier.call(call, Deadline(self._clock))["UnprocessedItems"]


def _streamed(item: Item) -> StreamedEvent:
    return StreamedEvent("", countable_event(item), expiry_of(item))


def _items(summaries: _Summaries, keys_of: Callable[[int, str], tuple[str, str]]) -> Iterator[Item]:
    for place, counters in (*summaries.items(), *rate_summaries(summaries).items()):
        yield summary_item(keys_of(*place), place[0], counters, version=1)


def _progress(first_minute: int, last_minute: int, last_hour: int) -> Item:
    """How far summaries reach (`recorder.model.summary.FoldProgress`)."""
    times = {"s": first_minute, "m": last_minute, "t": last_minute, "r": 0}
    times |= {"h": last_hour, "g": last_hour}
    return folded_key() | {name: {"N": str(time)} for name, time in times.items()}
