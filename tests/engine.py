"""One DynamoDB Local for the whole run, and for every test a table in a database that it has to
itself meanwhile."""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPConnection
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import orjson

from recorder.model.item import Item
from recorder.model.table import table_definition
from ses_tui.demo.access import LocalAccess

TABLE_NAME = "ses-events"
TABLES_PER_DATABASE: Final = 20
ITEMS_PER_DATABASE: Final = 300
"""Each database keeps threads of the engine awake to its end, so one is used again; but what its
stream has kept, that of deleted tables, too, slows every write."""


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

    def fill(self, items: Iterable[Item]) -> None:
        """Write items as they are. A client of boto3 takes fifteen times as long to say so, and
        the engine believes every signature."""
        headers = {
            "Authorization": (
                f"AWS4-HMAC-SHA256 Credential={self.access.access_key_id}/20261123/"
                f"{self.access.region}/dynamodb/aws4_request, SignedHeaders=host, Signature=none"
            ),
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": "DynamoDB_20120810.BatchWriteItem",
        }
        waiting = [{"PutRequest": {"Item": item}} for item in items]
        connection = HTTPConnection(urlsplit(self.endpoint_url).netloc)
        for start in range(0, len(waiting), 25):
            asked = {"RequestItems": {self.name: waiting[start : start + 25]}}
            body = orjson.dumps(asked, default=lambda value: b64encode(value).decode())
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            said = answer.read()
            assert answer.status == 200, said
            assert orjson.loads(said)["UnprocessedItems"] == {}
        connection.close()


@dataclass
class _Database:
    """A database that nobody uses at the moment, and how much it has seen."""

    access: LocalAccess
    tables: int = 0
    items: int = 0

    def is_worn(self) -> bool:
        return self.tables >= TABLES_PER_DATABASE or self.items >= ITEMS_PER_DATABASE


_free_databases: defaultdict[str, list[_Database]] = defaultdict(list)
"""By the endpoint of their engine."""


@contextmanager
def fresh_table(endpoint_url: str) -> Iterator[TestTable]:
    """A table in a database without another one; dropped at the end, since it lives in memory."""
    free = _free_databases[endpoint_url]
    database = free.pop() if free else _Database(LocalAccess(endpoint_url))
    table = TestTable(database.access)
    table.client.create_table(**table_definition(table.name))
    try:
        yield table
    finally:
        database.tables += 1
        database.items += table.client.describe_table(TableName=table.name)["Table"]["ItemCount"]
        table.client.delete_table(TableName=table.name)
        if not (database.is_worn() or table.client.list_tables()["TableNames"]):
            free.append(database)
        table.client.close()
