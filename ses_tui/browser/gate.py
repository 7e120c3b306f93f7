"""Who may come in: by the name the server is called by, the page that calls, and a token.

A page of anybody's can have its reader's browser call any address that the browser reaches. What
keeps such pages out is that they cannot choose the `Host` and `Origin` that the browser sends: by
DNS rebinding a name of theirs can lead here, but it stays their name. An IP address is nobody's
name, so it is always fine.
"""

import hmac
import secrets
import socket
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_LOCAL_NAME: Final = "localhost"


class Gate:
    """What is asked of every request; without a token, none is asked for."""

    def __init__(self, names: Iterable[str], token: str | None) -> None:
        """`names` are those that browsers may call the server by, beside its addresses."""
        self._names = frozenset({_LOCAL_NAME, *(name.lower() for name in names)})
        self._token = token
        self.cookie: Final = secrets.token_urlsafe(32)
        """What a browser shows instead, once it has given the token: worth nothing elsewhere, and
        nothing after a restart."""

    def is_name_of_this(self, host: str) -> bool:
        """Whether `host` (the header) is a name or an address of this server, with any port."""
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return bool(name) and (name in self._names or _is_address(name or ""))

    @staticmethod
    def is_own_page(origin: str, host: str) -> bool:
        """Whether a page of this server calls; `origin` and `host` are headers."""
        scheme, _, place = origin.lower().partition("://")
        return scheme in ("http", "https") and place == host.lower()

    def takes_token(self, token: str) -> bool:
        """Whether this is the token."""
        return self._token is not None and hmac.compare_digest(token.encode(), self._token.encode())

    def takes_cookie(self, cookie: str) -> bool:
        """Whether a browser that shows this cookie needs no token."""
        return self._token is None or hmac.compare_digest(cookie.encode(), self.cookie.encode())


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    return host == _LOCAL_NAME or (_is_address(host) and ip_address(host).is_loopback)


def names_of(host: str, more: Iterable[str] = ()) -> tuple[str, ...]:
    """What a server that listens on `host` may be called; on all addresses, this machine's name."""
    everywhere = _is_address(host) and ip_address(host).is_unspecified
    return (socket.gethostname() if everywhere else host, *more)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
