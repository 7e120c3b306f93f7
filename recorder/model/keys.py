"""Every key of the table. No other module writes or takes apart a key.

Limits: a partition key holds 2,048 bytes, a sort key 1,024 (DynamoDB constraints, "Primary keys").
"""

from collections.abc import Collection
from hashlib import blake2b

from recorder.model.event import ENGAGEMENT_TYPES, PROBLEM_TYPES, Event
from recorder.model.identity import short_hash
from recorder.model.timestamps import day_of, minute_of, time_of_minute

MESSAGE_PREFIX = "M#"
HEARTBEAT_PREFIX = "H#"
FEED_PREFIX = "F#"
CONFIGURATION_KEY = "C#"
PROBLEM_LANES = 8
ROLLUP_SPREADS = 8
RATE_ROW_FAMILY = "c"
"""Of the spreads, the first holds the rows that rates are made of (`recorder.model.rollup.Family`)
and nothing else: a panel of rates reads its open minutes in one range of keys."""
RECIPIENT_BUCKETS = "abcdefghijklmnopqrstuvwxyz0123456789_"
"""Each spreads a part of a domain's recipients (`recipient_bucket`)."""
REPAIRED_SHARD = "~"
"""Stands for the shard in a repaired row, which replaces the shards' rows of its minute."""
RATE_COUNTERS = "r"
"""Stands for a family in the summaries of what rates need (`recorder.model.rate_counters`)."""
FOLD_PROGRESS_SORT_KEY = "folded"
"""With `C#`: how far summaries reach (`recorder.model.summary.FoldProgress`)."""
DIRTY_MINUTE_PREFIX = "dirty#"
"""With `C#`: a minute whose rollup rows changed after it was, or might have been, summarised."""
RECORDED_DAY_PREFIX = "day#"
"""With `C#`: a UTC day on which events were recorded (`recorder.model.recorded_days`)."""
ALL_DAYS_SORT_KEY = "days"
"""With `C#`: no such day is missing."""
LAST_RECORDED_SORT_KEY = "~"
"""With a day's first lane of pages: when an event was last recorded (`recorder.last_recorded`)."""
PAGES_END = ":"
"""Above the sort key of every page, all of which begin with a digit, and below that one."""

_DAY_MS = 86_400_000
_PARTITION_KEY_BYTES = 2048
_SORT_KEY_BYTES = 1024
_START_BYTES = 900
"""Of a local part, so much is never cut off for a hash."""
_ALPHANUMERIC = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def shorten(text: str, limit: int) -> str:
    """`text` within `limit` bytes of UTF-8; the over-long ends in `~` and a hash of the whole."""
    if len(text) <= limit and text.isascii():
        return text
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= limit:
        return encoded.decode("utf-8")
    suffix = "~" + blake2b(encoded, digest_size=10).hexdigest()
    return encoded[: limit - len(suffix)].decode("utf-8", "ignore") + suffix


def message_key(message_id: str) -> str:
    """Partition key of everything known about one message."""
    return shorten(MESSAGE_PREFIX + message_id, _PARTITION_KEY_BYTES)


def shows_message_id(message_id: str) -> bool:
    """Whether the message's partition key gives its id back.

    Not where the id had to be shortened, nor where it begins like the key of an event without one.
    """
    return message_key(message_id) == MESSAGE_PREFIX + message_id and message_id[:1] != "~"


def orphan_key(payload_hash: str) -> str:
    """Partition key of an event that came without a message id; `~` starts no SES message id."""
    return f"{MESSAGE_PREFIX}~{payload_hash}"


def event_sort_key(event_type: str, event_time: int | None, event_id: str) -> str:
    """Opens and clicks sort by time, behind everything else: a story is read without them."""
    if event_type in ENGAGEMENT_TYPES:
        return f"1#{event_time or 0:013d}#{event_id}"
    return f"0#{event_id}"


def event_id_of_sort_key(sort_key: str) -> str:
    """The event id at the end of an event's sort key."""
    return sort_key.rpartition("#")[2]


def split_address(address: str) -> tuple[str, str]:
    """Local part and domain; the domain is empty where there is no `@`."""
    local, at, domain = address.rpartition("@")
    return (local, domain) if at else (address, "")


def encode_local_part(local: str) -> str:
    """`#` separates the parts of a sort key and is legal in a local part (RFC 5322 atext)."""
    return local.replace("%", "%25").replace("#", "%23")


def recipient_partition(domain: str, bucket: str) -> str:
    """Partition of the `rcpt` index: one domain, one of its 37 buckets."""
    return shorten(f"R#{domain}#", _PARTITION_KEY_BYTES - 1) + bucket


def recipient_bucket(local: str) -> str:
    """First character of the local part if it is `[a-z0-9]`, else `_`: spreads the big domains."""
    return local[0] if local[:1] in _ALPHANUMERIC else "_"


