"""What every command says of itself, and what a shell can complete."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from ses_tui.cli import main
from tests.cli.conftest import CommandLineRunner


def commands(
    group: click.Group = main, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that lead to it."""
    yield words, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


COMMANDS = dict(commands())


def examples(command: click.Command) -> list[str]:
    return re.findall(r"^ {2,}((?:\S+ .*\| )?ses-tui .*)$", command.help or "", re.MULTILINE)


def parse(example: str) -> click.Context:
    """As the shell and click would, up to the command and no further."""
    piece = next(part for part in example.split("|") if "ses-tui" in part)
    words = shlex.split(piece)
    redirected = next((n for n, word in enumerate(words) if word.startswith(">")), len(words))
    context = main.make_context("ses-tui", words[1:redirected])
    command: click.Command = main
    while isinstance(command, click.Group) and (rest := [*context._protected_args, *context.args]):
        name, found, left = command.resolve_command(context, rest)
        assert found is not None
        command = found
        context = command.make_context(name, left, parent=context)
    return context


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_examples_and_each_can_be_typed(words: tuple[str, ...]) -> None:
    command = COMMANDS[words]
    found = examples(command)
    assert found
    for example in found:
        typed = parse(example).command_path.split()[1:]
        assert typed[: len(words)] == list(words), example


def test_an_example_that_cannot_be_typed_would_be_found() -> None:
    with pytest.raises(click.UsageError):
        parse("ses-tui rates --no-such-option")


@pytest.mark.parametrize("words", [(), ("table",), ("table", "check"), ("search",)])
def test_h_is_help_and_so_is_a_group_alone(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(main, [*words, "--help"]).output
    assert CliRunner().invoke(main, [*words, "-h"]).output == shown
    if words == ("table",):
        assert CliRunner().invoke(main, words).output == shown


def test_a_term_that_begins_with_h_is_no_help() -> None:
    done = CliRunner().invoke(main, ["search", "-hotmail.com", "since:1h", "--until", "2h"])
    assert (done.exit_code, "`since` is not before" in done.output) == (2, True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_what_completes(shell: str) -> None:
    printed = CliRunner().invoke(main, ["completion", shell])
    assert printed.exit_code == 0
    assert f"_SES_TUI_COMPLETE={shell}_complete" in printed.output
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=printed.output, text=True, check=True)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("ses-tui do", "doctor"),
        ("ses-tui table ch", "check"),
        ("ses-tui rates --by do", "domain"),
        ("ses-tui --them", "--theme"),
        ("ses-tui --theme l", "light"),
        ("ses-tui tail --window 1", ""),
        ("ses-tui --window 1", "15m"),
        ("ses-tui --screen s", "search"),
    ],
)
def test_what_is_offered(line: str, offered: str) -> None:
    environment = {
        "_SES_TUI_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split()) - 1),
    }
    done = CliRunner().invoke(main, [], prog_name="ses-tui", env=environment)
    words = [each.partition(",")[2] for each in done.output.split()]
    assert (offered in words) if offered else not words


def test_the_versions_that_matter(bare: CommandLineRunner) -> None:
    first, second = bare("--version").stdout.splitlines()
    assert first == f"ses-tui {version('ses-tui')}"
    python = ".".join(map(str, sys.version_info[:3]))
    assert second == (
        f"Python {python}, Textual {version('textual')}, botocore {version('botocore')}"
    )
