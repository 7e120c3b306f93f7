"""Where each key of a TOML document stands, which Python's own parser does not tell."""

import tomllib
from collections.abc import Iterator
from typing import Any

KeyPath = tuple[str, ...]


def statement_lines(text: str) -> dict[KeyPath, int]:
    """The line, from 1 on, on which each key and each table of a valid document begins.

    Lines are put together until they parse: then they are one statement.
    """
    lines: dict[KeyPath, int] = {}
    header: KeyPath = ()
    first, statement = 1, ""
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        statement += line
        try:
            document = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        paths = list(_paths(document))
        if statement.lstrip().startswith("["):
            header = paths[-1]
            lines.setdefault(header, first)
        else:
            for path in paths:
                lines.setdefault((*header, *path), first)
        first, statement = number + 1, ""
    return lines


def _paths(document: dict[str, Any]) -> Iterator[KeyPath]:
    for name, value in document.items():
        yield (name,)
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict):
            for path in _paths(inner):
                yield (name, *path)
