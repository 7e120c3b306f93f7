"""What rates need of a closed minute or hour, in one row: five counters a configuration set.

Made of the summaries of configuration sets and their problems, so that these stay the one truth.
A set has all five, zeros too: such a row is as large in a quiet hour as in a busy one, and whoever
reads it by hand sees the whole of it.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from recorder.model import counting
from recorder.model.keys import RATE_COUNTERS
from recorder.model.rollup import OTHER, RATE_FAMILIES, counter_name, split_counter_name

RATE_CODES: Final = (
    counting.SEND,
    counting.DELIVERY,
    counting.PERMANENT_BOUNCE,
    counting.SUPPRESSED_BOUNCE,
    counting.COMPLAINT,
)
MAXIMUM_SETS: Final = 400
"""With names of 100 bytes a row of so many holds 240 KB, well inside DynamoDB's 400."""

Place = tuple[int, str]
"""The start (ms) of a minute or hour, and a family."""


def rate_counters(*families: Mapping[str, int]) -> Counter[str]:
    """The counters `<code>|<set>` that rates need, of those of both families of sets.

    Beyond `MAXIMUM_SETS` the smallest sets are counted together as `other`.
    """
    by_set: dict[str, Counter[str]] = {}
    for counters in families:
        for attribute, number in counters.items():
            code, name = split_counter_name(attribute)
            if code in RATE_CODES:
                by_set.setdefault(name, Counter())[code] += number
    named = sorted(by_set.keys() - {OTHER}, key=lambda name: (-by_set[name].total(), name))
    for name in named[MAXIMUM_SETS:]:
        by_set.setdefault(OTHER, Counter()).update(by_set.pop(name))
    return Counter(
        {
            counter_name(code, name): tally[code]
            for name, tally in by_set.items()
            for code in RATE_CODES
        }
    )


def rate_summaries(
    summaries: Mapping[Place, Mapping[str, int]],
) -> dict[Place, Counter[str]]:
    """The rate counters of every minute or hour that has a summary of configuration sets.

    None is left out, though it be empty: it may replace one that counted too much.
    """
    starts = dict.fromkeys(start for start, family in summaries if family in RATE_FAMILIES)
    return {
        (start, RATE_COUNTERS): rate_counters(
            *(summaries.get((start, family), {}) for family in RATE_FAMILIES)
        )
        for start in starts
    }
