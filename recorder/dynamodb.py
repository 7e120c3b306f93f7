"""The calls of boto3's DynamoDB client that the recorder makes; a stub of these runs the tests."""

from typing import Any, Protocol


class DynamoDBClient(Protocol):
    """A boto3 low-level client, or something that answers like one."""

    def batch_execute_statement(self, **arguments: Any) -> dict[str, Any]:
        """PartiQL statements, each with an answer of its own."""
        ...

    def batch_get_item(self, **arguments: Any) -> dict[str, Any]:
        """Up to 100 items by key."""
        ...

    def get_item(self, **arguments: Any) -> dict[str, Any]:
        """One item by key."""
        ...

    def put_item(self, **arguments: Any) -> dict[str, Any]:
        """One whole item."""
        ...

    def update_item(self, **arguments: Any) -> dict[str, Any]:
        """Some attributes of one item."""
        ...

    def delete_item(self, **arguments: Any) -> dict[str, Any]:
        """One item less."""
        ...

    def query(self, **arguments: Any) -> dict[str, Any]:
        """Items of one partition in order."""
        ...
