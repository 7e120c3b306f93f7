"""Where it hurts, since when, and what AWS thinks: one window in figures, charts and tables."""

import asyncio
from contextlib import suppress
from typing import ClassVar, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from recorder.model.clock import Clock
from recorder.model.event import Event
from ses_tui.core.account_view import AccountView
from ses_tui.core.errors import SesTuiError
from ses_tui.core.follow_rates import RateControl
from ses_tui.core.health.behind import EXPIRY_MATTERS_FROM, column_query, differences, row_query
from ses_tui.core.health.follow_health import HealthMemory, follow_health, read_diagnostics
from ses_tui.core.health.patterns import Diagnostics
from ses_tui.core.health.report import HealthReport
from ses_tui.core.query import Query
from ses_tui.core.sanitise import sanitise
from ses_tui.core.search import EmptinessFacts
from ses_tui.core.source import Connection
from ses_tui.core.view import Place
from ses_tui.core.windows import Window
from ses_tui.ui import keys
from ses_tui.ui.charts import ASCII, BLOCKS
from ses_tui.ui.feed import Status
from ses_tui.ui.health_tables import Table
from ses_tui.ui.health_words import counted_words, table_remark
from ses_tui.ui.messages import AccountRead, DiagnosticsRead, ExpiryRead, HealthRead
from ses_tui.ui.screens.base import DashboardScreen
from ses_tui.ui.tones import Line, Span, Tone
from ses_tui.ui.widgets.header import Header
from ses_tui.ui.widgets.health_charts import HealthCharts
from ses_tui.ui.widgets.health_summary import HealthSummary
from ses_tui.ui.widgets.health_table import HealthTable
from ses_tui.ui.widgets.health_tables import HealthTables
from ses_tui.ui.widgets.key_bar import KeyBar
from ses_tui.ui.widgets.lines import LinesWidget
from ses_tui.ui.widgets.notice import Notice, signals_in_full
from ses_tui.ui.widgets.wrapped_text import WrappedText

_MOST_LINES: Final = 3
_HIGH_FROM: Final = 40
_HIGH: Final = "-high"
_FIGURES: Final = "figures"
_DIAGNOSTICS: Final = "diagnostics"
_ACCOUNT: Final = "account"
_EXPIRY: Final = "expiry"
_SECONDS_BETWEEN_ACCOUNTS: Final = 300.0
_DIAGNOSTICS_LAST_MS: Final = 300_000
"""So long what was read of the newest problems is good enough; `R` reads anew."""


