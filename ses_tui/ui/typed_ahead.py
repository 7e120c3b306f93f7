"""What is typed for a line that has not opened yet."""

from dataclasses import dataclass

from textual import events


@dataclass(slots=True)
class TypedAhead:
    """A query that waits for its screen: to be typed on, or to be carried out at once."""

    text: str
    runs_at_once: bool = False
    selected: bool = False
    """Whether what is typed takes the place of the text."""

    def take_key(self, event: events.Key) -> None:
        """Do what the line would do with this key."""
        text = "" if self.selected else self.text
        if event.key == "enter":
            self.runs_at_once = True
        elif event.key == "ctrl+u":
            self.text = ""
        elif event.key == "backspace":
            self.text = text[:-1]
        elif event.is_printable:
            self.text = text + (event.character or "")
        self.selected = self.selected and self.runs_at_once
