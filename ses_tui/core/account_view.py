"""What AWS says of the account itself: its own rates, and whether it lets the account send."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ReputationFigure:
    """A rate as AWS computes it (a fraction), and the time (ms) that it is of."""

    rate: float
    at: int


@dataclass(frozen=True, slots=True)
class SendingAccount:
    """Whether the account may send, and how much of what it may send in 24 hours it has sent."""

    enforcement: str
    """`HEALTHY`, `PROBATION` or `SHUTDOWN` (SES API v2, GetAccount)."""
    sending_enabled: bool
    sent_in_24_hours: float
    quota_of_24_hours: float
    """-1: without a limit."""
    in_sandbox: bool = False


@dataclass(frozen=True, slots=True)
class AccountView:
    """All of it as far as it may be read; each of `hindrances` is one line of plain words."""

    read_at: int
    bounce: ReputationFigure | None = None
    complaint: ReputationFigure | None = None
    account: SendingAccount | None = None
    hindrances: tuple[str, ...] = ()


class AccountReader(Protocol):
    """Asks AWS about the account. Raises nothing for what AWS answers: hindrances say it."""

    async def read(self) -> AccountView:
        """What AWS says now. Slow, and never to be waited for by a screen."""
        ...
