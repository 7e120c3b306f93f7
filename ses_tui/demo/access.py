"""How to reach one database of a local engine."""

import secrets
import string
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any, Final

import boto3
from botocore.config import Config

from recorder.whole_answers import refuse_broken_answers

LOCAL_REGION: Final = "us-east-1"
PROFILE_VARIABLES: Final = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
"""A profile has no part in a local engine, and one that does not exist would stop every client."""

_session_lock = Lock()
_KEY_ALPHABET = string.ascii_uppercase + string.digits


def new_access_key_id() -> str:
    """A key id that nobody else uses: DynamoDB Local keeps one database for each (and region).

    Letters and digits only, as DynamoDB Local demands (usage notes).
    """
    return "LOCAL" + "".join(secrets.choice(_KEY_ALPHABET) for _ in range(15))


@dataclass(frozen=True, slots=True)
class LocalAccess:
    """Endpoint and credentials of one database; the credentials open nothing but that."""

    endpoint_url: str
    access_key_id: str = field(default_factory=new_access_key_id)
    secret_access_key: str = "local"
    region: str = LOCAL_REGION

    def client_arguments(self) -> dict[str, str]:
        """Keyword arguments for `create_client` of boto3, botocore and aiobotocore."""
        return {
            "aws_access_key_id": self.access_key_id,
            "aws_secret_access_key": self.secret_access_key,
            "region_name": self.region,
            "endpoint_url": self.endpoint_url,
        }

    def dynamodb_client(self) -> Any:
        """A boto3 client for the tables; it may be shared between threads."""
        return self._client("dynamodb")

    def streams_client(self) -> Any:
        """A boto3 client for the streams of the tables."""
        return self._client("dynamodbstreams")

    def recorder_client(self) -> Any:
        """A boto3 client as the recorder wants it: enough connections, no tries of its own."""
        return self._client("dynamodb", attempts=1, connections=32)

    def _client(self, service: str, attempts: int = 4, connections: int = 10) -> Any:
        configuration = Config(
            connect_timeout=3,
            read_timeout=20,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=connections,
            # A proxy of the environment must not come between this process and its own machine.
            proxies={},
        )
        with _session_lock:
            client = _session().client(service, config=configuration, **self.client_arguments())
        return refuse_broken_answers(client)


@cache
def _session() -> boto3.session.Session:
    """One for all clients: it keeps the service models that it read, but makes one at a time."""
    return boto3.session.Session()
