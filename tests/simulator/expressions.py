"""DynamoDB's expressions, as much of them as the recorder writes; anything else is refused."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

Value = Mapping[str, Any]
Attributes = Mapping[str, Value]

_TOKEN = re.compile(r"\s*([#:]?\w+|<=|>=|<>|[=<>(),])")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class ExpressionError(Exception):
    """What the engine would answer a `ValidationException` to."""


class Expressions:
    """The expressions of one call, which share placeholders; each of these has to be used."""

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._names: Mapping[str, str] = arguments.get("ExpressionAttributeNames") or {}
        self._values: Attributes = arguments.get("ExpressionAttributeValues") or {}
        self._used: set[str] = set()
        self._tokens: list[str] = []

    def holds(self, condition: str, item: Attributes) -> bool:
        """Whether a condition holds for an item."""
        self._begin(condition)
        result = self._either(item)
        self._end()
        return result

    def updated(self, update: str, item: Attributes) -> dict[str, Value]:
        """The item after an update."""
        self._begin(update)
        after = dict(item)
        written: set[str] = set()
        while self._tokens:
            clause = self._take()
            assign = {"SET": self._set, "ADD": self._add}.get(clause)
            if assign is None:
                raise ExpressionError(f"clause {clause!r}")
            while True:
                path, value = assign(item)
                if path in written:
                    raise ExpressionError(f"{path!r} is written twice")
                written.add(path)
                after[path] = value
                if not self._accept(","):
                    break
        return after

    def check_all_used(self) -> None:
        """Placeholders that no expression names are an error."""
        unused = {*self._names, *self._values} - self._used
        if unused:
            raise ExpressionError(f"unused: {sorted(unused)}")

    def _begin(self, expression: str) -> None:
        self._tokens = list(_tokens_of(expression))

    def _end(self) -> None:
        if self._tokens:
            raise ExpressionError(f"left over: {self._tokens}")

    def _take(self, expected: str | None = None) -> str:
        if not self._tokens:
            raise ExpressionError("ends too early")
        token = self._tokens.pop(0)
        if expected is not None and token != expected:
            raise ExpressionError(f"{token!r} where {expected!r} belongs")
        return token

    def _accept(self, token: str) -> bool:
        if self._tokens and self._tokens[0] == token:
            self._tokens.pop(0)
            return True
        return False

    def _either(self, item: Attributes) -> bool:
        result = self._both(item)
        while self._accept("OR"):
            other = self._both(item)
            result = result or other
        return result

    def _both(self, item: Attributes) -> bool:
        result = self._single(item)
        while self._accept("AND"):
            other = self._single(item)
            result = result and other
        return result

    def _single(self, item: Attributes) -> bool:
        if self._accept("("):
            result = self._either(item)
            self._take(")")
            return result
        token = self._take()
        if token in ("attribute_exists", "attribute_not_exists"):
            self._take("(")
            path = self._path(self._take())
            self._take(")")
            return (path in item) == (token == "attribute_exists")
        if token == "begins_with":
            self._take("(")
            value = self._operand(self._take(), item)
            self._take(",")
            prefix = self._operand(self._take(), item)
            self._take(")")
            return value is not None and prefix is not None and value["S"].startswith(prefix["S"])
        left = self._operand(token, item)
        if self._accept("BETWEEN"):
            low = self._operand(self._take(), item)
            self._take("AND")
            high = self._operand(self._take(), item)
            return _compare("<=", low, left) and _compare("<=", left, high)
        comparison = self._take()
        if comparison not in _COMPARISONS:
            raise ExpressionError(f"{comparison!r} is no comparison")
        return _compare(comparison, left, self._operand(self._take(), item))

    def _set(self, item: Attributes) -> tuple[str, Value]:
        path = self._path(self._take())
        self._take("=")
        token = self._take()
        if token != "if_not_exists":
            return path, self._value(token)
        self._take("(")
        source = self._path(self._take())
        self._take(",")
        value = self._value(self._take())
        self._take(")")
        return path, item.get(source, value)

    def _add(self, item: Attributes) -> tuple[str, Value]:
        path = self._path(self._take())
        number = Decimal(self._value(self._take())["N"])
        return path, {"N": str(Decimal(item.get(path, {"N": "0"})["N"]) + number)}

    def _operand(self, token: str, item: Attributes) -> Value | None:
        return self._value(token) if token[0] == ":" else item.get(self._path(token))

    def _path(self, token: str) -> str:
        if token[0] != "#":
            if not token.isidentifier():
                raise ExpressionError(f"{token!r} is no attribute name")
            return token
        self._used.add(token)
        if token not in self._names:
            raise ExpressionError(f"{token!r} is not defined")
        return self._names[token]

    def _value(self, token: str) -> Value:
        self._used.add(token)
        if token not in self._values:
            raise ExpressionError(f"{token!r} is not defined")
        return self._values[token]


@lru_cache(maxsize=4_096)
def _tokens_of(expression: str) -> tuple[str, ...]:
    tokens = tuple(_TOKEN.findall(expression))
    if "".join(tokens) != re.sub(r"\s+", "", expression):
        raise ExpressionError(expression)
    return tokens


def _compare(comparison: str, left: Value | None, right: Value | None) -> bool:
    if left is None or right is None or left.keys() != right.keys():
        return False
    ((kind, a),) = left.items()
    ((_, b),) = right.items()
    if kind == "N":
        return _COMPARISONS[comparison](Decimal(a), Decimal(b))
    if kind == "S":
        return _COMPARISONS[comparison](a.encode(), b.encode())
    raise ExpressionError(f"comparing values of type {kind}")
