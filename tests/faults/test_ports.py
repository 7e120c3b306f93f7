"""Nothing listens: neither the dashboard nor a command can be reached from anywhere."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ses_tui.demo.engine import LocalEngine, start_dynamodb_local, start_moto
from tests.cli.conftest import CommandLineRunner, environment_of
from tests.cli.test_tail import wait_for
from tests.engine import TestTable
from tests.ui.terminal import run_in_terminal

_LISTENING = "0A"
"""Of a socket, in the fourth column of /proc/net/tcp."""


def listening(process_id: int) -> set[str]:
    """The local addresses at which a process listens, as the kernel writes them."""
    own = set(_sockets_of(process_id))
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process_id}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENING and fields[9] in own:
                found.add(fields[1])
    return found


def _sockets_of(process_id: int) -> Iterator[str]:
    for entry in Path(f"/proc/{process_id}/fd").iterdir():
        # The folder that is listed is open meanwhile, and gone afterwards.
        with suppress(FileNotFoundError):
            target = os.readlink(entry)
            if target.startswith("socket:["):
                yield target.removeprefix("socket:[").removesuffix("]")


def test_a_port_would_have_been_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert f"0100007F:{port:04X}" in listening(os.getpid())


def test_neither_dashboard_nor_tail_listens(table: TestTable) -> None:
    environment = environment_of(table)
    with run_in_terminal("tests.cli.pty_ses_tui", size=(100, 30), **environment) as terminal:
        terminal.wait_for_text("poll")
        assert listening(terminal.process_id) == set()
        terminal.type("q")
        assert terminal.wait_for_end() == 0
    with CommandLineRunner(environment).running("tail") as process:
        wait_for(process.stderr, "waiting for events")
        assert listening(process.pid) == set()


@pytest.mark.parametrize("start", [start_dynamodb_local, start_moto])
def test_engines_of_the_demo_listen_on_loopback_alone(start: Callable[[], LocalEngine]) -> None:
    with start() as engine:
        addresses = {each.partition(":")[0] for each in listening(engine.process_id)}
        assert addresses
        assert addresses <= {"0100007F", "0000000000000000FFFF00000100007F"}
