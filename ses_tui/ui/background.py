"""Work of one kind that goes on behind the screen."""

from collections.abc import Coroutine
from typing import Any

from textual.app import App


class Background:
    """At most one piece of work at a time; a fault in it reaches the app by the name of `group`."""

    def __init__(self, app: App[None], group: str) -> None:
        self._app = app
        self._group = group

    @property
    def running(self) -> bool:
        """Whether something is under way."""
        return any(
            worker.group == self._group and worker.is_running for worker in self._app.workers
        )

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin, in place of what is under way. `work` touches no widget: it posts messages."""
        self._app.run_worker(work, group=self._group, exclusive=True, exit_on_error=False)

    def cancel(self) -> None:
        """End what is under way."""
        self._app.workers.cancel_group(self._app, self._group)
