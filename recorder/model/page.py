"""Feed pages: a batch of events as one small item, so that a tail can afford to read them all.

A page's body is columnar JSON under zlib. A column is left out when it holds nothing but its
default, a single value when all rows agree, `{"v": [...], "i": "..."}` (values, and a character for
the index of each row's value; a list of indexes where there are more values than characters) when
values repeat, `{"of": name, "v": [...], "i": [...]}` (values, and the indexes of their rows) for
addresses as SES wrote them, which nearly all are what another column holds, and a plain list
otherwise.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import Any, Final, cast

import orjson

from recorder.model.event import Event

try:
    # Expands pages in half the time. The dashboard has it, the Lambda functions do without.
    from isal import isal_zlib as expansion
except ImportError:
    import zlib as expansion  # type: ignore[no-redef]

PAGE_VERSION: Final = 2
MAXIMUM_COMPRESSED_BYTES: Final = 300_000
"""A page item stays well inside DynamoDB's 400 KB."""
MAXIMUM_EXPANDED_BYTES: Final = 8_000_000
"""No page written here expands past this, so a reader refuses one that does."""
MAXIMUM_EVENTS: Final = 4_000
REPAIRED_PAGE_SPAN_MS: Final = 300_000
"""A repaired page holds events of one such stretch of time, so that a reader knows how far behind
an event its page may be filed."""

_COMPRESSION_LEVEL: Final = 4
"""A third faster than zlib's own choice of 6, for three hundredths more bytes."""
_LIKE: Final = {"recipient_raw": "recipient"}
"""Columns that may be written as what they differ in from another, which stands before them."""
_REQUIRED_COLUMNS: Final = (("event_id", str), ("recorded_at", int))
"""Without these an event can neither be told apart nor put in order."""
_DEFAULTS: Final = {"historic": False, "counted": True}
_CHARACTERS: Final = bytes(set(range(0x20, 0x7F)) - set(b'"\\'))
"""Those for indexes, in order of these: one byte of JSON each, never escaped."""
_INDEXES: Final = bytes(range(len(_CHARACTERS)))
_CHARACTER_OF_INDEX: Final = bytes.maketrans(_INDEXES, _CHARACTERS)
_INDEX_OF_CHARACTER: Final = bytes.maketrans(_CHARACTERS, _INDEXES)
_MISSING: Final = object()
_ExpansionError: Final = cast(type[Exception], expansion.error)
_new_event: Final = partial(tuple.__new__, Event)
"""`Event` of a tuple of all its fields, unlike `Event._make` without a step of Python."""


class PageError(ValueError):
    """A page that cannot be read: damaged, of a later version, or expanding past its bound."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a feed page says: events in the order of the stream, and heartbeats by their time."""

    events: tuple[Event, ...]
    heartbeats: tuple[int, ...] = ()


def encode_page(events: Sequence[Event], heartbeats: Sequence[int] = ()) -> bytes:
    """The body of one page of at most `MAXIMUM_EVENTS`; `split_into_pages` sees to the bounds."""
    return _compress(_page_json(events, heartbeats))


def _page_json(events: Sequence[Event], heartbeats: Sequence[int]) -> bytes:
    columns: dict[str, Any] = {}
    held = dict(zip(Event._fields, zip(*events, strict=True), strict=bool(events)))
    for name, column in held.items():
        encoded = _encode_difference(name, held) or _encode_column(name, column)
        if encoded is not _MISSING:
            columns[name] = encoded
    document: dict[str, Any] = {"v": PAGE_VERSION, "n": len(events), "c": columns}
    if heartbeats:
        document["h"] = list(heartbeats)
    return orjson.dumps(document)


def _compress(expanded: bytes) -> bytes:
    return zlib.compress(expanded, _COMPRESSION_LEVEL)


def decode_page(body: bytes) -> Page:
    """The events and heartbeats of a page's body. Raises `PageError`."""
    return decode_expanded_page(expand_page(body))


def expand_page(body: bytes) -> bytes:
    """The JSON of a page, in which every text of its events stands as it is. Raises `PageError`."""
    decompressor = expansion.decompressobj()
    try:
        expanded = decompressor.decompress(body, MAXIMUM_EXPANDED_BYTES)
    except _ExpansionError as error:
        raise PageError(f"feed page cannot be read: {error!r}") from error
    if decompressor.unconsumed_tail:
        raise PageError(f"feed page expands past {MAXIMUM_EXPANDED_BYTES:,} bytes")
    return expanded


