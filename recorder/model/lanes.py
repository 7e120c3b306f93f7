"""How many lanes the feed of a day has: more lanes, more pages a second.

The configuration item (`C#`, `feed`) says it by first UTC day. It may only be changed for a day to
come, so that writers and readers agree about a day without asking each other.
"""

from collections.abc import Mapping
from typing import Any, Final
from zlib import crc32

FEED_CONFIGURATION_SORT_KEY: Final = "feed"
LANES_ATTRIBUTE: Final = "l"
"""A map from first UTC day (`yyyymmdd`) to a number."""
DEFAULT_LANES: Final = 1
MAXIMUM_LANES: Final = 64


def read_lanes(item: Mapping[str, Mapping[str, Any]] | None) -> dict[str, int]:
    """Lanes by first day, of the configuration item or of none; drops what makes no sense."""
    lanes: dict[str, int] = {}
    for day, number in (item or {}).get(LANES_ATTRIBUTE, {}).get("M", {}).items():
        text = number.get("N", "")
        if text.isdigit() and 1 <= int(text) <= MAXIMUM_LANES:
            lanes[day] = int(text)
    return lanes


def lanes_on(lanes: Mapping[str, int], day: str) -> int:
    """How many lanes `day` (`yyyymmdd`) has."""
    first_days = [first_day for first_day in lanes if first_day <= day]
    return lanes[max(first_days)] if first_days else DEFAULT_LANES


def lane_of_shard(shard_id: str, lanes: int) -> int:
    """The lane that takes the pages of a stream shard."""
    return crc32(shard_id.encode()) % lanes
