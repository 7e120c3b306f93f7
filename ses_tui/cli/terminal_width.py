"""How wide the terminal is that standard output goes to."""

import shutil
import sys


def terminal_width() -> int | None:
    """Columns, or `None` for a file or a pipe, where every text has a line to itself."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
