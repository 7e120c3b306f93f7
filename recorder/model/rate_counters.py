"""What rates need of a closed minute or hour, in one row: five counters a configuration set.

Made of the summaries of configuration sets, so that these stay the one truth.
A set has all five, zeros too: such a row is as large in a quiet hour as in a busy one, and whoever
reads it by hand sees the whole of it.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from recorder.model.counting import RATE_CODES
from recorder.model.keys import RATE_COUNTERS
from recorder.model.rollup import OTHER, RATE_FAMILY, counter_name, split_counter_name

MAXIMUM_SETS: Final = 400
"""With names of 100 bytes a row of so many holds 240 KB, well inside DynamoDB's 400."""

Place = tuple[int, str]
"""The start (ms) of a minute or hour, and a family."""


def rate_counters(counters: Mapping[str, int]) -> Counter[str]:
    """The counters `<code>|<set>` that rates need, all five of each set in `counters`.

    Beyond `MAXIMUM_SETS` the smallest sets are counted together as `other`.
    """
    by_set: dict[str, Counter[str]] = {}
    for attribute, number in counters.items():
        code, name = split_counter_name(attribute)
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
    return {
        (start, RATE_COUNTERS): rate_counters(counters)
        for (start, family), counters in summaries.items()
        if family == RATE_FAMILY
    }
