"""A line to type something into, such as a time to go to; hidden until it is asked for."""

from typing import ClassVar, Final

from textual.binding import BindingType
from textual.message import Message

from ses_tui.core.event_text import display_address
from ses_tui.core.sanitise import visible
from ses_tui.core.search.pasted import pasted_address
from ses_tui.ui import keys
from ses_tui.ui.text import clip_address
from ses_tui.ui.widgets.typed_line import TypedLine

_OFFERED_CELLS: Final = 28
"""With the words around it, as much as 80 columns have room for."""


class Prompt(TypedLine, inherit_bindings=False):
    """Takes every printable key while it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.TYPING]

    class Cancelled(Message):
        """Leave everything as it was before."""

        def __init__(self, prompt: "Prompt") -> None:
            super().__init__()
            self.prompt = prompt

        @property
        def control(self) -> "Prompt":
            """The line that was left."""
            return self.prompt

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, select_on_focus=False, compact=True)
        self.cursor_blink = False
        self.display = False

    def open(self, text: str = "") -> None:
        """Appear with `text` to go on from."""
        self.value = visible(text)
        self.cursor_position = len(self.value)
        self.display = True
        # At once, so that keys typed right behind the one that opens it are text.
        self.screen.set_focus(self)

    def action_cancel(self) -> None:
        """Leave the line without a change."""
        self.post_message(self.Cancelled(self))


class TimePrompt(Prompt):
    """Takes the time to go to."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.GO_TO_TYPED]

    def __init__(self) -> None:
        super().__init__("go to a time: 14:32, -2h, yesterday 9:00, 2026-11-23; Esc cancels")


class SavePrompt(Prompt):
    """Takes the name of a search."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.SAVE_TYPED]

    def __init__(self) -> None:
        super().__init__("save this search under a name; Esc cancels")


class HighlightPrompt(Prompt):
    """Takes what is to be brought out."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.HIGHLIGHT_TYPED]

    def __init__(self) -> None:
        super().__init__("highlight: words, or type:bounce domain:gmail.com; Esc cancels")


class KeyPrompt(Prompt):
    """Takes a part of what a key does, or of its name."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.KEY_TYPED]

    def __init__(self) -> None:
        super().__init__("what a key does, or its name; Esc lists all again")


class AddressPrompt(Prompt):
    """Takes the address of a recipient."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.ADDRESS_TYPED]

    def __init__(self) -> None:
        super().__init__("")
        self._offered = ""

    @property
    def address(self) -> str | None:
        """What was typed, or what Enter alone takes; `None` if that is no whole address."""
        return pasted_address(self.value) if self.value.strip() else self._offered or None

    def ask(self, offered: str) -> None:
        """Appear, and let Enter alone take the address that is `offered`, if one is.

        It is not there as text, since addresses may be masked.
        """
        self._offered = offered
        self.placeholder = "whose mail: the whole address, ann@customer.example; Esc cancels"
        if offered:
            name = clip_address(display_address(offered), _OFFERED_CELLS)
            self.placeholder = f"Enter for {name}, or type another address; Esc cancels"
        self.open()


class RemovalPrompt(Prompt):
    """Takes the address that is to be taken off the suppression list, as a proof of intent."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.REMOVAL_TYPED]

    def __init__(self) -> None:
        super().__init__("type the address to take it off the suppression list; Esc leaves it")


class FindPrompt(Prompt):
    """Takes the text to look for."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.HIGHLIGHT_TYPED]

    def __init__(self) -> None:
        super().__init__("find: any part of a line; Enter keeps it, n and N go on; Esc cancels")
