"""Options that every command takes, and what starting costs."""

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from ses_tui.cli import main
from ses_tui.cli.command_line import CommandLine
from ses_tui.cli.options import GlobalOptions, global_options, pass_options


@click.group(cls=CommandLine, commands_by_module={"probe": __name__})
@global_options
def group() -> None:
    """A group like `ses-tui`."""


@click.command()
@global_options
@pass_options
def probe(options: GlobalOptions) -> None:
    """Prints what it was given."""
    print(json.dumps([options.table_name, options.profile, options.region, options.zone]))  # noqa: T201


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("probe", ["ses-events", None, None, ""]),
        ("--table one probe", ["one", None, None, ""]),
        ("probe --table two", ["two", None, None, ""]),
        ("--table one --region r --utc probe --table two", ["two", None, "r", "utc"]),
        ("--utc probe --local --profile p", ["ses-events", "p", None, "local"]),
    ],
)
def test_options_work_on_both_sides_of_a_command(arguments: str, expected: list[object]) -> None:
    result = CliRunner().invoke(group, arguments.split(), env={"SES_TABLE": None})
    assert json.loads(result.output) == expected


@pytest.mark.parametrize(
    ("arguments", "table"),
    [("probe", "from-env"), ("--table given probe", "given"), ("probe --table given", "given")],
)
def test_the_table_of_the_environment_comes_last(arguments: str, table: str) -> None:
    result = CliRunner().invoke(group, arguments.split(), env={"SES_TABLE": "from-env"})
    assert json.loads(result.output)[0] == table


def test_a_blank_variable_is_none() -> None:
    result = CliRunner().invoke(group, ["probe"], env={"SES_TABLE": " "})
    assert json.loads(result.output)[0] == "ses-events"


def test_every_command_can_be_loaded_and_takes_the_options() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        options = {option for parameter in command.params for option in parameter.opts}
        assert {"--table", "--profile", "--region", "--endpoint-url", "--utc"} <= options, name
        assert command.help


def test_no_short_option_takes_a_letter_from_exclusions() -> None:
    """`tail -hotmail` excludes a word; with an option `-h` it would be taken apart."""
    context = click.Context(main)
    tail = main.get_command(context, "tail")
    assert tail is not None
    names = [name for p in tail.get_params(context) for name in (*p.opts, *p.secondary_opts)]
    assert all(name.startswith("--") for name in names if name != "query")


def test_starting_loads_no_library_that_is_not_needed() -> None:
    code = (
        "import sys; from ses_tui.cli import main; main(['--version'], standalone_mode=False);"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"textual", "aiobotocore", "botocore", "boto3", "aiohttp", "asyncio"}
