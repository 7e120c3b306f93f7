"""`ses-tui serve` as a process, over a table with some events, and browsers that it knows."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from recorder.model.clock import SystemClock
from tests.aws.pages import write_page
from tests.cli.conftest import SES_TUI, environment_of
from tests.engine import TestTable, fresh_table
from tests.ui.fakes import make_event

TOKEN = "a-token-that-is-long-enough"


@dataclass(frozen=True)
class Served:
    """A server that listens."""

    process: "subprocess.Popen[str]"
    address: str

    @property
    def place(self) -> str:
        """Host and port."""
        return self.address.split("/")[2]

    @property
    def origin(self) -> str:
        """Of its pages."""
        return f"http://{self.place}"

    def sessions(self) -> set[int]:
        """The processes of its dashboards."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(each) for each in children.read_text().split()}


@contextmanager
def serving(table: TestTable, *options: str, **variables: str) -> Iterator[Served]:
    """The server from its first line to the end of the block."""
    command = [*SES_TUI, "serve", "--port", "0", *options]
    with subprocess.Popen(
        command,
        env=environment_of(table, **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, process.communicate()[1]
        try:
            yield Served(process, address)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def filled(engine_url: str) -> Iterator[TestTable]:
    """A table with ten events of just now."""
    with fresh_table(engine_url) as table:
        now = SystemClock().now_ms()
        write_page(table, [make_event(number, recorded_at=now) for number in range(10)], at=now)
        yield table


@pytest.fixture(scope="module")
def server(filled: TestTable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Asks for `TOKEN`, and has room for one session."""
    file = tmp_path_factory.mktemp("serve") / "token"
    file.write_text(TOKEN + "\n")
    with serving(filled, "--sessions", "1", "--token-file", str(file), "--utc") as running:
        yield running


@pytest.fixture
async def stranger(server: Served) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser that never was here."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(f"{server.origin}/", cookie_jar=jar) as browser:
        yield browser


@pytest.fixture
async def browser(stranger: aiohttp.ClientSession) -> aiohttp.ClientSession:
    """A browser that has given the token."""
    async with stranger.get("/", params={"token": TOKEN}) as answer:
        assert answer.status == 200
    return stranger
