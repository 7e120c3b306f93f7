"""The customers of the simulated shop: whose mailbox is where, and in which state."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final, Literal

from ses_tui.demo.providers import PROVIDERS, Provider

Condition = Literal["alive", "gone", "full", "suppressed globally"]

_FIRST_NAMES: Final = (
    *("Marta", "Jonas", "Aisha", "Pieter", "Ines", "Tomasz", "Yuki", "Lena", "Carlos", "Freya"),
    *("Omar", "Nadia", "Hugo", "Priya", "Sven", "Chloe", "Mateus", "Anouk", "Ravi", "Greta"),
    *("Liam", "Sofia", "Emeka", "Hana", "Diego", "Elif", "Noor", "Oskar", "Bea", "Wei"),
)
_LAST_NAMES: Final = (
    *("Oliveira", "Lindqvist", "Haddad", "Visser", "Kowalski", "Tanaka", "Brandt", "Moreau"),
    *("Okafor", "Rossi", "Novak", "Iyer", "Larsen", "Whitlock", "Demir", "Santos", "Kelly"),
    *("Fischer", "Marsh", "Petrov", "Nguyen", "Castell", "Hartley", "Jansen", "Abebe", "Quill"),
)
_CONDITIONS: Final[tuple[Condition, ...]] = ("alive", "gone", "full", "suppressed globally")
_CONDITION_SHARES: Final = tuple(accumulate((0.968, 0.02, 0.009, 0.003)))
_PROVIDER_SHARES: Final = tuple(accumulate(provider.share for provider in PROVIDERS))


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One customer's address."""

    name: str
    address: str
    """As the customer typed it, capitals included."""
    provider: Provider
    condition: Condition

    @property
    def domain(self) -> str:
        """What stands behind the `@`, lower-cased."""
        return self.address.rpartition("@")[2].lower()


class Customers:
    """A changing body of customers: some order again and again, some come new."""

    def __init__(self, random: Random, size: int = 4000, newcomers: float = 0.12) -> None:
        self._random = random
        self._newcomers = newcomers
        self._mailboxes = [self._new_mailbox() for _ in range(size)]

    @property
    def gone(self) -> set[str]:
        """Addresses of now that no longer exist."""
        return {one.address for one in self._mailboxes if one.condition == "gone"}

    def pick(self) -> Mailbox:
        """Somebody who is written to now; with some luck somebody new, in an old one's place."""
        random = self._random
        position = int(random.random() * len(self._mailboxes))
        if random.random() < self._newcomers:
            self._mailboxes[position] = self._new_mailbox()
        return self._mailboxes[position]

    def pick_office(self) -> Mailbox:
        """Somebody at a company, where one mail goes to several people."""
        while True:
            mailbox = self.pick()
            if mailbox.provider is PROVIDERS[-1]:
                return mailbox

    def _new_mailbox(self) -> Mailbox:
        random = self._random
        first = _FIRST_NAMES[int(random.random() * len(_FIRST_NAMES))]
        last = _LAST_NAMES[int(random.random() * len(_LAST_NAMES))]
        provider = PROVIDERS[_position(_PROVIDER_SHARES, random.random())]
        domain = provider.domains[int(random.random() * len(provider.domains))]
        return Mailbox(
            name=f"{first} {last}",
            address=f"{_local_part(random, first, last)}@{domain}",
            provider=provider,
            condition=_CONDITIONS[_position(_CONDITION_SHARES, random.random())],
        )


def _position(shares: tuple[float, ...], chance: float) -> int:
    for position, share in enumerate(shares):
        if chance < share:
            return position
    return len(shares) - 1


def _local_part(random: Random, first: str, last: str) -> str:
    small_first, small_last = first.lower(), last.lower()
    number = int(random.random() * 1000)
    match int(random.random() * 20):
        case 0:
            return f"{first}.{last}"
        case 1:
            return f"{small_first}.{small_last}+shop"
        case 2:
            return f"o'{small_last}{number}"
        case 3 | 4 | 5:
            return f"{small_first[0]}{small_last}{number}"
        case 6 | 7 | 8:
            return f"{small_first}_{small_last}{number % 100:02d}"
        case 9 | 10:
            return f"{small_first}{number}"
        case _:
            return f"{small_first}.{small_last}{number if number % 3 else ''}"
