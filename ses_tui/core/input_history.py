"""What was typed before: kept for the session, and in one small file for the next one."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ses_tui.core.private_file import write_private

MOST_ENTRIES: Final = 200


class InputHistory:
    """Entries, newest last, and where the reader stands among them.

    What earlier sessions left in `file` is read when it is first asked for. Without a file entries
    last for the session.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._is_loaded = file is None
        self._entries: list[str] = []
        self._position = 0
        self._draft = ""

    @property
    def entries(self) -> tuple[str, ...]:
        """Oldest first, each once."""
        return tuple(self._entries)

    def start(self) -> None:
        """Stand behind the newest entry."""
        if self._file is not None and not self._is_loaded:
            self._is_loaded = True
            self._entries = list(load_entries(self._file))
        self._position = len(self._entries)
        self._draft = ""

    def older(self, present: str) -> str:
        """The entry before; what is `present` is kept, to come back to."""
        if self._position == len(self._entries):
            self._draft = present
        position = self._position - 1
        while position >= 0 and self._entries[position] == present:
            position -= 1
        if position < 0:
            return present
        self._position = position
        return self._entries[position]

    def newer(self, present: str) -> str:
        """The entry after; behind the newest one, what stood there at first."""
        if self._position >= len(self._entries):
            return present
        self._position += 1
        if self._position == len(self._entries):
            return self._draft
        return self._entries[self._position]

    def add(self, entry: str) -> None:
        """Take in what was applied; one that is there already becomes the newest."""
        self.start()
        self._entries = _with(self._entries, entry)
        self.start()
        if self._file is not None and entry:
            append_entry(self._file, entry)


def load_entries(file: Path) -> tuple[str, ...]:
    """The entries of a file, oldest first; none where it cannot be read."""
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()
    newest_first = list(dict.fromkeys(line for line in reversed(lines) if line))
    return tuple(reversed(newest_first[:MOST_ENTRIES]))


def append_entry(file: Path, entry: str) -> None:
    """Add an entry to a file that only its owner may read; see `write_private`."""
    lines = _with(load_entries(file), " ".join(entry.splitlines()))
    write_private(file, "".join(f"{line}\n" for line in lines))


def _with(entries: Iterable[str], entry: str) -> list[str]:
    kept = [each for each in entries if each != entry]
    return [*kept, entry][-MOST_ENTRIES:] if entry else kept
