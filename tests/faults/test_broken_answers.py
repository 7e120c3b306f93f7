"""What an answer that breaks off means to the recorder: try again, and never "not there"."""

from collections.abc import Iterator
from typing import Any

import pytest
from boto3.session import Session
from botocore.exceptions import ResponseStreamingError

from recorder.handler import TABLE_CONFIGURATION
from recorder.retry import Deadline, Retrier
from recorder.whole_answers import refuse_broken_answers
from recorder.writer import TableWriter
from tests.engine import TestTable
from tests.faults.line import Fault, FaultyLine
from tests.recorder.support import StillClock

_KEY = {"pk": {"S": "M#one"}, "sk": {"S": "0#event"}}
_SHORT = {**_KEY, "r": {"N": "1"}}
_LONG = {**_SHORT, "note": {"S": "x" * 2_000}}


@pytest.fixture
def client(table: TestTable, line: FaultyLine) -> Iterator[Any]:
    arguments = {**table.credentials, "endpoint_url": line.endpoint_url}
    made = Session().client("dynamodb", config=TABLE_CONFIGURATION, **arguments)
    yield refuse_broken_answers(made)
    made.close()


@pytest.mark.parametrize("item", [_SHORT, _LONG], ids=["in its headers", "in its body"])
@pytest.mark.parametrize("fault", [Fault.CUT, Fault.MANGLED])
def test_an_item_is_there_though_the_answer_breaks_off(
    table: TestTable, line: FaultyLine, client: Any, item: dict[str, Any], fault: Fault
) -> None:
    table.client.put_item(TableName=table.name, Item=item)
    line.fault = fault
    with pytest.raises(ResponseStreamingError):
        client.get_item(TableName=table.name, Key=_KEY)
    line.fault = Fault.NONE
    assert client.get_item(TableName=table.name, Key=_KEY)["Item"] == item
    assert "Item" not in client.get_item(
        TableName=table.name, Key={**_KEY, "sk": {"S": "0#another"}}
    )


def test_what_is_read_back_after_a_broken_answer_is_what_is_stored(
    table: TestTable, line: FaultyLine, client: Any
) -> None:
    table.client.put_item(TableName=table.name, Item=_SHORT)

    def mend_the_line(seconds: float) -> None:
        line.fault = Fault.NONE

    line.fault = Fault.CUT
    writer = TableWriter(client, table.name, Retrier(mend_the_line, lambda: 0.5))
    found = writer.read([("M#one", "0#event")], Deadline(StillClock()))
    assert found == {("M#one", "0#event"): _SHORT}
    assert line.refused_requests == 1
