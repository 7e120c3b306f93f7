"""Where a file goes that the reader has asked for: the disk, or the browser's downloads."""

import re
import tempfile
from pathlib import Path
from typing import Final, Protocol

from textual.app import App

from ses_tui.core.errors import UsageError
from ses_tui.core.sanitise import sanitise

_UNUSUAL: Final = re.compile(r"[^A-Za-z0-9._-]+")


class FilePlace(Protocol):
    """Takes a file from its name to where the reader finds it."""

    def path_of(self, name: str) -> Path:
        """Where to write what is to be called `name`. Raises `UsageError`."""

    def hand_over(self, file: Path, app: App[None]) -> str:
        """Bring a file that is whole to the reader; sanitised words for where it is."""


class Disk:
    """The disk of the machine that this runs on, which is the reader's."""

    def path_of(self, name: str) -> Path:
        """Any place; `~` is the reader's home."""
        return Path(name).expanduser().absolute()

    def hand_over(self, file: Path, app: App[None]) -> str:
        """It is there already."""
        return sanitise(str(file))


class BrowserDownloads:
    """The reader has a browser: nothing is left on the server, and no path of it can be chosen."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ses-tui-")

    def path_of(self, name: str) -> Path:
        """In a folder of its own; of a path only the name counts, in plain characters."""
        plain = _UNUSUAL.sub("-", Path(name).name).lstrip(".")
        if not plain:
            raise UsageError("give the file a name")
        return Path(self._folder.name) / plain

    def hand_over(self, file: Path, app: App[None]) -> str:
        """Offer it to the browser; here it is open, and gone once it is fetched."""
        app.deliver_binary(file.open("rb"), save_filename=file.name)
        file.unlink()
        return f"{file.name}, among the browser's downloads"


DISK: Final = Disk()
