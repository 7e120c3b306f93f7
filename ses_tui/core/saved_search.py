"""Queries with a name: those of the configuration, and those that the reader has saved."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from ses_tui.core.errors import UsageError
from ses_tui.core.private_file import write_private


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """What a reader has saved, or what the configuration names."""

    name: str
    query: str


class SavedSearches:
    """Both as one list. The reader's own are kept in `file`, those `configured` are only read.

    Without a file the reader's own last for the session.
    """

    def __init__(self, file: Path | None = None, configured: Iterable[SavedSearch] = ()) -> None:
        self._file = file
        self._configured = tuple(configured)
        self._own: tuple[SavedSearch, ...] = ()
        self._is_loaded = file is None

    @property
    def all(self) -> tuple[SavedSearch, ...]:
        """Those of the configuration first. Raises `UsageError` where the file is broken."""
        return (*self._configured, *self.own)

    @property
    def own(self) -> tuple[SavedSearch, ...]:
        """Those that the reader has saved. Raises `UsageError` where the file is broken."""
        if self._file is not None and not self._is_loaded:
            self._own = _load(self._file)
            self._is_loaded = True
        return self._own

    def beginning_with(self, text: str) -> tuple[SavedSearch, ...]:
        """Those whose names begin with `text`, without regard to case; none where none is read."""
        start = text.strip().casefold()
        try:
            return tuple(each for each in self.all if each.name.casefold().startswith(start))
        except UsageError:
            return ()

    def save(self, search: SavedSearch) -> None:
        """Keep a search, in place of the reader's own of that name. Raises `UsageError`."""
        if not search.name:
            raise UsageError("not saved: give the search a name")
        if any(each.name == search.name for each in self._configured):
            raise UsageError(
                f"not saved: {search.name!r} is a search of the configuration file; "
                "choose another name"
            )
        self._keep((*(each for each in self.own if each.name != search.name), search))

    def delete(self, name: str) -> None:
        """Forget a search of the reader's own. Raises `UsageError`."""
        self._keep(tuple(each for each in self.own if each.name != name))

    def _keep(self, own: tuple[SavedSearch, ...]) -> None:
        if self._file is not None:
            write_private(self._file, json.dumps([asdict(each) for each in own], indent=1) + "\n")
            if _load(self._file) != own:
                raise UsageError(f"not saved: {self._file} cannot be written")
        self._own = own


def _load(file: Path) -> tuple[SavedSearch, ...]:
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(entries, list):
            raise TypeError("no list")
        searches = tuple(SavedSearch(each["name"], each["query"]) for each in entries)
        if not all(isinstance(text, str) for each in searches for text in asdict(each).values()):
            raise TypeError("a name or a query that is no text")
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise UsageError(f"saved searches cannot be read: {file}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError(
            f"saved searches cannot be read: {file} is broken ({error}): mend or remove it"
        ) from error
    return searches
