"""Every command that README and docs/ show is run here, and ends as it is said to.

A command that is new there fails until it has its place below: what to run in its stead where it
names things that only its reader has, or why it cannot be run here.
"""

import os
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

import botocore.session
import pytest
from botocore import xform_name

from tests.docs.prepared import MESSAGE_ID, Shell, fill
from tests.docs.shown_commands import DOCUMENTS, ROOT, shown_commands
from tests.engine import TestTable, fresh_table
from tests.template.stack import translated
from tests.ui.terminal import run_in_terminal


class Run(NamedTuple):
    """A line to type, the exit code, and what it says (a regular expression)."""

    line: str
    code: int = 0
    says: str = ""


TABLE: Final = "--table ses-events --region us-east-1"
NAMED: Final = {
    "ses-tui --replay",
    "ses-tui import",
    "ses-tui import signiant",
    "ses-tui ingest",
    "ses-tui repair",
    "ses-tui repair --since",
    "ses-tui search",
    "ses-tui show",
    "ses-tui table",
}
"""Named in the text, and no whole commands: what is named has to be in the help."""

RUNS: Final[dict[str, tuple[Run, ...]]] = {
    "ses-tui": (Run("ses-tui"),),
    "ses-tui --replay FILE [--speed 10]": (Run("ses-tui --replay night.jsonl --speed 10"),),
    "ses-tui --replay night.jsonl --speed 10": (Run("ses-tui --replay night.jsonl --speed 10"),),
    "ses-tui --table NAME-events --region REGION": (Run(f"ses-tui {TABLE}"),),
    "ses-tui --use NAME": (Run("ses-tui --config profiles.toml --use NAME"),),
    "ses-tui completion bash": (Run("ses-tui completion bash", says="_SES_TUI_COMPLETE"),),
    "ses-tui config check": (Run("ses-tui config check", says="need not be"),),
    "ses-tui config init": (Run("ses-tui config init", says="wrote .*config.toml"),),
    "ses-tui config path": (Run("ses-tui config path", says="config.toml"),),
    "ses-tui config show": (Run("ses-tui config show", says="poll_interval"),),
    "ses-tui demo": (Run("ses-tui demo"),),
    "ses-tui demo --help": (Run("ses-tui demo --help", says="--history"),),
    "ses-tui demo --environment": (
        Run("ses-tui demo --environment", 4, says="no demo is running here"),
    ),
    "ses-tui demo --incident gmail": (Run("ses-tui demo --incident gmail"),),
    "ses-tui demo --incident list": (Run("ses-tui demo --incident list"),),
    "ses-tui doctor": (Run("ses-tui doctor", says="OK +read items"),),
    "ses-tui doctor --table NAME-events --region REGION": (Run(f"ses-tui doctor {TABLE}"),),
    "ses-tui doctor [--json]": (Run("ses-tui doctor --json", says='"healthy":true'),),
    "ses-tui erase ADDRESS [--dry-run]": (
        Run("ses-tui erase gone@inbox.test --dry-run", says="1 event"),
        Run("ses-tui erase gone@inbox.test", 1, says="nothing was changed: give --yes"),
    ),
    "ses-tui import signiant --bounces SES_BOUNCES --deliveries SES_DELIVERIES --dry-run": (
        Run("ses-tui import signiant --bounces SES_BOUNCES --deliveries SES_DELIVERIES --dry-run"),
    ),
    "ses-tui import signiant --bounces SES_BOUNCES --deliveries SES_DELIVERIES --dry-run --json": (
        Run(
            "ses-tui import signiant --bounces SES_BOUNCES --deliveries SES_DELIVERIES --dry-run"
            " --json",
            says='"read":0',
        ),
    ),
    "ses-tui import signiant --bounces TABLE --deliveries TABLE": (
        Run("ses-tui import signiant --bounces SES_BOUNCES --deliveries SES_DELIVERIES"),
    ),
    "ses-tui ingest FILE…": (Run("ses-tui ingest payload.json"),),
    "ses-tui rates": (Run("ses-tui rates", says="bounce"),),
    "ses-tui rates --by set": (Run("ses-tui rates --by set", says="bounces mark"),),
    "ses-tui rates --window 15m --by set --fail-over-bounce 5%": (
        Run("ses-tui rates --window 15m --by set --fail-over-bounce 5%"),
    ),
    "ses-tui rates [--window 1h] [--by domain] [--json]": (
        Run("ses-tui rates --window 1h --by domain", says="inbox.test +0.00 %"),
        Run("ses-tui rates --window 1h --by domain --json", says='"bounce_rate"'),
    ),
    "ses-tui repair --since 2h": (Run("ses-tui repair --since 2h"),),
    "ses-tui repair --table NAME-events --region REGION --since 30m --dry-run": (
        Run(f"ses-tui repair {TABLE} --since 30m --dry-run"),
    ),
    "ses-tui search QUERY… [--since 7d] [--limit N] [--json] [--csv] [--plan]": (
        Run("ses-tui search to:ann@inbox.test --since 7d --limit 5", says=MESSAGE_ID),
        Run("ses-tui search to:ann@inbox.test --since 7d --json", says='"event_type":"Delivery"'),
        Run("ses-tui search to:ann@inbox.test --since 7d --csv", says="event_id,event_type"),
        Run("ses-tui search to:ann@inbox.test --since 7d --plan", says="about .* requests"),
    ),
    "ses-tui search QUERY… [--since T] [--until T] [--limit N]"
    " [--sort newest|oldest|recipient|type]": tuple(
        Run(f"ses-tui search inbox --since 2h --until 1s --limit 5 --sort {order}", says="ann@")
        for order in ("newest", "oldest", "recipient", "type")
    ),
    "ses-tui search to:ANN@INBOX.TEST since:120d": (
        Run("ses-tui search to:ANN@INBOX.TEST since:120d", says=MESSAGE_ID),
    ),
    "ses-tui search … --plan": (Run("ses-tui search inbox since:2h --plan", says="page"),),
    "ses-tui serve": (Run("ses-tui serve", says="http://127.0.0.1:8000/\n"),),
    "ses-tui serve --allow-host mail.example.com --token-file token.txt": (
        Run("ses-tui serve --allow-host mail.example.com --token-file token.txt"),
    ),
    "ses-tui serve --table ses-events --region eu-west-1": (Run(f"ses-tui serve {TABLE}"),),
    "ses-tui serve [--host ADDRESS] [--port 8000] [--mask]": (
        Run("ses-tui serve --host 192.0.2.1 --port 8000 --mask", says=r"192.0.2.1:8000/\?token="),
    ),
    "ses-tui show MESSAGE_ID": (Run(f"ses-tui show {MESSAGE_ID}", says="ann@inbox.test"),),
    "ses-tui show MESSAGE_ID [--json] [--raw]": (
        Run(f"ses-tui show {MESSAGE_ID} --json --raw", says='"recipients"'),
    ),
    "ses-tui table check": (Run("ses-tui table check"),),
    "ses-tui table create": (Run("ses-tui table create --table another"),),
    "ses-tui table mask on": (
        Run("ses-tui table mask on"),
        Run(f"ses-tui show {MESSAGE_ID}", says=r"a\*\*\*@inbox.test"),
        Run("ses-tui table mask off"),
    ),
    "ses-tui tail": (Run("ses-tui tail --for 1s"),),
    "ses-tui tail --json": (Run("ses-tui tail --json --for 1s"),),
    "ses-tui tail --table NAME-events --region REGION --for 60s": (
        Run(f"ses-tui tail {TABLE} --for 1s"),
    ),
    "ses-tui tail [QUERY…] [--json] [--count N] [--for 30s]": (
        Run("ses-tui tail type:bounce --json --count 5 --for 1s"),
    ),
}

