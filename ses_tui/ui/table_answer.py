"""What a worker of a screen has read of the table, or why it could not, as one message."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from textual.message import Message

from ses_tui.core.errors import SesTuiError
from ses_tui.ui.messages import MessageUnreadable
from ses_tui.ui.text import format_age
from ses_tui.ui.tones import Line, Span, Tone

_Answer = TypeVar("_Answer")


async def answer_of(
    reading: Awaitable[_Answer], what: str, told: Callable[[_Answer], Message]
) -> Message:
    """What `reading` of `what` gave, as `told`; never raises, so that no fault takes the screen."""
    try:
        return told(await reading)
    except SesTuiError as error:
        return MessageUnreadable(str(error))
    except Exception as error:  # A fault here must not take away what is known already.
        return MessageUnreadable(f"reading {what} failed: {error!r}")


def reading_words(waited_ms: int, more: str) -> Line:
    """That the table is being read, for how long if that is noticeable, and `more`."""
    age = f" {format_age(waited_ms)}," if waited_ms >= 1_000 else ""
    return (Span(f"reading the table…{age} {more} ", Tone.WARNING),)
