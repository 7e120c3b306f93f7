"""Spans of time in words."""

from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400


def span_in_words(milliseconds: int) -> str:
    """At most two units, as in `0.4 s`, `2 s`, `3 min 20 s`, `14 h`, `2 d 5 h`; never negative."""
    milliseconds = max(0, milliseconds)
    if milliseconds < 9_950:
        return f"{round(milliseconds / 1000, 1):g} s"
    seconds = round(milliseconds / 1000)
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return _two(seconds, _MINUTE, "min", 1, "s")
    if seconds < 2 * _DAY:
        return _two(seconds, _HOUR, "h", _MINUTE, "min")
    return _two(seconds, _DAY, "d", _HOUR, "h")


def _two(seconds: int, large: int, large_name: str, small: int, small_name: str) -> str:
    count, rest = divmod(seconds, large)
    rest //= small
    return f"{count} {large_name} {rest} {small_name}" if rest else f"{count} {large_name}"
