"""Summaries: the counters of a closed minute or hour over all shards, one row a family.

A summary says all there is to know of its minute or hour. Where none is, nothing happened, as long
as `FoldProgress` reaches there; beyond it the rollup rows have to be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from recorder.model.item import Item
from recorder.model.rollup import MINUTE_MS, SUMMARY_DAYS

VERSION_ATTRIBUTE: Final = "v"
"""How often the summary was written; tells a writer whether another came in between."""

_SECONDS_A_DAY = 86_400


def summary_item(
    key: tuple[str, str], start: int, counters: Mapping[str, int], version: int
) -> Item:
    """The item of a summary whose minute or hour begins at `start` (ms)."""
    return {
        "pk": {"S": key[0]},
        "sk": {"S": key[1]},
        VERSION_ATTRIBUTE: {"N": str(version)},
        "x": {"N": str(start // 1000 + SUMMARY_DAYS * _SECONDS_A_DAY)},
        **{name: {"N": str(number)} for name, number in counters.items()},
    }


@dataclass(frozen=True, slots=True)
class FoldProgress:
    """Which minutes and hours have summaries; all times are starts, in ms."""

    first_minute: int
    """Older minutes may have summaries too, with gaps."""
    last_minute: int
    last_hour: int
    """May be an hour before the one that `last_minute` completes, for a moment."""
    rates_since: int | None = None
    """From here on every summarised minute and whole hour has its rate counters; `None`: nowhere.
    """

    @property
    def minutes_until(self) -> int:
        """Minutes that end by then have their summaries."""
        return self.last_minute + MINUTE_MS


def read_fold_progress(item: Mapping[str, Mapping[str, Any]] | None) -> FoldProgress | None:
    """The progress in its item; `None` where nothing was ever summarised.

    A recorder of before there were rate counters moves `m` and `h` on and leaves their twins `t`
    and `g`. Where those differ, minutes without rate counters may lie anywhere, and none is relied
    upon.
    """
    if item is None:
        return None
    minute, hour = int(item["m"]["N"]), int(item["h"]["N"])
    rates_since = None
    if "r" in item and int(item["t"]["N"]) == minute and int(item["g"]["N"]) == hour:
        rates_since = int(item["r"]["N"])
    return FoldProgress(int(item["s"]["N"]), minute, hour, rates_since)
