"""Counts what reads cost, and ends a search that costs more than was agreed to."""

from collections.abc import Iterable, Sequence
from typing import Any

from recorder.model.item import Item
from ses_tui.aws.table_client import SearchedTable
from ses_tui.core.search.cost import LEAST_UNITS, Cost, units_of


class BudgetSpentError(Exception):
    """What the next read would cost is no longer agreed to."""


class MeteredTable:
    """A `SearchedTable` that counts. Several reads may be under way when the money is spent."""

    def __init__(self, table: SearchedTable, most_dollars: float = float("inf")) -> None:
        self._table = table
        self._most_dollars = most_dollars
        self.cost = Cost()

    async def query(self, **arguments: Any) -> dict[str, Any]:
        """Items of one partition in order. Raises `SesTuiError` or `BudgetSpentError`."""
        self._check()
        answer = await self._table.query(ReturnConsumedCapacity="TOTAL", **arguments)
        read_bytes = sum(map(_size_of, answer["Items"]))
        self._count(read_bytes, answer, units_of(read_bytes))
        return answer

    async def get_item(self, **arguments: Any) -> dict[str, Any]:
        """One item by key. Raises `SesTuiError` or `BudgetSpentError`."""
        self._check()
        answer = await self._table.get_item(ReturnConsumedCapacity="TOTAL", **arguments)
        read_bytes = _size_of(answer.get("Item", {}))
        self._count(read_bytes, answer, units_of(read_bytes))
        return answer

    async def batch_get_items(self, keys: Sequence[Item], **arguments: Any) -> dict[str, Any]:
        """Items by their keys. Raises `SesTuiError` or `BudgetSpentError`."""
        self._check()
        answer = await self._table.batch_get_items(
            keys, ReturnConsumedCapacity="TOTAL", **arguments
        )
        sizes = [_size_of(item) for item in answer["Items"]]
        self._count(sum(sizes), answer, _units_of_items(sizes))
        return answer

    def lift_limit(self) -> None:
        """Let what completes the results be read, whatever was spent."""
        self._most_dollars = float("inf")

    async def close(self) -> None:
        """Nothing: the table is not this one's own."""

    def _check(self) -> None:
        if self.cost.dollars >= self._most_dollars:
            raise BudgetSpentError

    def _count(self, read_bytes: int, answer: dict[str, Any], least_units: float) -> None:
        """What was filtered out is charged for, too: AWS says how much, local engines may not."""
        consumed = answer.get("ConsumedCapacity") or {}
        units = max(float(consumed.get("CapacityUnits", 0.0)), least_units)
        self.cost += Cost(1, read_bytes, units)


def _units_of_items(sizes: Iterable[int]) -> float:
    return max(sum(map(units_of, sizes)), LEAST_UNITS)


def _size_of(item: Item) -> int:
    """About the bytes that DynamoDB counts."""
    size = 0
    for name, value in item.items():
        for content in value.values():
            size += len(name) + (len(content) if isinstance(content, str | bytes) else 1)
    return size
