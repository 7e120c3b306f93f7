"""Which errors deserve another try, how long to wait for it, and until when."""

import random
import time
from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

from botocore.exceptions import ClientError, HTTPClientError, ResponseStreamingError
from botocore.exceptions import ConnectionError as BotocoreConnectionError

from recorder.model.clock import Clock

Result = TypeVar("Result")

FIRST_PAUSE_SECONDS: Final = 0.05
LONGEST_PAUSE_SECONDS: Final = 5.0
RESERVE_SECONDS: Final = 1.0
"""Kept back of the remaining time, so that what failed can still be reported."""
TIME_WITHOUT_LIMIT_SECONDS: Final = 30.0
"""How long work goes on where no Lambda sets a limit."""

_THROTTLED: Final = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_BROKEN: Final = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServerErrorException",
        "RequestTimeout",
        "ServiceUnavailable",
        "ServiceUnavailableException",
    }
)
_LOST: Final = (
    BotocoreConnectionError,
    HTTPClientError,
    ResponseStreamingError,
    ConnectionError,
    TimeoutError,
)


class Failure(NamedTuple):
    """Why a call or a statement failed, in words that hold nothing of what was written."""

    code: str
    transient: bool = False
    """Whether the same may succeed a little later."""
    uncertain: bool = False
    """Whether it may have been carried out although no good answer came."""


def failure_of_code(code: str, status: int = 0) -> Failure:
    """The failure that AWS names `code`, in an answer with HTTP `status`."""
    broken = code in _BROKEN or status >= 500
    return Failure(code, broken or code in _THROTTLED or status == 429, broken)


def failure_of(error: Exception) -> Failure:
    """The failure that an exception of a client means."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return failure_of_code(error.response.get("Error", {}).get("Code", "Unknown"), status)
    lost = isinstance(error, _LOST)
    return Failure(type(error).__name__, lost, lost)


class Deadline:
    """Until when an invocation may work."""

    def __init__(self, clock: Clock, remaining_ms: Callable[[], int] | None = None) -> None:
        """`remaining_ms` is what Lambda leaves; without it the clock gives a fixed time."""
        self._clock = clock
        self._remaining_ms = remaining_ms
        self._end = clock.monotonic() + TIME_WITHOUT_LIMIT_SECONDS

    def seconds_left(self) -> float:
        """Seconds of work left, the reserve taken off; never negative."""
        if self._remaining_ms is not None:
            return max(0.0, self._remaining_ms() / 1000 - RESERVE_SECONDS)
        return max(0.0, self._end - self._clock.monotonic())


class Retrier:
    """Exponential backoff with full jitter, inside a deadline."""

    def __init__(
        self,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`jitter` gives numbers from 0 up to 1."""
        self._sleep = sleep
        self._jitter = jitter

    def pause(self, attempt: int, deadline: Deadline) -> bool:
        """Wait before the try after `attempt` (0 is the first); false if time does not allow it."""
        longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(attempt, 16))
        seconds = longest * self._jitter()
        if seconds >= deadline.seconds_left():
            return False
        self._sleep(seconds)
        return True

    def call(self, operation: Callable[[], Result], deadline: Deadline) -> Result:
        """The result of `operation`, tried again while it fails for a passing reason.

        Raises its last error when that reason stays, or at once when it is of another kind.
        """
        attempt = 0
        while True:
            try:
                return operation()
            except Exception as error:
                if not failure_of(error).transient or not self.pause(attempt, deadline):
                    raise
            attempt += 1
