"""What README and docs/ name exists: commands, their options, make targets and linked files."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ses_tui.cli import main

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(r"(?:^|`|\| )ses-tui((?: [^`\n|#;]*)?)", re.MULTILINE)
TARGET = re.compile(r"(?:^|`)make ([a-z][a-z-]*)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def flags(command: click.Command) -> Iterator[str]:
    """Every spelling of a command's options."""
    yield "--help"
    for parameter in command.params:
        yield from (*parameter.opts, *parameter.secondary_opts)


def unknown_in(line: str, root: click.Group) -> list[str]:
    """The subcommands and options in `line` (what follows "ses-tui") that do not exist."""
    command: click.Command = root
    known = set(flags(root))
    words = line.replace("[", " ").replace("]", " ").split()
    while words and isinstance(command, click.Group) and re.fullmatch(r"[a-z]+", words[0]):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return [words[0]]
        command, words = found, words[1:]
        known |= set(flags(command))
    named = [word.split("=")[0] for word in words if re.match(r"--[a-z]", word)]
    return [option for option in named if option not in known]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_and_options_exist(document: Path) -> None:
    assert isinstance(main, click.Group)
    lines = COMMAND.findall(document.read_text())
    assert {line: bad for line in lines if (bad := unknown_in(line, main))} == {}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_and_linked_files_exist(document: Path) -> None:
    text = document.read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(TARGET.findall(text)) - targets == set()
    assert [link for link in LINK.findall(text) if not (document.parent / link).exists()] == []


def test_what_does_not_exist_is_found() -> None:
    assert isinstance(main, click.Group)
    assert unknown_in(" vanish --json", main) == ["vanish"]
    assert unknown_in(" tail --vanish", main) == ["--vanish"]
