"""Moments as options of the command line."""

from ses_tui.core.errors import UsageError
from ses_tui.core.moments import EXAMPLES, parse_moment
from ses_tui.core.zone import Zone


def moment_of_option(name: str, text: str, now_ms: int, zone: Zone) -> int:
    """The moment (ms) that the value of an option names. Raises `UsageError`, naming both."""
    moment = parse_moment(text, now_ms, zone)
    if moment is None:
        raise UsageError(f"--{name} {text!r} is no time: write {EXAMPLES}")
    return moment
