"""The demos that run on this machine, for commands in another terminal."""

import os
import shlex
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ses_tui.core.configuration import CONFIG_VARIABLE
from ses_tui.core.errors import TableError
from ses_tui.core.private_file import write_private
from ses_tui.demo.access import PROFILE_VARIABLES
from ses_tui.demo.ready import Ready

_ANSWER_SECONDS: Final = 3.0


@contextmanager
def told_to_others(ready: Ready, folder: Path) -> Iterator[None]:
    """The way to the demo stands in a file of its own in `folder` until the block ends."""
    # The access key is made for this demo: it names its database in the engine.
    file = folder / f"{ready.access_key_id}.json"
    write_private(file, ready.to_line())
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink()


def running_demos(folder: Path, endpoint_url: str | None = None) -> list[Ready]:
    """The demos that answer, the newest first; those of one engine where its address is given.

    What a killed demo left in `folder` is passed over. Raises `TableError` if there is none.
    """
    running = [
        ready
        for file in sorted(folder.glob("*.json"), key=_written_at, reverse=True)
        if (ready := _answering(file)) and endpoint_url in (None, ready.endpoint_url)
    ]
    if not running:
        raise TableError(
            f"no demo is running {f'at {endpoint_url}' if endpoint_url else 'here'}:"
            " start one with `ses-tui demo` in another terminal"
        )
    return running


def _written_at(file: Path) -> int:
    with suppress(OSError):
        return file.stat().st_mtime_ns
    return 0


def _answering(file: Path) -> Ready | None:
    with suppress(OSError, ValueError, TypeError):
        ready = Ready.from_line(file.read_bytes())
        endpoint = urlsplit(ready.endpoint_url)
        with socket.create_connection((endpoint.hostname, endpoint.port or 80), _ANSWER_SECONDS):
            return ready
    return None


def environment_of(ready: Ready) -> str:
    """Lines for a shell to read; what it starts then looks at the demo and at nothing else.

    The configuration file is left aside, since a profile in it would ask with other credentials.
    """
    variables = {
        "AWS_ACCESS_KEY_ID": ready.access_key_id,
        "AWS_SECRET_ACCESS_KEY": ready.secret_access_key,
        "SES_TUI_REGION": ready.region,
        "SES_TUI_ENDPOINT_URL": ready.endpoint_url,
        "SES_TUI_TABLE": ready.table,
        CONFIG_VARIABLE: os.devnull,
    }
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    lines.append(
        f"unset AWS_SESSION_TOKEN SES_TUI_USE SES_TUI_PROFILE {' '.join(PROFILE_VARIABLES)}"
    )
    lines.append('# a shell takes these with: eval "$(ses-tui demo --environment)"')
    return "\n".join(lines)
