"""Endpoints: which are AWS's own, and how they are shown."""

from typing import Final
from urllib.parse import urlsplit

_AWS_DOMAINS: Final = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "api.amazonwebservices.com.cn",
)


def is_aws(endpoint_url: str) -> bool:
    """Whether AWS answers there: one of its services, or an interface endpoint of a VPC.

    Anything else is an emulator, whose credentials and questions are nothing for AWS.
    """
    host = urlsplit(endpoint_url).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in _AWS_DOMAINS)


def without_password(url: str) -> str:
    """`url` without a name and password before the host."""
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"
