"""A screen that is laid out for the terminal as it is now, and for no size of before."""

from typing import cast

from textual import events
from textual.screen import Screen


class OneSize:
    """To be mixed into a screen.

    Textual posts a screen its own new size once more whenever it has laid it out anew. Of two sizes
    that came while a picture was on its way, each would so follow the other for ever, without the
    loop ever having a turn: no key would be answered, nothing drawn, no hang-up noticed. The app
    hears of every size first.
    """

    def on_resize(self, event: events.Resize) -> None:
        """Leave out sizes of before."""
        if event.size != cast("Screen[object]", self).app.size:
            event.prevent_default()
            event.stop()
