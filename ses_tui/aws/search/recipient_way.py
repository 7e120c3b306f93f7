"""Events by their recipients: rows of the index `rcpt`, and opens and clicks of those messages.

No index holds opens and clicks. They are in the partitions of their messages, and the index tells
those messages: each of which another event for the recipient is stored, recorded at any time.
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import Any, Final

from recorder.model.item import Item
from recorder.model.keys import recipient_keys
from recorder.model.table import RECIPIENT_INDEX
from ses_tui.aws.feed_pages import number_of, query_ahead, query_all
from ses_tui.aws.search.candidates import Candidates
from ses_tui.aws.search.found import Found
from ses_tui.aws.search.merged import merged
from ses_tui.aws.table_client import TableReads
from ses_tui.core.search.narrowing import RecipientRange
from ses_tui.core.search.plan import SearchPlan
from ses_tui.core.search.progress import NewestEvents

_ROWS_A_QUERY: Final = 500
_RANGES_AT_ONCE: Final = 8
_MESSAGES_AT_ONCE: Final = 16
_MESSAGES_BEFORE_READING: Final = 500
_END_OF_TIME: Final = 10**13


class RecipientWay:
    """Reads what a plan names of the index."""

    def __init__(
        self, table: TableReads, candidates: Candidates, plan: SearchPlan, newest: NewestEvents
    ) -> None:
        self._table = table
        self._candidates = candidates
        self._plan = plan
        self._newest = newest

    def read(self) -> AsyncGenerator[Found, None]:
        """Rows and what belongs to them, a response at a time. Raises `SesTuiError`."""
        return merged(map(self._read_range, self._plan.recipients), _RANGES_AT_ONCE)

    async def _read_range(self, part: RecipientRange) -> AsyncGenerator[Found, None]:
        messages = _MessagesOfRange()
        async for rows in query_ahead(self._table, **self._query(part)):
            found = await self._candidates.of_rows(rows)
            oldest = min((number_of(row, "r", 0) for row in rows), default=None)
            in_order = len(self._plan.recipients) == 1 and part.exact
            alone = in_order and not self._plan.with_engagement
            yield Found(found, oldest if alone else None, len(rows))
            if self._plan.with_engagement:
                messages.add(rows)
                if len(messages.unread) >= _MESSAGES_BEFORE_READING:
                    async for opened in self._engagement(part, messages.take()):
                        yield opened
            elif part.exact and oldest is not None and not self._newest.may_take(oldest):
                return
        async for opened in self._engagement(part, messages.take()):
            yield opened

    def _query(self, part: RecipientRange) -> dict[str, Any]:
        condition = "rp = :partition"
        values: dict[str, dict[str, str]] = {":partition": {"S": part.partition}}
        arguments: dict[str, Any] = {}
        since, until = self._plan.since, self._plan.until
        if part.exact:
            # An open of the range may belong to a message of any time.
            engaged = self._plan.with_engagement
            first, last = part.sort_range(*((0, _END_OF_TIME) if engaged else (since, until)))
            condition += " AND rs BETWEEN :first AND :last"
            values |= {":first": {"S": first}, ":last": {"S": last}}
        else:
            if part.sort_start:
                condition += " AND begins_with(rs, :start)"
                values[":start"] = {"S": part.sort_start}
            if not self._plan.with_engagement:
                arguments["FilterExpression"] = "r BETWEEN :since AND :until"
                values |= {":since": {"N": str(since)}, ":until": {"N": str(until - 1)}}
        return {
            "IndexName": RECIPIENT_INDEX,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": False,
            "Limit": _ROWS_A_QUERY,
            **arguments,
        }

    def _engagement(
        self, part: RecipientRange, messages: Sequence[str]
    ) -> AsyncGenerator[Found, None]:
        reads = (self._opens_of(part, message) for message in messages)
        return merged(reads, max(1, min(_MESSAGES_AT_ONCE, len(messages))))

    async def _opens_of(self, part: RecipientRange, partition: str) -> AsyncGenerator[Found, None]:
        async for items in query_all(
            self._table,
            KeyConditionExpression="pk = :message AND begins_with(sk, :engagement)",
            ExpressionAttributeValues={
                ":message": {"S": partition},
                ":engagement": {"S": "1#"},
            },
        ):
            # Those of other recipients are found through their own rows.
            own = [item for item in items if _belongs(item, part)]
            yield Found(await self._candidates.of_items(own), examined=len(items))


class _MessagesOfRange:
    """The partitions of the messages that rows name, each once, newest first."""

    def __init__(self) -> None:
        self.unread: list[str] = []
        self._seen: set[int] = set()

    def add(self, rows: Iterable[Item]) -> None:
        for row in rows:
            partition: str = row["pk"]["S"]
            mark = hash(partition)
            if mark not in self._seen:
                self._seen.add(mark)
                self.unread.append(partition)

    def take(self) -> list[str]:
        unread, self.unread = self.unread, []
        return unread


def _belongs(item: Item, part: RecipientRange) -> bool:
    recipient = item.get("a", {}).get("S")
    if recipient is None:
        return False
    partition, sort_key = recipient_keys(recipient, 0, "")
    return partition == part.partition and sort_key.startswith(part.sort_start)
