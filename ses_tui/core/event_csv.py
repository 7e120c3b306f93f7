"""Events as CSV for spreadsheets: RFC 4180 with plain line feeds, formulas defused."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from recorder.model.event import JSON_FIELDS, Event, event_to_json
from ses_tui.core.json_lines import json_line
from ses_tui.core.masking import MASKING, masked_document
from ses_tui.core.sanitise import visible

CSV_HEADER: Final = JSON_FIELDS
"""The keys of an event's JSON, in the same order; tags are JSON in one field."""
_FORMULA_SIGNS: Final = frozenset("=+-@")


def csv_header() -> str:
    """The first line."""
    return _line(CSV_HEADER)


def csv_line(event: Event) -> str:
    """An event under that header, line feed included; empty where SES gave nothing.

    Control characters are shown as symbols, as on every screen: who needs them takes the JSON.
    """
    document: dict[str, Any] = event_to_json(event)
    if MASKING.on:
        document = masked_document(document)
    return _line(map(_text, (document[name] for name in CSV_HEADER)))


def defused(text: str) -> str:
    """`text` so that no spreadsheet takes it, or a part behind a `;`, for a formula.

    In much of Europe a spreadsheet splits lines at `;`, and quotation marks do not keep it from
    that where the line holds commas (OWASP, "CSV Injection").
    """
    return ";".join("'" + part if _sign_of(part) else part for part in text.split(";"))


def _defused_json(text: str) -> str:
    """As `defused`, the sign written as an escape: the JSON means what it meant."""
    first, *others = text.split(";")
    parts = [first]
    for part in others:
        if sign := _sign_of(part):
            part = part.replace(sign, f"\\u{ord(sign):04x}", 1)
        parts.append(part)
    return ";".join(parts)


def _sign_of(text: str) -> str:
    """The sign that would begin a formula, if any.

    Also where blanks, which some leave out, stand before it, or where it has a wide or a small
    form, which spreadsheets of East Asia take for the plain one.
    """
    start = text.lstrip(" \xa0\u3000")[:1]
    return start if unicodedata.normalize("NFKC", start) in _FORMULA_SIGNS else ""


def _line(values: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | dict):
        return _defused_json(json_line(value).rstrip("\n"))
    # Last: what shows nothing is gone by then, and does not hide a formula's sign behind it.
    return defused(visible(str(value)))
