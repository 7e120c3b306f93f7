"""Feed pages: a batch of events as one small item, so that a tail can afford to read them all.

A page's body is columnar JSON under zlib. A column is left out when it holds nothing but its
default, a single value when all rows agree, `{"v": [...], "i": [...]}` (values and the index of
each row's value) when values repeat, `{"d": [first, difference, ...]}` for times, and a plain list
otherwise.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Final

import orjson

from recorder.model.event import Event

PAGE_VERSION: Final = 1
MAXIMUM_COMPRESSED_BYTES: Final = 300_000
"""A page item stays well inside DynamoDB's 400 KB."""
MAXIMUM_EXPANDED_BYTES: Final = 8_000_000
"""No page written here expands past this, so a reader refuses one that does."""
MAXIMUM_EVENTS: Final = 4_000

_DELTA_COLUMNS: Final = frozenset({"recorded_at", "event_time", "sent_time"})
_DEFAULTS: Final = {"historic": False, "counted": True}
_MISSING: Final = object()


class PageError(ValueError):
    """A page that cannot be read: damaged, of a later version, or expanding past its bound."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a feed page says: events in the order of the stream, and heartbeats by their time."""

    events: tuple[Event, ...]
    heartbeats: tuple[int, ...] = ()


def encode_page(events: Sequence[Event], heartbeats: Sequence[int] = ()) -> bytes:
    """The body of one page of at most `MAXIMUM_EVENTS`; `split_into_pages` sees to the bounds."""
    columns: dict[str, Any] = {}
    for name, column in zip(Event._fields, zip(*events, strict=True), strict=bool(events)):
        encoded = _encode_column(name, column)
        if encoded is not _MISSING:
            columns[name] = encoded
    document: dict[str, Any] = {"v": PAGE_VERSION, "n": len(events), "c": columns}
    if heartbeats:
        document["h"] = list(heartbeats)
    return zlib.compress(orjson.dumps(document), 6)


def decode_page(body: bytes) -> Page:
    """The events and heartbeats of a page's body. Raises `PageError`."""
    decompressor = zlib.decompressobj()
    try:
        expanded = decompressor.decompress(body, MAXIMUM_EXPANDED_BYTES)
        if decompressor.unconsumed_tail:
            raise PageError(f"feed page expands past {MAXIMUM_EXPANDED_BYTES:,} bytes")
        document = orjson.loads(expanded)
        if document["v"] > PAGE_VERSION:
            raise PageError(
                f"feed page is of version {document['v']}, this program reads up to {PAGE_VERSION}"
            )
        count = document["n"]
        if not 0 <= count <= MAXIMUM_EVENTS:
            raise PageError(f"feed page says it holds {count:,} events, over {MAXIMUM_EVENTS:,}")
        columns = document["c"]
        rows = zip(
            *(_decode_column(name, columns.get(name), count) for name in Event._fields),
            strict=True,
        )
        return Page(tuple(map(Event._make, rows)), tuple(document.get("h", ())))
    except PageError:
        raise
    except (zlib.error, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
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
        body = encode_page(chunk, () if stack else heartbeats)
        if len(chunk) > 1 and (
            len(body) > MAXIMUM_COMPRESSED_BYTES or _expanded_size(body) > MAXIMUM_EXPANDED_BYTES
        ):
            middle = len(chunk) // 2
            stack += [chunk[middle:], chunk[:middle]]
            continue
        yield chunk, body


def _expanded_size(body: bytes) -> int:
    return len(zlib.decompress(body))


def _encode_column(name: str, column: tuple[Any, ...]) -> Any:
    if name in _DELTA_COLUMNS and None not in column:
        return {"d": [column[0], *(b - a for a, b in pairwise(column))]}
    if name == "tags":
        marks: Sequence[Any] = [orjson.dumps(value) for value in column]
        values = list(dict(zip(marks, column, strict=True)).values())
    else:
        marks = column
        values = list(dict.fromkeys(column))
    if len(values) == 1:
        return _MISSING if values[0] is _DEFAULTS.get(name) else [values[0]]
    if len(values) * 2 <= len(column) or len(values) <= 2:
        positions = {mark: position for position, mark in enumerate(dict.fromkeys(marks))}
        return {"v": values, "i": [positions[mark] for mark in marks]}
    return list(column)


def _decode_column(name: str, encoded: Any, count: int) -> list[Any]:
    if encoded is None:
        return [_DEFAULTS.get(name)] * count
    if isinstance(encoded, dict):
        if "d" in encoded:
            return list(accumulate(encoded["d"]))
        values = encoded["v"]
        return [values[index] for index in encoded["i"]]
    if not isinstance(encoded, list):
        raise PageError(f"feed page has no column form for {name}")
    if len(encoded) == 1 and count != 1:
        return encoded * count
    return encoded
