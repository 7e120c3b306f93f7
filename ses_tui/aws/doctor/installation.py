"""What is examined, and what several checks want to know of it."""

import asyncio
from dataclasses import dataclass
from typing import Any

from recorder.model.clock import Clock
from ses_tui.aws.doctor.calls import AwsCalls, date_of
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.aws_command import AwsCommandLine
from ses_tui.core.table_remedy import TableRemedies


@dataclass(frozen=True, slots=True)
class DescribedTable:
    """What DescribeTable says, and when."""

    table: dict[str, Any]
    date: str
    """The answer's Date header."""

    @property
    def stream_arn(self) -> str | None:
        """The stream, if one is on."""
        if not self.table.get("StreamSpecification", {}).get("StreamEnabled", False):
            return None
        arn: str | None = self.table.get("LatestStreamArn")
        return arn


class Installation:
    """One table and the account around it."""

    def __init__(
        self,
        calls: AwsCalls,
        options: ConnectionOptions,
        clock: Clock,
        command_line: AwsCommandLine,
        credentials_from: str,
    ) -> None:
        """`options` hold the region found; `credentials_from` is a word such as `sso` or `env`."""
        self.calls = calls
        self.options = options
        self.clock = clock
        self.aws = command_line
        self.credentials_from = credentials_from
        self.remedies = TableRemedies(options.table, command_line)
        self._described: asyncio.Task[DescribedTable] | None = None

    @property
    def table(self) -> str:
        """The name of the table."""
        return self.options.table

    async def described(self) -> DescribedTable:
        """DescribeTable, asked once for all checks. Raises `CallError`."""
        if self._described is None:
            self._described = asyncio.ensure_future(self._describe())
        return await asyncio.shield(self._described)

    async def on_table(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """An operation of DynamoDB on the table. Raises `CallError`."""
        return await self.calls.call("dynamodb", operation, TableName=self.table, **arguments)

    async def _describe(self) -> DescribedTable:
        answer = await self.on_table("DescribeTable")
        return DescribedTable(answer["Table"], date_of(answer))
