"""On which days there may be something, so that nobody looks for it day after day."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from recorder.model.keys import ALL_DAYS_SORT_KEY, CONFIGURATION_KEY, RECORDED_DAY_PREFIX
from recorder.model.recorded_days import read_recorded_days
from ses_tui.aws.feed_pages import query_all
from ses_tui.aws.table_client import TableReads

LONGEST_SILENCE_DAYS: Final = 400
"""So long without anything is taken for the beginning where the table does not name its days."""
_DAYS_OF_PAGES: Final = range(-1, 3)
"""When the page of an event may have been written, in days from that of the event: a stream keeps
its records for a day, and two clocks may differ by a quarter of an hour each way."""
_NAMES_A_QUERY: Final = 1_000


@dataclass(frozen=True, slots=True)
class RecordedDays:
    """Days are counted since the epoch."""

    named: tuple[int, ...] | None
    """Every day with events, the oldest first, and perhaps some without; `None` where the table
    does not say, since an earlier recorder or something else filled it."""

    @classmethod
    async def read(cls, table: TableReads, now_ms: int) -> "RecordedDays":
        """As they are now, since a day is named before its first event. Raises `SesTuiError`."""
        names = query_all(
            table,
            KeyConditionExpression="pk = :partition AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":partition": {"S": CONFIGURATION_KEY},
                ":first": {"S": RECORDED_DAY_PREFIX},
                ":last": {"S": ALL_DAYS_SORT_KEY},
            },
            ConsistentRead=True,
            Limit=_NAMES_A_QUERY,
        )
        return cls(read_recorded_days([item async for items in names for item in items], now_ms))

    def of_events(self, first: int, last: int) -> Sequence[int]:
        """Days on which events may have been recorded, of those from `first` to `last`."""
        return range(first, last + 1) if self.named is None else _within(self.named, first, last)

    def of_pages(self, first: int, last: int) -> Sequence[int]:
        """Days on which pages of events may have been written, of those from `first` to `last`."""
        if self.named is None:
            return range(first, last + 1)
        days = {day + after for day in self.named for after in _DAYS_OF_PAGES}
        return _within(sorted(days), first, last)


def _within(days: Sequence[int], first: int, last: int) -> list[int]:
    return [day for day in days if first <= day <= last]
