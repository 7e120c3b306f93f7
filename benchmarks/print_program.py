"""The program that `benchmarks.limits` watches: a screen of rows, printed with plain escape codes.

It reports the processor seconds of each screen: of making its lines out of events, and of writing
lines that are ready.
"""

import argparse
import os
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from benchmarks.dashboard_program import say
from benchmarks.list_program import SCREEN, endless_events
from recorder.model.event import Event
from ses_tui.core.zone import UTC_ZONE
from ses_tui.ui.columns import columns_for
from ses_tui.ui.event_row import event_row
from ses_tui.ui.theme import DARK
from ses_tui.ui.tones import Tone

SCREENS: Final = 60
_WIDTH: Final = 158
_COLOURS: Final = {
    Tone.GOOD: DARK.success,
    Tone.INFORMATION: DARK.primary,
    Tone.WARNING: DARK.warning,
    Tone.BAD: DARK.error,
    Tone.MUTED: "#9197a0",
}


def escape_code(tone: Tone) -> str:
    """Foreground and background of a tone (ECMA-48, SGR)."""
    codes = []
    for kind, colour in ((38, _COLOURS.get(tone) or DARK.foreground), (48, DARK.background)):
        red, green, blue = bytes.fromhex(str(colour)[1:])
        codes.append(f"{kind};2;{red};{green};{blue}")
    return f"\x1b[{';'.join(codes)}m"


CODES: Final = {tone: escape_code(tone) for tone in Tone}


def lines_of(events: Sequence[Event]) -> list[str]:
    """Each event on its line of the screen, with colours."""
    columns = columns_for(_WIDTH, dated=False)
    return [
        f"\x1b[{number};1H"
        + "".join(CODES[tone] + text for text, tone in event_row(event, columns, UTC_ZONE, ""))
        + "\x1b[0m"
        for number, event in enumerate(events, 2)
    ]


def write(lines: Sequence[str]) -> None:
    """All of it to the terminal."""
    left = "".join(lines).encode()
    while left:
        left = left[os.write(1, left) :]


def main() -> None:
    """Print screens, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=Path, required=True, help="events, as a feed page")
    parser.add_argument("--report", type=Path, required=True)
    options = parser.parse_args()
    events = endless_events(options.page)
    making: list[float] = []
    writing: list[float] = []
    for _ in range(SCREENS):
        shown = list(islice(events, SCREEN))
        began = time.process_time()
        lines = lines_of(shown)
        made = time.process_time()
        write(lines)
        writing.append(time.process_time() - made)
        making.append(made - began)
    say(options.report, {"making": making, "writing": writing})


if __name__ == "__main__":
    main()
