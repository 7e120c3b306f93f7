"""AWS behind a fence: a proxy before DynamoDB Local and an account of fixed answers, which refuses
every call that a policy does not allow, in AWS's words.

A program is led there by variables of the environment alone, and takes it for AWS itself.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import botocore.session
from botocore.model import OperationModel, Shape

from tests.engine import TestTable
from tests.faults.policy import Call, Policy
from tests.faults.requests import Asked

_TABLE_SERVICES: Final = ("dynamodb", "dynamodbstreams")
_JSON: Final = "application/x-amz-json-1.0"
_WHO: Final = "arn:aws:sts::123456789012:assumed-role/Reader/ana"

Answer = dict[str, Any] | Callable[..., dict[str, Any]]
Answers = Mapping[str, Answer]
"""What every service but the table's answers, by operation; what is missing is not found."""


class Fence:
    """What was asked for, what of it was refused, and what nobody understood."""

    def __init__(self, policy: Policy, table: TestTable, answers: Answers, account: str) -> None:
        """`account` has a place for a service, as in `arn:aws:{}:eu-west-1:123456789012`."""
        self.policy = policy
        self.asked: set[Call] = set()
        self.refused: set[Call] = set()
        self.strange: list[str] = []
        self.environment: dict[str, str] = {}
        """Leads a program here."""
        self._answers = answers
        self._account = account
        self._engine = urlsplit(table.endpoint_url)
        self._table_arn = table.client.describe_table(TableName=table.name)["Table"]["TableArn"]

    def answer(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body."""
        try:
            asked = Asked.read(method, url, headers, body)
            calls = set(asked.calls(self._table_arn, self._account))
        except (ValueError, KeyError) as error:
            self.strange.append(f"{method} {url}: {error!r}")
            return 500, {}, b""
        self.asked |= calls
        if refused := {call for call in calls if not self.policy.allows(call)}:
            self.refused |= refused
            return _refusal(asked, min(refused, key=str))
        if asked.service in _TABLE_SERVICES and asked.operation not in self._answers:
            return self._pass_on(method, headers, body)
        answer = self._answers.get(asked.operation)
        if answer is None:
            return _error(asked, 404, "NotFoundException", "there is none")
        return _answer(asked, answer(**asked.arguments) if callable(answer) else answer)

    def _pass_on(
        self, method: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        connection = HTTPConnection(self._engine.hostname or "", self._engine.port, timeout=20)
        try:
            kept = {n: v for n, v in headers.items() if n.lower().startswith(("x-amz", "auth"))}
            connection.request(method, "/", body, kept | {"Content-Type": _JSON})
            answer = connection.getresponse()
            checksum = answer.headers.get("x-amz-crc32")
            return answer.status, {"x-amz-crc32": checksum} if checksum else {}, answer.read()
        finally:
            connection.close()


def _answer(asked: Asked, answer: dict[str, Any]) -> tuple[int, Mapping[str, str], bytes]:
    operation = _operation(asked)
    if not _speaks_xml(operation):
        return 200, {}, json.dumps(answer).encode()
    name = asked.operation
    inside = "" if operation.output_shape is None else _xml(operation.output_shape, answer)
    text = f"<{name}Response><{name}Result>{inside}</{name}Result></{name}Response>"
    return 200, {}, text.encode()


def _refusal(asked: Asked, call: Call) -> tuple[int, Mapping[str, str], bytes]:
    code = "AccessDenied" if _speaks_xml(_operation(asked)) else "AccessDeniedException"
    return _error(
        asked,
        400 if asked.service in _TABLE_SERVICES else 403,
        code,
        f"User: {_WHO} is not authorized to perform: {call.action} on resource: {call.resource} "
        f"because no identity-based policy allows the {call.action} action",
    )


def _error(
    asked: Asked, status: int, code: str, message: str
) -> tuple[int, Mapping[str, str], bytes]:
    if _speaks_xml(_operation(asked)):
        text = (
            "<ErrorResponse><Error><Type>Sender</Type>"
            f"<Code>{code}</Code><Message>{escape(message)}</Message></Error></ErrorResponse>"
        )
        return status, {}, text.encode()
    document = {"__type": f"com.amazon.coral.service#{code}", "message": message}
    return status, {"x-amzn-ErrorType": code}, json.dumps(document).encode()


def _operation(asked: Asked) -> OperationModel:
    service = botocore.session.get_session().get_service_model(asked.service)
    return service.operation_model(asked.operation)


def _speaks_xml(operation: OperationModel) -> bool:
    return str(operation.service_model.resolved_protocol) == "query"


def _xml(shape: Shape, value: Any) -> str:
    """A value as services write it that are asked by forms."""
    if shape.type_name == "structure":
        return "".join(
            f"<{name}>{_xml(shape.members[name], inner)}</{name}>" for name, inner in value.items()
        )
    if shape.type_name == "list":
        return "".join(f"<member>{_xml(shape.member, inner)}</member>" for inner in value)
    if shape.type_name == "map":
        return "".join(
            f"<entry><key>{escape(key)}</key><value>{_xml(shape.value, inner)}</value></entry>"
            for key, inner in value.items()
        )
    return escape(str(value).lower() if isinstance(value, bool) else str(value))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Who has seen enough hangs up."""


@contextmanager
def fenced(policy: Policy, table: TestTable, answers: Answers, account: str) -> Iterator[Fence]:
    """A fence that answers on a free port of the loopback interface, until the block ends."""
    fence = Fence(policy, table, answers, account)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: Any) -> None:
            """Quiet."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, answer = fence.answer(
                self.command, self.path, dict(self.headers), body
            )
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST  # noqa: N815 - http.server looks for these names.

        def do_CONNECT(self) -> None:
            fence.strange.append(f"CONNECT {self.path}")
            self.send_error(403)

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    proxy = f"http://127.0.0.1:{server.server_port}"
    fence.environment = {
        "http_proxy": proxy,
        "https_proxy": proxy,
        "no_proxy": "",
        "AWS_ENDPOINT_URL": "http://aws.us-east-1.amazonaws.com",
    }
    try:
        yield fence
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
