"""One DynamoDB Local for the whole run, and for every test a database and a table of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from recorder.model.table import table_definition
from ses_tui.demo.access import LocalAccess

TABLE_NAME = "ses-events"


@dataclass
class TestTable:
    """A fresh table that no other test sees."""

    __test__: ClassVar[bool] = False

    access: LocalAccess
    client: Any = field(init=False)
    """boto3 client for the table."""
    name: str = TABLE_NAME

    def __post_init__(self) -> None:
        self.client = self.access.dynamodb_client()

    @cached_property
    def streams_client(self) -> Any:
        """boto3 client for its stream."""
        return self.access.streams_client()

    @property
    def endpoint_url(self) -> str:
        """Where the engine answers."""
        return self.access.endpoint_url

    @property
    def credentials(self) -> dict[str, str]:
        """Keyword arguments for `create_client` of botocore and aiobotocore."""
        return self.access.client_arguments()


@contextmanager
def fresh_table(endpoint_url: str) -> Iterator[TestTable]:
    """A table in a new database of the engine; dropped at the end, since it lives in memory."""
    table = TestTable(LocalAccess(endpoint_url))
    table.client.create_table(**table_definition(table.name))
    try:
        yield table
    finally:
        table.client.delete_table(TableName=table.name)
        table.client.close()
