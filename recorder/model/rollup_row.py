"""Rollup rows as they are read: who counted what, and whose count stands."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from recorder.model.keys import REPAIRED_SHARD, rollup_row_place
from recorder.model.rollup import WATERMARK_ATTRIBUTE, counters_in

MergedRows = dict[tuple[int, str], Counter[str]]
"""Counters by (start of the minute in ms, family); a family is text, since a later version of the
recorder may have more of them."""


class RollupRow(NamedTuple):
    """The counters of one minute (its start in ms) and family, by one shard."""

    minute: int
    family: str
    shard_id: str
    counters: Counter[str]
    watermark: str | None
    """The last sequence number counted; a repaired row has none."""


def read_rollup_row(item: Mapping[str, Mapping[str, Any]]) -> RollupRow:
    """The row of an item of the table. Raises `KeyError` or `ValueError` for any other item."""
    minute, family, shard_id = rollup_row_place(item["pk"]["S"], item["sk"]["S"])
    watermark = item.get(WATERMARK_ATTRIBUTE, {}).get("S")
    return RollupRow(minute, family, shard_id, counters_in(item), watermark)


def merge_rows(rows: Iterable[RollupRow]) -> MergedRows:
    """The sums over shards; where there is a repaired row it replaces them, though it be empty."""
    merged: MergedRows = {}
    repaired: MergedRows = {}
    for row in rows:
        sums = repaired if row.shard_id == REPAIRED_SHARD else merged
        sums.setdefault((row.minute, row.family), Counter()).update(row.counters)
    return merged | repaired
