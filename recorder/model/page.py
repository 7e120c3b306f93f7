"""Feed pages: a batch of events as one small item, so that a tail can afford to read them all.

A page's body is columnar JSON under zlib. A column is left out when it holds nothing but its
default, a single value when all rows agree, `{"v": [...], "i": "..."}` (values, and a character for
the index of each row's value; a list of indexes where there are more values than characters) when
values repeat, `{"of": name, "v": [...], "i": [...]}` (values, and the indexes of their rows) for
addresses as SES wrote them, which nearly all are what another column holds, and a plain list
otherwise.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson

from recorder.model.columns import DEFAULTS, Alike, Coded, Column, EventColumns, Listed, Same
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
_CHARACTERS: Final = bytes(set(range(0x20, 0x7F)) - set(b'"\\'))
"""Those for indexes, in order of these: one byte of JSON each, never escaped."""
_INDEXES: Final = bytes(range(len(_CHARACTERS)))
_CHARACTER_OF_INDEX: Final = bytes.maketrans(_INDEXES, _CHARACTERS)
_INDEX_OF_CHARACTER: Final = bytes.maketrans(_CHARACTERS, _INDEXES)
_MISSING: Final = object()
_ExpansionError: Final = cast(type[Exception], expansion.error)


class PageError(ValueError):
    """A page that cannot be read: damaged, of a later version, or expanding past its bound."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a feed page says: events in the order of the stream, and heartbeats by their time."""

    columns: EventColumns
    heartbeats: tuple[int, ...] = ()

    @property
    def events(self) -> tuple[Event, ...]:
        """All events, made anew each time."""
        return tuple(self.columns)


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
        _check_types((count,), int, "count")
        if not 0 <= count <= MAXIMUM_EVENTS:
            raise PageError(f"feed page says it holds {count:,} events, over {MAXIMUM_EVENTS:,}")
        columns: dict[str, Column] = {}
        for name, form in document["c"].items():
            columns[name] = _read_column(form, count, columns)
        events = EventColumns(count, columns)
        for name, wanted in _REQUIRED_COLUMNS:
            _check_types(events.column(name).values(), wanted, name)
        heartbeats = tuple(document.get("h", ()))
        _check_types(heartbeats, int, "heartbeat")
        return Page(events, heartbeats)
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
        return _MISSING if column[0] is DEFAULTS.get(name) else [column[0]]
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


def _read_column(form: Any, count: int, before: Mapping[str, Column]) -> Column:
    """The column of that form; every row of it can then be read.

    `before` holds the columns that stand before it. Raises what a form that is none leads to.
    """
    if isinstance(form, list):
        if len(form) == 1:
            return Same(form[0], count)
        if len(form) != count:
            raise PageError(f"feed page of {count} events has a column of {len(form)}")
        return Listed(form)
    values, indexes = form["v"], form["i"]
    if not isinstance(values, list):
        raise PageError("feed page has a column without a list of values")
    if "of" in form:
        _check_indexes(indexes, count)
        return Alike(before[form["of"]], dict(zip(indexes, values, strict=True)))
    if isinstance(indexes, str):
        indexes = indexes.encode()
        if indexes.translate(None, _CHARACTERS[: len(values)]):
            raise PageError("feed page has a column with indexes of values it does not hold")
        indexes = indexes.translate(_INDEX_OF_CHARACTER)
    else:
        _check_indexes(indexes, len(values))
    if len(indexes) != count:
        raise PageError(f"feed page of {count} events has a column of {len(indexes)}")
    return Coded(values, indexes)


def _check_indexes(indexes: Sequence[int], end: int) -> None:
    """Raises `PageError` unless all are indexes of something of that length."""
    _check_types(indexes, int, "index")
    if indexes and not 0 <= min(indexes) <= max(indexes) < end:
        raise PageError("feed page has a column with an index that is out of bounds")


def _check_types(values: Iterable[Any], wanted: type, name: str) -> None:
    """Raises `PageError` unless all are of that very type; a truth value is no number."""
    if not {wanted}.issuperset(map(type, values)):
        raise PageError(f"feed page holds something with no proper {name}")
