"""From rows that may pass a query to the events that do: one evaluator, whatever was read."""

import asyncio
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from recorder.model.event import Event
from recorder.model.item import Item, from_item, is_expired
from recorder.model.keys import MESSAGE_PREFIX
from ses_tui.aws.search.outcomes import Outcomes
from ses_tui.aws.table_client import SearchedTable
from ses_tui.aws.together import together
from ses_tui.core.message_story import Outcome
from ses_tui.core.search.narrowing import looks_inside_item
from ses_tui.core.search.plan import SearchPlan

_ITEMS_A_REQUEST: Final = 100
"""DynamoDB, "BatchGetItem"."""
_FIRST_PAUSE_SECONDS: Final = 0.05
_LONGEST_PAUSE_SECONDS: Final = 2.0
_LONG_KEY: Final = 500
"""A partition key of so many characters may be a hash of its message id."""
_OUTCOMES_KEPT: Final = 10_000


class Candidates:
    """Judges what a way of reading comes across."""

    def __init__(self, plan: SearchPlan, table: SearchedTable, now_ms: int) -> None:
        self._plan = plan
        self._query = plan.query
        self._table = table
        self._now_ms = now_ms
        self._outcomes = Outcomes(table, now_ms)
        self._told: dict[str, Outcome] = {}
        """By event id, of the last events that passed."""
        self._by_row = [
            condition
            for condition in plan.query.conditions
            if condition.outcome_test is None and not looks_inside_item(condition)
        ]

    async def of_rows(self, rows: Sequence[Item]) -> list[Event]:
        """The events of an index's rows that pass."""
        alive = self._alive(rows)
        if not self._plan.reads_items:
            hidden = [row for row in alive if _hides_message_id(row)]
            shown = [row for row in alive if not _hides_message_id(row)]
            return await self.of_events(_events_of([*shown, *await self.read_whole(hidden)]))
        narrowed = [
            row
            for row in alive
            for event in _events_of([row])
            if all(c.holds(event) for c in self._by_row) or _hides_message_id(row)
        ]
        return await self.of_items(await self.read_whole(narrowed))

    async def of_items(self, items: Sequence[Item]) -> list[Event]:
        """The events of whole items that pass."""
        return await self.of_events(_events_of(self._alive(items)))

    async def of_events(self, events: Iterable[Event]) -> list[Event]:
        """The events that pass, of those that have all that the query looks at."""
        passing = [event for event in events if self._query.may_match(event)]
        if not self._plan.reads_outcomes or not passing:
            return passing
        await self._outcomes.read(passing)
        passing = self.of_told((event, self._outcomes.outcome_of(event)) for event in passing)
        self._outcomes.forget_oldest()
        return passing

    def of_told(self, events: Iterable[tuple[Event, Outcome]]) -> list[Event]:
        """The events that pass, of those that do but for the outcome, which is told of each."""
        passing = []
        for event, outcome in events:
            if self._query.allows(outcome):
                passing.append(event)
                self._told[event.event_id] = outcome
        for event_id in [*islice(self._told, max(0, len(self._told) - _OUTCOMES_KEPT))]:
            del self._told[event_id]
        return passing

    def outcomes_of(self, events: Iterable[Event]) -> dict[str, Outcome]:
        """Those that are known, by event id."""
        return {e.event_id: self._told[e.event_id] for e in events if e.event_id in self._told}

    async def read_whole(self, rows: Sequence[Item]) -> list[Item]:
        """The items of rows with all attributes, in any order; what is gone is left out."""
        keys: list[Item] = [{"pk": row["pk"], "sk": row["sk"]} for row in rows]
        chunks = [keys[i : i + _ITEMS_A_REQUEST] for i in range(0, len(keys), _ITEMS_A_REQUEST)]
        found = await together(map(self._read_chunk, chunks))
        return self._alive([item for items in found for item in items])

    async def _read_chunk(self, keys: list[Item]) -> list[Item]:
        items: list[Item] = []
        pause = _FIRST_PAUSE_SECONDS
        while True:
            answer = await self._table.batch_get_items(keys)
            items += answer["Items"]
            keys = answer["Unprocessed"]
            if not keys:
                return items
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _alive(self, rows: Iterable[Item]) -> list[Item]:
        return [row for row in rows if not is_expired(row, self._now_ms)]


def _events_of(items: Iterable[Item]) -> list[Event]:
    """What something else wrote into the table is passed over."""
    events = []
    for item in items:
        try:
            events.append(from_item(item))
        except (KeyError, ValueError):
            continue
    return events


def _hides_message_id(row: Item) -> bool:
    """Whether only the whole item tells the message's id."""
    partition: str = row["pk"]["S"]
    return len(partition) > _LONG_KEY or partition.startswith(f"{MESSAGE_PREFIX}~")
