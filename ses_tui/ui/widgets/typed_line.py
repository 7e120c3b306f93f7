"""What every line that is typed in has: text that no terminal obeys, and keys in their order."""

from textual import events
from textual.message import Message
from textual.widgets import Input

from ses_tui.core.sanitise import visible


class TypedLine(Input, inherit_bindings=False):
    """Takes every printable key while it has the focus."""

    class Settled(Message):
        """A key that is no text has been obeyed, by the screen as well if that was told."""

        def __init__(self, key: events.Key) -> None:
            super().__init__()
            self.key = key

    async def on_key(self, event: events.Key) -> None:
        """Obey a key at once: on its way up to the app, letters typed behind it would overtake it,
        and be cleared by Ctrl-u or missing when Enter is obeyed."""
        if event.is_printable:
            return
        if await self.app._check_bindings(event.key):
            event.stop()
            event.prevent_default()
        # On the way of what the key brought about, and so behind it.
        self.post_message(self.Settled(event))

    def insert_text_at_cursor(self, text: str) -> None:
        """Insert what was typed or pasted, as text that no terminal obeys."""
        super().insert_text_at_cursor(visible(text))

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace a stretch, by text that no terminal obeys."""
        super().replace(visible(text), start, end)
