"""Which table, and the way to it, as the person at the terminal gave it."""

import os
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from recorder.model.settings import DEFAULT_TABLE

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_ENDPOINT_VARIABLES: Final = ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL")

_KEY_VARIABLE: Final = "AWS_ACCESS_KEY_ID"


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """What was asked for; whatever is `None` comes from the AWS configuration and environment."""

    table: str = DEFAULT_TABLE
    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    allow_write: bool = False
    """Whether something of the account may be changed, as its suppression list."""
    label: str | None = None
    """Stands in the header instead of table and place."""

    name: str | None = None
    """What the reader calls it: the profile of the configuration. Stands before table and place."""

    @property
    def endpoint(self) -> str | None:
        """The endpoint asked for, or that of the environment; `None` means AWS's own."""
        return self.endpoint_url or next(
            filter(None, map(os.environ.get, _ENDPOINT_VARIABLES)), None
        )

    @property
    def profile_name(self) -> str | None:
        """The profile asked for, or that of the environment."""
        return (
            self.profile or os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")
        )

    @property
    def has_keys_of_environment(self) -> bool:
        """Whether requests are signed with keys out of variables, as botocore ranks them."""
        return self.access_key is None and self.profile is None and _KEY_VARIABLE in os.environ

    @property
    def is_local(self) -> bool:
        """Whether the endpoint is this machine, where no proxy may come between."""
        return self.endpoint is not None and _host(self.endpoint) in _LOOPBACK

    @property
    def label_in_header(self) -> str:
        """Table and where it is."""
        if self.label is not None:
            return self.label
        place = self.region if self.endpoint is None else urlsplit(self.endpoint).netloc
        return f"{self.name}: {self.table} · {place}" if self.name else f"{self.table} · {place}"


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
