"""What cannot work says so in one line, with the exit code of its kind."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from ses_tui.cli.terminal import need_terminal
from ses_tui.core.errors import UsageError
from tests.cli.conftest import CommandLineRunner, bare_environment
from tests.engine import TestTable

KEYS = {"AWS_ACCESS_KEY_ID": "LOCAL0TEST", "AWS_SECRET_ACCESS_KEY": "very-secret-value"}
EVERY_COMMAND = (("tail",), ("show", "some-message"), ("table", "create"), ("ingest", "-"))
BOTH_LIBRARIES = (("tail",), ("ingest", "-"))
"""One command on aiobotocore, one on boto3."""


@pytest.fixture
def nobody() -> Iterator[str]:
    """The URL of a port of this machine that is taken and answers nobody."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def one_line(stderr: str) -> str:
    lines = stderr.splitlines()
    assert len(lines) == 1, stderr
    assert lines[0].startswith("ses-tui: ")
    assert "Traceback" not in stderr
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in stderr
    return lines[0]


@pytest.mark.parametrize("command", EVERY_COMMAND)
def test_no_region(bare: CommandLineRunner, command: tuple[str, ...]) -> None:
    done = bare(*command, **KEYS)
    assert done.returncode == 3
    assert "no AWS region is known: give --region" in one_line(done.stderr)
    assert done.stdout == ""


@pytest.mark.parametrize("command", EVERY_COMMAND)
def test_no_credentials(bare: CommandLineRunner, command: tuple[str, ...]) -> None:
    done = bare(*command, "--region", "eu-west-1")
    assert done.returncode == 3
    assert "no AWS credentials found: run `aws configure`" in one_line(done.stderr)


@pytest.mark.parametrize("command", EVERY_COMMAND)
def test_nobody_at_the_endpoint(
    bare: CommandLineRunner, command: tuple[str, ...], nobody: str
) -> None:
    done = bare(*command, "--region", "eu-west-1", "--endpoint-url", nobody, **KEYS)
    assert done.returncode == 4
    assert f"cannot reach {nobody}" in one_line(done.stderr)


@pytest.mark.parametrize("command", [c for c in EVERY_COMMAND if c != ("table", "create")])
def test_no_such_table(ses_tui: CommandLineRunner, command: tuple[str, ...]) -> None:
    done = ses_tui(*command, "--table", "absent-table")
    assert done.returncode == 4
    line = one_line(done.stderr)
    assert "there is no table 'absent-table'" in line
    assert "`ses-tui table create --table absent-table` makes it" in line


def test_a_table_that_is_there_already(ses_tui: CommandLineRunner, table: TestTable) -> None:
    done = ses_tui("table", "create")
    assert done.returncode == 4
    assert f"table '{table.name}' is there already" in one_line(done.stderr)
    assert ses_tui("table", "create", "--if-not-exists").returncode == 0


def test_half_of_the_credentials(bare: CommandLineRunner) -> None:
    done = bare("tail", "--region", "eu-west-1", AWS_ACCESS_KEY_ID="LOCAL0TEST")
    assert done.returncode == 3
    assert "the AWS credentials are incomplete" in one_line(done.stderr)


def test_no_such_profile(bare: CommandLineRunner) -> None:
    for command in BOTH_LIBRARIES:
        done = bare(*command, "--region", "eu-west-1", "--profile", "nightshift")
        assert done.returncode == 3
        assert "has no profile 'nightshift'" in one_line(done.stderr)


def test_an_sso_session_that_has_ended(tmp_path: Path) -> None:
    configuration = tmp_path / "config"
    configuration.write_text(
        "[profile team]\n"
        "sso_session = office\n"
        "sso_account_id = 111122223333\n"
        "sso_role_name = Reader\n"
        "region = eu-west-1\n"
        "[sso-session office]\n"
        "sso_region = eu-west-1\n"
        "sso_start_url = https://office.example/start\n"
    )
    run = CommandLineRunner(bare_environment(AWS_CONFIG_FILE=str(configuration)))
    for command in BOTH_LIBRARIES:
        done = run(*command, "--profile", "team")
        assert done.returncode == 3
        assert "run `aws sso login --profile team`" in one_line(done.stderr)


def test_a_login_session_that_is_none(tmp_path: Path) -> None:
    configuration = tmp_path / "config"
    configuration.write_text(
        "[profile team]\nregion = eu-west-1\n"
        "login_session = arn:aws:sts::111122223333:assumed-role/Reader/ana\n"
    )
    run = CommandLineRunner(bare_environment(AWS_CONFIG_FILE=str(configuration)))
    command = "aws login --profile team" if find_spec("awscrt") else "pip install 'ses-tui[login]'"
    for way in BOTH_LIBRARIES:
        done = run(*way, "--profile", "team")
        assert done.returncode == 3
        assert f"run `{command}`" in one_line(done.stderr)


