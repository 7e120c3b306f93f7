"""Rollup rows as they are read: who counted what, and whose count stands."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from recorder.model.keys import REPAIRED_SHARD, rollup_row_place
from recorder.model.rollup import counters_in

MergedRows = dict[tuple[int, str], Counter[str]]
"""Counters by (start of the minute in ms, family); a family is text, since a later version of the
recorder may have more of them."""


class RollupRow(NamedTuple):
    """The counters of one minute (its start in ms) and family, by one shard."""

    minute: int
    family: str
    shard: str
    """As `recorder.model.keys.rollup_shard` has it."""
    counters: Counter[str]


def read_rollup_row(item: Mapping[str, Mapping[str, Any]]) -> RollupRow:
    """The row of an item of the table. Raises `KeyError` or `ValueError` for any other item."""
    return RollupRow(*rollup_row_place(item["pk"]["S"], item["sk"]["S"]), counters_in(item))


def merge_rows(rows: Iterable[RollupRow]) -> MergedRows:
    """The sums over shards; where there is a repaired row it replaces them, though it be empty."""
    merged: MergedRows = {}
    repaired: MergedRows = {}
    for row in rows:
        sums = repaired if row.shard == REPAIRED_SHARD else merged
        sums.setdefault((row.minute, row.family), Counter()).update(row.counters)
    return merged | repaired
