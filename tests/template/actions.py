"""Which actions of AWS a program calls: watched while it runs, or read off its text."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import botocore.session

_PREFIXES: Final = {
    "cloudwatch": "cloudwatch",
    "dynamodb": "dynamodb",
    "dynamodbstreams": "dynamodb",
    "events": "events",
    "lambda": "lambda",
    "s3": "s3",
    "ses": "ses",
    "sesv2": "ses",
    "sns": "sns",
    "sqs": "sqs",
}
"""What stands before the colon of an action, by botocore's name of the service. STS is not here:
who asks it for its own identity needs no permission."""
_TABLE_SERVICES: Final = ("dynamodb", "dynamodbstreams")
_STATEMENTS: Final = {
    "INSERT": "dynamodb:PartiQLInsert",
    "UPDATE": "dynamodb:PartiQLUpdate",
    "DELETE": "dynamodb:PartiQLDelete",
    "SELECT": "dynamodb:PartiQLSelect",
}


class WatchedActions:
    """The actions that boto3 clients were asked for."""

    def __init__(self, *clients: Any) -> None:
        self.called: set[str] = set()
        for client in clients:
            client.meta.events.register("provide-client-params", self._take)

    def _take(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.called |= actions_of(model.service_model.service_name, model.name, params)


def actions_of(service: str, operation: str, arguments: dict[str, Any]) -> set[str]:
    """The actions that have to be allowed for one call."""
    if operation == "BatchExecuteStatement":
        verbs = {one["Statement"].split()[0].upper() for one in arguments["Statements"]}
        return {_STATEMENTS[verb] for verb in verbs}
    return {f"{_PREFIXES[service]}:{operation}"}


def actions_named_in(folders: Iterable[Path]) -> dict[str, set[str]]:
    """The actions whose operations programs name, and the files that do.

    An operation is named as the API does in a string, or as a method of a client; methods of other
    services than the table's count where their names are of several words.
    """
    found: dict[str, set[str]] = {}
    for folder in folders:
        for file in sorted(folder.rglob("*.py")):
            for action in _named_in(ast.parse(file.read_text())):
                found.setdefault(action, set()).add(str(file))
    return found


def _named_in(tree: ast.AST) -> Iterator[str]:
    operations, methods = _names()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from operations.get(node.value, ())
        elif isinstance(node, ast.Attribute):
            yield from methods.get(node.attr, ())


@cache
def _names() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Actions by the names of operations, and by those of clients' methods."""
    session = botocore.session.Session()
    operations: dict[str, set[str]] = {}
    methods: dict[str, set[str]] = {}
    for service, prefix in _PREFIXES.items():
        for operation in session.get_service_model(service).operation_names:
            operations.setdefault(operation, set()).add(f"{prefix}:{operation}")
            method = botocore.xform_name(operation)
            if service in _TABLE_SERVICES or "_" in method:
                methods.setdefault(method, set()).add(f"{prefix}:{operation}")
    return operations, methods