MAKE: Final = {
    "make audit": "asks a server for known weaknesses",
    "make bench": "takes half an hour; `benchmarks/` is type-checked",
    "make bench-quick": "takes minutes; `benchmarks/` is type-checked",
    "make browser": "installs packages",
    "make build": "installs packages; tests/release builds the wheel",
    "make corpus CORPUS=DIR": "the folder is its reader's",
    "make demo": "test_the_demo_by_make runs it, among the long tests",
    'make demo DEMO_OPTIONS="--incident list"': "as `make demo`",
    "make dynamodb-local": "",
    "make lint": "continuous integration runs it",
    "make screenshots": "takes minutes, and replaces the pictures",
    "make soak": "takes half an hour; `make test` runs two minutes of it",
    'make soak SOAK="--minutes 5 --seed 2"': "as `make soak`",
    "make test": "is what runs this",
    "make test-long": "takes many minutes",
}
"""Why each is asked for what it would do, instead of being run; no reason: it is run."""

INSTALLED: Final = [f"-o{path}" for path in (".venv/.installed", ".venv/.installed-test")]
"""What is there is not to be installed again because of a newer pyproject.toml."""
HIGH_LEVEL_AWS: Final = {"aws login", "aws sso login", "aws logs tail", "aws s3 rb"}
"""What the AWS CLI makes of several operations, so that no service's model knows them."""
AWS_OPTIONS: Final = {"query", "output", "region", "profile"}


@pytest.fixture(scope="module")
def filled(engine_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestTable]:
    with fresh_table(engine_url) as table:
        fill(table)
        counted = Shell(table, tmp_path_factory.mktemp("filled")).run("ses-tui repair --since 1h")
        assert counted.exit_code == 0, counted.output
        yield table