def test_a_credential_process_that_fails(tmp_path: Path) -> None:
    configuration = tmp_path / "config"
    script = tmp_path / "fetch"
    script.write_text("#!/bin/sh\nprintf '\\033[2Jvault is sealed\\n' >&2\nexit 1\n")
    script.chmod(0o755)
    configuration.write_text(f"[default]\nregion = eu-west-1\ncredential_process = {script}\n")
    run = CommandLineRunner(bare_environment(AWS_CONFIG_FILE=str(configuration)))
    for command in BOTH_LIBRARIES:
        done = run(*command)
        assert done.returncode == 3
        assert "vault is sealed" in one_line(done.stderr)
        assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    ("prints", "words"),
    [
        ("no JSON", "Expecting value"),
        (
            '{"Version": 1, "AccessKeyId": "LOCAL0TEST", "SecretAccessKey": "very-secret-value", '
            '"SessionToken": "t", "Expiration": "2020-01-01T00:00:00Z"}',
            "still expired",
        ),
        (None, "No such file"),
    ],
)
def test_a_credential_process_that_gives_out_nothing_of_use(
    tmp_path: Path, prints: str | None, words: str
) -> None:
    configuration, script = tmp_path / "config", tmp_path / "fetch"
    if prints is not None:
        script.write_text(f"#!/bin/sh\necho '{prints}'\n")
        script.chmod(0o755)
    configuration.write_text(f"[default]\nregion = eu-west-1\ncredential_process = {script}\n")
    run = CommandLineRunner(bare_environment(AWS_CONFIG_FILE=str(configuration)))
    for command in BOTH_LIBRARIES:
        done = run(*command)
        assert done.returncode == 3, done.stderr
        assert "the AWS credentials cannot be fetched" in one_line(done.stderr)
        assert words in done.stderr


def test_an_mfa_code_without_a_terminal(tmp_path: Path) -> None:
    configuration = tmp_path / "config"
    configuration.write_text(
        "[profile base]\n"
        "aws_access_key_id = LOCAL0TEST\n"
        "aws_secret_access_key = very-secret-value\n"
        "[profile admin]\n"
        "role_arn = arn:aws:iam::111122223333:role/Admin\n"
        "mfa_serial = arn:aws:iam::111122223333:mfa/me\n"
        "source_profile = base\n"
        "region = eu-west-1\n"
    )
    run = CommandLineRunner(bare_environment(AWS_CONFIG_FILE=str(configuration)))
    for command in BOTH_LIBRARIES:
        done = run(*command, "--profile", "admin")
        assert done.returncode == 3
        (line,) = done.stderr.splitlines()
        assert "needs an MFA code and there is no terminal" in line
        assert "Traceback" not in done.stderr


def test_what_cannot_be_meant_is_a_usage_error(bare: CommandLineRunner) -> None:
    for arguments in (
        ("tail", "--endpoint-url", "not a url", "--region", "eu-west-1"),
        ("tail", "--table", "a b"),
        ("tail", "--for", "soon"),
        ("tail", "--count", "0"),
        ("tail", "--cuont", "5"),
        ("tail", 'subject:"open'),
        ("tail", "colour:red"),
        ("sow",),
        ("ingest",),
    ):
        done = bare(*arguments, **KEYS)
        assert done.returncode == 2, (arguments, done.stderr)
        assert "Traceback" not in done.stderr


def test_a_near_miss_is_named(bare: CommandLineRunner) -> None:
    assert "--count" in bare("tail", "--cuont", "5").stderr
    assert "'search'" in bare("serach", "x").stderr


def test_the_dashboard_needs_a_terminal(
    bare: CommandLineRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = bare()
    assert done.returncode == 2
    assert "the dashboard needs a terminal" in one_line(done.stderr)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    need_terminal("it", "print")
    monkeypatch.setenv("TERM", "dumb")
    with pytest.raises(UsageError, match="whose TERM is dumb: print"):
        need_terminal("it", "print")


def test_ctrl_c_is_quiet(ses_tui: CommandLineRunner) -> None:
    with ses_tui.running("tail") as process:
        assert process.stderr is not None
        assert "waiting for events" in process.stderr.readline()
        os.kill(process.pid, signal.SIGINT)
        _, stderr = process.communicate(timeout=30)
        assert process.returncode == 130
        assert stderr == ""


def test_ctrl_c_is_quiet_before_anything_is_loaded() -> None:
    interrupted = "import os, ses_tui.__main__; os.kill(os.getpid(), 2)"
    done = subprocess.run([sys.executable, "-c", interrupted], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")


def test_a_table_made_by_the_command_is_the_table(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    assert ses_tui("table", "create", "--table", "made-by-command").returncode == 0
    made = table.client.describe_table(TableName="made-by-command")["Table"]
    same = table.client.describe_table(TableName=table.name)["Table"]
    for part in ("KeySchema", "AttributeDefinitions", "StreamSpecification"):
        assert sorted(made[part], key=json.dumps) == sorted(same[part], key=json.dumps)
    expiry = table.client.describe_time_to_live(TableName="made-by-command")
    assert expiry["TimeToLiveDescription"]["AttributeName"] == "x"
    assert ses_tui("tail", "--for", "1s", "--table", "made-by-command").returncode == 0
