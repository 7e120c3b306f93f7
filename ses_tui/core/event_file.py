"""A list of events as a file: CSV, JSON lines, or a plain report for a ticket.

Written beside its place under another name and moved there when it is whole, so that what was there
before stays until then. Only its owner may read it.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Final

from recorder.model.event import event_to_json
from ses_tui.core.errors import UsageError
from ses_tui.core.event_csv import csv_header, csv_line
from ses_tui.core.json_lines import json_line
from ses_tui.core.ticket_report import MOST_REPORTED, ListedEvents, ReportHead, report_lines

_LINES_A_STEP: Final = 20


class FileForm(StrEnum):
    """What a file holds; the value is the ending of its name."""

    CSV = ".csv"
    JSON_LINES = ".jsonl"
    REPORT = ".txt"

    @property
    def words(self) -> str:
        """What it is called."""
        return {".csv": "CSV", ".jsonl": "JSON lines", ".txt": "a plain report"}[self]


def default_name(head: ReportHead) -> str:
    """As in `ses-events-20261128-2141.csv`."""
    return f"ses-events-{head.zone.at(head.now):%Y%m%d-%H%M}{FileForm.CSV}"


def form_of(file: Path) -> FileForm:
    """What the ending of a name asks for. Raises `UsageError` that lists the endings."""
    try:
        return FileForm(file.suffix.lower())
    except ValueError:
        forms = ", ".join(f"{form} ({form.words})" for form in FileForm)
        raise UsageError(f"{file.name}: the ending chooses the form: {forms}") from None


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is there now."""

    file: Path
    form: FileForm
    count: int


class EventFile:
    """Writes events, a few lines a step. Raises `UsageError` for all that keeps it from doing so.

    Either `finish` or `abandon` has to be called.
    """

    def __init__(self, file: Path, events: ListedEvents, head: ReportHead) -> None:
        self.file = file
        self.form = form_of(file)
        self.total = len(events)
        self.count = 0
        """Events that were written so far."""
        if self.form is FileForm.REPORT and self.total > MOST_REPORTED:
            raise UsageError(
                f"a report of {self.total:,} events would help nobody: narrow the list, or write "
                f"{FileForm.CSV} or {FileForm.JSON_LINES}"
            )
        self._lines = _lines_of(events, self.form, head)
        try:
            descriptor, self._name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
        except OSError as error:
            raise UsageError(_reason(file, error)) from error
        self._new = open(descriptor, "w", encoding="utf-8", errors="replace", newline="")  # noqa: SIM115

    def step(self) -> bool:
        """Write some lines; whether there are more."""
        try:
            for _ in range(_LINES_A_STEP):
                line = next(self._lines, None)
                if line is None:
                    return False
                text, events = line
                self._new.write(text)
                self.count += events
        except OSError as error:
            raise UsageError(_reason(self.file, error)) from error
        return True

    def finish(self) -> Written:
        """Put the file in its place, once it is on the disk; blocks for that long."""
        try:
            self._new.flush()
            os.fsync(self._new.fileno())
            self._new.close()
            os.replace(self._name, self.file)
        except OSError as error:
            raise UsageError(_reason(self.file, error)) from error
        return Written(self.file, self.form, self.count)

    def abandon(self) -> None:
        """Leave nothing behind of a file that was not finished."""
        with suppress(OSError):
            self._new.close()
        with suppress(OSError):
            os.unlink(self._name)


def _lines_of(events: ListedEvents, form: FileForm, head: ReportHead) -> Iterator[tuple[str, int]]:
    """Lines with how many events each stands for."""
    if form is FileForm.CSV:
        return chain([(csv_header(), 0)], ((csv_line(event), 1) for event in events))
    if form is FileForm.JSON_LINES:
        return ((json_line(event_to_json(event)), 1) for event in events)
    return report_lines(events, head)


def _reason(file: Path, error: OSError) -> str:
    return (
        f"not written: {file}: {error.strerror or error}; "
        "nothing that was there is lost: choose another place"
    )
