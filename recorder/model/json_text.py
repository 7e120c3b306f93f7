"""JSON in text of which nobody promised that it is JSON, or that it is one document only."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from recorder.model.nesting import MAXIMUM_NESTING, is_too_deep

_lenient: Final = json.JSONDecoder(strict=False)
"""Reads what orjson refuses: lone surrogates, line breaks inside strings, numbers of any length."""

_BETWEEN_DOCUMENTS: Final = " \t\r\n,\x1e\ufeff\x00"
_BRACKETS: Final = "[{"


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON document of a text, and the text that it was."""

    value: Any
    text: str


@dataclass(frozen=True, slots=True)
class Damaged:
    """Text that begins as JSON does and is none, or is nested too deeply to follow."""

    reason: str
    text: str


def looks_like_json(text: str) -> bool:
    """Whether `text` begins as a JSON object does, or an array of objects, arrays or strings."""
    if text[:1] == "[":
        return text[1:].lstrip()[:1] in ("{", "[", '"')
    return text[:1] == "{"


def read_documents(text: str) -> Iterator[Document | Damaged]:
    """The JSON documents of `text` in order: one, or several on lines or simply joined.

    Damage ends with the next line that begins an object, so that a torn line of a file costs no
    other one. Text that does not look like JSON at all yields nothing. Never raises.
    """
    text = text.strip(_BETWEEN_DOCUMENTS)
    try:
        yield _checked(orjson.loads(text), text)
        return
    except orjson.JSONDecodeError:
        pass
    position = 0
    while position < len(text):
        if text[position] in _BETWEEN_DOCUMENTS:
            position += 1
            continue
        start = position
        reason = "not JSON"
        if text[start] in _BRACKETS:
            try:
                value, position = _lenient.raw_decode(text, start)
                yield _checked(value, text[start:position])
                continue
            except RecursionError:
                reason = "JSON nested too deeply"
            except ValueError as error:
                reason = f"not JSON: {error}"
        position = _next_object(text, start)
        piece = text[start:position].rstrip(_BETWEEN_DOCUMENTS)
        if looks_like_json(piece):
            yield Damaged(reason, piece)


def write_json(value: object) -> str:
    """`value` as JSON text, keys in their order; what UTF-8 cannot hold is escaped."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value, separators=(",", ":"), default=repr)


def _checked(value: object, text: str) -> Document | Damaged:
    if sum(map(text.count, _BRACKETS)) > MAXIMUM_NESTING and is_too_deep(value):
        return Damaged("JSON nested too deeply", text)
    return Document(value, text)


def _next_object(text: str, start: int) -> int:
    """Where the next line begins that starts an object, or the end of `text`."""
    found = text.find("\n{", start)
    return len(text) if found < 0 else found + 1
