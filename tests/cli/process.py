"""A process of `ses-tui` that is forked off one which has loaded its modules already.

Starting Python and loading the libraries takes three times as long as what most commands do.
"""

import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NoReturn

_PATIENCE_SECONDS: Final = 60
_LOADED: Final = [
    "tests.cli.process",
    "ses_tui.aws.connection",
    *(
        f"ses_tui.cli.{command}"
        for command in ("doctor", "erase", "ingest", "rates", "repair", "search", "show", "table")
    ),
    "ses_tui.cli.tail",
    "ses_tui.core.query",
]


@dataclass(frozen=True)
class Ended:
    """What came of a process."""

    code: int
    stdout: bytes
    stderr: bytes


def run_forked(arguments: Sequence[str], environment: Mapping[str, str], stdin: bytes) -> Ended:
    """Run `ses-tui` to its end: own environment, session and standard streams, no terminal."""
    context = get_context("forkserver")
    context.set_forkserver_preload(_LOADED)
    with TemporaryDirectory(prefix="ses-tui-process-") as name:
        folder = Path(name)
        (folder / "stdin").write_bytes(stdin)
        process = context.Process(
            target=_run, args=(list(arguments), dict(environment), os.getcwd(), name)
        )
        process.start()
        try:
            process.join(_PATIENCE_SECONDS)
            if process.exitcode is None:
                raise TimeoutError(f"ses-tui {' '.join(arguments)} has not ended")
            stdout, stderr = ((folder / stream).read_bytes() for stream in ("stdout", "stderr"))
            return Ended(process.exitcode, stdout, stderr)
        finally:
            process.kill()
            process.join()


def _run(
    arguments: Sequence[str], environment: Mapping[str, str], folder: str, streams: str
) -> NoReturn:
    """Be `ses-tui`, in the forked process."""
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    _open_streams(Path(streams))
    from ses_tui.cli import main

    try:
        main([*arguments], prog_name="ses-tui")
    finally:
        with suppress(BrokenPipeError):
            sys.stdout.flush()
    sys.exit(0)


def _open_streams(folder: Path) -> None:
    """Files as standard streams, in the encoding and with the leniency that `C.UTF-8` brings."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for number, (stream, how) in enumerate(
        (("stdin", os.O_RDONLY), ("stdout", flags), ("stderr", flags))
    ):
        descriptor = os.open(folder / stream, how)
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8", errors=errors, closefd=False)
        for number, (mode, errors) in enumerate(
            (("r", "surrogateescape"), ("w", "surrogateescape"), ("w", "backslashreplace"))
        )
    )
