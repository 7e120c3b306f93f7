"""What the dashboard opens with: what was asked for, over what the last session left."""

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from platformdirs import user_state_path

from recorder.model.clock import Clock
from ses_tui.cli.options import GlobalOptions
from ses_tui.core.private_file import write_private
from ses_tui.core.query import Query, QueryError
from ses_tui.core.view import View, load_view
from ses_tui.core.zone import LOCAL_ZONE, UTC_ZONE

_OPTIONS: Final = {"query": "query", "window": "window", "screen": "screen", "utc": "zone"}
"""The options that stand above what the last session left, by the part of the view they set."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A view, and what is to be said about it."""

    view: View
    remark: str = ""


def asked_view(options: GlobalOptions, clock: Clock) -> View:
    """What was asked for on the command line, else configured. Raises `UsageError`."""
    settings = options.settings
    view = View(options.query, settings.window, settings.screen, settings.time_zone == UTC_ZONE)
    _check_query(view, clock)
    return view


def opening_of(options: GlobalOptions, file: Path, clock: Clock) -> Opening:
    """What is asked for; with `--resume` the rest as it was, unless the file is broken."""
    asked = asked_view(options, clock)
    if not options.resume:
        return Opening(asked)
    try:
        view = load_view(file)
        if view is None:
            return Opening(asked)
        _check_query(view, clock)
    except (ValueError, QueryError) as error:
        return Opening(asked, f"Nothing was resumed, {file} is broken: {error}")
    typed: dict[str, Any] = {
        field: getattr(asked, field)
        for field, option in _OPTIONS.items()
        if option in options.given
    }
    return Opening(replace(view, **typed))


def is_first_start(file: Path) -> bool:
    """Whether no dashboard was opened here before; `file` remembers that one was.

    Where it cannot be kept, no start is the first: better no greeting than one each time.
    """
    if file.exists():
        return False
    write_private(file, "")
    return file.exists()


def view_file(label: str) -> Path:
    """Where the view of one table in one place is kept; `label` names both."""
    words = re.sub(r"[^A-Za-z0-9_.-]+", "-", label)[:80]
    mark = hashlib.blake2b(label.encode(), digest_size=4).hexdigest()
    return user_state_path("ses-tui") / "views" / f"{words}-{mark}.json"


def _check_query(view: View, clock: Clock) -> None:
    Query.parse(view.query, now_ms=clock.now_ms(), zone=UTC_ZONE if view.utc else LOCAL_ZONE)
