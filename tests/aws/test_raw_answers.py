"""Answers that are parsed past botocore say what botocore's parser would have said."""

from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiobotocore.session import AioSession
from botocore.parsers import ResponseParserError

from ses_tui.aws.raw_answers import parse_query
from ses_tui.core.errors import TableError
from tests.aws.pages import FlakyTable
from tests.engine import TestTable

PARTITION = {":partition": {"S": "P#1"}}
CONDITION = {
    "KeyConditionExpression": "pk = :partition",
    "ExpressionAttributeValues": PARTITION,
}


def put(table: TestTable, number: int, **attributes: Any) -> None:
    key = {"pk": {"S": "P#1"}, "sk": {"S": f"{number:04d}"}}
    table.client.put_item(TableName=table.name, Item=key | attributes)


@pytest.mark.parametrize("size", [10, 60_000], ids=["on the loop", "in a thread"])
async def test_the_answer_is_botocores(table: TestTable, reads: FlakyTable, size: int) -> None:
    for number in range(3):
        put(
            table,
            number,
            z={"B": bytes([number, 0, 255]) * (size // 3)},
            text={"S": 'ünïcode "B": \\ \n \U0001f4e7'},
            count={"N": "12345678901234567890"},
            map={"M": {"20261123": {"N": "4"}}},
            flag={"BOOL": True},
            nothing={"NULL": True},
        )
    async with AsyncExitStack() as resources:
        arguments = CONDITION | {"Limit": 2, "ReturnConsumedCapacity": "TOTAL"}
        client = await resources.enter_async_context(
            AioSession().create_client("dynamodb", **table.credentials)
        )
        wanted = await client.query(TableName=table.name, **arguments)
    found = await reads.query(**arguments)
    for answer in (wanted, found):
        assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert found == wanted
    assert len(found["Items"]) == 2
    assert "LastEvaluatedKey" in found


async def test_nothing_found(reads: FlakyTable) -> None:
    answer = await reads.query(**CONDITION)
    assert (answer["Items"], answer["Count"]) == ([], 0)


async def test_errors_are_still_explained(reads: FlakyTable) -> None:
    with pytest.raises(TableError, match=r"Query on table .* failed: ValidationException"):
        await reads.query(KeyConditionExpression="pk = :partition")


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"Items": ', b'{"Items":[{"z":{"B":1}}]}', b'{"x":"\\"B\\":","B":{"B":""}}'],
)
async def test_what_is_no_answer_is_an_error_from_outside(body: bytes) -> None:
    with pytest.raises(ResponseParserError, match="cannot be read"):
        await parse_query({"UnparsedBody": body})


async def test_an_answer_that_botocore_has_parsed_is_left_as_it_is() -> None:
    assert await parse_query({"Items": [], "Count": 0}) == {"Items": [], "Count": 0}
