"""Opening the way to a table, with everything that can fail failing before a screen is taken."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Final

from aiobotocore.session import AioSession

from recorder.model.clock import Clock
from recorder.model.privacy import PRIVACY_KEY, wants_masking
from ses_tui.aws.account_reader import AwsAccountReader, account_calls
from ses_tui.aws.calls import Calls
from ses_tui.aws.credentials import refuse_questions, renew_when_refused, resolve_credentials
from ses_tui.aws.doctor.calls import AwsCalls
from ses_tui.aws.endpoint import is_aws
from ses_tui.aws.errors import explained
from ses_tui.aws.event_history import TableEventHistory
from ses_tui.aws.feed_poller import FeedPoller
from ses_tui.aws.message_reader import TableMessageReader
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.raw_answers import leave_queries_unparsed
from ses_tui.aws.rollup_reader import TableRollupReader
from ses_tui.aws.search import TableSearch
from ses_tui.aws.server_date import compare_with_answers
from ses_tui.aws.ses_client import SesClient, open_ses_client
from ses_tui.aws.session import enter_client, find_region
from ses_tui.aws.stream_client import StreamClient, StreamReads, open_table_stream
from ses_tui.aws.stream_source import StreamSource
from ses_tui.aws.suppression_list import AwsSuppressionList
from ses_tui.aws.table_client import TableClient
from ses_tui.aws.together import together
from ses_tui.core.masking import MASKING
from ses_tui.core.server_clock import ServerClock
from ses_tui.core.source import SourceKind

__all__ = ["AwsConnection", "ConnectionOptions", "open_client", "open_connection"]

_CONFIGURATION: Final[dict[str, Any]] = {
    "connect_timeout": 3,
    "read_timeout": 10,
    "max_pool_connections": 32,
    "retries": {"mode": "standard", "total_max_attempts": 3},
}


class AwsConnection:
    """One session, and one client of each service shared by all that read."""

    def __init__(
        self,
        table: TableClient,
        open_stream: Callable[[Calls], Awaitable[StreamReads]],
        open_account: Callable[[], Awaitable[AwsCalls]] | None,
        ses: SesClient,
        options: ConnectionOptions,
        clock: Clock,
    ) -> None:
        """`open_stream` is called when the stream is read for the first time; `open_account`, if
        there is a way to ask AWS about the account, when that is first asked."""
        self._table = table
        self._stream_calls = Calls(options)
        label = options.label_in_header
        self._poller = FeedPoller(table, clock, label)
        self._stream = StreamSource(table, lambda: open_stream(self._stream_calls), clock, label)
        self._history = TableEventHistory(table, clock)
        self._messages = TableMessageReader(table, clock)
        self._rollups = TableRollupReader(table, clock)
        self._search = TableSearch(table, clock)
        self._account_calls = Calls(options)
        self._account = AwsAccountReader(open_account, self._account_calls, clock)
        self._ses = ses
        self._suppression = AwsSuppressionList(ses, options)

    @property
    def source(self) -> FeedPoller:
        """The live feed, out of feed pages."""
        return self._poller

    def source_of(self, kind: SourceKind) -> FeedPoller | StreamSource:
        """The live feed read in another way; always the same one for the same kind."""
        return self._stream if kind is SourceKind.STREAM else self._poller

    @property
    def history(self) -> TableEventHistory:
        """Events of the past."""
        return self._history

    @property
    def messages(self) -> TableMessageReader:
        """Single messages."""
        return self._messages

    @property
    def rollups(self) -> TableRollupReader:
        """Counters of any stretch of time."""
        return self._rollups

    @property
    def search(self) -> TableSearch:
        """Recorded events by a query."""
        return self._search

    @property
    def account(self) -> AwsAccountReader:
        """What AWS says of the account."""
        return self._account

    @property
    def suppression(self) -> AwsSuppressionList:
        """The account's suppression list."""
        return self._suppression

    @property
    def met_newer_recorder(self) -> bool:
        """Whether anything that was read is of a later version than this program knows."""
        return self._table.met_newer_recorder

    async def close(self) -> None:
        """End everything that is under way, then release connections. Safe to call twice."""
        await self._account_calls.end()
        await self._stream_calls.end()
        await self._ses.calls.end()
        await self._table.close()


async def open_connection(
    options: ConnectionOptions, clock: Clock, *, may_ask: bool = True
) -> AwsConnection:
    """A connection whose credentials, region and table have been tried.

    May ask for an MFA code on the terminal, though never again later; where a screen is up already,
    it must not, and raises `CredentialsError` instead. Raises that, `TableError` or `UsageError`.
    """
    resources = AsyncExitStack()
    try:
        session, resolved = await _open_session(options, may_ask)
        client = await _enter_table_client(session, resolved, resources)

        async def open_stream(calls: Calls) -> StreamClient:
            return await open_table_stream(session, client, resolved, calls, resources)

        async def open_ses(calls: Calls) -> Any:
            return await open_ses_client(session, client, resolved, calls, resources)

        ses = SesClient(open_ses, Calls(resolved))
        table = TableClient(client, resolved, resources)
        open_account = account_calls(
            session, resolved, resources, ses, at_aws=is_aws(client.meta.endpoint_url)
        )
        if isinstance(clock, ServerClock):
            compare_with_answers(client, clock)
        connection = AwsConnection(table, open_stream, open_account, ses, resolved, clock)
        await together((connection.source.check(), _obey_owner(table)))
    except BaseException:
        await resources.aclose()
        raise
    return connection


async def _obey_owner(table: TableClient) -> None:
    """Whoever opens a table masks addresses if its owner says so: nobody can forget it."""
    answer = await table.get_item(Key=PRIVACY_KEY)
    if wants_masking(answer.get("Item")):
        MASKING.force()


async def open_client(
    options: ConnectionOptions, resources: AsyncExitStack
) -> tuple[Any, ConnectionOptions]:
    """An aiobotocore client that `resources` closes, and `options` with the region found.

    Credentials are resolved. Raises `CredentialsError`, `TableError` or `UsageError`.
    """
    session, resolved = await _open_session(options)
    return await _enter_table_client(session, resolved, resources), resolved


async def _open_session(
    options: ConnectionOptions, may_ask: bool = True
) -> tuple[AioSession, ConnectionOptions]:
    with explained(options):
        session = AioSession(profile=options.profile)
        resolved = replace(options, region=find_region(session, options))
        if not may_ask:
            refuse_questions(session, options)
        await resolve_credentials(session, options)
        refuse_questions(session, options)
        await renew_when_refused(session, options)
    return session, resolved


async def _enter_table_client(
    session: AioSession, options: ConnectionOptions, resources: AsyncExitStack
) -> Any:
    with explained(options):
        client = await enter_client(session, "dynamodb", options, resources, **_CONFIGURATION)
    leave_queries_unparsed(client)
    return client
