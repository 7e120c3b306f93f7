"""The table of promises names tests that exist."""

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_every_promise_has_its_test() -> None:
    text = (PROJECT / "docs" / "reliability.md").read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    assert len(named) > 20
    for file, name in named:
        assert (PROJECT / file).is_file(), file
        source = (PROJECT / file).read_text()
        assert not name or re.search(rf"^(async )?def {name}\(", source, re.MULTILINE), name


def test_every_test_of_a_fault_is_promised() -> None:
    text = (PROJECT / "docs" / "reliability.md").read_text()
    files = {file.name for file in Path(__file__).parent.glob("test_*.py")} - {Path(__file__).name}
    assert {name for name in files if f"tests/faults/{name}" not in text} == set()
