"""Runs a command that ends when its parent ends, however that comes about.

Started as a script, outside the package: `python -I -S lifeline.py PARENT_PID COMMAND…`. On Linux
the kernel ends the command with the parent thread, and this script becomes the command. Elsewhere
the script stays and ends the command when its standard input, a pipe of the parent, closes.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from types import FrameType

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Runs the command of `arguments`; returns its exit code where the script outlives it."""
    parent, command = int(arguments[0]), arguments[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            os.execvp(command[0], command)
        return 0
    return _supervise(command)


def _supervise(command: list[str]) -> int:
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def end(_signal: int, _frame: FrameType | None) -> None:
        child.terminate()

    def follow() -> None:
        sys.stdin.buffer.read()
        child.kill()

    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=follow, daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
