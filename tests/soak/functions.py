"""Lambda functions whose processes end in the middle of their work."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Work = Callable[[dict[str, Any]], Mapping[str, Any] | None]


class ProcessDied(BaseException):
    """The end of a process; no `except Exception` of the code that runs in it sees it."""


class MortalClient:
    """Passes calls on until it is told to end its process, all threads of which end then."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._calls_left: int | None = None
        self._after_the_call = False
        self.dead = False
        """Whether the process has ended."""

    def die_in(self, calls: int, *, after: bool) -> None:
        """End before the call that comes after so many, or `after` it: done, and not answered."""
        with self._lock:
            self._calls_left, self._after_the_call = calls, after

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(self._client, name)

        def call(**arguments: Any) -> Any:
            with self._lock:
                last = self._calls_left == 0
                if self.dead or (last and not self._after_the_call):
                    self.dead = True
                    raise ProcessDied
                if self._calls_left is not None:
                    self._calls_left -= 1
            answer = real(**arguments)
            if last:
                self.dead = True
                raise ProcessDied
            return answer

        return call


@dataclass
class LambdaFunction:
    """Calls a function in a process that lives until it dies, and begins a new one then."""

    client: Any
    start: Callable[[Any], Work]
    """Makes the function over a client."""
    deaths: int = 0
    _mortal: MortalClient | None = None
    _work: Work | None = field(default=None)

    def __call__(self, event: dict[str, Any]) -> Mapping[str, Any] | None:
        """As Lambda invokes it. Raises `RuntimeError` where the process ended."""
        if self._work is None:
            self._mortal = MortalClient(self.client)
            self._work = self.start(self._mortal)
        assert self._mortal is not None
        try:
            answer = self._work(event)
        except ProcessDied:
            answer = None
        if self._mortal.dead:
            # Whatever its threads made of it: nobody has heard an answer.
            self._work = None
            self.deaths += 1
            raise RuntimeError("the process ended before it had answered")
        return answer

    def die_in(self, calls: int, *, after: bool = False) -> None:
        """Let the process end in the middle of its work, after so many calls of the engine."""
        if self._mortal is not None:
            self._mortal.die_in(calls, after=after)
