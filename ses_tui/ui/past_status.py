"""What screens have to know of events that are not in memory."""

from dataclasses import dataclass
from typing import Final

from ses_tui.core.load_past import Stretch
from ses_tui.core.store import EventKey
from ses_tui.ui.gap_lines import GapLine


@dataclass(frozen=True, slots=True)
class PastStatus:
    """What is missing between and before the events in memory, and what is loaded of it."""

    lines: tuple[GapLine, ...] = ()
    """Where events are missing."""
    reading: Stretch | None = None
    """What is still to be read of what the reader wants."""
    goal: EventKey | None = None
    """Where the reader wants to be once it is read."""
    error: str = ""
    """Why the last read failed."""
    ended: int = 0
    """Grows each time a read comes to its end."""


NOTHING_OF_THE_PAST: Final = PastStatus()
