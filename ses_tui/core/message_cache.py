"""The messages looked at last, so that looking at one again asks nobody."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from recorder.model.event import Event

MOST_MESSAGES: Final = 100


class MessageCache:
    """Events by message; what arrives for one of the messages is added to it."""

    def __init__(self) -> None:
        self._messages: OrderedDict[str, dict[str, Event]] = OrderedDict()
        self._whole: set[str] = set()

    def known(self, message_id: str) -> tuple[Event, ...] | None:
        """What is known of the message, or `None` where nobody has looked at it."""
        if (events := self._messages.get(message_id)) is None:
            return None
        self._messages.move_to_end(message_id)
        return tuple(events.values())

    def is_whole(self, message_id: str) -> bool:
        """Whether all that the table holds of the message is known."""
        return message_id in self._whole

    def keep(self, message_id: str, events: Iterable[Event], *, whole: bool) -> None:
        """Keep what is known of a message; the one not looked at for longest is let go."""
        known = self._messages.setdefault(message_id, {})
        known |= {event.event_id: event for event in events}
        self._messages.move_to_end(message_id)
        if whole:
            self._whole.add(message_id)
        if len(self._messages) > MOST_MESSAGES:
            oldest, _ = self._messages.popitem(last=False)
            self._whole.discard(oldest)

    def add(self, events: Iterable[Event]) -> None:
        """Take in what arrives."""
        if not self._messages:
            return
        for event in events:
            if event.message_id is not None and event.message_id in self._messages:
                self._messages[event.message_id][event.event_id] = event
