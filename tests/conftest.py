"""The engine and tables that every test of stored data uses."""

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

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

_parse_rules: Final = Stylesheet._parse_rules
_parsed_rules: Final[dict[Any, list[RuleSet]]] = {}


def _parse_rules_once(sheet: Stylesheet, css: str, *place: Any, **more: Any) -> list[RuleSet]:
    """A style sheet keeps what it has parsed, but each of several hundred apps has one of its own:
    a third of what its start takes."""
    key = (css, place, *sorted(more.items()), frozenset(sheet._variables.items()))
    if key not in _parsed_rules:
        _parsed_rules[key] = _parse_rules(sheet, css, *place, **more)
    return _parsed_rules[key]


setattr(Stylesheet, "_parse_rules", _parse_rules_once)  # noqa: B010 - a method, for mypy

_SHARED_ENGINE: Final = pytest.StashKey[LocalEngine]()

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


def pytest_collection_finish() -> None:
    """Have the garbage collector leave alone what stays to the end anyway: walking through it
    again and again took an eighth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.fixture(autouse=True)
def _unmasked() -> Iterator[None]:
    """Masking belongs to a process, and tests share one."""
    yield
    MASKING.reset()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """One engine for all processes of a run: each of its own would warm up its own Java."""
    config = node.config
    if _SHARED_ENGINE not in config.stash:
        # A process that lives for minutes, with the databases of a thousand tests.
        shared = start_dynamodb_local(heap_megabytes=1_000, quick_start=False)
        config.stash[_SHARED_ENGINE] = shared
        config.add_cleanup(shared.stop)
    node.workerinput["engine"] = config.stash[_SHARED_ENGINE].endpoint_url


@pytest.fixture(scope="session")
def engine_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where DynamoDB Local answers, in memory; without Java or the jar the tests fail and say
    what to do."""
    shared = getattr(request.config, "workerinput", None)
    if shared is not None:
        yield shared["engine"]
        return
    with start_dynamodb_local() as running:
        yield running.endpoint_url


@pytest.fixture
def table(engine_url: str) -> Iterator[TestTable]:
    """A table of its own in a database of its own."""
    with fresh_table(engine_url) as fresh:
        yield fresh
