"""What goes wrong with a client: failing calls, answers that get lost, dying processes."""

import random
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError, ReadTimeoutError

from tests.events import FrozenClock

_LONGEST_CALL_MS: Final = 20
_READS: Final = ("get_item", "query")


class ProcessDied(BaseException):
    """The end of a Lambda process; no `except Exception` sees it."""


class FaultyClient:
    """Passes calls on, and breaks some of them, by a seed.

    `interlude`, if set, runs before some calls: what other processes do in the middle of this one.
    """

    def __init__(
        self, table: Any, chance: random.Random, clock: FrozenClock, *, share: float = 0.06
    ) -> None:
        """`share` of the calls break; each takes a few milliseconds."""
        self.table = table
        self.share = share
        self.interlude: Callable[[], None] | None = None
        self._chance = chance
        self._clock = clock

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(self.table, name)

        def call(**arguments: Any) -> Any:
            self._clock.advance(self._chance.randint(1, _LONGEST_CALL_MS))
            if self.interlude is not None and self._chance.random() < self.share:
                self.interlude()
            if self._chance.random() >= self.share:
                return real(**arguments)
            fault = self._chance.randrange(5)
            if fault == 0:
                raise ProcessDied
            if fault == 1:
                raise _client_error("ProvisionedThroughputExceededException")
            if fault == 2:
                raise _client_error("AccessDeniedException")
            real(**arguments)
            if fault == 3 or name in _READS:
                raise ProcessDied
            raise ReadTimeoutError(endpoint_url="http://127.0.0.1")

        return call


def _client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "stub")
