"""A table that all seeds on DynamoDB Local share."""

from collections.abc import Iterator

import pytest

from ses_tui.demo.engine import LocalEngine
from tests.engine import TestTable, fresh_table


@pytest.fixture(scope="module")
def shared_table(engine: LocalEngine) -> Iterator[TestTable]:
    """One table for a whole module."""
    with fresh_table(engine.endpoint_url) as fresh:
        yield fresh
