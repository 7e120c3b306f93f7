"""Credentials that end while the dashboard is open: said with the command, and nothing is lost."""

import sys
from collections.abc import Iterator

import pytest
from botocore import exceptions as aws

from ses_tui.aws.errors import explain
from ses_tui.aws.options import ConnectionOptions
from ses_tui.ui.widgets.event_list import EventList
from tests.ui.conftest import Dashboard, Open
from tests.ui.conftest import dashboard as dashboard
from tests.ui.fakes import batch_of, make_bounce, make_event

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
