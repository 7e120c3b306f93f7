"""The calls that readers make of one table: errors explained, and all ended before the close."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Protocol

from recorder.model.item import Item
from ses_tui.aws.calls import Calls
from ses_tui.aws.newer_recorder import is_of_newer_recorder
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.raw_answers import parse_query


class TableReads(Protocol):
    """What reading a table needs; the name of the table is already known."""

    async def query(self, **arguments: Any) -> dict[str, Any]:
        """Items of one partition in order. Raises `SesTuiError`."""
        ...

    async def get_item(self, **arguments: Any) -> dict[str, Any]:
        """One item by key. Raises `SesTuiError`."""
        ...

    async def close(self) -> None:
        """End calls that are under way and release the client. Safe to call twice."""
        ...


class SearchedTable(TableReads, Protocol):
    """What searching a table needs."""

    async def batch_get_items(self, keys: Sequence[Item], **arguments: Any) -> dict[str, Any]:
        """Items by their keys, at most 100. Raises `SesTuiError`.

        Answers with `Items`, `Unprocessed` (keys) and, if asked for, `ConsumedCapacity`.
        """
        ...


class TableClient:
    """One aiobotocore client for one table; owns what `resources` holds."""

    def __init__(self, client: Any, options: ConnectionOptions, resources: AsyncExitStack) -> None:
        self._client = client
        self._table_name = options.table
        self._resources = resources
        self._calls = Calls(options)
        self.met_newer_recorder = False
        """Whether anything that was read is of a later version than this program knows."""

    async def query(self, **arguments: Any) -> dict[str, Any]:
        """Items of one partition in order. Raises `SesTuiError`."""

        async def query() -> dict[str, Any]:
            return await parse_query(
                await self._client.query(TableName=self._table_name, **arguments)
            )

        answer = await self._calls.run(query())
        self._look_for_newer(answer["Items"])
        return answer

    async def get_item(self, **arguments: Any) -> dict[str, Any]:
        """One item by key. Raises `SesTuiError`."""
        return await self._calls.run(self._client.get_item(TableName=self._table_name, **arguments))

    async def batch_get_items(self, keys: Sequence[Item], **arguments: Any) -> dict[str, Any]:
        """Items by their keys, at most 100. Raises `SesTuiError`.

        Answers with `Items`, `Unprocessed` (keys) and, if asked for, `ConsumedCapacity`.
        """
        asked = {self._table_name: {"Keys": list(keys)}}
        answer = await self._calls.run(self._client.batch_get_item(RequestItems=asked, **arguments))
        consumed = answer.get("ConsumedCapacity") or [{}]
        found = [item for items in answer["Responses"].values() for item in items]
        self._look_for_newer(found)
        return {
            "Items": found,
            "Unprocessed": [
                key for rest in answer["UnprocessedKeys"].values() for key in rest["Keys"]
            ],
            "ConsumedCapacity": consumed[0],
        }

    def _look_for_newer(self, items: Sequence[Item]) -> None:
        self.met_newer_recorder = self.met_newer_recorder or any(map(is_of_newer_recorder, items))

    async def close(self) -> None:
        """End calls that are under way, then release the client."""
        await self._calls.end()
        await self._resources.aclose()
