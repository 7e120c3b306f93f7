"""Credentials that are none, or end midway: said with the command, and nothing is lost."""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore import exceptions as aws

from ses_tui.aws.errors import explain
from ses_tui.aws.options import ConnectionOptions
from ses_tui.ui.widgets.event_list import EventList
from tests.cli.conftest import CommandLineRunner, environment_of
from tests.cli.test_tail import events_now, lines_of, wait_for, write_now
from tests.engine import TestTable
from tests.faults.line import Fault, FaultyLine
from tests.ui.conftest import Dashboard, Open
from tests.ui.conftest import dashboard as dashboard
from tests.ui.fakes import batch_of, make_bounce, make_event
from tests.ui.terminal import run_in_terminal

OPTIONS = ConnectionOptions(table="mail", profile="ops", region="eu-west-1")


def answer(code: str, message: str = "no") -> aws.ClientError:
    return aws.ClientError({"Error": {"Code": code, "Message": message}}, "Query")


ENDED = {
    "sso": (aws.UnauthorizedSSOTokenError(), "run `aws sso login --profile ops`"),
    "sso-token": (
        aws.TokenRetrievalError(provider="sso", error_msg="x"),
        "run `aws sso login --profile ops`",
    ),
    "assumed-role": (answer("ExpiredTokenException"), "the AWS credentials have expired"),
    "aws-login": (aws.LoginRefreshRequired(), "run `aws login --profile ops`"),
    "mfa": (aws.RefreshWithMFAUnsupportedError(), "need a new MFA code: quit and start"),
    "wrong": (answer("UnrecognizedClientException"), "does not accept the credentials"),
    "one-permission": (
        answer("AccessDeniedException", "not authorized to perform: dynamodb:Query"),
        "no permission for Query on table 'mail'",
    ),
}


