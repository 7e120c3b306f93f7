"""Work of one kind that goes on behind the screen."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ParamSpec

from textual.dom import DOMNode
from textual.worker import WorkType

Asked = ParamSpec("Asked")


class Background:
    """At most one piece of work at a time, for the app or a screen.

    A fault in it reaches the `owner` by the name of `group`.
    """

    def __init__(self, owner: DOMNode, group: str) -> None:
        self._owner = owner
        self._group = group

    @property
    def running(self) -> bool:
        """Whether something is under way."""
        return any(
            worker.is_running
            for worker in self._owner.workers
            if worker.group == self._group and worker.node is self._owner
        )

    def run(
        self,
        work: Callable[Asked, Coroutine[Any, Any, None]],
        *asked: Asked.args,
        **named: Asked.kwargs,
    ) -> None:
        """Begin, in place of what is under way. `work` touches no widget: it posts messages.

        It is called only as it begins: a coroutine that is ended before that was never awaited.
        """
        begin: WorkType[None] = partial(work, *asked, **named)
        self._owner.run_worker(begin, group=self._group, exclusive=True, exit_on_error=False)

    def cancel(self) -> None:
        """End what is under way."""
        self._owner.workers.cancel_group(self._owner, self._group)
