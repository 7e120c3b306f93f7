"""One local AWS for all deployment tests, with the functions' package in it."""

from collections.abc import Iterator

import pytest

from tests.deployment.deployment import build_package, upload_package
from tests.deployment.local_cloud import LocalCloud, running_ministack


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    """MiniStack; where it is not installed the tests fail and say what to do."""
    with running_ministack() as running:
        upload_package(running, build_package())
        yield running