def decode_expanded_page(expanded: bytes) -> Page:
    """The events and heartbeats of a page's JSON. Raises `PageError`."""
    try:
        document = orjson.loads(expanded)
        if document["v"] != PAGE_VERSION:
            raise PageError(
                f"feed page is of version {document['v']}, this program reads {PAGE_VERSION}"
            )
        count = document["n"]
        if not 0 <= count <= MAXIMUM_EVENTS:
            raise PageError(f"feed page says it holds {count:,} events, over {MAXIMUM_EVENTS:,}")
        encoded = document["c"]
        columns: dict[str, Iterable[Any]] = {}
        for name in Event._fields:
            form = encoded.get(name)
            if isinstance(form, dict) and "of" in form:
                columns[name] = _decode_difference(form, columns[form["of"]])
            else:
                columns[name] = _decode_column(name, form, count)
        for name, wanted in _REQUIRED_COLUMNS:
            columns[name] = _of_type(columns[name], wanted, name)
        heartbeats = _of_type(document.get("h", ()), int, "heartbeat")
        return Page(tuple(map(_new_event, zip(*columns.values(), strict=True))), heartbeats)
    except PageError:
        raise
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise PageError(f"feed page cannot be read: {error!r}") from error


def split_into_pages(
    events: Sequence[Event], heartbeats: Sequence[int] = ()
) -> Iterator[tuple[Sequence[Event], bytes]]:
    """Pages in order, each within the bounds; halves what turns out too large.

    Heartbeats go into the last page, behind every event recorded before them. Without events and
    heartbeats there is no page.
    """
    chunks = [events[i : i + MAXIMUM_EVENTS] for i in range(0, len(events), MAXIMUM_EVENTS)]
    stack = list(reversed(chunks)) or ([events] if heartbeats else [])
    while stack:
        chunk = stack.pop()
        expanded = _page_json(chunk, () if stack else heartbeats)
        body = _compress(expanded)
        if len(chunk) > 1 and (
            len(body) > MAXIMUM_COMPRESSED_BYTES or len(expanded) > MAXIMUM_EXPANDED_BYTES
        ):
            middle = len(chunk) // 2
            stack += [chunk[middle:], chunk[:middle]]
            continue
        yield chunk, body


def _encode_column(name: str, column: tuple[Any, ...]) -> Any:
    if column.count(column[0]) == len(column):
        return _MISSING if column[0] is _DEFAULTS.get(name) else [column[0]]
    if name == "tags":
        marks: Sequence[Any] = list(map(orjson.dumps, column))
        values = list(dict(zip(marks, column, strict=True)).values())
    else:
        marks = column
        values = list(dict.fromkeys(column))
    if len(values) * 2 <= len(column) or len(values) <= 2:
        positions = {mark: position for position, mark in enumerate(dict.fromkeys(marks))}
        return {"v": values, "i": _encode_indexes([positions[mark] for mark in marks])}
    return list(column)


def _encode_indexes(indexes: Sequence[int]) -> str | Sequence[int]:
    if max(indexes) >= len(_CHARACTERS):
        return indexes
    return bytes(indexes).translate(_CHARACTER_OF_INDEX).decode()


def _encode_difference(name: str, columns: dict[str, tuple[Any, ...]]) -> Any:
    """The column as what it differs in from the one it is like; `None` where that is no shorter."""
    if name not in _LIKE:
        return None
    column, like = columns[name], columns[_LIKE[name]]
    rows = [row for row, value in enumerate(column) if value != like[row]]
    if len(rows) * 2 > len(column) or like.count(like[0]) == len(like):
        return None
    return {"of": _LIKE[name], "v": [column[row] for row in rows], "i": rows}


def _decode_difference(encoded: dict[str, Any], like: Iterable[Any]) -> list[Any]:
    if not isinstance(like, list | tuple):
        raise PageError("feed page has a column that is like one it does not hold")
    column = list(like)
    for row, value in zip(encoded["i"], encoded["v"], strict=True):
        column[row] = value
    return column


def _decode_column(name: str, encoded: Any, count: int) -> Iterable[Any]:
    if encoded is None:
        return repeat(_DEFAULTS.get(name), count)
    if isinstance(encoded, dict):
        values, indexes = encoded["v"], encoded["i"]
        if isinstance(indexes, str):
            indexes = indexes.encode().translate(_INDEX_OF_CHARACTER)
        # One call for all rows; it gives a sequence only where it is asked for two values or more.
        return itemgetter(*indexes)(values) if len(indexes) > 1 else [values[i] for i in indexes]
    if not isinstance(encoded, list):
        raise PageError(f"feed page has no column form for {name}")
    if len(encoded) == 1 and count != 1:
        return repeat(encoded[0], count)
    return encoded


def _of_type(values: Iterable[Any], wanted: type, name: str) -> tuple[Any, ...]:
    """`values`, if all are of that very type; a truth value is no number."""
    held = tuple(values)
    if not {wanted}.issuperset(map(type, held)):
        raise PageError(f"feed page holds an event or heartbeat with no proper {name}")
    return held
