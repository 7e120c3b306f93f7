"""Timers that go off on a machine, too, that is busier than they are long."""

from typing import TYPE_CHECKING

from textual.timer import Timer, TimerCallback

if TYPE_CHECKING:
    from textual.message_pump import MessagePump

    _Base = MessagePump
else:
    _Base = object


class SureTimers(_Base):
    """Mixed into what sets timers.

    A timer of Textual leaves out the turns for which it comes too late. Of one that has a single
    turn nothing is left then: if the machine did something else for as long as the timer takes,
    right when it began, it never went off, and what waited for it waited for ever.
    """

    def set_timer(
        self,
        delay: float,
        callback: TimerCallback | None = None,
        *,
        name: str | None = None,
        pause: bool = False,
    ) -> Timer:
        """Call `callback` after `delay` seconds, however late that is."""
        timer = super().set_timer(delay, callback, name=name, pause=pause)
        timer._skip = False
        return timer
