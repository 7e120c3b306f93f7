"""What every client is made of: a session, its region, its credentials."""

import asyncio
import os
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, Final

import botocore
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from botocore.exceptions import BotoCoreError, NoCredentialsError, NoRegionError

from ses_tui import __version__
from ses_tui.aws.mfa_prompt import ask_terminals_only
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.errors import CredentialsError, UsageError
from ses_tui.core.sanitise import sanitise

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


async def resolve_credentials(session: AioSession, options: ConnectionOptions) -> str:
    """Fetch the credentials now and tell where they are from, as in `sso` or `env`.

    On the plain terminal, where botocore may ask for an MFA code. Raises what botocore raises, and
    `EOFError` where it would ask and there is no terminal.
    """
    if options.access_key is not None:
        return "given"
    ask_terminals_only(session)
    credentials = await session.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    await credentials.get_frozen_credentials()
    return str(credentials.method)


def refuse_questions(session: AioSession, options: ConnectionOptions) -> None:
    """Have no provider of credentials ask anything from now on: a screen may be up.

    What would have asked for an MFA code, which freezes the screen, raises `CredentialsError`
    instead; a program that fetches credentials finds no terminal that it could take keys from.
    """
    named = {"--use": options.name, "--profile": options.profile}
    way = next((f" {option} {name}" for option, name in named.items() if name), "")

    def refuse(question: str) -> str:
        raise CredentialsError(
            "its credentials need an MFA code, for which a plain terminal is needed: "
            f"leave and start `ses-tui{sanitise(way)}`"
        )

    apart = partial(
        asyncio.create_subprocess_exec, stdin=asyncio.subprocess.DEVNULL, start_new_session=True
    )
    for provider in session.get_component("credential_provider").providers:
        if hasattr(provider, "_prompter"):
            provider._prompter = refuse
        if hasattr(provider, "_popen"):
            provider._popen = apart


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
