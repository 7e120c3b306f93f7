"""On which UTC days events were recorded: an item a day under `C#`, put before its first event.

So who looks for the beginning need not look into day after day. A day may be named on which
nothing is left by now. None is missing where the item with `ALL_DAYS_SORT_KEY` is there: it says
that whoever stored an event in this table names its day, from the very first event on.
"""

from collections.abc import Iterable
from typing import Final

from recorder.model.item import Item, is_expired
from recorder.model.keys import ALL_DAYS_SORT_KEY, CONFIGURATION_KEY, recorded_day_of

ALL_DAYS_ITEM: Final[Item] = {"pk": {"S": CONFIGURATION_KEY}, "sk": {"S": ALL_DAYS_SORT_KEY}}
"""For a table in which no event is yet."""


def read_recorded_days(items: Iterable[Item], now_ms: int) -> tuple[int, ...] | None:
    """Days since the epoch, the oldest first; `None` where nobody knows all of them.

    `items` are those of `C#` between `RECORDED_DAY_PREFIX` and `ALL_DAYS_SORT_KEY`.
    """
    days = []
    all_named = False
    for item in items:
        sort_key = item["sk"]["S"]
        if sort_key == ALL_DAYS_SORT_KEY:
            all_named = True
        elif not is_expired(item, now_ms):
            days.append(recorded_day_of(sort_key))
    return tuple(sorted(days)) if all_named else None
