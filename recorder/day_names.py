"""Names the days on which events are recorded, so that readers need not look for them."""

from collections.abc import Iterable
from threading import Lock
from typing import Any, Final

from recorder.dynamodb import DynamoDBClient
from recorder.model.item import Item
from recorder.model.keys import (
    CONFIGURATION_KEY,
    folded_key,
    last_recorded_key,
    recorded_day_sort_key,
)
from recorder.model.recorded_days import ALL_DAYS_ITEM
from recorder.retry import Deadline, Retrier, failure_of

_DAY_MS: Final = 86_400_000
_WEEK_SECONDS: Final = 604_800
_FOR_EVER: Final = float("inf")


class DayNames:
    """Those of one table; one instance knows what its process has named already."""

    def __init__(self, client: DynamoDBClient, table_name: str, retrier: Retrier) -> None:
        self._client = client
        self._table_name = table_name
        self._retrier = retrier
        self._expiry_of: dict[int, float] = {}
        self._lock = Lock()

    def name(self, events: Iterable[tuple[int, int | None]], deadline: Deadline) -> None:
        """Name the days of events that are about to be stored, for as long as these live.

        Of each event, when it was recorded (ms) and when it expires (epoch seconds, `None`: never).
        A process writes once or twice for each day of events. Raises what the client raises when
        it cannot be written in time.
        """
        wanted: dict[int, float] = {}
        for recorded_at, expires_at in events:
            day, expiry = recorded_at // _DAY_MS, _FOR_EVER if expires_at is None else expires_at
            wanted[day] = max(wanted.get(day, 0), expiry)
        with self._lock:
            for day, expiry in wanted.items():
                if expiry > self._expiry_of.get(day, 0):
                    if expiry != _FOR_EVER:
                        # Weeks, so that not every later event of the day needs another write.
                        expiry = (expiry // _WEEK_SECONDS + 2) * _WEEK_SECONDS
                    self._put(day, expiry, deadline)
                    self._expiry_of[day] = expiry

    def name_all_of_new_table(self, deadline: Deadline) -> None:
        """Say that no day is missing, if nothing was ever summarised: then no event is there yet,
        or it was stored by a recorder that names days."""
        if self._read(folded_key(), deadline) is None:
            self.say_all_are_named(deadline)

    def lacks_old_days(self, now_ms: int, deadline: Deadline) -> bool:
        """Whether an earlier recorder filled the table that one which names days goes on with.

        Which one is at work shows by what is only told by those that name days: when an event was
        last recorded.
        """
        return (
            self._read(ALL_DAYS_ITEM, deadline) is None
            and self._read(last_recorded_key(now_ms), deadline) is not None
        )

    def say_all_are_named(self, deadline: Deadline) -> None:
        """Say that no day is missing."""
        self._retrier.call(
            lambda: self._client.put_item(TableName=self._table_name, Item=ALL_DAYS_ITEM),
            deadline,
        )

    def _read(self, key: Item, deadline: Deadline) -> Item | None:
        answer = self._retrier.call(
            lambda: self._client.get_item(TableName=self._table_name, Key=key, ConsistentRead=True),
            deadline,
        )
        item: Item | None = answer.get("Item")
        return item

    def _put(self, day: int, expiry: float, deadline: Deadline) -> None:
        """Name a day, unless it is named for as long already."""
        arguments: dict[str, Any] = {
            "TableName": self._table_name,
            "Key": {
                "pk": {"S": CONFIGURATION_KEY},
                "sk": {"S": recorded_day_sort_key(day)},
            },
            "UpdateExpression": "SET v = :v REMOVE x",
            "ExpressionAttributeValues": {":v": {"N": "1"}},
        }
        if expiry != _FOR_EVER:
            arguments["UpdateExpression"] = "SET v = :v, x = :x"
            arguments["ConditionExpression"] = "attribute_not_exists(pk) OR x < :x"
            arguments["ExpressionAttributeValues"][":x"] = {"N": str(int(expiry))}
        try:
            self._retrier.call(lambda: self._client.update_item(**arguments), deadline)
        except Exception as error:
            if failure_of(error).code != "ConditionalCheckFailedException":
                raise
