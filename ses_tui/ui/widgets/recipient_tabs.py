"""The recipients of a message as tabs on one line: all of them first, then each."""

from collections.abc import Sequence
from typing import Final

from ses_tui.core.event_text import display_address
from ses_tui.core.message_story import RecipientStory
from ses_tui.ui.event_row import NO_RECIPIENT
from ses_tui.ui.outcome_look import outcome_mark, outcome_tone
from ses_tui.ui.text import clip_address, format_count
from ses_tui.ui.tones import Line, Span, Tone, line_width, spread
from ses_tui.ui.widgets.toned import OneLine

_LONGEST_NAME: Final = 28
_MORE_LEFT, _MORE_RIGHT = Span("… ", Tone.MUTED), Span("…", Tone.MUTED)


class RecipientTabs(OneLine):
    """As many tabs as there is room for, the chosen one among them; says which of how many it is.

    Hidden while there is one recipient.
    """

    def __init__(self) -> None:
        super().__init__()
        self._recipients: Sequence[RecipientStory] = ()
        self._chosen = 0
        self.display = False

    def show(self, recipients: Sequence[RecipientStory], chosen: int) -> None:
        """Show the tabs of `recipients`; `chosen` is 0 for all, else one more than its index."""
        self._recipients, self._chosen = recipients, chosen
        self.display = len(recipients) > 1
        self.sync()

    def line(self, width: int) -> Line:
        """The tabs, and which is chosen."""
        count = format_count(len(self._recipients))
        words = f"all {count}" if not self._chosen else f"{format_count(self._chosen)} of {count}"
        right = (Span(f" {words} recipients ", Tone.MUTED),)
        return spread(self._tabs(width - line_width(right) - 1), right, width)

    def _tabs(self, room: int) -> Line:
        """The chosen tab, and its neighbours as long as they fit, those on the right first."""
        tabs = [self._tab(index) for index in range(len(self._recipients) + 1)]
        first = last = self._chosen
        room -= line_width((tabs[first], _MORE_LEFT, _MORE_RIGHT))
        while True:
            if last + 1 < len(tabs) and line_width((tabs[last + 1],)) <= room:
                last += 1
                room -= line_width((tabs[last],))
            elif first and line_width((tabs[first - 1],)) <= room:
                first -= 1
                room -= line_width((tabs[first],))
            else:
                break
        left = (_MORE_LEFT,) if first else ()
        right = (_MORE_RIGHT,) if last + 1 < len(tabs) else ()
        return (*left, *tabs[first : last + 1], *right)

    def _tab(self, index: int) -> Span:
        """One tab; brackets tell the chosen one where there are no colours."""
        if not index:
            text, tone = "All", Tone.PLAIN
        else:
            story = self._recipients[index - 1]
            name = clip_address(display_address(story.recipient) or NO_RECIPIENT, _LONGEST_NAME)
            text, tone = f"{outcome_mark(story.status)} {name}", outcome_tone(story.status)
        if index == self._chosen:
            return Span(f"[{text}]", Tone.CALM_BADGE)
        return Span(f" {text} ", tone)
