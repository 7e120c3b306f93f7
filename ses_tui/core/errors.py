"""One error type per exit code. Each says what failed, with which value, and what to do next."""

from typing import ClassVar


class SesTuiError(Exception):
    """Something the person at the terminal can act on; printed as one line, no traceback."""

    exit_code: ClassVar[int] = 1


class CheckFailedError(SesTuiError):
    """A check or a threshold failed."""

    exit_code = 1


class UsageError(SesTuiError):
    """The command line, a query or a file says something that cannot be meant."""

    exit_code = 2


class CredentialsError(SesTuiError):
    """No credentials, expired ones, no region, or a missing permission."""

    exit_code = 3


class TableError(SesTuiError):
    """The table or the network: not there, not reachable, not answering."""

    exit_code = 4
