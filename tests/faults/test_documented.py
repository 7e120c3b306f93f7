"""The table of promises names tests that exist."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def test_every_promise_has_its_test() -> None:
    text = (PROJECT / "docs" / "reliability.md").read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    assert len(named) > 20
    for file, name in named:
        assert (PROJECT / file).is_file(), file
        source = (PROJECT / file).read_text()
        assert not name or re.search(rf"^(async )?def {name}\(", source, re.MULTILINE), name


@pytest.mark.parametrize("folder", ["faults", "hostile"])
def test_every_test_of_a_fault_is_promised(folder: str) -> None:
    text = (PROJECT / "docs" / "reliability.md").read_text()
    files = set((PROJECT / "tests" / folder).glob("test_*.py")) - {Path(__file__)}
    assert len(files) > 3
    assert {file.name for file in files if f"tests/{folder}/{file.name}" not in text} == set()


def test_what_is_called_long_is_long_and_nothing_else() -> None:
    """A promise that `make test` does not look after says so."""
    for line in (PROJECT / "docs" / "reliability.md").read_text().splitlines():
        for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", line):
            source = (PROJECT / file).read_text()
            before = source[: re.search(rf"^(async )?def {name}\(", source, re.MULTILINE).start()]  # type: ignore[union-attr]
            decorators = before.rpartition("\n\n\n")[2]
            if re.search(r"^@pytest.mark.long$", decorators, re.MULTILINE):
                assert "*long*" in line, line
