"""A screen of a paced app: laid out for the terminal as it is now, drawn when a picture fits."""

from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.screen import Screen

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

    def on_resize(self, event: events.Resize) -> None:
        """Leave out sizes of before."""
        if event.size != self.app.size:
            event.prevent_default()
            event.stop()

    def draw_what_waits(self) -> None:
        """Draw what was kept back while a picture was on its way."""
        is_to_be_painted = self._dirty_widgets and self.is_current and not self._layout_required
        if self._compositor._dirty_regions or is_to_be_painted:
            self._compositor.update_widgets(self._dirty_widgets)
            self._compositor_refresh()

    def _compositor_refresh(self) -> None:
        app = cast("PacedApp", self.app)
        if self is app.screen:
            whole = self._compositor.size.region in self._compositor._dirty_regions
            if app.picture_on_its_way or (self._repaint_required and not whole):
                # What has changed stays noted, for when the line is free; or all is to be painted,
                # and will be in a moment.
                return
            self._repaint_required = False
        super()._compositor_refresh()
