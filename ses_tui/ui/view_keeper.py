"""Keeps what is looked at for the next session."""

from dataclasses import replace
from pathlib import Path

from ses_tui.core.view import Place, View, save_view


class ViewKeeper:
    """Writes a view to its file when it has changed; without a file, to nowhere."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._kept: View | None = None
        self.lost = False
        """Whether the last view could not be written."""

    def keep(self, view: View) -> None:
        """Keep `view`, unless it is the last one that was seen; the first one is no news."""
        before, self._kept = self._kept, view
        if before not in (None, view):
            self._write(view)

    def keep_at_the_end(self, view: View) -> None:
        """Keep `view` of an app that ends: its screens may be gone, the last place is known."""
        last = self._kept
        if last is not None and last.screen is not Place.LIVE:
            view = replace(view, screen=last.screen, query=last.query)
        self._write(view)

    def _write(self, view: View) -> None:
        if self._file is not None:
            self.lost = not save_view(self._file, view)
