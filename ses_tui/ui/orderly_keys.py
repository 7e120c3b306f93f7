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
from ses_tui.ui.widgets.typed_line import TypedLine

_LONGEST_HOLD_SECONDS: Final = 0.25
"""Where what is waited for is gone before it could say so; it is looked at anew then."""


class OrderlyKeysApp(PacedApp, inherit_bindings=False):
    """Obeys a key before the next one is looked at; what is typed in a line goes through it."""

    _held: list[events.Key] | None = None
    """Keys that wait; `None` while none has to."""
    _held_behind: object = None
    """What they wait for: that a line, or a list, is done with a key, or that a screen is there."""
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
        await self._go_on_behind(message.key)

    async def _take_key(self, event: events.Key) -> None:
        screen, focused = self.screen, self.focused
        if self._held is None and not screen.is_mounted:
            self._hold_behind(screen)
            # Into the queue of the screen, which it looks into when it is there.
            screen.call_later(self.call_later, self._go_on_behind, screen)
        if self._held is not None:
            if not await super()._check_bindings(event.key, priority=True):
                self._held.append(event)
            return
        await super().on_event(event)
        if event.is_forwarded and not event.is_printable and isinstance(focused, TypedLine):
            self._hold_behind(event)
        elif event.key == "enter" and focused is not None:
            # A list tells its screen what was opened: keys behind it are for what opens.
            self._hold_behind(event)
            go_on = self.call_later, self._go_on_behind, event
            focused.call_later(screen.call_later, *go_on)

    def _hold_behind(self, cause: object) -> None:
        self._held, self._held_behind = [], cause
        self._hold_timer = self.set_timer(_LONGEST_HOLD_SECONDS, self._go_on)

    async def _go_on_behind(self, cause: object) -> None:
        if self._held_behind is cause:
            await self._go_on()

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
