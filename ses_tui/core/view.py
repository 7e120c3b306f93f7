"""What a reader looks at, in a form that outlives the session: a small file, or a command."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from ses_tui.core.errors import UsageError
from ses_tui.core.private_file import write_private
from ses_tui.core.store import EventKey
from ses_tui.core.windows import DEFAULT_WINDOW, Window, window_named


class Place(StrEnum):
    """A screen that a key leads to from any other, and that a view can open with."""

    LIVE = "live"
    HEALTH = "health"
    SEARCH = "search"
    RECIPIENT = "recipient"


_MOST_MARKS: Final = 10_000
_MOST_BYTES: Final = 2_000_000
_UTC, _LOCAL = "UTC", "local"


@dataclass(frozen=True, slots=True)
class View:
    """A query over a window on a screen, with marked events."""

    query: str = ""
    window: Window = DEFAULT_WINDOW
    screen: Place = Place.LIVE
    utc: bool = False
    marks: tuple[EventKey, ...] = ()

    def options(self) -> tuple[str, ...]:
        """The words of a command line that open this view; marks are not among them."""
        zone = "--utc" if self.utc else "--local"
        query = ("--query", self.query) if self.query else ()
        return (zone, "--window", self.window.label, "--screen", self.screen, *query)


def screen_named(name: str) -> Place:
    """The screen of that name. Raises `UsageError` that lists them all."""
    try:
        return Place(name.strip().lower())
    except ValueError:
        raise UsageError(f"{name!r} is no screen: give one of {', '.join(Place)}") from None


def save_view(file: Path, view: View) -> bool:
    """Keep `view` for a later session, and tell whether that was done; see `write_private`."""
    document = {
        "query": view.query,
        "window": view.window.label,
        "screen": view.screen,
        "zone": _UTC if view.utc else _LOCAL,
        "marks": view.marks[-_MOST_MARKS:],
    }
    return write_private(file, json.dumps(document) + "\n")


def load_view(file: Path) -> View | None:
    """What `save_view` kept there; `None` where it kept nothing.

    Raises `ValueError` where the file holds something else, or cannot be read.
    """
    try:
        with file.open("rb") as opened:
            text = opened.read(_MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ValueError(error.strerror or "cannot be read") from error
    try:
        return _view_of(json.loads(text))
    except (KeyError, TypeError, AttributeError, RecursionError, UsageError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _view_of(document: Any) -> View:
    if not isinstance(document["query"], str) or document["zone"] not in (_UTC, _LOCAL):
        raise TypeError("no query or no zone")
    return View(
        query=document["query"],
        window=window_named(document["window"]),
        screen=screen_named(document["screen"]),
        utc=document["zone"] == _UTC,
        marks=tuple(_mark_of(mark) for mark in document["marks"]),
    )


def _mark_of(mark: Sequence[Any]) -> EventKey:
    recorded_at, event_id = mark
    if type(recorded_at) is not int or not isinstance(event_id, str):
        raise TypeError("a mark is a time and an event id")
    return recorded_at, event_id
