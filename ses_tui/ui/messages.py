"""What background work tells the screens: immutable, one message for one finished step."""

from dataclasses import dataclass

from textual.message import Message

from recorder.model.event import Event
from ses_tui.core.follow import FeedUpdate
from ses_tui.core.follow_rates import RateUpdate


@dataclass
class MessageRead(Message):
    """Every stored event of one message was read."""

    events: tuple[Event, ...]


@dataclass
class MessageUnreadable(Message):
    """A message could not be read."""

    reason: str


@dataclass
class FeedRead(Message):
    """One read of the feed ended, well or not."""

    update: FeedUpdate


@dataclass
class RatesRead(Message):
    """One read of the rates ended, well or not."""

    update: RateUpdate
