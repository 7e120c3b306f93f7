"""Reading what DynamoDB says of a table, for comparing it with the definition."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from ses_tui.aws.connection import open_client
from ses_tui.aws.endpoint import is_aws
from ses_tui.aws.errors import explained
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.aws_command import AwsCommandLine
from ses_tui.core.table_difference import (
    TableDifference,
    compare_expiry,
    compare_protection,
    compare_table,
)
from ses_tui.core.table_remedy import TableRemedies

ACTIONS: Final = (
    "dynamodb:DescribeTable",
    "dynamodb:DescribeTimeToLive",
    "dynamodb:DescribeContinuousBackups",
)
"""What `ses-tui table check` calls; the last may be refused."""


@dataclass(frozen=True, slots=True)
class TableCheck:
    """What differs, and where the table is."""

    differences: tuple[TableDifference, ...]
    options: ConnectionOptions
    """With the region found."""
    recovery_known: bool
    """False where nobody says whether points in time can be recovered."""


async def check_table(options: ConnectionOptions) -> TableCheck:
    """Compares the table with the definition. Raises `SesTuiError`.

    An emulator keeps nothing safe, so its protections are not asked for.
    """
    async with AsyncExitStack() as resources:
        client, resolved = await open_client(options, resources)
        remedies = TableRemedies(resolved.table, command_line(resolved))
        with explained(resolved):
            table = (await client.describe_table(TableName=resolved.table))["Table"]
            expiry = await client.describe_time_to_live(TableName=resolved.table)
        differences = (
            *compare_table(table, remedies),
            *compare_expiry(expiry["TimeToLiveDescription"], remedies),
        )
        if not is_aws(client.meta.endpoint_url):
            return TableCheck(differences, resolved, recovery_known=True)
        backups = await _backups(client, resolved)
        differences += compare_protection(table, backups, remedies)
        return TableCheck(differences, resolved, recovery_known=backups is not None)


def command_line(options: ConnectionOptions) -> AwsCommandLine:
    """Commands that go the same way; what the environment says, it says to them too."""
    return AwsCommandLine(options.region, options.profile, options.endpoint_url)


async def _backups(client: Any, options: ConnectionOptions) -> dict[str, Any] | None:
    """`None` where the permission is missing, which is no reason to judge nothing."""
    with explained(options):
        try:
            answer = await client.describe_continuous_backups(TableName=options.table)
        except ClientError:
            return None
    description: dict[str, Any] = answer["ContinuousBackupsDescription"]
    return description
