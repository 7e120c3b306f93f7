"""JSON in text of which nobody promised that it is JSON, or that it is one document only."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

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


@dataclass(frozen=True, slots=True)
class Plain:
    """Text that does not even begin as JSON does."""

    text: str


_MAXIMUM_LENIENT_FAILURES: Final = 50
"""The lenient reader takes time for the whole text each time it fails."""

Piece: TypeAlias = Document | Damaged | Plain


def read_pieces(text: str) -> Iterator[Piece]:
    """The JSON documents of `text` in order, one a line or simply joined, and what is between them.

    Damage ends where the next line begins an object, so that a torn line of a file costs no other
    one. Nothing comes of blank text. Never raises.
    """
    text = text.strip(_BETWEEN_DOCUMENTS)
    if not text:
        return
    try:
        yield _checked(orjson.loads(text), text)
        return
    except orjson.JSONDecodeError:
        pass
    position = 0
    failures = 0
    while position < len(text):
        if text[position] in _BETWEEN_DOCUMENTS:
            position += 1
            continue
        lenient = failures < _MAXIMUM_LENIENT_FAILURES
        piece, position = _next_piece(text, position, lenient=lenient)
        failures += not isinstance(piece, Document)
        yield piece


def write_json(value: object) -> str:
    """`value` as JSON text, keys in their order; what UTF-8 cannot hold is escaped."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value, separators=(",", ":"), default=repr)


def read_json(text: str) -> Any:
    """The value of what `write_json` wrote."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _lenient.decode(text)


def _next_piece(text: str, start: int, *, lenient: bool) -> tuple[Piece, int]:
    """The piece that begins at `start`, and where it ends.

    The line alone is tried first: it is the usual case in a file, and reads faster. Only the
    lenient reader finds a document of several lines, or several in one.
    """
    end_of_line = text.find("\n", start)
    if end_of_line < 0:
        end_of_line = len(text)
    line = text[start:end_of_line].rstrip(_BETWEEN_DOCUMENTS)
    try:
        return _checked(orjson.loads(line), line), end_of_line
    except orjson.JSONDecodeError:
        pass
    reason = "not JSON"
    if lenient and text[start] in _BRACKETS:
        try:
            value, end = _lenient.raw_decode(text, start)
            return _checked(value, text[start:end]), end
        except RecursionError:
            reason = "JSON nested too deeply"
        except ValueError as error:
            reason = f"not JSON: {error}"
    next_object = text.find("\n{", start)
    end = len(text) if next_object < 0 else next_object
    piece = text[start:end]
    return (Damaged(reason, piece) if _looks_like_json(piece) else Plain(piece)), end


def _looks_like_json(text: str) -> bool:
    """Whether `text` begins as a JSON object does, or an array of objects, arrays or strings."""
    if text[:1] == "[":
        return text[1:].lstrip()[:1] in ("{", "[", '"')
    return text[:1] == "{"


def _checked(value: object, text: str) -> Document | Damaged:
    if sum(map(text.count, _BRACKETS)) > MAXIMUM_NESTING and is_too_deep(value):
        return Damaged("JSON nested too deeply", text)
    return Document(value, text)
