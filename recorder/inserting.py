"""Two ways to insert items that must not be there yet; each answers for every single item."""

from collections.abc import Sequence
from typing import Final, Protocol

from recorder.dynamodb import DynamoDBClient
from recorder.model.item import Item
from recorder.retry import Failure, failure_of, failure_of_code

STATEMENTS_IN_CALL: Final = 25
"""DynamoDB, "BatchExecuteStatement": up to 25 statements a call."""
DUPLICATE: Final = Failure("DuplicateItem")
VALIDATION_CODES: Final = frozenset(
    {"ValidationError", "ValidationException", "SerializationException"}
)


class Insert(Protocol):
    """Inserts items with distinct keys."""

    def __call__(self, items: Sequence[Item]) -> list[Failure | None]:
        """For each item `None` (stored), `DUPLICATE`, or what went wrong.

        Raises whatever the client raises when a call as a whole failed.
        """
        ...


class PartiQLInsert:
    """One `BatchExecuteStatement` for up to 25 items: a fraction of the requests of single puts.

    Two statements with one key in a call would fail the whole call.
    """

    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._client = client
        self._table_name = table_name.replace('"', '""')
        self._texts: dict[tuple[str, ...], str] = {}

    def __call__(self, items: Sequence[Item]) -> list[Failure | None]:
        """Insert `items`, at most 25."""
        answer = self._client.batch_execute_statement(
            Statements=[
                {"Statement": self._text(tuple(item)), "Parameters": list(item.values())}
                for item in items
            ]
        )
        return [
            _failure_of_answer(response.get("Error"))
            for _, response in zip(items, answer["Responses"], strict=True)
        ]

    def _text(self, names: tuple[str, ...]) -> str:
        text = self._texts.get(names)
        if text is None:
            pairs = ",".join(f"'{name}':?" for name in names)
            text = f'INSERT INTO "{self._table_name}" VALUE {{{pairs}}}'
            self._texts[names] = text
        return text


class ConditionalPutInsert:
    """One conditional `PutItem` for each item, for engines that cannot do PartiQL batches."""

    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def __call__(self, items: Sequence[Item]) -> list[Failure | None]:
        """Insert `items`, any number; never raises."""
        return [self._put(item) for item in items]

    def _put(self, item: Item) -> Failure | None:
        try:
            self._client.put_item(
                TableName=self._table_name,
                Item=item,
                ConditionExpression="attribute_not_exists(pk)",
            )
        except Exception as error:
            failure = failure_of(error)
            return DUPLICATE if failure.code == "ConditionalCheckFailedException" else failure
        return None


def _failure_of_answer(error: dict[str, str] | None) -> Failure | None:
    if error is None:
        return None
    code = error.get("Code", "Unknown")
    return DUPLICATE if code == DUPLICATE.code else failure_of_code(code)
