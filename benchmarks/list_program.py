"""The program that `benchmarks.widgets` and `benchmarks.limits` watch: one list of events, alone.

It does one thing after the other, waits each time until nothing more is written, and reports after
each: whoever watches may end it when it has taken too long.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain, count, islice
from pathlib import Path
from typing import Any, ClassVar, Final, Protocol

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import DataTable, RichLog

import ses_tui.ui
from benchmarks.dashboard_program import say
from benchmarks.stored_events import later
from recorder.model.event import Event
from recorder.model.page import decode_page
from ses_tui.core.query import Query
from ses_tui.core.store import EventStore, FilteredEvents
from ses_tui.core.zone import UTC_ZONE
from ses_tui.ui.columns import columns_for
from ses_tui.ui.event_row import event_row
from ses_tui.ui.marks import Marks
from ses_tui.ui.styled_app import StyledApp
from ses_tui.ui.theme import DARK
from ses_tui.ui.widgets.event_list import EventList

APPENDED: Final = 100
SCREEN: Final = 47
"""Rows under the headings."""
FILTER: Final = "type:bounce"
_WIDTH: Final = 158
_QUIET_SECONDS: Final = 0.15
_TIMES: Final = {"append": 3, "trim": 3, "page": 7}
"""How often each step is done: one that takes seconds varies little."""
_PIECE: Final = 1_000
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


class Listing(Protocol):
    """What is done with each list."""

    widget: Widget

    def add(self, events: Sequence[Event]) -> None:
        """More events at the end, which come into view."""

    def add_and_trim(self, events: Sequence[Event]) -> None:
        """More events at the end, and as many less at the beginning."""

    def page_up(self) -> None:
        """A page towards the beginning."""

    def filter(self, query: Query) -> None:
        """Only what passes; all of it is found when this returns."""


class OwnList:
    """The event list of the product."""

    def __init__(self, rows: int) -> None:
        self._store = EventStore(rows + sum(_TIMES.values()) * APPENDED)
        self._list = EventList(self._store, UTC_ZONE, Marks())
        self.widget: Widget = self._list

    def add(self, events: Sequence[Event]) -> None:
        """More events at the end."""
        self._store.add(events)
        self._list.events_changed(self._store.key_at(0))

    def add_and_trim(self, events: Sequence[Event]) -> None:
        """More events at the end, and as many less at the beginning."""
        self._store.capacity = len(self._store)
        self.add(events)

    def page_up(self) -> None:
        """A page towards the beginning."""
        self._list.action_page(-1)

    def filter(self, query: Query) -> None:
        """Show what passes; as in the dashboard, the newest first, and the rest when it is found.

        All of it is found before this returns.
        """
        filtered = FilteredEvents(self._store, query)
        filtered.scan_all()
        self._list.show(filtered)


class TableList:
    """Textual's `DataTable`: plain text without colours, and columns of a fixed width."""

    def __init__(self, rows: int) -> None:
        self._table: DataTable[str] = DataTable(cursor_type="row")
        self.widget: Widget = self._table
        self._events: list[Event] = []

    def add(self, events: Sequence[Event]) -> None:
        """More events at the end, which come into view."""
        if not self._table.columns:
            for column, width in columns_for(_WIDTH, dated=False).cells:
                self._table.add_column(str(column), width=width)
        self._events += events
        self._table.add_rows(map(cells_of, events))
        self._table.move_cursor(row=self._table.row_count - 1, animate=False)

    def add_and_trim(self, events: Sequence[Event]) -> None:
        """More events at the end, and as many less at the beginning."""
        for key in [row.key for row in islice(self._table.ordered_rows, len(events))]:
            self._table.remove_row(key)
        del self._events[: len(events)]
        self.add(events)

    def page_up(self) -> None:
        """A page towards the beginning."""
        self._table.action_page_up()

    def filter(self, query: Query) -> None:
        """Only what passes."""
        passing = list(filter(query.matches, self._events))
        self._table.clear()
        self._table.add_rows(map(cells_of, passing))
        self._table.move_cursor(row=self._table.row_count - 1, animate=False)


class LogList:
    """Textual's `RichLog`: plain text without colours."""

    def __init__(self, rows: int) -> None:
        self._log = RichLog(wrap=False, markup=False, highlight=False)
        self.widget: Widget = self._log
        self._events: list[Event] = []

    def add(self, events: Sequence[Event]) -> None:
        """More events at the end, which come into view."""
        self._events += events
        for event in events:
            self._log.write(Text(line_of(event), no_wrap=True))

    def add_and_trim(self, events: Sequence[Event]) -> None:
        """More events at the end, and as many less at the beginning."""
        self._log.max_lines = len(self._log.lines)
        del self._events[: len(events)]
        self.add(events)

    def page_up(self) -> None:
        """A page towards the beginning."""
        self._log.scroll_page_up(animate=False)

    def filter(self, query: Query) -> None:
        """Only what passes, written anew."""
        passing = list(filter(query.matches, self._events))
        self._log.clear()
        self._events = []
        self.add(passing)