class HealthScreen(DashboardScreen):
    """Reads while it is on screen, and keeps what it has read."""

    PLACE = Place.HEALTH
    CSS_PATH = "health.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.STOP_LOADING,
        keys.BACK,
        keys.NEXT_PANE,
        keys.PREVIOUS_PANE,
        *keys.TURNING,
        *keys.CHOOSE_WINDOW,
        keys.READ_AGAIN,
    ]
    VERTICAL_BREAKPOINTS = [(_HIGH_FROM, _HIGH)]  # noqa: RUF012 - Textual's own type.
    AUTO_FOCUS = "HealthTable"

    def __init__(self, status: Status, connection: Connection, clock: Clock) -> None:
        super().__init__()
        self._status = status
        self._connection = connection
        self._clock = clock
        self._memory = HealthMemory(connection.rollups, clock)
        self.control = RateControl(status.window)
        self._report: HealthReport | None = None
        self._diagnostics: Diagnostics | None = None
        self._account: AccountView | None = None
        self._facts: EmptinessFacts | None = None
        self._any_rollups = True
        self._error = ""
        self._diagnostics_error = ""
        self._diagnostics_wanted = True
        self._stopped = False
        self._shown_as_reading = False
        """Esc has a meaning of its own then."""

    @property
    def report(self) -> HealthReport | None:
        """What is shown."""
        return self._report

    def compose(self) -> ComposeResult:
        """Header, what is wrong, error, figures, charts, tables, keys."""
        # Textual would add the class once all is laid out, and style and lay out everything again.
        self.set_class(self.app.size.height >= _HIGH_FROM, _HIGH, update=False)
        zone, settings = self._status.zone, self.dashboard.settings
        yield Header(self._status)
        yield Notice(signals_in_full)
        yield WrappedText(_MOST_LINES)
        yield HealthSummary()
        yield HealthCharts(
            zone, settings.thresholds.thresholds, ASCII if settings.ascii else BLOCKS
        )
        yield HealthTables(zone)
        yield KeyBar()

    def reader_comes(self, event: Event | None, *, chosen: bool) -> None:
        """Read while the screen is still being made."""
        if not self._stopped:
            self._read()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Somebody looks: read."""
        if not (self._stopped or self._is_running(_FIGURES)):
            self._read()
        self._show()

    def on_screen_suspend(self) -> None:
        """Nobody looks: read nothing."""
        self.workers.cancel_node(self)

    def status_changed(self, status: Status) -> None:
        """Follow the window, the zone, and that there is news."""
        before, self._status = self._status, status
        self.query_one(Header).show(status)
        self.query_one(Notice).show(status)
        if status.revision != before.revision:
            self.control.note_news()
        if status.window != self.control.window:
            self._choose(status.window)
        elif status.masked != before.masked:
            self._draw_anew()
        elif _looks_of(status) != _looks_of(before):
            self._show()

    def on_health_read(self, message: HealthRead) -> None:
        """Take in what a read brought."""
        update = message.update
        self._error = update.error or ""
        if update.error is None:
            self._any_rollups = update.report is not None
            report = update.report
            if report is None or report.window == self.control.window:
                thresholds = self.dashboard.settings.thresholds.thresholds
                self._report = report and report.judged_by(thresholds)
        if update.whole and self.is_current:
            self._read_beside()
        self._show()

    def on_diagnostics_read(self, message: DiagnosticsRead) -> None:
        """Take in the newest problems."""
        self._diagnostics_error = message.error
        if message.diagnostics is not None:
            self._diagnostics = message.diagnostics
        self._show()

    def on_expiry_read(self, message: ExpiryRead) -> None:
        """Take in how long events are kept, to be told where a figure leads to them."""
        self._facts = message.facts

    def on_account_read(self, message: AccountRead) -> None:
        """Take in what AWS says."""
        self._account = message.view
        self._show()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault in reading is no reason to lose what is on screen."""
        if event.state is WorkerState.ERROR:
            self.control.reading = False
            self._error = f"reading {event.worker.group} stopped: {event.worker.error!r}"
        self._show()

    @on(HealthTable.Chosen)
    def row_chosen(self, message: HealthTable.Chosen) -> None:
        """Show the events behind a row."""
        since, until = self._range(message.table)
        query = row_query(message.table.key, message.name, since, until)
        if query is None:
            self.dashboard.say("No query names these: they are what had no name.", warning=True)
        else:
            self._search(query, message.table.key)

    @on(HealthCharts.Chosen)
    def column_chosen(self, message: HealthCharts.Chosen) -> None:
        """Show the events behind a column."""
        column = message.column
        self._search(column_query(message.event_types, column.start, column.end), "column")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc first stops what is being read."""
        if action == "stop_reading":
            return self._reading
        return super().check_action(action, parameters)

    def action_stop_reading(self) -> None:
        """Read no further; what was read stays."""
        self._stopped = True
        self.control.reading = False
        self.workers.cancel_node(self)
        self._show()

    def read_again(self) -> None:
        """Read everything anew."""
        self._stopped = False
        self._diagnostics_wanted = True
        self._diagnostics_error = ""
        self._memory.forget()
        self.workers.cancel_group(self, _ACCOUNT)
        self._read()
        self._show()

    def action_next_pane(self) -> None:
        """Give the keys to what comes next."""
        self._step_focus(1)

    def action_previous_pane(self) -> None:
        """Give the keys to what comes before."""
        self._step_focus(-1)

    def action_turn_to(self, step: int) -> None:
        """Show the next table, or the one before."""
        focused = self.focused
        table = focused if isinstance(focused, HealthTable) else None
        self.set_focus(self.query_one(HealthTables).turn_from(table, step), scroll_visible=False)

    @property
    def _reading(self) -> bool:
        if self.control.reading:
            return True
        return any(each.group == _DIAGNOSTICS and each.is_running for each in self.workers)

    def _step_focus(self, step: int) -> None:
        panes: list[Widget] = [self.query_one(HealthCharts), *self.query_one(HealthTables).shown]
        index = panes.index(self.focused) if self.focused in panes else -step
        self.set_focus(panes[(index + step) % len(panes)], scroll_visible=False)

    def _choose(self, window: Window) -> None:
        """Read another window; the figures of the last one go."""
        self.control.choose(window)
        self._report = self._diagnostics = None
        self._diagnostics_wanted, self._diagnostics_error = True, ""
        self.workers.cancel_group(self, _DIAGNOSTICS)
        if self.is_current and not self._is_running(_FIGURES):
            self._stopped = False
            self._read()
        self._show()

    def _read(self) -> None:
        self.control.reading = True
        self._follow_figures()

    def _read_beside(self) -> None:
        """What is read seldom, once the figures are there."""
        age = self._status.now - (self._diagnostics.read_at if self._diagnostics else 0)
        old = age > _DIAGNOSTICS_LAST_MS and not self._diagnostics_error
        if self._diagnostics_wanted or old:
            self._diagnostics_wanted = False
            self._read_diagnostics(self.control.window)
        if not self._is_running(_ACCOUNT):
            self._follow_account()
        if self._facts is None and self.control.window.length >= EXPIRY_MATTERS_FROM:
            self._read_expiry()

    @work(exclusive=True, group=_FIGURES, exit_on_error=False)
    async def _follow_figures(self) -> None:
        async for update in follow_health(self._memory, self.control):
            self.post_message(HealthRead(update))

    @work(exclusive=True, group=_DIAGNOSTICS, exit_on_error=False)
    async def _read_diagnostics(self, window: Window) -> None:
        try:
            found = await read_diagnostics(self._connection.search, window, self._clock)
        except SesTuiError as error:
            self.post_message(DiagnosticsRead(None, str(error)))
        else:
            self.post_message(DiagnosticsRead(found))

    @work(exclusive=True, group=_EXPIRY, exit_on_error=False)
    async def _read_expiry(self) -> None:
        # Without an answer it is told that there may be a difference, and asked again.
        with suppress(SesTuiError):
            self.post_message(ExpiryRead(await self._connection.search.explain_nothing(Query())))

    @work(exclusive=True, group=_ACCOUNT, exit_on_error=False)
    async def _follow_account(self) -> None:
        while True:
            self.post_message(AccountRead(await self._connection.account.read()))
            await asyncio.sleep(_SECONDS_BETWEEN_ACCOUNTS)

    def _is_running(self, group: str) -> bool:
        return any(
            each.group == group
            and each.node is self
            and not (each.is_finished or each.is_cancelled)
            for each in self.workers
        )

    def _range(self, table: Table) -> tuple[int, int]:
        """What the rows of a table count: [since, until) in ms."""
        if table.key == "diagnostic" and self._diagnostics is not None:
            return self._diagnostics.since, self._diagnostics.until
        if self._report is None:
            return 0, 0
        return self._report.since, self._report.since + self._report.window.length

    def _search(self, query: str, table: str) -> None:
        if self._report is None:
            return
        reasons = list(differences(self._report, table, self._facts))
        self.dashboard.search_for(query)
        if reasons:
            words = sanitise("; ".join(reasons))
            self.dashboard.say(f"Figure and rows may differ: {words}.")

    def _show(self) -> None:
        """Everything there is; what has not changed is not painted."""
        if not self.is_mounted:
            return
        report, zone = self._report, self._status.zone
        self.query_one(Notice).show(self._status)
        words = self._error or counted_words(self._status)
        self.query_one(WrappedText).say(sanitise(words), Tone.WARNING)
        self.query_one(HealthSummary).show(report, self._account, self._status.now)
        self.query_one(HealthCharts).show(report, zone, self._why_empty())
        for each in self.query_one(HealthTables).tables:
            table = each.table
            each.show(
                table.rows(report, self._diagnostics),
                table_remark(table, report, self._diagnostics, zone),
                self._why_empty_table(table),
                zone,
            )
        self.query_one(KeyBar).say(self._progress())
        if self._reading != self._shown_as_reading:
            self._shown_as_reading = self._reading
            self.refresh_bindings()

    def _draw_anew(self) -> None:
        """Names are shown in another way: every line may look different."""
        for each in self.query(LinesWidget):
            each.sync()

    def _why_empty(self) -> str:
        if not self._any_rollups:
            return (
                "This table has no counters yet: the function on its stream has written none. "
                "`ses-tui doctor` looks why."
            )
        if self._error:
            return "No figures could be read; R reads again."
        return "Stopped; R reads again." if self._stopped else "Reading the counters…"

    def _why_empty_table(self, table: Table) -> str:
        if table.key == "diagnostic" and self._diagnostics_error:
            return sanitise(self._diagnostics_error)
        missing = self._diagnostics is None if table.key == "diagnostic" else self._report is None
        if not missing:
            return table.empty
        return "Stopped; R reads again." if self._stopped else "reading…"

    def _progress(self) -> Line:
        if self._stopped:
            return (Span("stopped ", Tone.WARNING),)
        if self._report is None:
            return (Span("reading… ", Tone.WARNING),) if not self._error else ()
        until, counted = self._report.until, self._status.counted_until
        moment = self._status.zone.at(min(until, counted or until))
        tone = Tone.WARNING if self._error or counted else Tone.MUTED
        return (Span(f"as of {moment:%H:%M} ", tone),)


def _looks_of(status: Status) -> tuple[object, ...]:
    """What changes how figures are shown that have not changed."""
    return status.zone, status.now // 60_000, status.counted_until
