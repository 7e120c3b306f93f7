"""Processes that a part of the benchmark starts: they end with it, however that comes about."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ses_tui.demo import lifeline

SES_TUI: Final = (str(Path(sys.executable).with_name("ses-tui")),)
PYTHON_MODULE: Final = (sys.executable, "-m")
_LIFELINE: Final = (sys.executable, "-I", "-S", lifeline.__file__)


def start(command: Sequence[str], **settings: Any) -> subprocess.Popen[bytes]:
    """Start a command that ends with this thread; `settings` are those of `Popen`."""
    return subprocess.Popen([*_LIFELINE, str(os.getpid()), *command], **settings)


@contextmanager
def child(command: Sequence[str], **settings: Any) -> Iterator[subprocess.Popen[bytes]]:
    """The same for a while; killed afterwards."""
    process = start(command, **settings)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
