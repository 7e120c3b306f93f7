"""Calls that wait for the network, several at a time."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Final, TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")

DEFAULT_WORKERS: Final = 8
"""Fewer than the ten connections that botocore keeps open by default."""


class WorkerPool:
    """Runs a function over many arguments in a bounded number of threads."""

    def __init__(self, workers: int = DEFAULT_WORKERS) -> None:
        """With one worker everything runs in the caller's thread, in order."""
        self._executor = ThreadPoolExecutor(workers, "recorder") if workers > 1 else None

    def run(
        self, function: Callable[[Argument], Result], arguments: Iterable[Argument]
    ) -> list[Result]:
        """The results, in order. Returns when every call has ended; raises the first's error.

        None goes on in the background: a Lambda function's threads freeze when it returns, and
        wake up in the middle of a later invocation.
        """
        values = list(arguments)
        if self._executor is None or len(values) < 2:
            return [function(value) for value in values]
        futures = [self._executor.submit(function, value) for value in values]
        wait(futures)
        return [future.result() for future in futures]
