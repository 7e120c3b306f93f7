"""What goes wrong during a soak, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

from tests.faults.line import Fault

LONGEST_INTERVAL_SECONDS: Final = 60.0
_SHARE_OF_INTERVAL: Final = 0.5
_SHORTEST_SECONDS: Final = 3.0
_LONGEST_SECONDS: Final = 20.0


class Trouble(StrEnum):
    """What can go wrong, as the report names it."""

    REFUSED = "readers' line refuses"
    RESET = "readers' line resets"
    HUNG = "readers' line hangs"
    SLOW = "readers' line is slow"
    THROTTLED = "readers' line throttles"
    FAILING = "readers' line answers 500"
    CUT = "readers' line cuts answers"
    MANGLED = "readers' line mangles answers"
    FUNCTIONS_CUT_OFF = "functions' line fails"
    ENGINE_KILLED = "engine killed, same files"
    CONSUMER_DIED = "roll_up dies between writes"
    RECORDER_TIMED_OUT = "record times out, redelivered"
    DELIVERED_TWICE = "batches delivered twice"


OF_THE_READERS: Final = {
    Trouble[fault.name]: fault for fault in Fault if fault.name in Trouble.__members__
}
OF_THE_FUNCTIONS: Final = (Fault.RESET, Fault.THROTTLED, Fault.FAILING)
"""Not those that break an answer: boto3 takes one that ends in its head for an empty one."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One fault: when it begins and ends, in seconds since the traffic began."""

    trouble: Trouble
    begins: float
    ends: float


def interval(seconds: float) -> float:
    """Seconds between two faults: a minute, or less where each could not come once."""
    return min(LONGEST_INTERVAL_SECONDS, seconds / (len(Trouble) + 1))


def plan(seconds: float, chance: Random) -> Iterator[Planned]:
    """The faults of a run: each kind once in an order by chance, then all of them again."""
    every = interval(seconds)
    waiting: list[Trouble] = []
    begins = every / 2
    while begins + every <= seconds:
        if not waiting:
            waiting = [*Trouble]
            chance.shuffle(waiting)
        longest = min(_LONGEST_SECONDS, every * _SHARE_OF_INTERVAL)
        lasts = chance.uniform(min(_SHORTEST_SECONDS, longest), longest)
        yield Planned(waiting.pop(), begins, begins + lasts)
        begins += every
