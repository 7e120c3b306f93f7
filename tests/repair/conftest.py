"""An installation around a table of its own."""

import pytest

from tests.engine import TestTable
from tests.repair.support import Installation


@pytest.fixture
def installation(table: TestTable) -> Installation:
    """Its clock stands where the minutes before noon are closed."""
    return Installation(table)
