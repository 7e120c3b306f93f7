"""While a new recorder takes the place of an old one, both are at work on one table."""

from typing import Any

from recorder.model.item import from_item
from recorder.model.page import decode_page
from tests import payloads
from tests.engine import TestTable
from tests.recorder.support import functions_on, items_of, page_items_of, stream_event

NEW: dict[str, Any] = {"v": {"N": "2"}, "zz": {"M": {"deep": {"L": [{"S": "thing"}]}}}}
"""What a later version may have added to an item; nothing of today knows it."""


def test_the_old_one_writes_over_nothing_of_the_new_one(table: TestTable) -> None:
    functions = functions_on(table)
    same: dict[str, Any] = {"message_id": payloads.new_message_id(), "feedback_id": "f"}
    bare = payloads.bounce(generation="notification", headers=False, **same)
    assert functions.record(payloads.sqs_event(bare)) == {"batchItemFailures": []}
    (item,) = items_of(table)
    item.pop("cs", None)
    by_new = item | NEW | {"dc": {"S": "as the new one tells it"}}
    table.client.put_item(TableName=table.name, Item=by_new)
    functions.record(payloads.sqs_event(bare, payloads.bounce(**same)))
    (kept,) = items_of(table)
    assert by_new.items() <= kept.items()
    assert kept["cs"] == {"S": "transactional"}, "what was missing is filled"


def test_the_old_one_counts_and_pages_what_the_new_one_stores(table: TestTable) -> None:
    functions = functions_on(table)
    functions.record(payloads.sqs_event(*payloads.every_type().values()))
    items = [item | NEW for item in items_of(table)]
    answer = functions.roll_up(stream_event(items))
    assert answer == {"state": {}, "batchItemFailures": []}
    (page,) = page_items_of(table)
    assert list(decode_page(page["z"]["B"]).events) == list(map(from_item, items))
    assert items_of(table, "R#")
