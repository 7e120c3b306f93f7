"""The SES event as it was received, small enough to keep beside what was made of it.

Bodies of mails are never kept; headers and subject only where the owner of the table says so. The
rest is raw deflate (RFC 1951) with a preset dictionary, which is what makes it small: an event is
mostly names and phrases that all events share. A dictionary is never changed, since what was
compressed with it cannot be read without it; a better one gets the next version.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from recorder.model.json_text import write_json

DICTIONARY_VERSION: Final = 1
MAXIMUM_COMPRESSED_BYTES: Final = 300_000
"""Leaves the longest event room within DynamoDB's 400 KB an item."""
MAXIMUM_EXPANDED_BYTES: Final = 8_000_000
"""No original written here expands past this, so a reader refuses one that does."""

_DICTIONARIES: Final = Path(__file__).parent / "dictionaries"
_BODY_KEYS: Final = frozenset({"content"})
_HEADER_KEYS: Final = frozenset({"headers", "commonHeaders"})
_SUBJECT_HEADERS: Final = frozenset({"subject", "thread-topic"})
"""Outlook's `Thread-Topic` repeats the subject."""


class OriginalError(ValueError):
    """An original that cannot be expanded: damaged, or made with a dictionary not known here."""


@dataclass(frozen=True, slots=True)
class CompressedOriginal:
    """An original as it is stored."""

    body: bytes
    dictionary_version: int
    cut: bool
    """Whether it was too long and ends early, so that its text is no whole JSON."""


def compress_original(
    payload: Mapping[str, Any],
    *,
    keep_headers: bool,
    keep_subject: bool,
    maximum_bytes: int = MAXIMUM_COMPRESSED_BYTES,
) -> CompressedOriginal:
    """`payload` without what privacy forbids, compressed to at most `maximum_bytes`."""
    text = write_json(_without_private_parts(payload, keep_headers, keep_subject)).encode()
    kept = text[:MAXIMUM_EXPANDED_BYTES]
    body = _deflate(kept)
    while len(body) > maximum_bytes:
        kept = kept[: int(len(kept) * maximum_bytes / len(body) * 0.95)]
        body = _deflate(kept)
    return CompressedOriginal(body, DICTIONARY_VERSION, cut=len(kept) < len(text))


def expand_original(body: bytes, dictionary_version: int) -> str:
    """The JSON text of a stored original. Raises `OriginalError`."""
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS, zdict=_dictionary(dictionary_version))
    try:
        text = decompressor.decompress(body, MAXIMUM_EXPANDED_BYTES + 1)
    except zlib.error as error:
        raise OriginalError(f"original of {len(body):,} bytes is damaged: {error}") from error
    if len(text) > MAXIMUM_EXPANDED_BYTES:
        raise OriginalError(f"original expands past {MAXIMUM_EXPANDED_BYTES:,} bytes")
    if not decompressor.eof or decompressor.unused_data:
        raise OriginalError(f"original of {len(body):,} bytes is damaged at its end")
    return text.decode("utf-8", "ignore")


@cache
def _dictionary(version: int) -> bytes:
    try:
        return (_DICTIONARIES / f"ses-events-{version}.txt").read_bytes()
    except FileNotFoundError as error:
        raise OriginalError(
            f"original was compressed with dictionary {version}, "
            f"this program knows up to {DICTIONARY_VERSION}"
        ) from error


@cache
def _fresh_compressor() -> Any:
    """To be copied: that takes half as long as making one, and less the smaller its tables are.

    A window of 8 KB holds the dictionary and an event; any reader of 32 KB windows reads it.
    """
    return zlib.compressobj(wbits=-13, memLevel=7, zdict=_dictionary(DICTIONARY_VERSION))


def _deflate(text: bytes) -> bytes:
    compressor = _fresh_compressor().copy()
    body: bytes = compressor.compress(text) + compressor.flush()
    return body


def _without_private_parts(
    payload: Mapping[str, Any], keep_headers: bool, keep_subject: bool
) -> dict[str, Any]:
    kept = {name: value for name, value in payload.items() if name not in _BODY_KEYS}
    if keep_headers and keep_subject:
        return kept
    mail = kept.get("mail")
    if isinstance(mail, dict):
        kept["mail"] = _public_mail(mail, keep_headers, keep_subject)
    elif isinstance(mail, list | str):
        # What is no object cannot be searched for headers, so none of it may stay.
        del kept["mail"]
    return kept


def _public_mail(mail: Mapping[str, Any], keep_headers: bool, keep_subject: bool) -> dict[str, Any]:
    """`mail` with the headers or the subject alone, or with neither; the order of keys stays."""
    public: dict[str, Any] = {}
    for name, value in mail.items():
        if name not in _HEADER_KEYS:
            public[name] = value
        elif keep_headers:
            public[name] = _without_subject(value)
        elif keep_subject and name == "commonHeaders" and isinstance(value, dict):
            subject = {key: text for key, text in value.items() if key.lower() == "subject"}
            if subject:
                public[name] = subject
    return public


def _without_subject(headers: object) -> object:
    """Headers, as a list of names and values or as an object, less those that hold a subject.

    Nothing remains of a form in which a subject could not be found.
    """
    if isinstance(headers, dict):
        return {key: value for key, value in headers.items() if not _names_subject(key)}
    if isinstance(headers, list):
        return [
            header
            for header in headers
            if isinstance(header, dict) and not _names_subject(header.get("name"))
        ]
    return None


def _names_subject(name: object) -> bool:
    return not isinstance(name, str) or name.strip().lower() in _SUBJECT_HEADERS
