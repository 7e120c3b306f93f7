"""Counters of a minute or an hour by what may be hurt: domain, status, identity and so on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from recorder.model import counting
from recorder.model.counting import SIMULATOR
from recorder.model.rollup import OTHER, Family, split_counter_name


class Dimension(StrEnum):
    """What mail is divided by, the most telling first."""

    DOMAIN_STATUS = "status at a domain"
    """The name is `<domain> <enhanced status>`."""
    DOMAIN = "domain"
    IDENTITY = "identity"
    STATUS = "status"
    SUBTYPE = "subtype"
    """The name is `<bounce type>/<subtype>`, or the type of a delay."""
    CONFIGURATION_SET = "configuration set"
    ALL = "all mail"


class Group(NamedTuple):
    """The mail of one name."""

    dimension: Dimension
    name: str


class Subject(NamedTuple):
    """One kind of problem (a counter code) of one group."""

    group: Group
    code: str


Tally = dict[str, int]
"""How many of each counter code."""
Tallies = dict[Group, Tally]

ALL: Final = Group(Dimension.ALL, "")
WITH_ALL_VOLUME: Final = frozenset({Dimension.STATUS, Dimension.SUBTYPE, Dimension.ALL})
"""A status or subtype has no volume of its own: it is a part of all mail."""

_FAMILIES: Final = {
    Family.DOMAIN: Dimension.DOMAIN,
    Family.DOMAIN_PROBLEM: Dimension.DOMAIN,
    Family.IDENTITY: Dimension.IDENTITY,
    Family.IDENTITY_PROBLEM: Dimension.IDENTITY,
    Family.CONFIGURATION_SET: Dimension.CONFIGURATION_SET,
    Family.CONFIGURATION_SET_REST: Dimension.CONFIGURATION_SET,
}
FAMILIES: Final = (*_FAMILIES, Family.TYPE, Family.STATUS)
"""What tallies are made of."""
_NAMES_REMEMBERED: Final = 4_096
_TALLIES_REMEMBERED: Final = 1_024
_WITH_SUBTYPES: Final = frozenset(
    {
        counting.PERMANENT_BOUNCE,
        counting.TRANSIENT_BOUNCE,
        counting.UNDETERMINED_BOUNCE,
        counting.SUPPRESSED_BOUNCE,
        counting.DELAY,
    }
)


@dataclass(slots=True)
class Stretch:
    """The tallies of a minute or an hour: `start` and `length` in ms."""

    start: int
    length: int
    tallies: Tallies
    out_of_range: set[Subject] = field(default_factory=set)
    """What was a spike then: no measure of what is usual."""


def tallies_of(families: Mapping[Family, Mapping[str, int]]) -> Tallies:
    """The counters by group; mail to the mailbox simulator is left out."""
    tallies: Tallies = {}
    for family, counters in families.items():
        for attribute, number in counters.items():
            code, groups = _counts_in(family, attribute)
            for group in groups if number else ():
                tally = tallies.setdefault(group, {})
                tally[code] = tally.get(code, 0) + number
    return tallies


@lru_cache(_NAMES_REMEMBERED)
def _counts_in(family: Family, attribute: str) -> tuple[str, tuple[Group, ...]]:
    """A counter's code, and what it is counted in: for every minute that is kept the same objects,
    which would be the larger part of it."""
    code, name = split_counter_name(attribute)
    return code, () if code.startswith(SIMULATOR) else _groups(family, code, name)


def _groups(family: Family, code: str, name: str) -> tuple[Group, ...]:
    if family is Family.TYPE:
        if code in _WITH_SUBTYPES and name:
            return ALL, Group(Dimension.SUBTYPE, name)
        return (ALL,)
    if family is Family.STATUS:
        status = name.rpartition(" ")[2]
        return Group(Dimension.DOMAIN_STATUS, name), Group(Dimension.STATUS, status)
    if family in _FAMILIES and name:
        return (Group(_FAMILIES[family], name),)
    return ()


def share(tallies: Tallies) -> Tallies:
    """The same, to be kept and not changed: groups with one kind of counter, as most are of a
    minute, have one object together."""
    return {
        group: _single(*next(iter(tally.items()))) if len(tally) == 1 else tally
        for group, tally in tallies.items()
    }


@lru_cache(_TALLIES_REMEMBERED)
def _single(code: str, number: int) -> Tally:
    return {code: number}


def volume_group(group: Group) -> Group:
    """The group whose volume that of `group` is a part of."""
    if group.dimension in WITH_ALL_VOLUME:
        return ALL
    if group.dimension is Dimension.DOMAIN_STATUS:
        return Group(Dimension.DOMAIN, group.name.rpartition(" ")[0])
    return group


def other_of(group: Group) -> Group:
    """What took the surplus of names of this dimension."""
    return Group(group.dimension, OTHER)


def attempts(tally: Mapping[str, int]) -> int:
    """Mails of a tally: those sent, or where that is not published, those with a known fate."""
    get = tally.get
    tried = (
        get(counting.DELIVERY, 0)
        + get(counting.PERMANENT_BOUNCE, 0)
        + get(counting.TRANSIENT_BOUNCE, 0)
        + get(counting.UNDETERMINED_BOUNCE, 0)
        + get(counting.SUPPRESSED_BOUNCE, 0)
    )
    return max(get(counting.SEND, 0), tried)
