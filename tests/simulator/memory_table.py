"""A table in memory that answers the calls the recorder makes, by the expressions it sends."""

import re
from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError

from tests.simulator.expressions import Condition, ExpressionError, Expressions

Key = tuple[str, str]
Item = dict[str, Any]

_KNOWN_ARGUMENTS = {
    "update_item": {"Key", "UpdateExpression"},
    "put_item": {"Item"},
    "delete_item": {"Key"},
    "get_item": {"Key", "ConsistentRead"},
    "query": {"KeyConditionExpression", "ConsistentRead", "ExclusiveStartKey"},
}
_PARTITION_CONDITION = re.compile(r"pk = (:\w+)( AND |$)")
_FIRST = {"S": ""}
_ANY_CALL = {"TableName"}
_WITH_EXPRESSIONS = {"ExpressionAttributeNames", "ExpressionAttributeValues"}
_CONDITIONAL = {"ConditionExpression", "ReturnValuesOnConditionCheckFailure"}


class MemoryTable:
    """Unknown calls, arguments and expressions fail, so that no test passes by a gap in this."""

    def __init__(self, name: str = "ses-events", *, page_items: int = 25) -> None:
        """`page_items` is how many items one `query` returns, so that paging is exercised."""
        self.partitions: dict[str, dict[str, Item]] = {}
        self.calls: Counter[str] = Counter()
        self._name = name
        self._page_items = page_items
        self._lock = Lock()

    def update_item(self, **arguments: Any) -> dict[str, Any]:
        with self._lock:
            expressions = self._begin("update_item", arguments)
            key = _key(arguments["Key"])
            item = self._require(key, arguments, expressions)
            self._partition(key)[key[1]] = _checked(
                expressions, lambda: expressions.updated(arguments["UpdateExpression"], item)
            ) | dict(arguments["Key"])
            return {}

    def put_item(self, **arguments: Any) -> dict[str, Any]:
        with self._lock:
            expressions = self._begin("put_item", arguments)
            item = _copy(arguments["Item"])
            key = _key({"pk": item["pk"], "sk": item["sk"]})
            self._require(key, arguments, expressions)
            _checked(expressions, dict)
            self._partition(key)[key[1]] = item
            return {}

    def delete_item(self, **arguments: Any) -> dict[str, Any]:
        with self._lock:
            expressions = self._begin("delete_item", arguments)
            key = _key(arguments["Key"])
            self._require(key, arguments, expressions)
            _checked(expressions, dict)
            self._partition(key).pop(key[1], None)
            return {}

    def get_item(self, **arguments: Any) -> dict[str, Any]:
        with self._lock:
            self._begin("get_item", arguments)
            key = _key(arguments["Key"])
            item = self._partition(key).get(key[1])
            return {} if item is None else {"Item": _copy(item)}

    def query(self, **arguments: Any) -> dict[str, Any]:
        with self._lock:
            expressions = self._begin("query", arguments)
            condition = arguments["KeyConditionExpression"]
            partition = _PARTITION_CONDITION.match(condition)
            if partition is None:
                raise _validation(f"no partition in {condition!r}")
            items = self.partitions.get(arguments["ExpressionAttributeValues"][partition[1]]["S"])
            after = _key(arguments.get("ExclusiveStartKey") or {"pk": _FIRST, "sk": _FIRST})[1]
            holds = _condition(expressions, condition)
            found = [
                item for key, item in sorted((items or {}).items()) if key > after and holds(item)
            ]
            page = found[: self._page_items]
            answer: dict[str, Any] = {"Items": [_copy(item) for item in page]}
            if len(page) < len(found):
                answer["LastEvaluatedKey"] = {"pk": page[-1]["pk"], "sk": page[-1]["sk"]}
            return answer

    def under(self, prefix: str) -> list[Item]:
        """Copies of the items whose partition key starts with `prefix`, in order."""
        return [
            _copy(item)
            for partition in sorted(self.partitions)
            if partition.startswith(prefix)
            for _, item in sorted(self.partitions[partition].items())
        ]

    def _partition(self, key: Key) -> dict[str, Item]:
        return self.partitions.setdefault(key[0], {})

    def _begin(self, call: str, arguments: Mapping[str, Any]) -> Expressions:
        self.calls[call] += 1
        known = _ANY_CALL | _KNOWN_ARGUMENTS[call]
        if call != "get_item":
            known |= _WITH_EXPRESSIONS
        if call not in ("get_item", "query"):
            known |= _CONDITIONAL
        unknown = arguments.keys() - known
        if unknown or arguments["TableName"] != self._name:
            raise _validation(f"{call}: {sorted(unknown)} {arguments['TableName']}")
        return Expressions(arguments)

    def _require(
        self, key: Key, arguments: Mapping[str, Any], expressions: Expressions
    ) -> Mapping[str, Any]:
        """The stored item, or its key; raises where the call's condition does not hold."""
        stored = self._partition(key).get(key[1])
        condition = arguments.get("ConditionExpression")
        if condition is not None and not _condition(expressions, condition)(stored or {}):
            response: dict[str, Any] = {
                "Error": {"Code": "ConditionalCheckFailedException", "Message": "not so"}
            }
            if stored and arguments.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD":
                response["Item"] = _copy(stored)
            raise ClientError(response, "stub")
        return stored or {}


def _condition(expressions: Expressions, condition: str) -> Condition:
    try:
        return expressions.condition(condition)
    except ExpressionError as error:
        raise _validation(str(error)) from error


def _copy(item: Mapping[str, Any]) -> Item:
    # Attribute values are never changed in place, neither here nor by the recorder.
    return dict(item)


def _checked(expressions: Expressions, evaluate: Any) -> Item:
    try:
        result: Item = evaluate()
        expressions.check_all_used()
        return result
    except ExpressionError as error:
        raise _validation(str(error)) from error


def _key(attributes: Mapping[str, Any]) -> Key:
    if attributes.keys() != {"pk", "sk"}:
        raise _validation(f"key {sorted(attributes)}")
    return attributes["pk"]["S"], attributes["sk"]["S"]


def _validation(message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationException", "Message": message}}, "stub")
