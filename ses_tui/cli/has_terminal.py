"""Whether somebody is there to see and to type."""

import sys


def has_terminal() -> bool:
    """Whether both standard input and standard output are a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()
