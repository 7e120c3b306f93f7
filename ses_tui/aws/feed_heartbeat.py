"""Heartbeats that the recorder wrote, wherever they have got stuck on their way."""

from typing import Final

from recorder.model.keys import heartbeat_key
from ses_tui.aws.feed_pages import newest, number_of
from ses_tui.aws.table_client import TableReads
from ses_tui.aws.together import together

_MISSED_AFTER_MS: Final = 75_000
_MINUTE_MS: Final = 60_000


async def find_heartbeat(table: TableReads, now_ms: int, last_sign: int | None) -> int | None:
    """The newest heartbeat (ms) that the recorder wrote, if no sign of it came for too long.

    `last_sign` (ms) is the last event or heartbeat that came the whole way. Raises `SesTuiError`.
    """
    if last_sign is not None and now_ms - last_sign <= _MISSED_AFTER_MS:
        return None
    answers = await together(
        table.get_item(Key={"pk": {"S": heartbeat_key(moment)}, "sk": {"S": "0"}})
        for moment in (now_ms, now_ms - _MINUTE_MS)
    )
    found = (number_of(answer.get("Item", {}), "r", 0) for answer in answers)
    return newest(*(moment or None for moment in found))
