"""What background work tells the screens: immutable, one message for one finished step."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from recorder.model.event import Event
from ses_tui.core.attention.watch import AttentionUpdate
from ses_tui.core.follow import FeedUpdate
from ses_tui.core.follow_rates import RateUpdate
from ses_tui.core.load_past import Stretch
from ses_tui.core.source import LoadedEvents, Original

if TYPE_CHECKING:  # What only other screens than the first one need.
    from ses_tui.core.account_view import AccountView
    from ses_tui.core.health.follow_health import HealthUpdate
    from ses_tui.core.health.patterns import Diagnostics
    from ses_tui.core.json_outline import Outline
    from ses_tui.core.search import EmptinessFacts
    from ses_tui.core.search.carry_out import SearchState
    from ses_tui.core.search.earlier_mail import EarlierMail
    from ses_tui.core.suppression import SuppressionAnswer


@dataclass
class MessageRead(Message):
    """Every stored event of one message was read."""

    events: tuple[Event, ...]


@dataclass
class MessageUnreadable(Message):
    """A message could not be read."""

    reason: str


@dataclass
class SearchMoved(Message):
    """A search has come further, or to its end."""

    state: "SearchState"


@dataclass
class LatestTold(Message):
    """What became of the newest message to an address, in words; empty where nobody knows."""

    address: str
    sentence: str


@dataclass
class EarlierTold(Message):
    """What became of mail to an address before the range that is shown."""

    address: str
    earlier: "EarlierMail | None"
    """`None` where it could not be read."""


@dataclass
class SuppressionRead(Message):
    """The suppression list was asked for an address; an `error` says why it did not answer."""

    address: str
    answer: "SuppressionAnswer | None"
    error: str = ""


@dataclass
class SuppressionRemoved(Message):
    """An address was taken off the suppression list, unless an `error` says why not."""

    address: str
    error: str = ""


@dataclass
class OriginalsRead(Message):
    """The SES events of one message were read, and laid out as lines."""

    originals: tuple[Original, ...]
    outline: "Outline"


@dataclass
class FeedRead(Message):
    """One read of the feed ended, well or not."""

    update: FeedUpdate


@dataclass
class RatesRead(Message):
    """One read of the rates ended, well or not."""

    update: RateUpdate


@dataclass
class AttentionRead(Message):
    """Spikes and silence were looked for, well or not."""

    update: AttentionUpdate


@dataclass
class PastRead(Message):
    """A piece of a stretch of the past was read."""

    loaded: LoadedEvents
    stretch: Stretch


@dataclass
class PastEnded(Message):
    """Nothing more of a stretch is being read, because of an `error` or since it is enough."""

    stretch: Stretch
    error: str = ""


@dataclass
class HealthRead(Message):
    """One read of the figures of Health ended, well or not."""

    update: "HealthUpdate"


@dataclass
class DiagnosticsRead(Message):
    """The newest problems of a window were read, or not because of an `error`."""

    diagnostics: "Diagnostics | None"
    error: str = ""


@dataclass
class ExpiryRead(Message):
    """It is known how long events are kept."""

    facts: "EmptinessFacts"


@dataclass
class AccountRead(Message):
    """AWS has told, or not, what it thinks of the account."""

    view: "AccountView"
