"""The engine and tables that every test of stored data uses."""

import os
from collections.abc import Iterator

import pytest

from ses_tui.core.configuration import CONFIG_VARIABLE
from ses_tui.demo.engine import LocalEngine, start_dynamodb_local
from tests.engine import TestTable, fresh_table

os.environ[CONFIG_VARIABLE] = os.devnull
"""Whatever the person who runs the tests has configured."""


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
