"""Calls to every AWS service that an examination asks, with errors told apart by what they mean."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final, Protocol

from aiobotocore.session import AioSession
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from ses_tui.aws.endpoint import is_aws
from ses_tui.aws.errors import OUTSIDE_ERRORS, explain
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.session import enter_client
from ses_tui.core.errors import CredentialsError, SesTuiError
from ses_tui.core.sanitise import sanitise

SERVICES: Final = {
    "cloudwatch": ("CloudWatch", "cloudwatch"),
    "dynamodb": ("DynamoDB", "dynamodb"),
    "dynamodbstreams": ("DynamoDB Streams", "dynamodb"),
    "events": ("EventBridge", "events"),
    "lambda": ("Lambda", "lambda"),
    "ses": ("SES", "ses"),
    "sesv2": ("SES", "ses"),
    "sns": ("SNS", "sns"),
    "sqs": ("SQS", "sqs"),
    "sts": ("STS", "sts"),
}
"""By botocore's name: the name for people, and that before the colon of an action in a policy."""

_CONFIGURATION: Final[dict[str, Any]] = {
    "connect_timeout": 2,
    "read_timeout": 3,
    "max_pool_connections": 16,
    "retries": {"mode": "standard", "total_max_attempts": 1},
}
"""One attempt: what has to be tried twice is not well."""
_MAXIMUM_TEXT: Final = 200
_DENIED: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "ForbiddenException",
        "UnauthorizedOperation",
    }
)
_NO_OPERATION: Final = frozenset({"UnknownOperationException", "InvalidAction"})


class Trouble(StrEnum):
    """Why a call was not answered."""

    DENIED = "no permission"
    CREDENTIALS = "credentials"
    NO_SERVICE = "no such service there"
    NOT_FOUND = "not found"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class CallError(SesTuiError):
    """A call that failed; the message is one line, sanitised, and names no secret."""

    def __init__(
        self, service: str, operation: str, trouble: Trouble, said: str, server_date: str = ""
    ) -> None:
        super().__init__(said)
        self.service, action_prefix = SERVICES[service]
        self.action = f"{action_prefix}:{operation}"
        self.trouble = trouble
        self.server_date = server_date
        """The Date header of the answer, if there was one."""


class AwsCalls(Protocol):
    """Asks any service for anything."""

    async def call(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        """The answer to an operation, both named as botocore and the API name them.

        Raises `CallError`.
        """
        ...

    @property
    def is_aws(self) -> bool:
        """Whether AWS itself is asked, and no emulator."""
        ...


class ServiceCalls:
    """A client of each service, all of one session and closed with `resources`.

    Where the table is in an emulator, every service is asked there: its credentials and questions
    are nothing for AWS. A service may have an endpoint of its own in the environment.
    """

    def __init__(
        self, session: AioSession, options: ConnectionOptions, resources: AsyncExitStack
    ) -> None:
        self._session = session
        self._options = options
        self._resources = resources
        self._clients: dict[str, Any] = {}
        self._emulator: str | None = None

    async def open(self, services: Iterable[str] = SERVICES) -> None:
        """Make the clients of `services` and of the table.

        That holds up the event loop, so that no check's time runs yet. Raises `UsageError` or
        `BotoCoreError`.
        """
        table_client = await self._enter("dynamodb", self._options)
        if not is_aws(table_client.meta.endpoint_url):
            self._emulator = table_client.meta.endpoint_url
        for service in set(services) - {"dynamodb"}:
            self._clients[service] = await self._make_client(service)
        self._clients["dynamodb"] = table_client

    def use(self, service: str, client: Any) -> None:
        """Ask `service` through a client that somebody else has made, and shares."""
        self._clients[service] = client

    @property
    def is_aws(self) -> bool:
        """Whether AWS itself is asked, and no emulator."""
        return self._emulator is None

    async def call(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        """The answer to an operation. Raises `CallError`."""
        try:
            method = getattr(self._clients[service], xform_name(operation))
            answer: dict[str, Any] = await method(**arguments)
        except OUTSIDE_ERRORS as error:
            raise self._call_error(service, operation, error) from error
        return answer

    async def _make_client(self, service: str) -> Any:
        # The endpoint of the table is no endpoint of other services, unless it is an emulator.
        options = replace(self._options, endpoint_url=None)
        client = await self._enter(service, options)
        if self._emulator is not None and is_aws(client.meta.endpoint_url):
            client = await self._enter(service, replace(options, endpoint_url=self._emulator))
        return client

    async def _enter(self, service: str, options: ConnectionOptions) -> Any:
        return await enter_client(
            self._session, service, options, self._resources, **_CONFIGURATION
        )

    def _call_error(self, service: str, operation: str, error: Exception) -> CallError:
        trouble = trouble_of(error, self._options)
        is_elsewhere = self._emulator is not None and service not in ("dynamodb", "dynamodbstreams")
        if is_elsewhere and trouble not in (Trouble.DENIED, Trouble.NOT_FOUND):
            # An emulator without the service answers with an error of any kind, or not at all.
            trouble = Trouble.NO_SERVICE
        said = words_of(error, trouble, self._options)
        response = getattr(error, "response", None) or {}
        headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        return CallError(service, operation, trouble, said, headers.get("date", ""))


def trouble_of(error: Exception, options: ConnectionOptions) -> Trouble:
    """What kind of failure an error from outside is."""
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _DENIED:
            return Trouble.DENIED
        if code in _NO_OPERATION:
            return Trouble.NO_SERVICE
        if "NotFound" in code or "NonExistent" in code:
            return Trouble.NOT_FOUND
        if "Throttl" in code or "TooManyRequests" in code or "Throughput" in code:
            return Trouble.BUSY
    elif isinstance(error, ResponseParserError):
        return Trouble.OTHER
    if isinstance(explain(error, options), CredentialsError):
        return Trouble.CREDENTIALS
    return Trouble.OTHER if isinstance(error, ClientError) else Trouble.UNREACHABLE


def words_of(error: Exception, trouble: Trouble, options: ConnectionOptions) -> str:
    """The error's own words on one line, or what they mean where that is known."""
    if trouble is Trouble.CREDENTIALS:
        return str(explain(error, options))
    if isinstance(error, ClientError):
        details = error.response.get("Error", {})
        text = ": ".join(filter(None, (details.get("Code", "Unknown"), details.get("Message"))))
    else:
        cause = getattr(error, "kwargs", {}).get("error")
        text = str(cause or error) or type(error).__name__
    text = sanitise(" ".join(text.split()))
    return text if len(text) <= _MAXIMUM_TEXT else text[: _MAXIMUM_TEXT - 1] + "…"


def date_of(answer: Mapping[str, Any]) -> str:
    """The Date header that came with an answer, empty if none did."""
    return str(answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", ""))


async def listed(
    calls: AwsCalls,
    service: str,
    operation: str,
    result: str,
    *,
    token: str = "NextToken",
    pages: int = 10,
    **arguments: Any,
) -> AsyncIterator[Any]:
    """What a listing operation lists, page after page, at most so many. Raises `CallError`."""
    for _ in range(pages):
        answer = await calls.call(service, operation, **arguments)
        for entry in answer.get(result, ()):
            yield entry
        following = answer.get(token) or answer.get(f"Next{token}")
        if not following:
            return
        arguments[token] = following
