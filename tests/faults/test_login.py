"""Credentials of `aws login`, by botocore's own provider: a token on disk, renewed at a sign-in."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.utils import generate_login_cache_key

from ses_tui.aws.connection import open_connection
from ses_tui.core.errors import CredentialsError
from tests.aws.pages import options_of, write_page
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event

SESSION = "arn:aws:sts::111122223333:assumed-role/Reader/ana"


class Key:
    """The cryptography, which botocore leaves to a library that only such profiles need."""

    @staticmethod
    def new_key_from_der_data(_: bytes) -> "Key":
        return Key()

    @staticmethod
    def decode_der_signature_to_padded_pair(signature: bytes, pad_to: int) -> bytes:
        return signature.ljust(2 * pad_to, b"0")

    def get_public_coords(self) -> tuple[bytes, bytes]:
        return b"x", b"y"

    def sign(self, digest: bytes) -> bytes:
        return digest


class SignIn:
    """What CreateOAuth2Token answers: credentials of a minute, so that each call asks anew."""

    def __init__(self, table: TestTable) -> None:
        self.refusal: str | None = None
        self.renewed = 0
        self._credentials = {
            "accessKeyId": table.credentials["aws_access_key_id"],
            "secretAccessKey": table.credentials["aws_secret_access_key"],
            "sessionToken": "t",
        }

    def answer(self) -> tuple[int, dict[str, Any]]:
        if self.refusal is not None:
            return 403, {"error": self.refusal, "message": "no"}
        self.renewed += 1
        return 200, {
            "accessToken": self._credentials,
            "tokenType": "aws_sigv4",
            "expiresIn": 60,
            "refreshToken": f"r{self.renewed}",
        }

    def token(self) -> dict[str, Any]:
        """As `aws login` leaves it on disk; a minute is left of it."""
        until = datetime.fromtimestamp(time.time() + 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        given = self._credentials | {"accountId": "111122223333", "expiresAt": until}
        return {"accessToken": given, "refreshToken": "r0", "clientId": "c", "dpopKey": "a2V5"}


@pytest.fixture
def sign_in(table: TestTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignIn]:
    """A sign-in on loopback, and a profile `ana` whose credentials come from there."""
    service = SignIn(table)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Quiet."""

        def do_POST(self) -> None:
            status, document = service.answer()
            text = json.dumps(document).encode()
            self.send_response(status)
            if status != 200:
                self.send_header("x-amzn-ErrorType", "AccessDeniedException")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    (tmp_path / f"{generate_login_cache_key(SESSION)}.json").write_text(json.dumps(service.token()))
    (tmp_path / "config").write_text(f"[profile ana]\nlogin_session = {SESSION}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("AWS_ENDPOINT_URL_SIGNIN", f"http://127.0.0.1:{server.server_port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for module in ("botocore", "aiobotocore"):
        monkeypatch.setattr(f"{module}.credentials.EC", Key)
    yield service
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ("TOKEN_EXPIRED", "session has ended: run `aws login --profile ana`"),
        ("INSUFFICIENT_PERMISSIONS", "no permission for signin:CreateOAuth2Token"),
    ],
)
async def test_a_login_ends_midway_and_reading_goes_on_with_the_next(
    table: TestTable, sign_in: SignIn, refusal: str, words: str
) -> None:
    events = [make_event(at=NOON - 1_000), make_event(at=NOON + 1_000)]
    write_page(table, events[:1], at=NOON)
    clock = FrozenClock()
    options = options_of(table, profile="ana", access_key=None, secret_key=None)
    connection = await open_connection(options, clock, may_ask=False)
    try:
        batch = await connection.source.start(10)
        assert [event.event_id for event in batch.events] == [events[0].event_id]
        assert sign_in.renewed
        sign_in.refusal = refusal
        clock.advance(2_000)
        write_page(table, events[1:], at=NOON + 1_500)
        with pytest.raises(CredentialsError, match=words):
            await connection.source.poll()
        sign_in.refusal = None
        batch = await connection.source.poll()
        assert [event.event_id for event in batch.events] == [events[1].event_id]
    finally:
        await connection.close()
