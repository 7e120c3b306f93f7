"""Spans of time on the command line."""

import click

from ses_tui.core.moments import parse_duration


def duration(text: str) -> float:
    """Seconds, more than none, out of `30s`, `5m`, `2h` or `1d`. Raises `click.BadParameter`."""
    milliseconds = parse_duration(text)
    if not milliseconds:
        raise click.BadParameter(f"{text!r} is no span of time: write it like 30s, 5m or 2h")
    return milliseconds / 1000
