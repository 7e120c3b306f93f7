"""Bringing out what a typed query matches, on any screen with a list."""

from typing import Protocol

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from ses_tui.core.query import Query, QueryError
from ses_tui.ui.highlight import Highlight
from ses_tui.ui.screens.base import DashboardScreen
from ses_tui.ui.widgets.prompt import HighlightPrompt, Prompt


class HighlightedList(Protocol):
    """A list that can bring rows out."""

    @property
    def highlight(self) -> Highlight:
        """What is brought out."""
        ...

    def set_highlight(self, highlight: Highlight) -> None:
        """Bring something else out, or nothing."""
        ...


class HighlightingScreen(DashboardScreen):
    """A screen with one list, and a `HighlightPrompt` below it."""

    def __init__(self) -> None:
        super().__init__()
        self._highlight_before = Highlight(Query())
        self._highlight_last = ""

    @property
    def highlighted(self) -> HighlightedList:
        """The list."""
        raise NotImplementedError

    @property
    def list_widget(self) -> Widget:
        """What has the keys while no line is typed."""
        raise NotImplementedError

    def say_position(self) -> None:
        """Tell where the list is."""

    def action_highlight(self) -> None:
        """Ask for what to bring out; the last is there to go on from."""
        self._highlight_before = self.highlighted.highlight
        self.query_one(HighlightPrompt).open(self._highlight_last)

    def action_clear_highlight(self) -> None:
        """Bring nothing out."""
        self._bring_out("")

    @on(Input.Changed, "HighlightPrompt")
    def highlight_typing(self, message: Input.Changed) -> None:
        """Bring out what is typed so far."""
        if message.input.display:
            self._bring_out(message.value)

    @on(Input.Submitted, "HighlightPrompt")
    def highlight_typed(self, message: Input.Submitted) -> None:
        """Keep it brought out."""
        if self._bring_out(message.value):
            self._highlight_last = message.value or self._highlight_last
            self.close_line(message.input)

    @on(Prompt.Cancelled)
    def typing_cancelled(self, message: Prompt.Cancelled) -> None:
        """As it was before."""
        if isinstance(message.prompt, HighlightPrompt):
            self._set_highlight(self._highlight_before)
        self.close_line(message.prompt)

    def close_line(self, prompt: Input) -> None:
        """Take a typed line away."""
        self.dashboard.say_filter_error("")
        prompt.display = False
        self.set_focus(self.list_widget)

    def _bring_out(self, text: str) -> bool:
        """Bring out what matches `text`; says what is wrong with it if it is no query."""
        try:
            query = self.dashboard.parse_query(text)
        except QueryError as error:
            self.dashboard.say_filter_error(str(error))
            return False
        self.dashboard.say_filter_error("")
        self._set_highlight(Highlight(query))
        return True

    def _set_highlight(self, highlight: Highlight) -> None:
        self.highlighted.set_highlight(highlight)
        self.say_position()
        self.refresh_bindings()
