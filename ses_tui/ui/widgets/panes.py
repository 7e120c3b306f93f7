"""The list, and beside or under it the panes that explain it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.geometry import Size
from textual.reactive import Reactive

from ses_tui.ui import keys
from ses_tui.ui.feed import Status
from ses_tui.ui.widgets.breakdown_pane import BreakdownPane
from ses_tui.ui.widgets.detail_pane import DetailPane
from ses_tui.ui.widgets.event_list import EventList
from ses_tui.ui.widgets.pane import Pane


class Panes(Container):
    """Opens and closes panes, and tells them what is selected; the style says where they stand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        keys.DETAIL,
        keys.BREAKDOWN,
        keys.NEXT_PANE,
        keys.PREVIOUS_PANE,
        keys.NEXT_DIMENSION,
        keys.PREVIOUS_DIMENSION,
    ]

    virtual_size = Reactive(Size(0, 0), repaint=False)
    """It never scrolls; Textual would lay out the screen once more for a new size."""

    def __init__(self, listing: EventList, detail: DetailPane, breakdown: BreakdownPane) -> None:
        super().__init__()
        self._listing = listing
        self._detail = detail
        self._breakdown = breakdown
        self._side = Container(detail, breakdown, id="side")
        self._side.display = False

    def compose(self) -> ComposeResult:
        """The list, then the panes."""
        yield self._listing
        yield self._side

    def sync(self, status: Status) -> None:
        """Show what has changed in events, filter and zone."""
        self._detail.set_times(status.zone, status.now)
        self._select()
        if self._detail.display:
            self._detail.sync()
        self._breakdown.sync()

    def paint_anew(self) -> None:
        """Every line of the panes may read otherwise now."""
        self._detail.content.refresh()
        self._breakdown.content.refresh()

    def on_event_list_moved(self) -> None:
        """Another event may be selected."""
        self._select()

    def on_pane_closed(self, message: Pane.Closed) -> None:
        """Close the pane that has the focus."""
        message.stop()
        if message.pane is self._detail:
            self.action_toggle_detail()
        else:
            self.action_toggle_breakdown()

    def action_toggle_detail(self) -> None:
        """Open or close the detail pane; the list keeps the keys."""
        if self._detail.display:
            self._leave(self._detail)
            self._detail.close()
        else:
            window = self._listing.window
            self._detail.open(window.selected, window.following)
        self._arrange()

    def action_toggle_breakdown(self) -> None:
        """Open the breakdown, which then has the keys, or close it."""
        if self._breakdown.display:
            self._leave(self._breakdown)
            self._breakdown.close()
            self._arrange()
        else:
            self._side.display = True
            self._breakdown.open()
            self._arrange()

    def action_next_pane(self) -> None:
        """Give the keys to the next pane."""
        self.screen.focus_next()

    def action_previous_pane(self) -> None:
        """Give the keys to the pane before."""
        self.screen.focus_previous()

    def action_dimension(self, step: int) -> None:
        """Count by something else."""
        self._breakdown.turn(step)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys for what is not open do nothing."""
        if action in ("next_pane", "previous_pane"):
            return self._detail.display or self._breakdown.display
        return action != "dimension" or self._breakdown.display

    def _arrange(self) -> None:
        self._side.display = self._detail.display or self._breakdown.display
        self.set_class(self._side.display, "-open")
        self.screen.refresh_bindings()

    def _leave(self, pane: Pane) -> None:
        if pane.content.has_focus:
            self.screen.set_focus(self._listing)

    def _select(self) -> None:
        window = self._listing.window
        self._detail.select(window.selected, window.following)
