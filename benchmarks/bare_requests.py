"""Signed HTTP requests that are ready to be sent: what any client has to do, and no more.

Built and signed beforehand (SigV4), sent over one connection, the answers are read and left
undecoded.
"""

import base64
import http.client
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import orjson
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from recorder.model.item import Item
from ses_tui.demo.access import LocalAccess

_TIMEOUT_SECONDS: Final = 60.0
_ITEMS_A_CALL: Final = 25


class BareRequest:
    """One call, serialised and signed."""

    __slots__ = ("body", "headers")

    def __init__(self, access: LocalAccess, operation: str, arguments: Mapping[str, Any]) -> None:
        self.body = orjson.dumps(arguments, default=_base64)
        request = AWSRequest(
            method="POST",
            url=access.endpoint_url,
            data=self.body,
            headers={
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            },
        )
        credentials = Credentials(access.access_key_id, access.secret_access_key)
        SigV4Auth(credentials, "dynamodb", access.region).add_auth(request)
        self.headers: dict[str, str] = dict(request.headers.items())


class BareConnection:
    """One connection to an engine."""

    def __init__(self, access: LocalAccess) -> None:
        place = urlsplit(access.endpoint_url)
        self._connection = http.client.HTTPConnection(
            str(place.hostname), place.port, timeout=_TIMEOUT_SECONDS
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def send(self, request: BareRequest) -> bytes:
        """The answer as it came. Raises `RuntimeError` for one that is an error."""
        self._connection.request("POST", "/", request.body, request.headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the engine answered {answer.status}: {body[:300]!r}")
        return body


def put_requests(access: LocalAccess, table: str, items: Iterable[Item]) -> list[BareRequest]:
    """`BatchWriteItem` for all items, 25 a call."""
    wanted = list(items)
    return [
        BareRequest(
            access,
            "BatchWriteItem",
            {
                "RequestItems": {
                    table: [
                        {"PutRequest": {"Item": item}}
                        for item in wanted[start : start + _ITEMS_A_CALL]
                    ]
                }
            },
        )
        for start in range(0, len(wanted), _ITEMS_A_CALL)
    ]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
