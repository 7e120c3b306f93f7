"""Stores items once: inserts in batches, tries again what may succeed, fills gaps in duplicates."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

from recorder.day_names import DayNames
from recorder.dynamodb import DynamoDBClient
from recorder.inserting import (
    DUPLICATE,
    STATEMENTS_IN_CALL,
    VALIDATION_CODES,
    ConditionalPutInsert,
    Insert,
    PartiQLInsert,
)
from recorder.later_form import ORIGINAL_ATTRIBUTES, missing_attributes, without_original
from recorder.model.item import ORIGINAL_ATTRIBUTE, Item, expiry_of
from recorder.retry import Deadline, Failure, Retrier, failure_of

DEFAULT_CONCURRENCY: Final = 8
"""Calls under way at once; the client's connection pool has to hold as many."""

_KEYS_IN_CALL: Final = 100
"""DynamoDB, "BatchGetItem": up to 100 items a call."""

Key: TypeAlias = tuple[str, str]


class Outcome(Enum):
    """What became of one item."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    FAILED = "failed"


@dataclass(slots=True)
class WriteResult:
    """What became of one item; `error` is a code when it failed."""

    outcome: Outcome
    error: str | None = None


@dataclass(slots=True)
class _Write:
    """One item on its way."""

    item: Item
    result: WriteResult | None = None
    last_failure: Failure = DUPLICATE
    uncertain: bool = False

    def settle(self, outcome: Outcome, error: str | None = None) -> None:
        self.result = WriteResult(outcome, error)


def key_of(item: Item) -> Key:
    """Partition and sort key of an item."""
    return item["pk"]["S"], item["sk"]["S"]


class TableWriter:
    """Writes event items to one table with several calls at a time over one client."""

    def __init__(
        self,
        client: DynamoDBClient,
        table_name: str,
        retrier: Retrier,
        *,
        concurrency: int = DEFAULT_CONCURRENCY,
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._retrier = retrier
        self._insert: Insert = PartiQLInsert(client, table_name)
        self._knows_partiql = False
        self._day_names = DayNames(client, table_name, retrier)
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="recorder-writer")

    def write(self, items: Sequence[Item], deadline: Deadline) -> list[WriteResult]:
        """What became of each of `items`, whose keys must be distinct. Never raises.

        Returns before the deadline: what is still under way by then counts as failed, and shows
        as a duplicate when it comes again.
        """
        writes = [_Write(item) for item in items]
        chunks = [
            writes[start : start + STATEMENTS_IN_CALL]
            for start in range(0, len(writes), STATEMENTS_IN_CALL)
        ]
        futures = [self._threads.submit(self._write_chunk, chunk, deadline) for chunk in chunks]
        _, unfinished = wait(futures, timeout=deadline.seconds_left())
        for future in unfinished:
            future.cancel()
        return [write.result or WriteResult(Outcome.FAILED, "OutOfTime") for write in writes]

    def read(self, keys: Sequence[Key], deadline: Deadline) -> dict[Key, Item]:
        """The items under `keys`, those that are there. Raises what did not pass in time."""
        found: dict[Key, Item] = {}
        for start in range(0, len(keys), _KEYS_IN_CALL):
            found |= self._read(list(keys[start : start + _KEYS_IN_CALL]), deadline)
        return found

    def _write_chunk(self, writes: list[_Write], deadline: Deadline) -> None:
        duplicates: list[_Write] = []
        try:
            self._day_names.name((_lifetime_of(write.item) for write in writes), deadline)
            pending = writes
            attempt = 0
            while pending:
                pending = self._try_insert(pending, duplicates)
                if pending and not self._retrier.pause(attempt, deadline):
                    break
                attempt += 1
            for write in pending:
                write.settle(Outcome.FAILED, write.last_failure.code)
            if duplicates:
                self._fill_gaps(duplicates, deadline)
        except Exception as error:
            code = failure_of(error).code
            for write in writes:
                if write.result is None:
                    write.settle(Outcome.FAILED, code)

    def _try_insert(self, writes: list[_Write], duplicates: list[_Write]) -> list[_Write]:
        """One try; returns what is worth another, and adds to `duplicates`."""
        try:
            answers = self._insert([write.item for write in writes])
        except Exception as error:
            return self._after_failed_call(writes, duplicates, failure_of(error))
        if isinstance(self._insert, PartiQLInsert):
            self._knows_partiql = True
        again = []
        for write, failure in zip(writes, answers, strict=True):
            if failure is None:
                write.settle(Outcome.STORED)
            elif failure is DUPLICATE:
                duplicates.append(write)
            elif failure.transient:
                write.last_failure = failure
                write.uncertain |= failure.uncertain
                again.append(write)
            elif failure.code in VALIDATION_CODES and ORIGINAL_ATTRIBUTE in write.item:
                # Most likely over DynamoDB's 400 KB: the event matters more than its original.
                write.item = without_original(write.item)
                again.append(write)
            else:
                write.settle(Outcome.FAILED, failure.code)
        return again

    def _after_failed_call(
        self, writes: list[_Write], duplicates: list[_Write], failure: Failure
    ) -> list[_Write]:
        if not self._knows_partiql and _lacks_operation(failure.code):
            self._insert = ConditionalPutInsert(self._client, self._table_name)
            return self._try_insert(writes, duplicates)
        if failure.transient:
            for write in writes:
                write.last_failure = failure
                write.uncertain |= failure.uncertain
            return writes
        if len(writes) > 1 and _may_be_one_item(failure.code):
            middle = len(writes) // 2
            return [
                *self._try_insert(writes[:middle], duplicates),
                *self._try_insert(writes[middle:], duplicates),
            ]
        for write in writes:
            write.settle(Outcome.FAILED, failure.code)
        return []

    def _fill_gaps(self, writes: list[_Write], deadline: Deadline) -> None:
        stored = self._read([key_of(write.item) for write in writes], deadline)
        for write in writes:
            first = stored.get(key_of(write.item))
            if first is None:
                write.settle(Outcome.DUPLICATE)
            elif write.uncertain and first["r"] == write.item["r"]:
                write.settle(Outcome.STORED)
            else:
                self._fill(write, missing_attributes(first, write.item), deadline)

    def _fill(self, write: _Write, missing: Item, deadline: Deadline) -> None:
        while missing:
            try:
                self._update(key_of(write.item), missing, deadline)
                break
            except Exception as error:
                code = failure_of(error).code
                if code == "ConditionalCheckFailedException":
                    break
                if code not in VALIDATION_CODES or ORIGINAL_ATTRIBUTES.isdisjoint(missing):
                    write.settle(Outcome.FAILED, code)
                    return
                missing = {
                    name: value
                    for name, value in missing.items()
                    if name not in ORIGINAL_ATTRIBUTES
                }
        write.settle(Outcome.DUPLICATE)

    def _update(self, key: Key, missing: Item, deadline: Deadline) -> None:
        """Set each attribute unless another writer did so meanwhile; an erased item stays gone."""
        assignments = ",".join(f"#{name}=if_not_exists(#{name},:{name})" for name in missing)
        arguments: dict[str, Any] = {
            "TableName": self._table_name,
            "Key": _key_attributes(key),
            "UpdateExpression": "SET " + assignments,
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeNames": {f"#{name}": name for name in missing},
            "ExpressionAttributeValues": {f":{name}": value for name, value in missing.items()},
        }
        self._retrier.call(lambda: self._client.update_item(**arguments), deadline)

    def _read(self, keys: list[Key], deadline: Deadline) -> dict[Key, Item]:
        found: dict[Key, Item] = {}
        request: dict[str, Any] = {
            self._table_name: {"Keys": list(map(_key_attributes, keys)), "ConsistentRead": True}
        }
        attempt = 0
        while request:
            answer = self._read_once(request, deadline)
            for item in answer["Responses"].get(self._table_name, ()):
                found[key_of(item)] = item
            request = answer.get("UnprocessedKeys") or {}
            if request and not self._retrier.pause(attempt, deadline):
                raise TimeoutError
            attempt += 1
        return found

    def _read_once(self, request: dict[str, Any], deadline: Deadline) -> dict[str, Any]:
        return self._retrier.call(
            lambda: self._client.batch_get_item(RequestItems=request), deadline
        )


def _lifetime_of(item: Item) -> tuple[int, int | None]:
    return int(item["r"]["N"]), expiry_of(item)


def _key_attributes(key: Key) -> dict[str, dict[str, str]]:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def _lacks_operation(code: str) -> bool:
    """Whether an engine says that it has no such call: by name, or with a page of its web server.

    DynamoDB names every error of its own; a bare status number comes from something in front.
    """
    return code in ("UnknownOperationException", "NotImplemented") or code in ("500", "501")


def _may_be_one_item(code: str) -> bool:
    """Whether a call may have failed for one of its items, so that the others can do without."""
    return code in VALIDATION_CODES or code in ("413", "UnicodeEncodeError", "TypeError")
