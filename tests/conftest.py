"""The engine and tables that every test of stored data uses."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from ses_tui.core.configuration import CONFIG_VARIABLE
from ses_tui.core.masking import MASKING
from ses_tui.demo.engine import LocalEngine, start_dynamodb_local
from tests.engine import TestTable, fresh_table

os.environ[CONFIG_VARIABLE] = os.devnull
"""Whatever the person who runs the tests has configured."""

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell has what it runs in the background ignore Ctrl-c, and so would the programs tested.
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared machine")
"""How long an example takes says how busy the machine is."""

LONGEST_FIRST: Final = ("deployment", "demo", "truth", "repair", "simulator", "aws", "cli")
"""Folders whose files take long. `--dist loadfile` gives a file to one process: where a long one
comes last, the others wait for it."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    tests = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        folder = item.path.relative_to(tests).parts[0]
        return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=rank)


@pytest.fixture(autouse=True)
def _unmasked() -> Iterator[None]:
    """Masking belongs to a process, and tests share one."""
    yield
    MASKING.reset()


@pytest.fixture(scope="session")
def engine() -> Iterator[LocalEngine]:
    """DynamoDB Local in memory; without Java or the jar the tests fail and say what to do."""
    with start_dynamodb_local() as running:
        yield running


@pytest.fixture
def table(engine: LocalEngine) -> Iterator[TestTable]:
    """A table of its own in a database of its own."""
    with fresh_table(engine.endpoint_url) as fresh:
        yield fresh
