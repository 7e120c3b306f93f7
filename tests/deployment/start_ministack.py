"""Starts MiniStack, in its own environment, with one gap closed: run by path, never imported.

Its PartiQL INSERT leaves the stream out; DynamoDB's does not. The recorder writes by INSERT.
"""

# mypy: ignore-errors

from ministack.app import main
from ministack.services import dynamodb

_insert = dynamodb._partiql_insert


def _insert_and_stream(table, parsed):
    answer = _insert(table, parsed)
    if answer[0] == 200:
        item = parsed["item"]
        image = item["M"] if set(item) == {"M"} else item
        dynamodb._emit_stream_event(parsed["table"], "INSERT", None, image)
    return answer


dynamodb._partiql_insert = _insert_and_stream

if __name__ == "__main__":
    main()
