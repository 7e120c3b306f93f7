"""AWS's own view of the account, of a loopback that speaks as CloudWatch and SES do."""

import json
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiobotocore.session import AioSession

from ses_tui.aws.account_reader import AwsAccountReader, account_calls
from ses_tui.aws.calls import Calls
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.ses_client import SesClient
from ses_tui.core.account_view import AccountView, ReputationFigure, SendingAccount
from tests.aws.fake_aws import REGION
from tests.events import NOON, FrozenClock

OPTIONS = ConnectionOptions(region=REGION, access_key="none", secret_key="none")
METRICS = {
    "MetricDataResults": [
        {
            "Id": "bounces",
            "Timestamps": [NOON / 1000 - 360.0, NOON / 1000 - 660.0],
            "Values": [0.021, 0.5],
        },
        {"Id": "complaints", "Timestamps": [NOON / 1000 - 660.0], "Values": [0.0003]},
    ]
}
ACCOUNT = {
    "EnforcementStatus": "PROBATION\x1b[31m",
    "SendingEnabled": False,
    "ProductionAccessEnabled": True,
    "SendQuota": {"Max24HourSend": 50000.0, "SentLast24Hours": 1234.0, "MaxSendRate": 14.0},
}


@dataclass
class Aws:
    """Answers, and what was asked for."""

    denied: set[str] = field(default_factory=set)
    refusal: str = "AccessDeniedException"
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    state = Aws()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            self._answer("ses:GetAccount", ACCOUNT)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            self._answer(f"cloudwatch:{operation}", METRICS)

        def _answer(self, action: str, answer: dict[str, Any]) -> None:
            state.asked.append(action)
            denied = action in state.denied
            error = {"__type": state.refusal, "message": "not you"}
            body = json.dumps(error if denied else answer).encode()
            self.send_response(403 if denied else 200)
            self.send_header("Content-Length", str(len(body)))
            if denied:
                self.send_header("x-amzn-ErrorType", state.refusal)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    for service in ("CLOUDWATCH", "SESV2"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


async def _none(calls: Calls) -> None:
    """There is no client that is shared."""


NO_SES = SesClient(_none, Calls(OPTIONS))


async def read_twice() -> AccountView:
    async with AsyncExitStack() as resources:
        opens = account_calls(AioSession(), OPTIONS, resources, NO_SES, at_aws=True)
        calls = Calls(OPTIONS)
        reader = AwsAccountReader(opens, calls, FrozenClock())
        first = await reader.read()
        assert await reader.read() == first
        await calls.end()
        return first


async def test_the_newest_values_and_the_account(aws: Aws) -> None:
    view = await read_twice()
    assert view == AccountView(
        NOON,
        ReputationFigure(0.021, NOON - 360_000),
        ReputationFigure(0.0003, NOON - 660_000),
        SendingAccount("PROBATION␛[31m", False, 1234.0, 50_000.0),
    )
    assert set(aws.asked) == {"ses:GetAccount", "cloudwatch:GetMetricData"}


@pytest.mark.parametrize(
    ("action", "line"),
    [
        ("ses:GetAccount", "AWS's account: no permission for ses:GetAccount"),
        ("cloudwatch:GetMetricData", "AWS's rates: no permission for cloudwatch:GetMetricData"),
    ],
)
async def test_a_missing_permission_is_one_line_that_names_it(
    aws: Aws, action: str, line: str
) -> None:
    aws.denied.add(action)
    view = await read_twice()
    assert view.hindrances == (f"{line}; the stack's reader policy has it",)
    assert (view.account is None) == action.startswith("ses")
    assert (view.bounce is None) == action.startswith("cloudwatch")


async def test_credentials_that_have_ended_are_told_once(aws: Aws) -> None:
    aws.denied |= {"ses:GetAccount", "cloudwatch:GetMetricData"}
    aws.refusal = "ExpiredTokenException"
    (line,) = (await read_twice()).hindrances
    assert line.startswith("AWS's own view: the AWS credentials ")


async def test_a_local_engine_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CLOUDWATCH", "AWS_ENDPOINT_URL_SESV2"):
        monkeypatch.delenv(name, raising=False)
    async with AsyncExitStack() as resources:
        opens = account_calls(AioSession(), OPTIONS, resources, NO_SES, at_aws=False)
        view = await AwsAccountReader(opens, Calls(OPTIONS), FrozenClock()).read()
    assert view.hindrances == ("AWS's own view: not available on a local engine",)


async def test_a_closed_connection_says_so(aws: Aws) -> None:
    async with AsyncExitStack() as resources:
        calls = Calls(OPTIONS)
        opens = account_calls(AioSession(), OPTIONS, resources, NO_SES, at_aws=True)
        await calls.end()
        view = await AwsAccountReader(opens, calls, FrozenClock()).read()
    assert view.hindrances == ("AWS's own view: the connection is closed",)
