"""What every client is made of: a session and its region."""

import os
from contextlib import AsyncExitStack
from typing import Any, Final

import botocore
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from botocore.exceptions import BotoCoreError, NoRegionError

from ses_tui import __version__
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.errors import UsageError

USER_AGENT: Final = f"ses-tui/{__version__} botocore/{botocore.__version__}"
"""As CloudTrail names this program. Without it botocore composes one twice for each request, which
took a fifth of the time it spends on that."""


def find_region(session: AioSession, options: ConnectionOptions) -> str:
    """The region asked for, or that of the configuration. Raises `BotoCoreError`.

    It holds for whatever else the session asks, too: a role is assumed in some region.
    """
    region: str | None = (
        options.region or session.get_config_variable("region") or os.environ.get("AWS_REGION")
    )
    if not region:
        raise NoRegionError
    session.set_config_variable("region", region)
    return region


async def enter_client(
    session: AioSession,
    service: str,
    options: ConnectionOptions,
    resources: AsyncExitStack,
    **configuration: Any,
) -> Any:
    """A client of `service` at the endpoint of `options`; `resources` closes it.

    Raises `UsageError` for what is no endpoint, and `BotoCoreError`.
    """
    proxies: dict[str, Any] = {"proxies": {}} if options.is_local else {}
    try:
        context = session.create_client(
            service,
            region_name=options.region,
            endpoint_url=options.endpoint_url,
            aws_access_key_id=options.access_key,
            aws_secret_access_key=options.secret_key,
            config=AioConfig(user_agent=USER_AGENT, **configuration, **proxies),
        )
        return await resources.enter_async_context(context)
    except BotoCoreError:
        raise
    except ValueError as error:
        raise UsageError(
            f"{options.endpoint!r} is no endpoint: write it as http://HOST:PORT"
        ) from error
