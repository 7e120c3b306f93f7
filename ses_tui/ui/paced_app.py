"""An app that never draws faster than the line to the terminal can carry."""

import asyncio
import os
from collections.abc import Callable
from contextlib import ExitStack
from contextvars import copy_context
from typing import Final, cast

from rich.text import Text
from textual import events, on
from textual.driver import Driver
from textual.timer import Timer

from ses_tui.ui.link import INTERVALS, Link, LinkPace
from ses_tui.ui.screens.paced import PacedScreen
from ses_tui.ui.styled_app import StyledApp

_WITHOUT_TITLE: Final = (None, "", "dumb", "linux")
"""Terminals that have no title, and may print one."""
_ANSWER_SECONDS: Final = 0.05
"""So long a key has the loop to itself: its answer takes some ten turns and up to two pictures."""


class PacedApp(StyledApp, inherit_bindings=False):
    """What comes by itself is shown at the pace of the link, what a key brought as soon as it fits.

    At most one picture is on its way: while one is being written, changes gather, and become one
    picture when it is through. So the loop never waits for the terminal, and keys stay alive.
    """

    def __init__(
        self,
        *,
        at_once: bool = False,
        ansi_color: bool | None = None,
        frames_per_second: float = 1 / INTERVALS[0],
    ) -> None:
        """With `at_once`, everything is shown by itself, however fast one follows on another."""
        self.link = Link()
        self.pace = LinkPace(1 / frames_per_second)
        super().__init__(ansi_color=ansi_color)
        self._at_once = at_once
        self._shown_title = ""
        self._shown_at = float("-inf")
        self._next_picture: Timer | None = None
        self.crash_report: Callable[[Exception], str] = lambda error: type(error).__name__
        """Keeps what is to be kept of a fault of this program, and says so in a sentence."""
        self._hold: ExitStack | None = None
        self._put_off = False
        self._answers_until = float("-inf")

    def refresh_status(self) -> None:
        """Fan out what has changed."""
        raise NotImplementedError

    def show_soon(self) -> None:
        """Call `refresh_status` when the next picture is due: now, if the last was long ago."""
        if self._next_picture is not None or self._put_off:
            return
        now = asyncio.get_running_loop().time()
        wait = 0.0 if self._at_once else self._shown_at + self.pace.interval - now
        if wait <= 0:
            self._show_if_free()
        else:
            self._next_picture = self.set_timer(wait, self._show_if_free)

    async def on_event(self, event: events.Event) -> None:
        """Take note of when a key was pressed."""
        if isinstance(event, events.Key):
            self._answers_until = asyncio.get_running_loop().time() + _ANSWER_SECONDS
        await super().on_event(event)

    async def give_way(self) -> None:
        """Wait while a key that was just pressed is being answered, for background work that comes
        in slices. The next slice waits anew, so work goes on while a key is held down."""
        wait = self._answers_until - asyncio.get_running_loop().time()
        if wait > 0:
            await asyncio.sleep(wait)

    def write_to_terminal(self, sequence: str) -> None:
        """Write a control sequence that draws nothing; it takes its turn between pictures."""
        if self._driver is not None:
            self._driver.write(sequence)

    @property
    def picture_on_its_way(self) -> bool:
        """Whether nothing is to be drawn until the terminal has taken what was."""
        return self._hold is not None

    @property
    def has_mouse(self) -> bool:
        """Whether the terminal reports the mouse instead of selecting text with it."""
        return self._driver is not None and self._driver._mouse

    def take_mouse(self, take: bool) -> None:
        """Have the terminal report the mouse from now on, or no longer."""
        if self._driver is not None and take != self.has_mouse:
            switch = getattr(self._driver, "switch_mouse", None)
            if switch is None:
                self._driver._mouse = take
            else:
                switch(take)

    def ring(self) -> None:
        """Ring the bell: the terminal's, or what the driver has in its place."""
        ring: Callable[[], None] | None = getattr(self._driver, "ring", None)
        if ring is not None:
            ring()
        else:
            self.write_to_terminal("\a")

    def show_title(self, title: str) -> None:
        """Have the terminal show sanitised text as its title, if that is something new."""
        if title == self._shown_title or os.environ.get("TERM") in _WITHOUT_TITLE:
            return
        self._shown_title = title
        show: Callable[[str], None] | None = getattr(self._driver, "show_title", None)
        if show is not None:
            show(title)

    @on(Driver.SignalResume)
    def resumed(self) -> None:
        """Draw everything: after a suspension the screen is blank, and its size may be another."""
        self.draw_all()

    def draw_all(self) -> None:
        """Lay out and paint the whole screen."""
        cast("PacedScreen", self.screen).draw_all()

    def get_driver_class(self) -> type[Driver]:
        """Textual's choice, with a stopwatch where it is the one for terminals."""
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from ses_tui.ui.paced_driver import PacedDriver

        return PacedDriver

    def _fatal_error(self) -> None:
        # Textual would print the values of all variables, other people's addresses among them.
        if self._exception is not None:
            said = self.crash_report(self._exception)
            self._exit_renderables.append(Text(f"ses-tui: {said}"))
        self._close_messages_no_wait()

    def on_load(self) -> None:
        """Hear when the terminal has taken everything."""
        loop, context = asyncio.get_running_loop(), copy_context()

        def hear(seconds: float) -> None:
            # Timers need to know the app, which the context of the writing thread does not.
            loop.call_soon_threadsafe(self._drained, seconds, context=context)

        self.link.on_drained = hear

    def on_unmount(self) -> None:
        """Hear of it no longer."""
        self.link.on_drained = lambda seconds: None

    def post_display_hook(self) -> None:
        """Draw nothing more while the picture that was just made is being written."""
        if self.link.busy and self._hold is None:
            self._hold = ExitStack()
            self._hold.enter_context(self.batch_update())

    def _drained(self, seconds: float) -> None:
        self.pace.wrote(seconds)
        if self.link.busy:
            return
        if self._put_off:
            self._put_off = False
            self._next_picture = self.set_timer(self.pace.interval, self._show)
        if self._hold is None:
            return
        self._hold.close()
        self._hold = None
        if isinstance(self.screen, PacedScreen):
            self.screen.draw_what_waits()
            # Of what a key has changed, the rest is known in a turn or two: what it was answered by
            # first was the half of it, and Textual's next frame comes only after one or two more.
            self.screen.call_later(self.screen.draw_what_waits)
        self.screen.check_idle()

    def _show_if_free(self) -> None:
        # On a line that takes longer for a picture than the time between two, the next picture
        # would follow at once, and a key be answered only behind it. So the line gets a rest.
        self._next_picture = None
        if self.pace.slow and self.link.busy:
            self._put_off = True
        else:
            self._show()

    def _show(self) -> None:
        self._next_picture = None
        self._shown_at = asyncio.get_running_loop().time()
        self.refresh_status()
