"""One client of SES (API version 2) for all of a connection that ask it."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Final

from aiobotocore.session import AioSession

from ses_tui.aws.calls import Calls
from ses_tui.aws.endpoint import is_aws
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.session import enter_client

_ENDPOINT_VARIABLES: Final = ("AWS_ENDPOINT_URL_SESV2", "AWS_ENDPOINT_URL")
_CONFIGURATION: Final[dict[str, Any]] = {
    "connect_timeout": 3,
    "read_timeout": 10,
    # SES answers about one call a second, and refuses what is more.
    "retries": {"mode": "standard", "total_max_attempts": 3},
}


class SesClient:
    """Made when it is first asked for, and shared from then on."""

    def __init__(self, open_client: Callable[[Calls], Awaitable[Any]], calls: Calls) -> None:
        """`open_client` answers `None` where there is no SES to ask; by `calls` it is asked."""
        self.calls = calls
        self._open_client = open_client
        self._opening = asyncio.Lock()
        self._client: Any = None
        self._opened = False

    async def opened(self) -> Any:
        """The client, or `None`. Raises `SesTuiError`."""
        async with self._opening:
            if not self._opened:
                self._client = await self._open_client(self.calls)
                self._opened = True
        return self._client


async def open_ses_client(
    session: AioSession,
    table_client: Any,
    options: ConnectionOptions,
    calls: Calls,
    resources: AsyncExitStack,
) -> Any:
    """A client of SES; `None` where the table is in an emulator and no SES is named beside it.

    An emulator's credentials and questions are nothing for AWS. Raises `SesTuiError`.
    """
    named = any(map(os.environ.get, _ENDPOINT_VARIABLES))
    if not (is_aws(table_client.meta.endpoint_url) or named):
        return None
    # Megabytes of JSON, which botocore would read while keys wait.
    await asyncio.to_thread(load_service, session, "sesv2")
    # The endpoint of the table is none of SES.
    there = replace(options, endpoint_url=None)
    return await calls.run(enter_client(session, "sesv2", there, resources, **_CONFIGURATION))


def load_service(session: AioSession, service: str) -> None:
    """Read what botocore knows of a service; for a thread."""
    loader = session.get_component("data_loader")
    for kind in ("service-2", "endpoint-rule-set-1"):
        loader.load_service_model(service, kind)
