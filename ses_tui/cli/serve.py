"""`ses-tui serve`: the dashboard in a browser."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from recorder.model.clock import SystemClock
from ses_tui.cli.dashboard import Mode, check_view, run_dashboard
from ses_tui.cli.numbers import WholeNumber
from ses_tui.cli.options import (
    GlobalOptions,
    global_options,
    pass_options,
    source_option,
    view_options,
)
from ses_tui.cli.progress_line import sign_of_life
from ses_tui.core.configuration import SERVE_TOKEN_VARIABLE
from ses_tui.core.errors import UsageError
from ses_tui.core.sanitise import sanitise

if TYPE_CHECKING:
    from ses_tui.browser.gate import Gate

_HOST: Final = "127.0.0.1"
_PORT: Final = 8000
_SESSIONS: Final = 8
_MOST_SESSIONS: Final = 100
_THIS_PROGRAM: Final = (sys.executable, "-P", "-m", "ses_tui", "serve", "--session")


@click.command()
@click.option(
    "--host", default=_HOST, show_default=True, help="Address to listen on; others want a token."
)
@click.option(
    "--port",
    type=WholeNumber(0, 65_535),
    default=_PORT,
    show_default=True,
    help="Port to listen on; 0 for any that is free.",
)
@click.option(
    "--sessions",
    type=WholeNumber(1, _MOST_SESSIONS),
    default=_SESSIONS,
    show_default=True,
    help="Dashboards at a time; each is a process of about 85 MB.",
)
@click.option(
    "--token-file", metavar="FILE", help=f"Token to ask for; {SERVE_TOKEN_VARIABLE} holds one, too."
)
@click.option(
    "--allow-host",
    "names",
    metavar="NAME",
    multiple=True,
    help="A further name that browsers may call the server by, as behind a proxy.",
)
@click.option("--session", is_flag=True, hidden=True, help="Be one of the dashboards.")
@view_options
@source_option
@global_options
@pass_options
def serve(
    options: GlobalOptions,
    host: str,
    port: int,
    sessions: int,
    token_file: str | None,
    names: tuple[str, ...],
    session: bool,
) -> None:
    """Show the dashboard in browsers, for those who have no terminal.

    Whoever may open it sees what your credentials see. So it listens to this machine alone, and
    with another --host it asks for a token, which it prints once unless you name one. It speaks
    http: between machines, put a proxy with TLS or an SSH tunnel before it.

    Options of the dashboard hold for every session; --allow-write is off unless it stands here.
    Prints the address; Ctrl-c ends it and all sessions.

    \b
      ses-tui serve --table ses-events --region eu-west-1
      ses-tui serve --mask --query type:bounce --window 24h
      ses-tui serve --host 0.0.0.0 --port 8080 --allow-host mail.example.com
    """
    if find_spec("textual_serve") is None:
        raise UsageError(
            f"serve needs a further package: `{sys.executable} -m pip install 'ses-tui[serve]'`"
        )
    if options.resume:
        raise UsageError("--resume: nothing is kept of what is looked at in a browser")
    check_view(options)
    if session:
        run_dashboard(options.connection, options, Mode.BROWSER)
        return
    from ses_tui.browser.gate import Gate, is_loopback, names_of
    from ses_tui.browser.token import new_token

    token, query = _token(token_file), ""
    if not is_loopback(host):
        _tell("this is http: without TLS or a tunnel before it, others on the way can read along")
        if token is None:
            token = new_token()
            query = f"?token={token}"
    called = names_of(host)[0]
    called = f"[{called}]" if ":" in called else called
    gate = Gate(names_of(host, names), token)

    def ready(port: int) -> None:
        click.echo(f"http://{called}:{port}/{query}")
        sys.stdout.flush()

    asyncio.run(_serve(options, gate, host, port, sessions, ready))


def _token(file: str | None) -> str | None:
    """What somebody has named, if anybody has. Raises `UsageError`."""
    from ses_tui.browser.token import checked_token, token_of_file

    if file is not None:
        return token_of_file(Path(file).expanduser())
    text = os.environ.get(SERVE_TOKEN_VARIABLE, "").strip()
    return checked_token(text, SERVE_TOKEN_VARIABLE) if text else None


async def _serve(
    options: GlobalOptions,
    gate: "Gate",
    host: str,
    port: int,
    sessions: int,
    ready: Callable[[int], None],
) -> None:
    """Serve until somebody ends it. Raises `SesTuiError` where no session could be shown."""
    from ses_tui.aws.connection import open_connection
    from ses_tui.browser.server import DashboardServer

    with sign_of_life(f"asking table {sanitise(options.table_name)}"):
        connection = await open_connection(options.connection, SystemClock(), may_ask=False)
    label = connection.source.label
    await connection.close()
    _tell(f"{label}; Ctrl-c ends it")
    server = DashboardServer(
        (*_THIS_PROGRAM, *options.words), gate, title=label, most=sessions, tell=_tell
    )
    serving = asyncio.ensure_future(server.run(host, port, ready))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        return
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host}, port {port}: {error.strerror or error}: "
            "choose others with --host and --port"
        ) from error


def _tell(words: str) -> None:
    click.echo(f"ses-tui serve: {sanitise(words)}", err=True)
