"""An app that never draws faster than the line to the terminal can carry."""

import asyncio
import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from contextvars import copy_context
from functools import partial
from typing import Final, cast

from rich.text import Text
from textual import events, on
from textual.driver import Driver
from textual.timer import Timer

from ses_tui.ui.link import INTERVALS, Link, LinkPace
from ses_tui.ui.round_trip import LOST_SECONDS
from ses_tui.ui.screens.paced import PacedScreen
from ses_tui.ui.styled_app import StyledApp
from ses_tui.ui.sure_timers import SureTimers

_WITHOUT_TITLE: Final = (None, "", "dumb", "linux")
"""Terminals that have no title, and may print one."""
_ANSWER_SECONDS: Final = 0.05
"""So long a key has the loop to itself: its answer takes some ten turns and up to two pictures."""
_REST_SECONDS: Final = 1.0
"""So long after a key what it opened has been read."""
_LONGEST_WAIT_FOR_REST: Final = 10.0


class PacedApp(SureTimers, StyledApp, inherit_bindings=False):
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
        self._asked_behind = 0
        self._late = False
        self._when_late: asyncio.TimerHandle | None = None
        self._answers_until = self._rests_at = float("-inf")

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
            now = asyncio.get_running_loop().time()
            self._answers_until, self._rests_at = now + _ANSWER_SECONDS, now + _REST_SECONDS
        await super().on_event(event)

    async def give_way(self) -> None:
        """Wait while a key that was just pressed is being answered, for background work that comes
        in slices. The next slice waits anew, so work goes on while a key is held down."""
        wait = self._answers_until - asyncio.get_running_loop().time()
        if wait > 0:
            await asyncio.sleep(wait)

    async def wait_for_rest(self) -> None:
        """Wait until no key was pressed for a second, for background work that nobody waits for.

        While keys come without a rest, it begins after ten seconds all the same.
        """
        loop = asyncio.get_running_loop()
        latest = loop.time() + _LONGEST_WAIT_FOR_REST
        wait = min(self._rests_at, latest) - loop.time()
        while wait > 0:
            await asyncio.sleep(wait)
            wait = min(self._rests_at, latest) - loop.time()

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
        """Hear when the terminal has taken everything, and when it has shown it."""
        loop, context = asyncio.get_running_loop(), copy_context()

        def hear(tell: Callable[[float], None], seconds: float) -> None:
            # Timers need to know the app, which the context of another thread does not.
            with suppress(RuntimeError):  # the loop has just ended
                loop.call_soon_threadsafe(tell, seconds, context=context)

        self.link.on_drained = partial(hear, self._drained)
        self.link.on_answer = partial(hear, self._answered)

    def on_unmount(self) -> None:
        """Hear of it no longer."""
        self.link.on_drained = self.link.on_answer = lambda seconds: None
        self._wait_no_longer()

    def post_display_hook(self) -> None:
        """Draw nothing more while the picture that was just made is being written."""
        if self.link.busy:
            self._hold_pictures()
        if self.link.pieces > self._asked_behind:
            self._ask()

    def _hold_pictures(self) -> None:
        if self._hold is None:
            self._hold = ExitStack()
            self._hold.enter_context(self.batch_update())

    def _ask(self) -> None:
        ask: Callable[[], None] | None = getattr(self._driver, "ask", None)
        if ask is None:
            return
        ask()
        self._asked_behind = self.link.pieces
        trip = self.link.round_trip
        if trip.waiting and self._when_late is None:
            # Until then a line with a long way takes one picture after another.
            self._wait(trip.patience, self._answer_is_late)

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self._wait_no_longer()
        self._when_late = asyncio.get_running_loop().call_later(seconds, then)

    def _wait_no_longer(self) -> None:
        if self._when_late is not None:
            self._when_late.cancel()
            self._when_late = None

    def _answer_is_late(self) -> None:
        self._late = True
        self._hold_pictures()
        self._wait(LOST_SECONDS, self._answer_is_lost)

    def _answer_is_lost(self) -> None:
        self._wait_no_longer()
        self.link.round_trip.forget()
        self._late = False
        self._draw_again()

    def _answered(self, at: float) -> None:
        delay = self.link.round_trip.answered(at)
        if delay is None:
            return
        self._wait_no_longer()
        self._late = False
        self.pace.wrote(delay)
        if self.link.round_trip.ask_again:
            self._ask()
        self._draw_again()

    def _drained(self, seconds: float) -> None:
        if not self.link.round_trip.answers:
            self.pace.wrote(seconds)
        self._draw_again()

    def _draw_again(self) -> None:
        """Draw again, as far as nothing that was drawn is on its way."""
        if self.link.busy:
            return
        if self._put_off and not self.link.round_trip.waiting:
            self._put_off = False
            self._next_picture = self.set_timer(self.pace.interval, self._show)
        if self._hold is None or self._late:
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
        if self.pace.slow and (self.link.busy or self.link.round_trip.waiting):
            self._put_off = True
        else:
            self._show()

    def _show(self) -> None:
        self._next_picture = None
        self._shown_at = asyncio.get_running_loop().time()
        self.refresh_status()
