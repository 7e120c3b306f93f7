"""A line of a recording, which is an event's public JSON, becomes the event again."""

from typing import Any, Final

import orjson

from recorder.model.event import JSON_FIELDS, TIME_FIELDS, Event
from recorder.model.timestamps import parse_timestamp

_NUMBERS: Final = frozenset({"processing_ms"})
_REQUIRED: Final = ("event_id", "event_type", "recorded_at")
_TEXTS: Final = tuple(
    name for name in JSON_FIELDS if name not in TIME_FIELDS | _NUMBERS | {"historic", "tags"}
)
_LONGEST_LINE: Final = 1_048_576


class BadLineError(ValueError):
    """A line that is no event; says why."""


def event_of_line(line: bytes) -> Event:
    """The event of one line. Raises `BadLineError`.

    A key that is missing means null, and one that is not known is passed over: another version may
    have written it.
    """
    if len(line) > _LONGEST_LINE:
        raise BadLineError("longer than any event")
    try:
        document = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise BadLineError("no JSON") from None
    if not isinstance(document, dict):
        raise BadLineError("no JSON object")
    for name in _REQUIRED:
        if not document.get(name):
            raise BadLineError(f"{name} is missing")
    values: dict[str, Any] = {name: _text(document, name) for name in _TEXTS}
    for name in TIME_FIELDS:
        values[name] = _time(document, name)
    return Event(
        historic=document.get("historic") is True,
        processing_ms=_number(document, "processing_ms"),
        tags=_tags(document.get("tags")),
        **values,
    )


def _text(document: dict[str, Any], name: str) -> str | None:
    value = document.get(name)
    if value is not None and not isinstance(value, str):
        raise BadLineError(f"{name} is no text")
    return value


def _time(document: dict[str, Any], name: str) -> int | None:
    value = document.get(name)
    moment = parse_timestamp(value)
    if moment is None and value is not None:
        raise BadLineError(f"{name} is no time")
    return moment


def _number(document: dict[str, Any], name: str) -> int | None:
    value = document.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise BadLineError(f"{name} is no whole number")
    return value


def _tags(value: Any) -> dict[str, list[str]] | None:
    if value is None:
        return None
    if isinstance(value, dict) and all(
        isinstance(texts, list) and all(isinstance(text, str) for text in texts)
        for texts in value.values()
    ):
        return value
    raise BadLineError("tags are no lists of text")