def recipient_sort_prefix(local: str) -> str:
    """What every sort key of one exact local part starts with, `#` included."""
    tail = len("#0000000000000#") + 16
    return shorten(encode_local_part(local), _SORT_KEY_BYTES - tail) + "#"


def recipient_sort_start(start: str) -> str:
    """What the sort keys of all local parts that begin with `start` begin with."""
    encoded = encode_local_part(start).encode("utf-8", "replace")
    return encoded[:_START_BYTES].decode("utf-8", "ignore")


def recipient_sort_range(local: str, since: int, until: int) -> tuple[str, str]:
    """Bounds, for `BETWEEN`, of one exact local part's events recorded in [since, until) (ms)."""
    prefix = recipient_sort_prefix(local)
    # `$` follows `#`, and no sort key is just a time and `$`.
    return f"{prefix}{since:013d}#", f"{prefix}{until - 1:013d}$"


def recipient_keys(recipient: str, recorded_at: int, event_id: str) -> tuple[str, str]:
    """Partition and sort key of the `rcpt` index for a lower-cased bare address."""
    local, domain = split_address(recipient)
    return (
        recipient_partition(domain, recipient_bucket(local)),
        f"{recipient_sort_prefix(local)}{recorded_at:013d}#{event_id}",
    )


def problem_lane(event_id: str) -> int:
    """One of eight lanes, from the event id: a storm of bounces spreads over eight partitions."""
    return int(event_id[-1], 32) % PROBLEM_LANES


def problem_partition(event_type: str, day: str, lane: int) -> str:
    """Partition of the `prob` index: one problem type, one UTC day (`yyyymmdd`), one lane."""
    return f"P#{event_type}#{day}#{lane}"


def problem_keys(event_type: str, recorded_at: int, event_id: str) -> tuple[str, str]:
    """Partition and sort key of the `prob` index."""
    return (
        problem_partition(event_type, day_of(recorded_at), problem_lane(event_id)),
        f"{recorded_at:013d}#{event_id}",
    )


def problem_sort_range(since: int, until: int) -> tuple[str, str]:
    """Bounds, for `BETWEEN`, of the problems recorded in [since, until) (ms)."""
    return f"{since:013d}#", f"{until - 1:013d}$"


def index_keys(event: Event) -> dict[str, str]:
    """The index key attributes that `event` has: `rp`/`rs` for `rcpt`, `pp`/`ps` for `prob`."""
    keys: dict[str, str] = {}
    if event.recipient is not None and event.event_type not in ENGAGEMENT_TYPES:
        keys["rp"], keys["rs"] = recipient_keys(event.recipient, event.recorded_at, event.event_id)
    if event.event_type in PROBLEM_TYPES:
        keys["pp"], keys["ps"] = problem_keys(event.event_type, event.recorded_at, event.event_id)
    return keys


def heartbeat_key(now_ms: int) -> str:
    """Partition key of the heartbeat of one minute; its sort key is `0`."""
    return HEARTBEAT_PREFIX + minute_of(now_ms)


def feed_partition(day: str, lane: int) -> str:
    """Partition of the feed pages that one lane got in one UTC day (`yyyymmdd`)."""
    return f"{FEED_PREFIX}{day}#{lane}"


def page_sort_key(written_at: int, shard_id: str, first_sequence_number: str) -> str:
    """Sorts by the time of writing; shard and sequence number keep two writers apart."""
    shard = blake2b(shard_id.encode(), digest_size=4).hexdigest()
    return f"{written_at:013d}#{shard}#{first_sequence_number}"


def page_sort_range(first_written_at: int, last_written_at: int) -> tuple[str, str]:
    """Bounds, for `BETWEEN`, of the pages written within two times (ms), both included."""
    # `$` follows `#`, and no sort key is just a time and `$`.
    return f"{first_written_at:013d}#", f"{last_written_at:013d}$"


def page_written_at(sort_key: str) -> int:
    """The time of writing in a page's sort key."""
    return int(sort_key[:13])


def last_recorded_key(recorded_at: int) -> dict[str, dict[str, str]]:
    """The key, as DynamoDB takes it, of the item that says when an event was last recorded.

    It lies behind the pages of the day's first lane, so that a poll for these reads it, too.
    """
    partition = feed_partition(day_of(recorded_at), 0)
    return {"pk": {"S": partition}, "sk": {"S": LAST_RECORDED_SORT_KEY}}


def rollup_partition(hour: str, spread: int) -> str:
    """Partition of the rollup rows of one UTC hour (`yyyymmddHH`), one of eight spreads."""
    return f"R#{hour}#{spread}"


