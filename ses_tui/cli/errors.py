"""How every command ends when it cannot go on: one line, the right exit code, no traceback."""

import os
import sys
from typing import Any, Final

import click

from ses_tui.core.errors import SesTuiError

INTERRUPTED: Final = 130
"""128 and the number of SIGINT, as shells have it."""


class CommandLine(click.Group):
    """A group that turns errors into exit codes for all of its commands."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run what was asked for."""
        try:
            return super().invoke(ctx)
        except SesTuiError as error:
            complain(str(error))
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # Whoever read the output has had enough; Python must not try to flush the rest.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


def complain(message: str) -> None:
    """One line on standard error."""
    click.echo(f"ses-tui: {message}", err=True)
