"""When an event was last recorded: what readers compare with the newest event of any feed page.

So they know of a consumer that stands still as soon as it has left one event behind, however few
there are. A poll for pages reads the item along with them (`recorder.model.keys`).
"""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from recorder.dynamodb import DynamoDBClient
from recorder.model.clock import Clock
from recorder.model.keys import last_recorded_key
from recorder.retry import Deadline, failure_of

LIFETIME_SECONDS: Final = 86_400
TOLD_EVERY_SECONDS: Final = 2.0
"""As often as readers look. What a process records in between is told of with what follows."""
_LONGEST_WAIT_SECONDS: Final = 1.0


class LastRecorded:
    """Tells of the events of one process. Nothing else of recording hangs on it."""

    def __init__(self, client: DynamoDBClient, table_name: str, clock: Clock) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock
        self._told = float("-inf")
        self._telling: Future[Any] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="recorder-last-recorded")

    def tell(self, recorded_at: int, deadline: Deadline) -> str | None:
        """Say that an event was stored with that `recorded_at` (ms), unless one was said just now.

        Returns the code of what went wrong, if anything did. One try, which is waited for a second
        at most: the next events tell, too, and what is stored must not come again for this. Several
        processes write over each other, so the item may go back by as much as one was delayed.
        """
        instant = self._clock.monotonic()
        if instant - self._told < TOLD_EVERY_SECONDS or (
            self._telling is not None and not self._telling.done()
        ):
            return None
        self._told = instant
        self._telling = self._thread.submit(self._put, recorded_at)
        try:
            self._telling.result(min(_LONGEST_WAIT_SECONDS, deadline.seconds_left()))
        except Exception as error:
            return failure_of(error).code
        return None

    def _put(self, recorded_at: int) -> None:
        # An update, which whoever records may do anyhow; a put is another permission.
        self._client.update_item(
            TableName=self._table_name,
            Key=last_recorded_key(recorded_at),
            UpdateExpression="SET r = :r, x = :x",
            ExpressionAttributeValues={
                ":r": {"N": str(recorded_at)},
                ":x": {"N": str(recorded_at // 1000 + LIFETIME_SECONDS)},
            },
        )