LISTS: Final[dict[str, Callable[[int], Listing]]] = {
    "own": OwnList,
    "table": TableList,
    "log": LogList,
}


def cells_of(event: Event) -> tuple[str, ...]:
    """The text of each column, as our list has it."""
    _, *cells = event_row(event, columns_for(_WIDTH, dated=False), UTC_ZONE, "")
    return tuple(cell.text for cell in cells)


def line_of(event: Event) -> str:
    """The text of a row, as our list has it."""
    return "".join(
        span.text for span in event_row(event, columns_for(_WIDTH, dated=False), UTC_ZONE, "")
    )


def endless_events(page: Path) -> Iterator[Event]:
    """What a page holds, again and again as other mails of a later time."""
    events = decode_page(page.read_bytes()).events
    return chain.from_iterable(later(events, times) for times in count())


class ListApp(StyledApp, inherit_bindings=False):
    """One list over the whole screen."""

    CSS_PATH: ClassVar[list[str]] = [  # type: ignore[assignment]
        str(Path(ses_tui.ui.__file__ or "").parent / name)
        for name in ("app.tcss", "screens/live.tcss")
    ]
    CSS = "Widget { scrollbar-size: 0 1; } EventList, DataTable, RichLog { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", priority=True)]

    def __init__(self, kind: str, rows: int, page: Path, report: Path) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self._list = LISTS[kind](rows)
        self._rows = rows
        self._events = endless_events(page)
        self._report = report
        self._told: dict[str, Any] = {}
        self._written_at = (0.0, 0.0)
        """Moment and processor time of this process when it last wrote something."""
        self._written_bytes = 0
        self._wrote = asyncio.Event()

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield self._list.widget

    def on_mount(self) -> None:
        """Begin once the first picture is there."""
        assert self._driver is not None
        write = self._driver.write

        def note_and_write(data: str) -> None:
            write(data)
            self._written_at = (time.monotonic(), time.process_time())
            self._written_bytes += len(data.encode())
            self._wrote.set()

        self._driver.write = note_and_write  # type: ignore[method-assign]
        self._list.widget.focus()
        self.run_worker(self._do_everything())

    async def _do_everything(self) -> None:
        await asyncio.sleep(2 * _QUIET_SECONDS)
        before = resident_megabytes()
        await self._time("fill", self._fill)
        self._told["memory"] = [resident_megabytes() - before]
        steps: dict[str, Callable[[], None]] = {
            "append": lambda: self._list.add(self._next()),
            "trim": lambda: self._list.add_and_trim(self._next()),
            "page": self._list.page_up,
        }
        for name, step in steps.items():
            for _ in range(_TIMES[name]):
                await self._time(name, step)
        await self._time("filter", partial(self._list.filter, Query.parse(FILTER)))
        self._tell(doing=None)

    def _fill(self) -> None:
        """All rows, in pieces: what the list does not keep is not to stay in memory with it."""
        for first in range(0, self._rows, _PIECE):
            self._list.add(list(islice(self._events, min(_PIECE, self._rows - first))))
            self._told["rows"] = min(first + _PIECE, self._rows)
            self._tell(doing="fill")

    def _next(self) -> list[Event]:
        return list(islice(self._events, APPENDED))

    async def _time(self, name: str, step: Callable[[], None]) -> None:
        """Processor seconds and bytes of a step, until all that it brought is written."""
        self._tell(doing=name)
        self._wrote.clear()
        self._written_bytes = 0
        began, processor = time.monotonic(), time.process_time()
        step()
        await self._wrote.wait()
        with suppress(TimeoutError):
            while True:
                self._wrote.clear()
                await asyncio.wait_for(self._wrote.wait(), _QUIET_SECONDS)
        moment, spent = self._written_at
        self._told.setdefault(name, []).append(spent - processor)
        self._told.setdefault(f"{name}: seconds", []).append(moment - began)
        self._told.setdefault(f"{name}: bytes", []).append(self._written_bytes)

    def _tell(self, doing: str | None) -> None:
        say(self._report, self._told | {"doing": doing})


def resident_megabytes() -> float:
    """Memory of this process that is in use."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * _PAGE_BYTES / 1024 / 1024


def main() -> None:
    """Run until Ctrl-C is pressed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=LISTS)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--page", type=Path, required=True, help="events, as a feed page")
    parser.add_argument("--report", type=Path, required=True)
    options = parser.parse_args()
    ListApp(options.kind, options.rows, options.page, options.report).run(mouse=False)


if __name__ == "__main__":
    main()
