"""Payloads in files, whatever they are wrapped in, with the place of each."""

import codecs
import io
from collections.abc import Generator, Iterator
from typing import BinaryIO, Final, NamedTuple

import orjson

from recorder.model.envelope import EnvelopeRecord, read_invocation, read_text

_WHOLE_DOCUMENT_CHARACTERS: Final = 32_000_000
"""A file up to this may be one JSON document; a longer one holds a document a line."""
_UTF_16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class PlacedRecord(NamedTuple):
    """One record and where it is, as in `line 12`."""

    place: str
    record: EnvelopeRecord
    characters: int
    """How far into the file it reaches."""


def read_records(stream: BinaryIO) -> Generator[PlacedRecord, None, None]:
    """The records of one file: of the one JSON document that it is, or else of each line.

    Blank lines are skipped. Bytes that are no text become U+FFFD.
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
        number = characters = 0
        for lines in (io.StringIO(head + text.readline()), text):
            for line in lines:
                number += 1
                characters += len(line)
                if line.strip():
                    record = EnvelopeRecord(None, read_text(line))
                    yield PlacedRecord(f"line {number}", record, characters)
    finally:
        text.detach()
        buffered.detach()


def _records_of_document(document: object, characters: int) -> Iterator[PlacedRecord]:
    records = read_invocation(document)
    for number, record in enumerate(records, 1):
        place = f"record {number} of {len(records)}" if len(records) > 1 else "line 1"
        yield PlacedRecord(place, record, characters * number // len(records))
