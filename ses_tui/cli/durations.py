"""Spans of time on the command line."""

import click

from ses_tui.core.query.times import parse_duration


class Duration(click.ParamType):
    """Seconds, written as `30s`, `5m`, `2h`, `1d`."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Seconds, more than none."""
        milliseconds = parse_duration(str(value))
        if not milliseconds:
            self.fail(f"{str(value)!r} is no span of time: write it like 30s, 5m or 2h", param, ctx)
        return milliseconds / 1000
