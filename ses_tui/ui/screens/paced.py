"""A screen of a paced app: laid out for the terminal as it is now, drawn when a picture fits."""

from typing import TYPE_CHECKING, Any, Self, cast

from textual import events
from textual.geometry import Region
from textual.screen import Screen

from ses_tui.ui.sparing_compositor import SparingCompositor

if TYPE_CHECKING:
    from ses_tui.ui.paced_app import PacedApp

    _Base = Screen[Any]
else:
    _Base = object


class PacedScreen(_Base):
    """Mixed into a screen: takes no size of before, makes no picture that nobody would see.

    Textual posts a screen its own new size once more whenever it has laid it out anew. Of two sizes
    that came while a picture was on its way, each would so follow the other for ever, without the
    loop ever having a turn: no key would be answered, nothing drawn, no hang-up noticed. The app
    hears of every size first.
    """

    _coming = False

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._compositor = SparingCompositor()

    def on_resize(self, event: events.Resize) -> None:
        """Leave out sizes of before."""
        if event.size != self.app.size:
            event.prevent_default()
            event.stop()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Make no picture of the layout: Textual asks for another one of everything right after."""
        self._coming = True
        self.call_next(self._has_come)

    def _has_come(self) -> None:
        self._coming = False
        self.draw_what_waits()

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """As Textual's, but for a layout: what that moves is painted anyway, and nothing else is.

        Textual asks for one when all on a screen is mounted, some turns after it was first drawn.
        """
        repaint = repaint and not layout
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def draw_all(self) -> None:
        """Lay out and paint everything."""
        self.refresh(layout=True)
        self.refresh()

    def draw_what_waits(self) -> None:
        """Draw what was kept back while a picture was on its way."""
        is_to_be_painted = self._dirty_widgets and self.is_current and not self._layout_required
        if self._compositor._dirty_regions or is_to_be_painted:
            self._compositor.update_widgets(self._dirty_widgets)
            self._compositor_refresh()

    def _compositor_refresh(self) -> None:
        if self._coming:
            return
        app = cast("PacedApp", self.app)
        if self is app.screen:
            whole = self._compositor.size.region in self._compositor._dirty_regions
            if app.picture_on_its_way or (self._repaint_required and not whole):
                # What has changed stays noted, for when the line is free; or all is to be painted,
                # and will be in a moment.
                return
            self._repaint_required = False
        super()._compositor_refresh()
