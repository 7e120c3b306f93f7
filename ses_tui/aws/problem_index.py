"""How a partition of the index `prob` is asked: rows of a stretch of time, the newest first."""

from typing import Any

from recorder.model.keys import problem_sort_range
from recorder.model.table import PROBLEM_INDEX


def problem_query(partition: str, since: int, until: int, limit: int) -> dict[str, Any]:
    """Arguments of a query for what was recorded in the range (ms) of `problem_sort_range`."""
    first, last = problem_sort_range(since, until)
    return {
        "IndexName": PROBLEM_INDEX,
        "KeyConditionExpression": "pp = :partition AND ps BETWEEN :first AND :last",
        "ExpressionAttributeValues": {
            ":partition": {"S": partition},
            ":first": {"S": first},
            ":last": {"S": last},
        },
        "ScanIndexForward": False,
        "Limit": limit,
    }
