"""A dashboard whose window is dragged on, from 70 columns to 100, while it reads the size."""

import os
import shutil
import signal
import sys

from tests.ui.pty_dashboard import main
from tests.ui.terminal import set_size


def drag_on(read: os.terminal_size) -> os.terminal_size:
    if read.columns == 70:
        set_size(sys.stdin.fileno(), 100, 30)
        signal.raise_signal(signal.SIGWINCH)
    return read


if __name__ == "__main__":
    read_size = shutil.get_terminal_size
    shutil.get_terminal_size = lambda *fallback: drag_on(read_size(*fallback))
    main()
