"""A boto3 client for what writes: the recorder, run from the command line."""

import os
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import NoCredentialsError, NoRegionError
from botocore.session import Session

from recorder.model.keys import CONFIGURATION_KEY
from recorder.model.lanes import FEED_CONFIGURATION_SORT_KEY
from recorder.whole_answers import refuse_broken_answers
from ses_tui.aws.errors import explained, fetching_credentials
from ses_tui.aws.mfa_prompt import ask_terminals_only
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.errors import UsageError

_CONNECTIONS: Final = 32


class BlockingConnection:
    """A boto3 client whose credentials, region and table have been tried; the table's name."""

    def __init__(self, options: ConnectionOptions) -> None:
        """Raises `CredentialsError`, `TableError` or `UsageError`. May ask for an MFA code."""
        self._options = options
        self.client: Any = blocking_client(options)
        self.check()

    def check(self) -> None:
        """One cheap read that fails as a write would. Raises `SesTuiError`."""
        with explained(self._options):
            self.client.get_item(
                TableName=self._options.table,
                Key={"pk": {"S": CONFIGURATION_KEY}, "sk": {"S": FEED_CONFIGURATION_SORT_KEY}},
            )


def blocking_client(options: ConnectionOptions) -> Any:
    """A boto3 client whose credentials and region were found; nothing has been asked yet.

    Raises `CredentialsError` or `UsageError`. May ask for an MFA code.
    """
    with explained(options):
        session = boto3.session.Session(profile_name=options.profile)
        region = options.region or session.region_name or os.environ.get("AWS_REGION")
        if not region:
            raise NoRegionError
        # A role is assumed in some region, too.
        own = Session(profile=options.profile)
        ask_terminals_only(own)
        session = boto3.session.Session(botocore_session=own, region_name=region)
        if options.access_key is None:
            with fetching_credentials():
                credentials = session.get_credentials()
                if credentials is None:
                    raise NoCredentialsError
                credentials.get_frozen_credentials()
        return _make_client(session, region, options)


def _make_client(session: Any, region: str, options: ConnectionOptions) -> Any:
    """The recorder retries by itself, so botocore does not."""
    proxies: dict[str, Any] = {"proxies": {}} if options.is_local else {}
    configuration = Config(
        connect_timeout=3,
        read_timeout=10,
        max_pool_connections=_CONNECTIONS,
        retries={"mode": "standard", "total_max_attempts": 1},
        **proxies,
    )
    try:
        client = session.client(
            "dynamodb",
            region_name=region,
            endpoint_url=options.endpoint_url,
            aws_access_key_id=options.access_key,
            aws_secret_access_key=options.secret_key,
            config=configuration,
        )
        return refuse_broken_answers(client)
    except ValueError as error:
        if options.endpoint is None:
            raise
        raise UsageError(
            f"{options.endpoint!r} is no endpoint: write it as http://HOST:PORT"
        ) from error
