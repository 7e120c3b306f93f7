"""Taking one person out of a table: every item and every page is looked at once.

Only a scan finds it all: opens of mails of which nothing else is stored, and other recipients'
originals that name the person, are in no index. Each write is made on the condition that its item
is still what was read, so it may run beside recorder, stream consumer and another erasure, and be
broken off and run again: what is done is found no more.
"""

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any, Final

from botocore.exceptions import ClientError

from recorder.model.clock import Clock
from recorder.model.item import Item
from recorder.model.keys import FEED_PREFIX, MESSAGE_PREFIX, PAGES_END
from ses_tui.aws.connection import open_client
from ses_tui.aws.errors import explained
from ses_tui.aws.feed_pages import body_of
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.together import together
from ses_tui.core.erasure import ErasureReport, Person, UnreadableError
from ses_tui.core.search.cost import Cost, queries

_SEGMENTS: Final = 4


class Erasure:
    """One run over one table. Errors come as `SesTuiError`."""

    def __init__(self, options: ConnectionOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._client: Any = None
        self._resources = AsyncExitStack()

    async def __aenter__(self) -> "Erasure":
        self._client, self._options = await open_client(self._options, self._resources)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._resources.aclose()

    async def estimate(self) -> tuple[int, Cost]:
        """About how many items there are, and what reading them costs."""
        with explained(self._options):
            answer = await self._client.describe_table(TableName=self._options.table)
        size = answer["Table"]["TableSizeBytes"]
        cost = queries(_SEGMENTS, size)
        # A scan that sees what was just written costs twice as much.
        return answer["Table"]["ItemCount"], Cost(
            cost.requests, cost.read_bytes, cost.read_units * 2
        )

    async def run(
        self,
        person: Person,
        *,
        dry_run: bool,
        progress: Callable[[ErasureReport], None] = lambda _: None,
    ) -> ErasureReport:
        """Take `person` out, or with `dry_run` only say what there is."""
        report = ErasureReport(dry_run)
        messages: set[str] = set()
        with explained(self._options):
            await together(
                self._segment(number, person, report, messages, progress)
                for number in range(_SEGMENTS)
            )
        report.messages = len(messages)
        return report

    async def _segment(
        self,
        number: int,
        person: Person,
        report: ErasureReport,
        messages: set[str],
        progress: Callable[[ErasureReport], None],
    ) -> None:
        arguments: dict[str, Any] = {
            "TableName": self._options.table,
            "Segment": number,
            "TotalSegments": _SEGMENTS,
            "ConsistentRead": True,
            "FilterExpression": "begins_with(pk, :events) OR begins_with(pk, :pages) AND sk < :end",
            "ExpressionAttributeValues": {
                ":events": {"S": MESSAGE_PREFIX},
                ":pages": {"S": FEED_PREFIX},
                ":end": {"S": PAGES_END},
            },
            # Smaller answers: the library takes long to parse large ones.
            "Limit": 500,
        }
        while True:
            answer = await self._client.scan(**arguments)
            report.items_scanned += answer["ScannedCount"]
            for item in answer["Items"]:
                if item["pk"]["S"].startswith(FEED_PREFIX):
                    await self._treat_page(item, person, report)
                elif person.owns(item):
                    messages.add(item["pk"]["S"])
                    deleted = await self._delete(item, report, {})
                    report.events_deleted += deleted
                else:
                    await self._treat_other(item, person, report)
            progress(report)
            if "LastEvaluatedKey" not in answer:
                return
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    async def _treat_other(self, item: Item, person: Person, report: ErasureReport) -> None:
        try:
            changes = person.changes_of(item)
        except UnreadableError:
            report.unreadable += 1
            return
        if changes:
            # Other segments count while this one waits.
            rewritten = await self._update(item, changes, report)
            report.items_rewritten += rewritten

    async def _treat_page(self, item: Item, person: Person, report: ErasureReport) -> None:
        try:
            rest = person.rest_of_page(body_of(item))
        except UnreadableError:
            report.unreadable += 1
            return
        if rest is None:
            return
        if rest.events or rest.heartbeats:
            changes: Item = {"z": {"B": rest.body}, "n": {"N": str(len(rest.events))}}
            done = await self._update(item, changes, report)
        else:
            done = await self._delete(item, report, {"z": item["z"]})
        report.pages_rewritten += done
        report.page_entries_removed += rest.removed if done else 0

    async def _delete(
        self, item: Item, report: ErasureReport, unchanged: Mapping[str, dict[str, Any]]
    ) -> bool:
        arguments = _condition(unchanged)
        if not report.dry_run:
            return await self._write(self._client.delete_item, item, arguments, report)
        return True

    async def _update(self, item: Item, changes: Item, report: ErasureReport) -> bool:
        if report.dry_run:
            return True
        arguments = _condition({name: item[name] for name in changes if name in item})
        names = arguments.setdefault("ExpressionAttributeNames", {})
        values = arguments.setdefault("ExpressionAttributeValues", {})
        sets = []
        for number, (name, value) in enumerate(changes.items()):
            names[f"#n{number}"] = name
            values[f":n{number}"] = value
            sets.append(f"#n{number} = :n{number}")
        arguments["UpdateExpression"] = "SET " + ", ".join(sets)
        return await self._write(self._client.update_item, item, arguments, report)

    async def _write(
        self, call: Any, item: Item, arguments: dict[str, Any], report: ErasureReport
    ) -> bool:
        """Whether it was done; not where somebody else changed the item meanwhile."""
        try:
            await call(
                TableName=self._options.table,
                Key={"pk": item["pk"], "sk": item["sk"]},
                **arguments,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            report.changed_meanwhile += 1
            return False
        return True


def _condition(unchanged: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """That these attributes are still what they were."""
    if not unchanged:
        return {}
    return {
        "ConditionExpression": " AND ".join(f"#o{n} = :o{n}" for n in range(len(unchanged))),
        "ExpressionAttributeNames": {f"#o{n}": name for n, name in enumerate(unchanged)},
        "ExpressionAttributeValues": {
            f":o{n}": value for n, value in enumerate(unchanged.values())
        },
    }