def rollup_spread(family: str, shard_id: str) -> int:
    """Which of the eight spreads a stream shard's rows of a family are in."""
    spreads = rollup_spreads((family,))
    return spreads[blake2b(shard_id.encode(), digest_size=1).digest()[0] % len(spreads)]


def rollup_spreads(families: Collection[str]) -> range:
    """The spreads that hold all rows of these families."""
    rates = RATE_ROW_FAMILY in families
    return range(0 if rates else 1, 1 if rates and len(families) == 1 else ROLLUP_SPREADS)


def rollup_shard(shard_id: str) -> str:
    """What stands for a stream shard in the sort keys of its rollup rows.

    Shard ids are 37 bytes and more, and whoever reads the open minutes reads one with each row.
    """
    return shard_id if shard_id == REPAIRED_SHARD else short_hash(shard_id.encode())


def rollup_keys(minute_start: int, family: str, shard_id: str) -> tuple[str, str]:
    """Partition and sort key of a rollup row; `minute_start` is in ms.

    It sorts by minute of the hour (`MM`), family, shard.
    """
    minute = minute_of(minute_start)
    return (
        rollup_partition(minute[:10], rollup_spread(family, shard_id)),
        f"{minute[10:]}#{family}#{rollup_shard(shard_id)}",
    )


def rollup_partitions(time: int, families: Collection[str]) -> tuple[str, ...]:
    """The partitions that hold all rollup rows of these families in the UTC hour of `time` (ms)."""
    hour = minute_of(time)[:10]
    return tuple(rollup_partition(hour, spread) for spread in rollup_spreads(families))


def rollup_sort_range(first_minute: int, last_minute: int) -> tuple[str, str]:
    """Bounds, for `BETWEEN`, of the rows of some minutes (starts in ms) of one hour."""
    # `$` follows `#`, and no sort key is just a minute and `$`.
    return f"{minute_of(first_minute)[10:]}#", f"{minute_of(last_minute)[10:]}$"


def rollup_row_place(partition_key: str, sort_key: str) -> tuple[int, str, str]:
    """Start of the minute (ms), family and shard (as `rollup_shard` has it) of a rollup row.

    `ValueError` if it is none.
    """
    _, hour, _ = partition_key.split("#")
    minute, family, shard = sort_key.split("#", 2)
    return time_of_minute(hour + minute), family, shard


def summary_partition(period: str) -> str:
    """Partition of summaries: of minutes in one hour (`yyyymmddHH`), of hours in one day."""
    return f"S#{period}"


def summary_sort_key(family: str, part: str) -> str:
    """Sort key of a summary, family first: one family is one range of `MM` or `HH`."""
    return f"{family}#{part}"


def rate_partition(period: str) -> str:
    """Partition of rate counters: of minutes in one day (`yyyymmdd`), of hours in one month.

    Longer stretches than other summaries have, so that a panel of a week is one range of keys.
    """
    return f"S#{RATE_COUNTERS}#{period}"


def minute_summary_keys(minute_start: int, family: str) -> tuple[str, str]:
    """Partition and sort key of the summary of one minute."""
    minute = minute_of(minute_start)
    if family == RATE_COUNTERS:
        return rate_partition(minute[:8]), minute[8:]
    return summary_partition(minute[:10]), summary_sort_key(family, minute[10:])


def hour_summary_keys(hour_start: int, family: str) -> tuple[str, str]:
    """Partition and sort key of the summary of one hour."""
    minute = minute_of(hour_start)
    if family == RATE_COUNTERS:
        return rate_partition(minute[:6]), minute[6:10]
    return summary_partition(minute[:8]), summary_sort_key(family, minute[8:10])


def summary_family(sort_key: str) -> str:
    """The family in a summary's sort key."""
    return sort_key.rpartition("#")[0]


def folded_key() -> dict[str, dict[str, str]]:
    """The key, as DynamoDB takes it, of the item that says how far summaries reach."""
    return {"pk": {"S": CONFIGURATION_KEY}, "sk": {"S": FOLD_PROGRESS_SORT_KEY}}


def dirty_minute_sort_key(minute_start: int) -> str:
    """Sort key, with `C#`, of the mark on one minute."""
    return DIRTY_MINUTE_PREFIX + minute_of(minute_start)


def dirty_minute_of(sort_key: str) -> int:
    """Start (ms) of the minute that a mark's sort key names."""
    return time_of_minute(sort_key.removeprefix(DIRTY_MINUTE_PREFIX))


def recorded_day_sort_key(day: int) -> str:
    """Sort key, with `C#`, of the item that names a day; days are counted since the epoch."""
    return RECORDED_DAY_PREFIX + day_of(day * _DAY_MS)


def recorded_day_of(sort_key: str) -> int:
    """The day, counted since the epoch, that such a sort key names."""
    return time_of_minute(sort_key.removeprefix(RECORDED_DAY_PREFIX) + "0000") // _DAY_MS
