"""A line between a table and whoever reads it."""

from collections.abc import Iterator

import pytest

from ses_tui.aws import connection
from tests.engine import TestTable
from tests.faults.line import FaultyLine, faulty_line


@pytest.fixture
def line(table: TestTable) -> Iterator[FaultyLine]:
    """A line to the engine of `table`."""
    with faulty_line(table.endpoint_url) as made:
        yield made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read that waits for half a second, and tries once."""
    monkeypatch.setitem(connection._CONFIGURATION, "connect_timeout", 0.5)
    monkeypatch.setitem(connection._CONFIGURATION, "read_timeout", 0.7)
    monkeypatch.setitem(connection._CONFIGURATION, "retries", {"total_max_attempts": 1})
