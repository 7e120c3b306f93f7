"""What can be known cheaply of a range of time before it is searched, or after in vain."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from recorder.model.clock import Clock
from recorder.model.counting import SIMULATOR, TYPE_OF_CODE
from recorder.model.item import Item
from recorder.model.page import PageError, decode_page
from recorder.model.rollup import HOUR_MS, Family, split_counter_name
from recorder.model.table import EXPIRY_ATTRIBUTE, RECIPIENT_INDEX
from ses_tui.aws.feed_index import FeedIndex
from ses_tui.aws.feed_pages import body_of, event_count_of, number_of, size_of
from ses_tui.aws.recorded_days import LONGEST_SILENCE_DAYS
from ses_tui.aws.rollup_reader import TableRollupReader
from ses_tui.aws.search.metered_table import MeteredTable
from ses_tui.aws.together import together
from ses_tui.core.query import Query
from ses_tui.core.rollup_pieces import RollupAnswer
from ses_tui.core.search.emptiness import EmptinessFacts
from ses_tui.core.search.narrowing import RecipientRange, exact_recipients, wanted_recipients
from ses_tui.core.search.plan import DAY_MS, SearchFacts

_DAYS_COUNTED: Final = 100
"""A range without a beginning is counted so far back; most tables keep no more."""
_HOURS_OF_ROWS: Final = 2
"""Where no summaries are written, so much is counted, and the time before is judged by it."""
_DAYS_OF_NEWEST_PAGE: Final = 8
"""On which it may lie. Where none of them has a page, the stream consumer is dead, or the table an
old one that nobody writes to: neither is worth a request for each day of a year."""
_ITEM_BYTES: Final = 150
"""What an item of a page counts for beside its body."""


async def read_facts(table: MeteredTable, clock: Clock, query: Query) -> SearchFacts:
    """How much there is in the range of `query`. Raises `SesTuiError`."""
    now = clock.now_ms()
    until = now if query.until is None else min(query.until, now)
    index = await FeedIndex.read(table, now)
    lanes = len(index.partitions(now, now))
    first = (query.since or 0) // DAY_MS
    if query.since is None and index.recorded.named is None:
        first = until // DAY_MS - LONGEST_SILENCE_DAYS + 1
    days = len(index.recorded.of_pages(first, until // DAY_MS))
    families = [Family.TYPE]
    if wanted_recipients(query) is not None:
        families += [Family.DOMAIN, Family.DOMAIN_PROBLEM]
    counted = _DAYS_COUNTED if query.since is None else LONGEST_SILENCE_DAYS
    since = max(query.since or 0, until - counted * DAY_MS)
    stretches = _stretches(index.recorded.of_events(since // DAY_MS, until // DAY_MS), since, until)
    if not stretches:
        return SearchFacts(days, lanes, {})
    reader = TableRollupReader(table, clock)
    answers = await together(
        reader.read(start, end, families, hourly=families, hours_of_rows=_HOURS_OF_ROWS)
        for start, end in stretches
    )
    if not any(answer.any_rollups for answer in answers):
        return SearchFacts(days, lanes)
    counts: Counter[str] = Counter()
    domains: Counter[str] = Counter()
    for (start, end), answer in zip(stretches, answers, strict=True):
        sums = _with_unread(answer, answer.between(start - start % HOUR_MS, end + 1), end + 1)
        for counter, number in sums.get(Family.TYPE, Counter()).items():
            code = split_counter_name(counter)[0].removeprefix(SIMULATOR)
            counts[TYPE_OF_CODE.get(code, "other")] += number
        for family in families[1:]:
            for counter, number in sums.get(family, Counter()).items():
                domains[split_counter_name(counter)[1]] += number
    facts = SearchFacts(
        days, lanes, counts, domains, extrapolated=any(answer.unread for answer in answers)
    )
    newest = await _newest_page(table, index, until)
    if newest is None:
        return facts
    events = max(event_count_of(newest), 1)
    return replace(
        facts,
        page_bytes_an_event=(size_of(newest) + _ITEM_BYTES) / events,
        events_a_page=float(events),
    )


async def read_emptiness(table: MeteredTable, clock: Clock, query: Query) -> EmptinessFacts:
    """What may have kept `query` from finding anything. Raises `SesTuiError`."""
    now = clock.now_ms()
    last_seen = {
        one.local + "@" + one.domain: await _last_seen(table, one)
        for one in (wanted_recipients(query) or () if exact_recipients(query) else ())
    }
    index = await FeedIndex.read(table, now)
    newest = await _newest_page(table, index, now)
    if newest is None:
        # Without a single named day there is nothing; of days that are not named nobody can say.
        any_events = index.recorded.named != () or any(last_seen.values())
        return EmptinessFacts(any_events, recipient_last_seen=last_seen)
    expiry = number_of(newest, EXPIRY_ATTRIBUTE, 0) * 1000
    kept_ms = expiry - number_of(newest, "hi", expiry)
    try:
        subjects = any(event.subject is not None for event in decode_page(body_of(newest)).events)
    except PageError:
        subjects = True
    return EmptinessFacts(
        any_events=True,
        retention_days=round(kept_ms / DAY_MS) if expiry else None,
        oldest_kept=now - kept_ms if expiry else None,
        subjects_stored=subjects,
        recipient_last_seen=last_seen,
    )


def _with_unread(
    answer: RollupAnswer, sums: dict[Family, Counter[str]], until: int
) -> dict[Family, Counter[str]]:
    """`sums` with what was not read, as if it had been like what was read behind it (ms)."""
    if answer.unread is None:
        return sums
    first, last = answer.unread
    share = (last - first) / (until - last)
    for family, counters in answer.between(last, until).items():
        more = {name: round(number * share) for name, number in counters.items()}
        sums.setdefault(family, Counter()).update(more)
    return sums


def _stretches(days: Sequence[int], since: int, until: int) -> list[tuple[int, int]]:
    """From when to when (ms) `days` in a row are within [`since`, `until`]."""
    stretches: list[tuple[int, int]] = []
    for day in days:
        start, end = max(day * DAY_MS, since), min(day * DAY_MS + DAY_MS - 1, until)
        if stretches and stretches[-1][1] == start - 1:
            start, _ = stretches.pop()
        stretches.append((start, end))
    return [(start, end) for start, end in stretches if start < end]


async def _newest_page(table: MeteredTable, index: FeedIndex, before: int) -> Item | None:
    """The newest page with events that was written before then (ms), body and all.

    `None` also where none was written on the last days on which one may have been.
    """
    outlines = await index.newest_before(before, 1, _DAYS_OF_NEWEST_PAGE)
    for outline in outlines.items:
        if "lo" in outline:
            answer = await table.get_item(Key={"pk": outline["pk"], "sk": outline["sk"]})
            item: Item | None = answer.get("Item")
            return item
    return None


async def _last_seen(table: MeteredTable, part: RecipientRange) -> int | None:
    answer = await table.query(
        IndexName=RECIPIENT_INDEX,
        KeyConditionExpression="rp = :partition AND begins_with(rs, :recipient)",
        ExpressionAttributeValues={
            ":partition": {"S": part.partition},
            ":recipient": {"S": part.sort_start},
        },
        ScanIndexForward=False,
        Limit=1,
    )
    return next((number_of(row, "r", 0) for row in answer["Items"]), None)
