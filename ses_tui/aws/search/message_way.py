"""Events of messages whose ids are known: one partition each."""

from collections.abc import AsyncGenerator

from recorder.model.keys import message_key
from ses_tui.aws.feed_pages import query_all
from ses_tui.aws.search.candidates import Candidates
from ses_tui.aws.search.found import Found
from ses_tui.aws.table_client import TableReads


async def read_messages(
    table: TableReads, candidates: Candidates, message_ids: tuple[str, ...]
) -> AsyncGenerator[Found, None]:
    """Every event of each message. Raises `SesTuiError`."""
    for message_id in message_ids:
        async for items in query_all(
            table,
            KeyConditionExpression="pk = :message",
            ExpressionAttributeValues={":message": {"S": message_key(message_id)}},
        ):
            yield Found(await candidates.of_items(items), examined=len(items))
