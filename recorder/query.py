"""Whole answers to queries of the table, page after page."""

from collections.abc import Iterator
from typing import Any

from recorder.dynamodb import DynamoDBClient
from recorder.model.item import Item
from recorder.retry import Deadline, Retrier


def query_items(
    client: DynamoDBClient, retrier: Retrier, deadline: Deadline, **arguments: Any
) -> Iterator[Item]:
    """The items of a `Query` with `arguments`, as they are now: reads are consistent."""
    arguments["ConsistentRead"] = True
    while True:
        answer = retrier.call(lambda: client.query(**arguments), deadline)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
