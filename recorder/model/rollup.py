"""Rollups: counters a minute, kept in rows that a panel reads instead of events.

A row is one minute of one family (and, as the stream consumer writes it, of one shard). A counter
is an attribute `<code>|<name>`, flat because DynamoDB cannot add to a map that is not there yet.
Names are capped per row, the surplus goes to `other`: totals are exact, and a name is a lower
bound in a row whose `other` is over zero.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from operator import itemgetter
from typing import Any, Final

from recorder.model import event as types
from recorder.model.counting import (
    DELAY,
    PROBLEM_CODES,
    RATE_CODES,
    SIMULATOR,
    counter_code,
)
from recorder.model.event import Event
from recorder.model.keys import RATE_ROW_FAMILY, shorten, split_address

OTHER: Final = "~other"
"""The name that takes the surplus; no domain, set, identity or status is called so."""
MAXIMUM_COUNTERS_IN_ROW: Final = 100
"""Of volume, and as many of problems. An update expression holds under 300 names, and each KB of a
row is a write unit an update."""
MAXIMUM_COUNTERS_IN_SUMMARY: Final = 400
"""As above. About 10 KB an item: a summary adds up many shards, is written once, and is read over
days."""
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000
LATE_AFTER_MS: Final = 30_000
"""So long after a minute's end, whoever changes one of its rows marks the minute."""
CLOSED_AFTER_MS: Final = 60_000
"""So long after a minute's end it may be summarised. The difference to `LATE_AFTER_MS` is how far
clocks of two Lambda functions may disagree."""
MINUTE_ROW_DAYS: Final = 3
SUMMARY_DAYS: Final = 400
WATERMARK_ATTRIBUTE: Final = "w"
"""The last sequence number counted, as text: DynamoDB's own numbers hold 38 digits, and these may
have 40. In a repaired row there is none."""

_NAME_BYTES: Final = 100
_counted_by = itemgetter(
    *map(
        Event._fields.index,
        (
            *("event_type", "bounce_type", "bounce_subtype", "complaint_type"),
            *("complaint_subtype", "delay_type", "smtp_status", "configuration_set"),
            *("identity", "counted"),
        ),
    )
)
"""With domain and bucket, everything that `counters_of` looks at."""
_Kind = tuple[object, ...]
_MOST_KINDS: Final = 10_000


class Family(StrEnum):
    """What a row counts by. Problems have room of their own: volume never crowds them out."""

    TYPE = "t"
    """Type and subtype; the name is `<bounce type>/<subtype>`, a complaint's or delay's type."""
    DOMAIN = "d"
    DOMAIN_PROBLEM = "dp"
    CONFIGURATION_SET = "c"
    """What rates are made of (`counting.RATE_CODES`), and nothing else."""
    CONFIGURATION_SET_REST = "cr"
    """Opens, delays, simulator mail: whatever else there is of a set."""
    IDENTITY = "i"
    IDENTITY_PROBLEM = "ip"
    STATUS = "s"
    """Enhanced status code of bounces and delays; the name is `<domain> <status>`."""
    LATENCY = "p"
    """Deliveries by domain, the code is the bucket of the processing time; and delays by domain,
    the code is `L` and the bucket of how long the mail was under way."""


RATE_FAMILY: Final = Family(RATE_ROW_FAMILY)
"""What rates need: a denominator is chosen for each configuration set."""

_known_kinds: Final[dict[_Kind, tuple[tuple[Family, str], ...]]] = {}

PROCESSING_TIME_BOUNDS_MS: Final = (
    *(250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000),
    *(60_000, 300_000, 900_000, 3_600_000, 14_400_000),
)
"""Upper bounds of the buckets; one more bucket holds what took longer."""
DELAY_BOUNDS_MS: Final = (
    *(60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000),
    *(3_600_000, 7_200_000, 14_400_000, 28_800_000, 50_400_000),
)
"""As `PROCESSING_TIME_BOUNDS_MS`. SES gives up after 14 hours, or earlier where the configuration
set says so (SES API v2, DeliveryOptions, MaxDeliverySeconds)."""


def minute_start(milliseconds: int) -> int:
    """The start (ms) of the minute that a time falls into."""
    return milliseconds - milliseconds % MINUTE_MS


def counters_of(event: Event) -> Iterator[tuple[Family, str]]:
    """The counters that `event` adds one to, as (family, `<code>|<name>`); none if not counted."""
    if not event.counted:
        return
    code = counter_code(event)
    problem = _is_problem(code)
    domain = _domain_of(event)
    yield Family.TYPE, counter_name(code, _subtype_of(event))
    yield (
        Family.DOMAIN_PROBLEM if problem else Family.DOMAIN,
        counter_name(code, domain),
    )
    yield (
        RATE_FAMILY if code in RATE_CODES else Family.CONFIGURATION_SET_REST,
        counter_name(code, event.configuration_set or ""),
    )
    yield (
        Family.IDENTITY_PROBLEM if problem else Family.IDENTITY,
        counter_name(code, event.identity or ""),
    )
    if event.smtp_status and event.event_type in (types.BOUNCE, types.DELIVERY_DELAY):
        yield Family.STATUS, counter_name(code, f"{domain} {event.smtp_status}")
    if code.startswith(SIMULATOR):
        return
    if event.processing_ms is not None and event.event_type == types.DELIVERY:
        bucket = processing_time_bucket(event.processing_ms)
        yield Family.LATENCY, counter_name(f"{bucket:02d}", domain)
    elif (delayed := _delay_bucket(event)) is not None:
        yield Family.LATENCY, counter_name(f"{DELAY}{delayed:02d}", domain)