@pytest.fixture
def shell(filled: TestTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.chdir(tmp_path)
    shell = Shell(filled, tmp_path)
    with shell.replaced(monkeypatch):
        yield shell


SHOWN: Final = sorted({one for page in DOCUMENTS for one in shown_commands(page.read_text())})


def shown(program: str) -> list[str]:
    return [command for command in SHOWN if re.match(rf"{re.escape(program)}( |$)", command)]


def test_every_command_of_the_documents_has_its_place_here_and_no_other() -> None:
    assert set(shown("ses-tui")) == {*RUNS, *NAMED}
    assert set(shown("make")) == set(MAKE)
    rest = {one for each in ("ses-tui", "make", "aws", "sam") for one in shown(each)}
    assert [one for one in SHOWN if one not in rest and not is_module_or_extra(one)] == []


@pytest.mark.parametrize("command", RUNS)
def test_what_is_run_is_what_is_shown(command: str) -> None:
    ran = {word for run in RUNS[command] for word in run.line.split()}
    assert set(re.findall(r"--[a-z-]+|(?<= )[a-z]+(?= |$)", command)) <= ran


@pytest.mark.parametrize("command", RUNS)
def test_a_command_of_the_documents_ends_as_it_should(shell: Shell, command: str) -> None:
    for run in RUNS[command]:
        done = shell.run(run.line)
        assert done.exit_code == run.code, done.output
        assert re.search(run.says, done.output), done.output
    program = shlex.split(RUNS[command][0].line)
    opens = len(program) == 1 or program[1][0] == "-" or program[1] in ("demo", "serve")
    assert bool(shell.opened) == (opens and not {"--help", "--environment"} & set(program))


@pytest.mark.parametrize("command", sorted(NAMED))
def test_a_command_that_is_named_is_there(shell: Shell, command: str) -> None:
    words = shlex.split(command)
    done = shell.run(shlex.join([*(word for word in words if word[0] != "-"), "--help"]))
    assert done.exit_code == 0
    assert all(word in done.output for word in words if word[0] == "-")


@pytest.mark.parametrize("command", MAKE)
def test_make_knows_what_to_do(shell: Shell, command: str) -> None:
    how = ["-n"] if MAKE[command] else []
    done = subprocess.run(
        ["make", *how, *INSTALLED, *shlex.split(command)[1:]],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    if "DEMO_OPTIONS" in command:
        line = re.search(r"^\.venv/bin/(ses-tui demo .+)$", done.stdout, re.MULTILINE)
        assert line is not None
        assert shell.run(line[1]).exit_code == 0


@pytest.mark.parametrize("command", shown("aws"))
def test_aws_has_the_operation_and_its_options(command: str) -> None:
    words = shlex.split(command)
    if any(command == known or command.startswith(f"{known} ") for known in HIGH_LEVEL_AWS):
        return
    service, operation = words[1:3]
    model = botocore.session.get_session().get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    members = model.operation_model(names[operation]).input_shape.members
    known = {xform_name(member, "-") for member in members}
    known |= {f"no-{name}" for name in known} | AWS_OPTIONS
    assert {word[2:] for word in words if word[:2] == "--"} <= known


@pytest.mark.parametrize("command", shown("sam"))
def test_sam_is_given_parameters_that_the_template_has(command: str) -> None:
    words = shlex.split(command)
    assert words[1] in ("build", "deploy", "delete")
    given = {word.partition("=")[0] for word in words if "=" in word}
    assert given <= set(translated()["Parameters"])
    if words[1] == "build":
        assert (ROOT / "recorder" / "template.yaml").exists()


def is_module_or_extra(command: str) -> bool:
    """Whether it is a module that can be run, or an extra that can be installed."""
    words = shlex.split(command)
    if words[:2] == ["pip", "install"]:
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        return words[2] in {f"ses-tui[{name}]" for name in extras["optional-dependencies"]}
    return words[1] == "-m" and is_module(words[2], words[3:])


def is_module(name: str, words: list[str]) -> bool:
    """Whether it can be run, its folder knows the options among its words, and files are there."""
    run = find_spec(f"{name}.__main__") if (ROOT / name).is_dir() else find_spec(name)
    if run is None or run.origin is None:
        return False
    sources = "".join(each.read_text() for each in Path(run.origin).parent.glob("*.py"))
    options = re.findall(r"--[a-z-]+", " ".join(words))
    return all(f'"{option}"' in sources for option in options) and all(
        (ROOT / word).exists() for word in words if "/" in word
    )


def test_commands_are_found_wherever_they_stand() -> None:
    text = (
        "Say `ses-tui tail --json > night.jsonl`, or `make`, or\n`make\ndemo`.\n\n"
        "```\nNAME=$(aws iam list-users \\\n  --query 'a\n b')\n"
        "cd recorder && sam build && sam deploy --guided\nses-tui search a | head\n```\n"
        "| `ses-tui` | the dashboard |\n\n```toml\nses-tui = 1\n```\n"
        "```\nses-tui ◄── polls\n```\n"
    )
    assert sorted(shown_commands(text)) == [
        "aws iam list-users --query 'a b'",
        "make demo",
        "sam build",
        "sam deploy --guided",
        "ses-tui",
        "ses-tui search a",
        "ses-tui tail --json",
    ]


@pytest.mark.long
def test_the_demo_by_make() -> None:
    make = ("make", "-C", str(ROOT), *INSTALLED)
    options = "DEMO_OPTIONS=--history 200"
    with run_in_terminal("demo", options, size=(100, 30), command=make) as terminal:
        terminal.wait_for_text(r"LIVE")
        terminal.type("q")
        assert terminal.wait_for_end() == 0
