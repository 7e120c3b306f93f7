"""Keys are obeyed in the order in which they were pressed, also in a burst.

On a slow line or a busy machine many keys come at once. Textual has each of them climb from the
widget that has the focus up to the app, which takes some turns of the loop, and what a line says of
itself (typed, left) goes to its screen in as many. Keys that came right behind would meanwhile go
where the focus still is, or overtake the one before.
"""

from typing import Final

from textual import events, on
from textual.timer import Timer
from textual.widgets import Input

from ses_tui.ui.paced_app import PacedApp
from ses_tui.ui.screens.base import DashboardScreen
from ses_tui.ui.widgets.typed_line import TypedLine

_LONGEST_HOLD_SECONDS: Final = 0.25
"""Where a line is gone before it could say that it is done with a key."""


class OrderlyKeysApp(PacedApp, inherit_bindings=False):
    """Obeys a key before the next one is looked at; what is typed in a line goes through it."""

    _held: list[events.Key] | None = None
    """Keys that wait until a line is done with one that may leave it; `None` while none has to."""
    _held_behind: events.Key | None = None
    _hold_timer: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        """See that keys take their turns."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._take_key(event)
        else:
            await super().on_event(event)

    @on(TypedLine.Settled)
    async def settled(self, message: TypedLine.Settled) -> None:
        """Go on with the keys behind the one that a line, and its screen, are done with."""
        message.stop()
        if message.key is self._held_behind:
            await self._go_on()

    async def _take_key(self, event: events.Key) -> None:
        screen, focused = self.screen, self.focused
        if self._held is not None:
            self._held.append(event)
        elif isinstance(screen, DashboardScreen) and screen.awaits_text:
            # The line is about to open.
            if not await super()._check_bindings(event.key, priority=True):
                screen.take_key(event)
        else:
            await super().on_event(event)
            if event.is_forwarded and not event.is_printable and isinstance(focused, TypedLine):
                self._held, self._held_behind = [], event
                self._hold_timer = self.set_timer(_LONGEST_HOLD_SECONDS, self._go_on)

    async def _go_on(self) -> None:
        held, self._held, self._held_behind = self._held or [], None, None
        if self._hold_timer is not None:
            self._hold_timer.stop()
        for event in held:
            await self._take_key(event)

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """Obey a key as it comes, where nothing is typed in that it could be text for."""
        if await super()._check_bindings(key, priority):
            return True
        if not priority or isinstance(self.focused, Input):
            return False
        return await super()._check_bindings(key)
