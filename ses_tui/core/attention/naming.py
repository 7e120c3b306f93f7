"""One incident shows in many figures; here is chosen by which of them it is named.

When a domain defers its mail, then so do its status, the identities that write to it and the
whole. The incident is named by what chance explains least. What that leaves over may be a second
incident, which is named in the same way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from ses_tui.core.attention.tallies import WITH_ALL_VOLUME, Dimension, Subject

_COST_OF_A_NAME: Final = 7.0
"""Surprise that each name has to bring: several always fit somewhat better than all mail does."""
_AS_GOOD: Final = 0.9
"""With so much of the most surprise, the more telling dimension is taken: a set is often one
identity's."""
_MOST_OF_IT: Final = 0.75
"""A status or subtype is anybody's: names that have so much of it may stand for it."""
_MOST_NAMES: Final = 3


Share = Callable[[Subject], float]
"""Of all mail, that of which a subject is a part; above 0 for one that has problems."""


@dataclass(frozen=True, slots=True)
class Part:
    """How often a problem came up, and how often it would usually have."""

    subject: Subject
    count: float
    expected: float

    @property
    def excess(self) -> float:
        """How many more than usual."""
        return max(0.0, self.count - self.expected)

    @property
    def surprise(self) -> float:
        """Chernoff's bound: so many or more come about by chance once in `e ** surprise`."""
        if self.count <= self.expected:
            return 0.0
        return self.count * log(self.count / self.expected) - (self.count - self.expected)


def best_names(parts: Sequence[Part], share: Share) -> tuple[Subject, ...]:
    """What tells most; `parts` are all of one kind of problem, at least one."""
    enough = _AS_GOOD * max(part.surprise for part in parts)
    order = list(Dimension)
    best = min(
        (part for part in parts if part.surprise >= enough),
        key=lambda part: (order.index(part.subject.group.dimension), -part.surprise),
    )
    names: tuple[Subject, ...] = (best.subject,)
    told = 0.0
    for dimension in _narrower(best.subject):
        those = [part for part in parts if _is_within(part.subject, best.subject, dimension)]
        few = _few_that_hold(those, best.excess)
        if few and (worth := _worth(few, best.excess, share)) > told:
            names, told = tuple(part.subject for part in few), worth
    return names


def _narrower(subject: Subject) -> Sequence[Dimension]:
    """By what a status or subtype may be named instead, the most telling first."""
    if subject.group.dimension is Dimension.STATUS:
        return Dimension.DOMAIN_STATUS, Dimension.IDENTITY, Dimension.CONFIGURATION_SET
    if subject.group.dimension in WITH_ALL_VOLUME:
        return [dimension for dimension in Dimension if dimension not in WITH_ALL_VOLUME]
    return ()


def _is_within(subject: Subject, whole: Subject, dimension: Dimension) -> bool:
    return subject.group.dimension is dimension and (
        not is_known(subject, whole) or _in_common(subject, whole) == subject
    )


def _few_that_hold(parts: list[Part], whole: float) -> list[Part]:
    """The fewest names that have nearly all of it; none if that takes many."""
    few, held = list[Part](), 0.0
    for part in sorted(parts, key=lambda part: -part.excess)[:_MOST_NAMES]:
        few.append(part)
        held += part.excess
        if held >= _MOST_OF_IT * whole:
            return few
    return []


def _worth(few: list[Part], whole: float, share: Share) -> float:
    """How surprising it is that these have it, if all mail has it alike; from 0 on it is theirs."""
    whole = max(whole, sum(part.excess for part in few))
    rest, share_of_rest, worth = whole, 1.0, 0.0
    for part in few:
        its_share = share(part.subject)
        rest -= part.excess
        share_of_rest -= its_share
        worth += part.excess * log(part.excess / (whole * its_share)) - _COST_OF_A_NAME
    if rest > 0:
        worth += rest * log(rest / (whole * share_of_rest)) if share_of_rest > 0 else -worth
    return worth


def explained(
    subject: Subject,
    named: Subject,
    excess: Callable[[Subject], float],
    share: Share,
) -> float:
    """How much of a problem comes from what is named already.

    `excess` tells how many more than usual a subject has. Where it is not known what the two have
    in common (`is_known`), it is taken to be as much as the subject's share of all mail.
    """
    mine, theirs = subject.group.dimension, named.group.dimension
    if subject == named:
        return excess(named)
    if mine is theirs:
        return 0.0
    if is_known(subject, named):
        common = _in_common(subject, named)
        return min(excess(common), excess(named)) if common else 0.0
    if {mine, theirs} == _SENDERS:
        return excess(named)
    return excess(named) * share(subject)


def is_known(one: Subject, other: Subject) -> bool:
    """Whether it is counted how much two subjects have in common."""
    dimensions = {one.group.dimension, other.group.dimension}
    return len(dimensions) == 1 or dimensions <= _DOMAIN_OR_STATUS


def _in_common(one: Subject, other: Subject) -> Subject | None:
    """The status at a domain that both are about."""
    domains, statuses = set[str](), set[str]()
    for (dimension, name), _ in (one, other):
        domain, _, status = name.rpartition(" ")
        if dimension is not Dimension.STATUS:
            domains.add(domain if dimension is Dimension.DOMAIN_STATUS else name)
        if dimension is not Dimension.DOMAIN:
            statuses.add(status)
    if len(domains) > 1 or len(statuses) > 1:
        return None
    group = one.group._replace(
        dimension=Dimension.DOMAIN_STATUS, name=f"{domains.pop()} {statuses.pop()}"
    )
    return Subject(group, one.code)


_DOMAIN_OR_STATUS: Final = frozenset({Dimension.DOMAIN, Dimension.STATUS, Dimension.DOMAIN_STATUS})
_SENDERS: Final = frozenset({Dimension.IDENTITY, Dimension.CONFIGURATION_SET})
"""An identity usually has a set of its own."""
