"""Opening the way to a table, with everything that can fail failing before a screen is taken."""

import os
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Final

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from botocore.exceptions import BotoCoreError, NoCredentialsError, NoRegionError

from recorder.model.clock import Clock
from ses_tui.aws.errors import explained
from ses_tui.aws.feed_poller import FeedPoller
from ses_tui.aws.message_reader import TableMessageReader
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.rollup_reader import TableRollupReader
from ses_tui.aws.table_client import TableClient
from ses_tui.core.errors import UsageError

__all__ = ["AwsConnection", "ConnectionOptions", "open_client", "open_connection"]

_CONFIGURATION: Final[dict[str, Any]] = {
    "connect_timeout": 3,
    "read_timeout": 10,
    "max_pool_connections": 32,
    "retries": {"mode": "standard", "total_max_attempts": 3},
}


class AwsConnection:
    """One session and one client, shared by the feed and the reader of messages."""

    def __init__(self, table: TableClient, source: FeedPoller, clock: Clock) -> None:
        self._table = table
        self._source = source
        self._messages = TableMessageReader(table, clock)
        self._rollups = TableRollupReader(table, clock)

    @property
    def source(self) -> FeedPoller:
        """The live feed."""
        return self._source

    @property
    def messages(self) -> TableMessageReader:
        """Single messages."""
        return self._messages

    @property
    def rollups(self) -> TableRollupReader:
        """Counters of any stretch of time."""
        return self._rollups

    async def close(self) -> None:
        """End everything that is under way, then release connections. Safe to call twice."""
        await self._table.close()


async def open_connection(options: ConnectionOptions, clock: Clock) -> AwsConnection:
    """A connection whose credentials, region and table have been tried.

    May ask for an MFA code on the terminal, so no screen may be up yet. Raises `CredentialsError`,
    `TableError` or `UsageError`.
    """
    resources = AsyncExitStack()
    try:
        client, resolved = await open_client(options, resources)
        table = TableClient(client, resolved, resources)
        source = FeedPoller(table, clock, resolved.label_in_header)
        await source.check()
    except BaseException:
        await resources.aclose()
        raise
    return AwsConnection(table, source, clock)


async def open_client(
    options: ConnectionOptions, resources: AsyncExitStack
) -> tuple[Any, ConnectionOptions]:
    """An aiobotocore client that `resources` closes, and `options` with the region found.

    Credentials are resolved. Raises `CredentialsError`, `TableError` or `UsageError`.
    """
    with explained(options):
        session = AioSession(profile=options.profile)
        region = (
            options.region or session.get_config_variable("region") or os.environ.get("AWS_REGION")
        )
        if not region:
            raise NoRegionError
        if options.access_key is None:
            await _resolve_credentials(session)
        proxies: dict[str, Any] = {"proxies": {}} if options.is_local else {}
        try:
            context = session.create_client(
                "dynamodb",
                region_name=region,
                endpoint_url=options.endpoint_url,
                aws_access_key_id=options.access_key,
                aws_secret_access_key=options.secret_key,
                config=AioConfig(**_CONFIGURATION, **proxies),
            )
            client = await resources.enter_async_context(context)
        except BotoCoreError:
            raise
        except ValueError as error:
            raise UsageError(
                f"{options.endpoint!r} is no endpoint: write it as http://HOST:PORT"
            ) from error
    return client, replace(options, region=region)


async def _resolve_credentials(session: AioSession) -> None:
    """Credentials now, on the plain terminal: botocore asks for an MFA code with `getpass`."""
    credentials = await session.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    await credentials.get_frozen_credentials()
