"""The table, defined once: `table create` makes it and the template is checked against it."""

from typing import Any, Final

STREAM_VIEW_TYPE: Final = "NEW_IMAGE"
EXPIRY_ATTRIBUTE: Final = "x"
RECIPIENT_INDEX: Final = "rcpt"
PROBLEM_INDEX: Final = "prob"

_LIST_ATTRIBUTES: Final = (
    "y",
    "t",
    "r",
    "a",
    "f",
    "su",
    "cs",
    "bt",
    "bs",
    "ct",
    "cb",
    "dt",
    "ss",
    "dc",
    "rr",
    "fr",
    "n",
    "h",
    "x",
)
"""What a list shows of an event; an index holds no more, since each byte is paid twice."""


def _index(name: str, partition: str, sort: str) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [
            {"AttributeName": partition, "KeyType": "HASH"},
            {"AttributeName": sort, "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(_LIST_ATTRIBUTES)},
    }


def table_definition(table_name: str) -> dict[str, Any]:
    """Arguments of `CreateTable`. Expiry is switched on by a call of its own afterwards."""
    return {
        "TableName": table_name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("pk", "sk", "rp", "rs", "pp", "ps")
        ],
        "GlobalSecondaryIndexes": [
            _index(RECIPIENT_INDEX, "rp", "rs"),
            _index(PROBLEM_INDEX, "pp", "ps"),
        ],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": STREAM_VIEW_TYPE},
    }


def expiry_definition(table_name: str) -> dict[str, Any]:
    """Arguments of `UpdateTimeToLive`."""
    return {
        "TableName": table_name,
        "TimeToLiveSpecification": {"Enabled": True, "AttributeName": EXPIRY_ATTRIBUTE},
    }