def counter_name(code: str, name: str) -> str:
    """The attribute name of a counter."""
    return f"{code}|{shorten(name, _NAME_BYTES)}"


def split_counter_name(attribute: str) -> tuple[str, str]:
    """Code and name of a counter's attribute."""
    code, _, name = attribute.partition("|")
    return code, name


def processing_time_bucket(processing_ms: int) -> int:
    """The index of the bucket; `len(PROCESSING_TIME_BOUNDS_MS)` holds the slowest."""
    return bisect_left(PROCESSING_TIME_BOUNDS_MS, processing_ms)


def _delay_bucket(event: Event) -> int | None:
    """The index of the bucket of how long a mail was under way when SES reported its delay.

    `None` for other events, and where SES gave no time or not that of the mail. A mail that is
    delayed again is reported again, with the longer time.
    """
    if (
        event.event_type != types.DELIVERY_DELAY
        or event.event_time is None
        or event.sent_time is None
    ):
        return None
    return bisect_left(DELAY_BOUNDS_MS, event.event_time - event.sent_time)


def tally(events: Iterable[Event]) -> dict[tuple[int, Family], Counter[str]]:
    """Counters of many events, uncapped, by (minute of recording in ms, family).

    The counters of a row are in the order of their first event.
    """
    # Most events of a batch count alike, so the counters are worked out once for each kind.
    numbers: dict[tuple[int, _Kind], int] = {}
    examples: dict[tuple[int, _Kind], Event] = {}
    for event in events:
        processing_ms = event.processing_ms
        kind: _Kind = (
            event.recipient and event.recipient.rpartition("@")[2],
            processing_ms and bisect_left(PROCESSING_TIME_BOUNDS_MS, processing_ms),
            event.event_type == types.DELIVERY_DELAY and _delay_bucket(event),
            _counted_by(event),
        )
        of_minute = (minute_start(event.recorded_at), kind)
        if of_minute in numbers:
            numbers[of_minute] += 1
        else:
            numbers[of_minute] = 1
            examples[of_minute] = event
    rows: defaultdict[tuple[int, Family], Counter[str]] = defaultdict(Counter)
    for (minute, kind), number in numbers.items():
        for family, counter in _counters_of_kind(kind, examples[minute, kind]):
            rows[minute, family][counter] += number
    return dict(rows)


def _counters_of_kind(kind: _Kind, example: Event) -> tuple[tuple[Family, str], ...]:
    """`counters_of`, remembered: the same domains, sets and identities come in every batch."""
    counters = _known_kinds.get(kind)
    if counters is None:
        if len(_known_kinds) >= _MOST_KINDS:
            _known_kinds.clear()
        counters = _known_kinds[kind] = tuple(counters_of(example))
    return counters


def admit(present: Iterable[str], additions: Mapping[str, int]) -> Counter[str]:
    """`additions` as a row that holds `present` takes them, in their order, the surplus as `other`.

    Problems have a room of their own. `other` counters always have room: there are no more of them
    than there are codes.
    """
    names: dict[bool, set[str]] = {False: set(), True: set()}
    for name in present:
        if not name.endswith(f"|{OTHER}"):
            names[_counts_problem(name)].add(name)
    admitted: Counter[str] = Counter()
    for attribute, number in additions.items():
        alike = names[_counts_problem(attribute)]
        if attribute in alike or len(alike) < MAXIMUM_COUNTERS_IN_ROW:
            alike.add(attribute)
            admitted[attribute] += number
        else:
            admitted[counter_name(split_counter_name(attribute)[0], OTHER)] += number
    return admitted


def keep_largest(counters: Mapping[str, int]) -> Counter[str]:
    """`counters` as a summary takes them: the largest by name, the surplus as `other`."""
    named = [attribute for attribute in counters if not attribute.endswith(f"|{OTHER}")]
    named.sort(key=lambda attribute: (-counters[attribute], attribute))
    largest = [
        attribute
        for problems in (False, True)
        for attribute in [name for name in named if _counts_problem(name) == problems][
            :MAXIMUM_COUNTERS_IN_SUMMARY
        ]
    ]
    kept = Counter({attribute: counters[attribute] for attribute in sorted(largest)})
    for attribute in counters.keys() - kept.keys():
        kept[counter_name(split_counter_name(attribute)[0], OTHER)] += counters[attribute]
    return kept


def counters_in(item: Mapping[str, Mapping[str, Any]]) -> Counter[str]:
    """The counters of a rollup row or summary as read from the table."""
    return Counter(
        {name: int(value["N"]) for name, value in item.items() if "|" in name and "N" in value}
    )


def _is_problem(code: str) -> bool:
    return code.removeprefix(SIMULATOR) in PROBLEM_CODES


def _counts_problem(attribute: str) -> bool:
    return _is_problem(split_counter_name(attribute)[0])


def _domain_of(event: Event) -> str:
    return split_address(event.recipient)[1] if event.recipient else ""


def _subtype_of(event: Event) -> str:
    if event.event_type == types.BOUNCE:
        return f"{event.bounce_type or ''}/{event.bounce_subtype or ''}"
    if event.event_type == types.COMPLAINT:
        return event.complaint_type or event.complaint_subtype or ""
    if event.event_type == types.DELIVERY_DELAY:
        return event.delay_type or ""
    return "" if event.event_type in types.EVENT_TYPES else event.event_type
