"""How every command starts and ends: loaded when asked for, over with one line and an exit code."""

import logging
import os
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import click
from click.exceptions import NoArgsIsHelpError

from ses_tui.core.errors import SesTuiError
from ses_tui.core.sanitise import sanitise

INTERRUPTED: Final = 130
"""128 and the number of SIGINT, as shells have it."""

FAULT: Final = 70
"""EX_SOFTWARE of sysexits.h: none of the codes that say something about the table."""


class CommandLine(click.Group):
    """A group whose commands are loaded by name, and which turns errors into exit codes."""

    def __init__(self, *args: Any, commands_by_module: Mapping[str, str], **settings: Any) -> None:
        """A command is the attribute of its name in its module, or of the name behind a colon."""
        super().__init__(*args, **settings)
        self._modules = commands_by_module

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest of the commands that are not loaded yet."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, None, self._modules, ctx) from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in self._modules:
            return None
        module, _, attribute = self._modules[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute or cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run what was asked for."""
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            # Left so by `__main__`: what begins now wants to close what it has opened.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        # Without a handler, Python prints the warnings of libraries, tracebacks and all.
        logging.getLogger().addHandler(logging.NullHandler())
        try:
            return super().invoke(ctx)
        except SesTuiError as error:
            complain(str(error))
            ctx.exit(error.exit_code)
        except NoArgsIsHelpError:
            raise
        except click.ClickException as error:
            # Click prints it with what was typed, which a script may have had from anywhere.
            error.message = sanitise(error.message)  # type: ignore[misc]
            raise
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # Whoever read the output has had enough. Nothing may be flushed to it at the exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except (click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            # Python's own report would tell the words of the error: somebody's address, perhaps.
            complain(_crash(error))
            ctx.exit(FAULT)


def _crash(error: Exception) -> str:
    from platformdirs import user_state_path

    from recorder.model.clock import SystemClock
    from ses_tui.core.crash_report import report_crash

    return report_crash(error, user_state_path("ses-tui"), SystemClock().now_ms())


def complain(message: str) -> None:
    """One line on standard error, or several; what they repeat may come from anywhere."""
    click.echo("\n".join(map(sanitise, f"ses-tui: {message}".split("\n"))), err=True)
