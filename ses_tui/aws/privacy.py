"""What the owner of a table wants hidden: read whenever a table is opened, set by `table mask`."""

from contextlib import AsyncExitStack

from recorder.model.privacy import MASK_ATTRIBUTE, PRIVACY_KEY, wants_masking
from ses_tui.aws.connection import open_client
from ses_tui.aws.errors import explained
from ses_tui.aws.options import ConnectionOptions


async def set_masking(options: ConnectionOptions, on: bool) -> bool:
    """Have every reader of the table mask addresses, or leave it to them; whether that was so.

    Raises `SesTuiError`.
    """
    async with AsyncExitStack() as resources:
        client, resolved = await open_client(options, resources)
        with explained(resolved):
            answer = await client.update_item(
                TableName=options.table,
                Key=PRIVACY_KEY,
                UpdateExpression="SET #mask = :mask",
                ExpressionAttributeNames={"#mask": MASK_ATTRIBUTE},
                ExpressionAttributeValues={":mask": {"N": "1" if on else "0"}},
                ReturnValues="ALL_OLD",
            )
    return wants_masking(answer.get("Attributes"))
