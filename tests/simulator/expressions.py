"""DynamoDB's expressions, as much of them as the recorder writes; anything else is refused."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

Value = Mapping[str, Any]
Attributes = Mapping[str, Value]
Condition = Callable[[Attributes], bool]

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

    def condition(self, expression: str) -> Condition:
        """A condition as a function of the item it is asked about."""
        self._begin(expression)
        result = self._either()
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

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._accept("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda item: any(part(item) for part in parts)

    def _both(self) -> Condition:
        parts = [self._single()]
        while self._accept("AND"):
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else lambda item: all(part(item) for part in parts)

    def _single(self) -> Condition:
        if self._accept("("):
            inner = self._either()
            self._take(")")
            return inner
        token = self._take()
        if token in ("attribute_exists", "attribute_not_exists"):
            self._take("(")
            path = self._path(self._take())
            self._take(")")
            wanted = token == "attribute_exists"
            return lambda item: (path in item) == wanted
        if token == "begins_with":
            self._take("(")
            text = self._operand(self._take())
            self._take(",")
            prefix = self._operand(self._take())
            self._take(")")
            return lambda item: _text(text(item)).startswith(_text(prefix(item)) or "\0")
        left = self._operand(token)
        if self._accept("BETWEEN"):
            low = self._operand(self._take())
            self._take("AND")
            high = self._operand(self._take())
            return lambda item: (
                _compare("<=", low(item), left(item)) and _compare("<=", left(item), high(item))
            )
        comparison = self._take()
        if comparison not in _COMPARISONS:
            raise ExpressionError(f"{comparison!r} is no comparison")
        right = self._operand(self._take())
        return lambda item: _compare(comparison, left(item), right(item))

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

    def _operand(self, token: str) -> Callable[[Attributes], Value | None]:
        if token[0] == ":":
            value = self._value(token)
            return lambda _: value
        path = self._path(token)
        return lambda item: item.get(path)

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


def _text(value: Value | None) -> str:
    return value.get("S", "") if value else ""


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
