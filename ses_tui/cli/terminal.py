"""Whether somebody is there to see and to type."""

import os
import sys

from ses_tui.core.errors import UsageError


def need_terminal(what: str, instead: str) -> None:
    """Raises `UsageError` where `what` could not be drawn; `instead` tells what works all the same.

    Standard input and standard output have to be a terminal, and one that can do more than print.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(f"{what} needs a terminal: {instead}")
    if os.environ.get("TERM") == "dumb":
        raise UsageError(f"{what} cannot be drawn on this terminal, whose TERM is dumb: {instead}")
