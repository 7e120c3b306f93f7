"""A table that all seeds on DynamoDB Local share."""

from collections.abc import Iterator

import pytest

from tests.engine import TestTable, fresh_table


@pytest.fixture(scope="module")
def shared_table(engine_url: str) -> Iterator[TestTable]:
    """One table for a whole module."""
    with fresh_table(engine_url) as fresh:
        yield fresh
