"""What is kept of a fault of this program: where it happened, and nothing of anybody's mail."""

import platform
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ses_tui import __version__
from ses_tui.core.private_file import write_private

_MOST_FRAMES: Final = 40
_PACKAGES: Final = ("ses_tui", "recorder", "site-packages")


def report_crash(error: BaseException, folder: Path | None, now_ms: int) -> str:
    """Write a report into `folder`, and say in a sentence or two what happened and where it is.

    Neither holds the words of the error or any value, since addresses and subjects may be in them.
    """
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    place = next(iter(reversed([*_places(error)])), "an unknown place")
    said = f"a fault of this program, {type(error).__name__} at {place}"
    if folder is None:
        return f"{said}."
    file = folder / f"crash-{moment:%Y%m%d-%H%M%S}.txt"
    write_private(file, crash_text(error, moment))
    if not file.exists():
        return f"{said}; no report could be written to {folder}."
    return f"{said}. A report without addresses or subjects is in {file}."


def crash_text(error: BaseException, moment: datetime) -> str:
    """The report: versions, and the types and places of an error and its causes."""
    lines = [
        f"ses-tui {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"{moment:%Y-%m-%dT%H:%M:%SZ}",
    ]
    known: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in known:
        known.add(id(cause))
        lines += ["", f"{type(cause).__module__}.{type(cause).__name__}"]
        lines += [f"  {place}" for place in [*_places(cause)][-_MOST_FRAMES:]]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines) + "\n"


def _places(error: BaseException) -> Iterator[str]:
    """File, line and function of each frame, from the outermost in; no home folder, no values."""
    for frame, line in traceback.walk_tb(error.__traceback__):
        parts = Path(frame.f_code.co_filename).parts
        starts = [parts.index(package) for package in _PACKAGES if package in parts]
        shown = "/".join(parts[max(starts) :] if starts else parts[-1:])
        yield f"{shown}:{line} in {frame.f_code.co_name}"
