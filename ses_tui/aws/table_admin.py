"""Setting up the table."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any, Final

from botocore.exceptions import ClientError

from recorder.model.clock import Clock
from recorder.model.recorded_days import ALL_DAYS_ITEM
from recorder.model.table import expiry_definition, table_definition
from ses_tui.aws.connection import open_client
from ses_tui.aws.errors import explain, explained
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.errors import TableError

_ASK_EVERY_SECONDS: Final = 0.5
_PATIENCE_SECONDS: Final = 300.0


async def create_table(options: ConnectionOptions, clock: Clock) -> bool:
    """Creates the table with indexes, stream and expiry; ends when it can be used.

    The new table says of itself that none of its days is unnamed.

    False if there is a table of this name already; it is left as it is. Raises `SesTuiError`.
    """
    async with AsyncExitStack() as resources:
        client, resolved = await open_client(options, resources)
        with explained(resolved):
            try:
                await client.create_table(**table_definition(options.table))
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceInUseException":
                    raise
                return False
            await _wait_until_active(client, resolved, clock)
            await client.update_time_to_live(**expiry_definition(options.table))
            await client.put_item(TableName=options.table, Item=ALL_DAYS_ITEM)
    return True


async def _wait_until_active(client: Any, options: ConnectionOptions, clock: Clock) -> None:
    """Expiry can be switched on only once the table is active."""
    deadline = clock.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            answer = await client.describe_table(TableName=options.table)
            if answer["Table"]["TableStatus"] == "ACTIVE":
                return
        except ClientError as error:
            # DescribeTable is eventually consistent and may not know the new table yet.
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise explain(error, options) from error
        if clock.monotonic() > deadline:
            raise TableError(
                f"table {options.table!r} was created but is not active after "
                f"{_PATIENCE_SECONDS:.0f} s: look at it in the AWS console"
            )
        await asyncio.sleep(_ASK_EVERY_SECONDS)
