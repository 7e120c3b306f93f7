"""The token that a browser has to give: somebody's own, or a new one."""

import re
import secrets
from pathlib import Path
from typing import Final

from ses_tui.core.errors import UsageError

_SHORTEST: Final = 16
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~-]+")
"""Unreserved characters of RFC 3986: they stand in an address as they are."""


def new_token() -> str:
    """A token that nobody guesses: 256 bits."""
    return secrets.token_urlsafe(32)


def token_of_file(file: Path) -> str:
    """The first line of `file`. Raises `UsageError`."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise UsageError(f"--token-file {file}: {reason}") from error
    return checked_token(lines[0] if lines else "", f"--token-file {file}")


def checked_token(text: str, origin: str) -> str:
    """A token that can be used; `origin` says where it stands. Raises `UsageError`."""
    token = text.strip()
    if len(token) < _SHORTEST or not _PLAIN.fullmatch(token):
        raise UsageError(
            f"{origin}: a token has {_SHORTEST} characters or more, letters, digits and . _ ~ - "
            "alone: `openssl rand -hex 32` makes one"
        )
    return token
