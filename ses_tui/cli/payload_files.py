"""Payloads in files, whatever they are wrapped in, with the place of each."""

import codecs
import io
from collections.abc import Generator, Iterable, Iterator
from itertools import chain
from typing import BinaryIO, Final, NamedTuple

import orjson

from recorder.model.envelope import EnvelopeRecord, read_invocation, read_text

_WHOLE_DOCUMENT_CHARACTERS: Final = 32_000_000
"""A file up to this may be one JSON document; a longer one holds a document a line."""
_INDENTED_CHARACTERS: Final = 4_000_000
"""So much of an indented document is held at most."""
_OPENING: Final = ("{", "[")
_CLOSING: Final = ("}", "]")
_GOES_ON: Final = (*_CLOSING, " ", "\t", "\r", "\n")
_UTF_16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class PlacedRecord(NamedTuple):
    """One record and where it is, as in `line 12`."""

    place: str
    record: EnvelopeRecord
    characters: int
    """How far into the file it reaches."""


def read_records(stream: BinaryIO) -> Generator[PlacedRecord, None, None]:
    """The records of one file: of the one JSON document that it is, or else of each line.

    Documents may also follow one another indented, as `jq` prints them. Blank lines are skipped.
    Bytes that are no text become U+FFFD.
    """
    buffered = io.BufferedReader(stream)  # type: ignore[type-var]
    encoding = "utf-16" if buffered.peek(2)[:2] in _UTF_16_MARKS else "utf-8-sig"
    text = io.TextIOWrapper(buffered, encoding, errors="replace")
    try:
        head = text.read(_WHOLE_DOCUMENT_CHARACTERS)
        if len(head) < _WHOLE_DOCUMENT_CHARACTERS:
            try:
                document = orjson.loads(head)
            except orjson.JSONDecodeError:
                pass
            else:
                yield from _records_of_document(document, len(head))
                return
        characters = 0
        for number, part in _parts(chain(io.StringIO(head + text.readline()), text)):
            characters += len(part)
            if part.strip():
                record = EnvelopeRecord(None, read_text(part))
                yield PlacedRecord(f"line {number}", record, characters)
    finally:
        text.detach()
        buffered.detach()


def _parts(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each line by itself with its number, but the lines of an indented document together.

    Such a one begins with a bracket that its first line does not close, and goes on with lines that
    are indented or begin with a closing bracket. So a torn line never takes another document along.
    """
    held: list[str] = []
    first = size = 0
    for number, line in enumerate(lines, 1):
        if held and (line[:1] not in _GOES_ON or size > _INDENTED_CHARACTERS):
            yield first, "".join(held)
            held = []
        ends = line.rstrip()[-1:]
        if held:
            held.append(line)
            size += len(line)
            if line[0] in _CLOSING and ends not in _OPENING:
                yield first, "".join(held)
                held = []
        elif line[:1] in _OPENING and ends not in _CLOSING:
            held, first, size = [line], number, len(line)
        else:
            yield number, line
    if held:
        yield first, "".join(held)


def _records_of_document(document: object, characters: int) -> Iterator[PlacedRecord]:
    records = read_invocation(document)
    for number, record in enumerate(records, 1):
        place = f"record {number} of {len(records)}" if len(records) > 1 else "line 1"
        yield PlacedRecord(place, record, characters * number // len(records))