@pytest.fixture(autouse=True)
def nobody_may_ask(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing prompts inside the dashboard."""

    def ask(*_: object) -> str:
        raise AssertionError("the dashboard asks on the terminal")

    monkeypatch.setattr("getpass.getpass", ask)
    monkeypatch.setattr("builtins.input", ask)
    yield
    assert sys.stdin is not None


def words_of(board: Dashboard) -> str:
    return " ".join(board.text.split())


@pytest.mark.parametrize("how", ENDED)
async def test_they_end_midway(dashboard: Open, how: str) -> None:
    error, words = ENDED[how]
    history = [make_bounce(0), make_event(1), make_bounce(2)]
    async with dashboard(*history, size=(160, 48), query="type:bounce") as board:
        await board.fail(explain(error, OPTIONS))
        assert "OFFLINE" in board.lines[0]
        assert words in words_of(board)
        assert board.status.filter_text == "type:bounce"
        assert board.app.screen.query_one(EventList).window.cursor == 1
        assert "reader2@inbox.test" in board.text
        board.connection.feed.put(batch_of([make_bounce(3)]))
        await board.press("R")
        await board.connection.feed.taken.wait()
        await board.pilot.pause()
        await board.settle()
        assert "LIVE" in board.lines[0] or "QUIET" in board.lines[0]
        assert words not in words_of(board)
        assert "reader3@inbox.test" in board.text
        assert "reader1@inbox.test" not in board.text


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.EXPIRED, "the AWS credentials in the environment have expired: quit, set new ones"),
        pytest.param(Fault.UNKNOWN, "`aws sts get-caller-identity` shows", marks=pytest.mark.long),
    ],
)
def test_a_terminal_is_left_alone(
    table: TestTable, line: FaultyLine, fault: Fault, words: str
) -> None:
    line.fault = fault
    environment = environment_of(table, line.endpoint_url)
    with run_in_terminal("tests.cli.pty_ses_tui", size=(80, 24), **environment) as terminal:
        assert terminal.wait_for_end() == 3
        # A sign of life, where it took long, wraps no lines for as long as it is there.
        assert terminal.private_modes() in ({}, {7: True})
        assert words in " ".join(terminal.text.split())


class Issuer:
    """Gives out credentials that have to be fetched anew for each call, by SSO and by STS, until
    the session behind them `has_ended`."""

    def __init__(self, table: TestTable) -> None:
        self.has_ended = False
        self._key = table.credentials["aws_access_key_id"]
        self._secret = table.credentials["aws_secret_access_key"]

    def by_sso(self) -> tuple[int, str]:
        """What GetRoleCredentials answers."""
        if self.has_ended:
            return 401, '{"__type": "UnauthorizedException", "message": "Session token not found"}'
        given = {
            "accessKeyId": self._key,
            "secretAccessKey": self._secret,
            "sessionToken": "t",
            "expiration": int(time.time() + 60) * 1000,
        }
        return 200, json.dumps({"roleCredentials": given})

    def by_sts(self) -> tuple[int, str]:
        """What AssumeRole answers."""
        if self.has_ended:
            code = "<Code>ExpiredToken</Code><Message>The security token is expired</Message>"
            return 403, f"<ErrorResponse><Error>{code}</Error></ErrorResponse>"
        until = datetime.fromtimestamp(time.time() + 60, UTC).isoformat(timespec="seconds")
        given = (
            f"<AccessKeyId>{self._key}</AccessKeyId><SessionToken>t</SessionToken>"
            f"<SecretAccessKey>{self._secret}</SecretAccessKey><Expiration>{until}</Expiration>"
        )
        answer = f"<AssumeRoleResult><Credentials>{given}</Credentials></AssumeRoleResult>"
        return 200, f"<AssumeRoleResponse>{answer}</AssumeRoleResponse>"


@contextmanager
def issuing(table: TestTable) -> Iterator[tuple[Issuer, str]]:
    """An issuer, and its URL."""
    issuer = Issuer(table)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            self._answer(*issuer.by_sso())

        def do_POST(self) -> None:
            self._answer(*issuer.by_sts())

        def _answer(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield issuer, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


PROFILES = """
[profile sso]
sso_session = office
sso_account_id = 111122223333
sso_role_name = Reader
[sso-session office]
sso_region = eu-west-1
sso_start_url = https://office.example/start
[profile base]
aws_access_key_id = LOCAL0TEST
aws_secret_access_key = none
[profile role]
role_arn = arn:aws:iam::111122223333:role/Reader
source_profile = base
"""


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("sso", "the SSO session has ended: run `aws sso login --profile sso`"),
        pytest.param(
            "role",
            "the AWS credentials have expired: run `aws sso login --profile role`",
            marks=pytest.mark.long,
        ),
    ],
)
def test_a_session_ends_while_tail_runs_and_goes_on(
    table: TestTable, tmp_path: Path, profile: str, words: str
) -> None:
    """As botocore finds out: where it fetches new credentials before a call."""
    (tmp_path / "config").write_text(PROFILES)
    cache = tmp_path / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    token = {"accessToken": "t", "expiresAt": "2099-01-01T00:00:00Z"}
    (cache / f"{sha1(b'office').hexdigest()}.json").write_text(json.dumps(token))
    with issuing(table) as (issuer, url):
        environment = environment_of(table) | {
            "HOME": str(tmp_path),
            "AWS_CONFIG_FILE": str(tmp_path / "config"),
            "AWS_ENDPOINT_URL_SSO": url,
            "AWS_ENDPOINT_URL_STS": url,
        }
        for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            del environment[variable]
        run = CommandLineRunner(environment)
        arguments = ("tail", "--profile", profile, "--json", "--count", "1", "--interval", "1s")
        with run.running(*arguments) as process:
            wait_for(process.stderr, "waiting for events")
            issuer.has_ended = True
            assert words in wait_for(process.stderr, "trying again in")
            write_now(table, events_now(1))
            issuer.has_ended = False
            assert len(lines_of(process)) == 1
