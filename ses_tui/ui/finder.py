"""Going on to events of a kind, however far away they are and whether they are loaded or not."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from textual.worker import Worker

from recorder.model.event import Event
from ses_tui.core.store import EventKey, event_key
from ses_tui.ui.list_window import Beyond, ListWindow
from ses_tui.ui.seek import seek

_PARTS_AT_ONCE: Final = 4
"""Looked through before the key press is answered; what is further away takes a worker."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """What is to be done once events were loaded, if the selection is still where it was."""

    selected: EventKey | None
    go_on: Callable[[], object]
    failed: str
    """What to say where nothing can be loaded."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """Which events are looked for, in which direction, and what they are called."""

    wanted: Callable[[Event], bool]
    step: int
    name: str


class Finder:
    """Moves the selection of a window to the next event of a kind, and asks for events to load.

    `moved` is called after each step, `ask` where events are needed that are not loaded; whoever
    loads them calls `go_on`, or `give_up` where there are none.
    """

    def __init__(
        self,
        window: ListWindow,
        moved: Callable[[], None],
        ask: Callable[[Beyond], None],
        start: Callable[[Callable[[], Coroutine[None, None, None]]], Worker[None]],
    ) -> None:
        self._window = window
        self._moved = moved
        self._ask = ask
        self._start = start
        self._pending: _Pending | None = None
        self._worker: Worker[None] | None = None
        self.remark = ""
        """Why the last step did not lead on."""

    @property
    def searching(self) -> bool:
        """Whether memory is being looked through."""
        return self._worker is not None and self._worker.is_running

    def forget(self) -> None:
        """The reader does something else."""
        self.stop()
        self._pending = None
        self.remark = ""

    def stop(self) -> None:
        """End a search that is under way."""
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    def ask_for(self, beyond: Beyond, go_on: Callable[[], object], failed: str) -> None:
        """Have events loaded, then `go_on`."""
        self._pending = _Pending(self._key(), go_on, failed)
        self._ask(beyond)

    def go_on(self) -> None:
        """Events were loaded: do what they were needed for, unless the reader has moved on."""
        pending, self._pending = self._pending, None
        if pending is not None and pending.selected == self._key():
            pending.go_on()

    def give_up(self) -> None:
        """Nothing can be loaded there."""
        if self._pending is not None:
            self.remark = self._pending.failed
            self._pending = None
            self._moved()

    def find(self, wanted: Callable[[Event], bool], step: int, name: str) -> None:
        """Select the next event that is `wanted`, of those called `name`; up if `step` is -1."""
        self.forget()
        if (selected := self._key()) is not None:
            self._find_from(selected, _Wish(wanted, step, name))

    def _find_from(self, origin: EventKey, wish: _Wish) -> None:
        search = self._search(origin, wish)
        for _ in range(_PARTS_AT_ONCE):
            try:
                key = next(search)
            except StopIteration:
                self._not_found(origin, wish)
                return
            if key is not None:
                self._found(key)
                return
        self._worker = self._start(partial(self._search_on, search, origin, wish))
        self._moved()

    async def _search_on(
        self, search: Iterator[EventKey | None], origin: EventKey, wish: _Wish
    ) -> None:
        for key in search:
            if key is not None:
                self._worker = None
                self._found(key)
                return
            await asyncio.sleep(0)
        self._worker = None
        self._not_found(origin, wish)

    def _search(self, origin: EventKey, wish: _Wish) -> Iterator[EventKey | None]:
        rows = self._window.rows
        start = rows.events.position_of(origin)
        wall = rows.next_wall(rows.row_of(start), wish.step)
        if wish.step > 0:
            stop = len(rows.events) if wall is None else rows.position_of(wall)
        else:
            stop = -1 if wall is None else rows.position_of(wall) - 1
        return seek(rows.events, start + wish.step, stop, wish.step, wish.wanted)

    def _found(self, key: EventKey) -> None:
        self._window.select_key(key)
        self._moved()

    def _not_found(self, origin: EventKey, wish: _Wish) -> None:
        """Go on behind what is loaded; what was searched is not searched again."""
        window, rows, step = self._window, self._window.rows, wish.step
        wall = rows.next_wall(rows.row_of(rows.events.position_of(origin)), step)
        edge = (len(rows) - 1 if step > 0 else 0) if wall is None else wall - step
        last = event_key(window.events[rows.position_of(rows.event_row(edge, -step))])
        if wall is not None or step < 0:
            window.hold()
            beyond = Beyond(step < 0, None if wall is None else rows.line_at(wall))
            self.ask_for(beyond, lambda: self._find_from(last, wish), f"no earlier {wish.name}")
        elif window.take_newer():
            self._find_from(last, wish)
        else:
            self.remark = f"no newer {wish.name}"
            self._moved()

    def _key(self) -> EventKey | None:
        selected = self._window.selected
        return None if selected is None else event_key(selected)
