"""Counters of an invented sender, minute by minute: quiet days, and incidents on top of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import cos, exp, pi, sqrt
from random import Random

from recorder.model.counting import RATE_CODES
from recorder.model.rollup import HOUR_MS, MINUTE_MS, Family
from ses_tui.core.attention.history import History
from ses_tui.core.attention.silence import SilenceDetector
from ses_tui.core.attention.spikes import SpikeDetector
from ses_tui.core.attention.tallies import Stretch, tallies_of

MONDAY = 1_795_392_000_000
"""2026-11-23 00:00:00 UTC."""
DAY = 24 * HOUR_MS

DOMAINS = {
    "big.test": 0.42,
    "wide.test": 0.24,
    "old.test": 0.14,
    "post.test": 0.1,
    "office.test": 0.07,
    "rare.test": 0.03,
}
STATUSES = {"P": ("5.1.1", "5.7.1"), "L": ("4.7.28", "4.4.1"), "T": ("5.2.2", "4.2.1"), "X": ()}
SUBTYPES = {"P": "General", "T": "MailboxFull", "X": "OnAccountSuppressionList"}
DELAY_TYPE = "TransientCommunicationFailure"
USUAL = {"P": 0.006, "T": 0.008, "L": 0.025, "X": 0.004, "K": 0.0006}
IDENTITIES = {
    "orders.example": ("receipts", 30.0, 1.0),
    "login.example": ("accounts", 24.0, 0.7),
    "notes.example": ("alerts", 18.0, 1.0),
    "news.example": ("news", 6.0, 1.5),
}
"""Configuration set, mails a minute at noon, and how much worse than usual its list is."""


@dataclass(frozen=True)
class Incident:
    """What goes wrong from `start` (ms) on, for mail of all the given names."""

    start: int
    code: str = "P"
    share: float = 0.3
    """Of the mails concerned."""
    status: str | None = None
    domain: str | None = None
    identity: str | None = None
    silent_set: str | None = None
    length: int = HOUR_MS
    volume: float = 1.0
    """How many times as much is sent meanwhile."""

    def holds(self, now: int) -> bool:
        return self.start <= now < self.start + self.length


@dataclass
class Shop:
    """Draws a minute after the other; the same seed gives the same minutes."""

    seed: int
    now: int = MONDAY
    size: float = 1.0
    """How many times the mails a minute of `IDENTITIES`."""
    incidents: tuple[Incident, ...] = ()
    newsletter: Callable[[int], float] = lambda now: 0.0
    """Mails a minute of the weekly letter, whose list is four times as bad."""
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def minutes(self, count: int) -> Iterator[Stretch]:
        for _ in range(count):
            yield Stretch(self.now, MINUTE_MS, tallies_of(self.counters(self.now)))
            self.now += MINUTE_MS

    def counters(self, now: int) -> Mapping[Family, Counter[str]]:
        """What the recorder would count in the minute of `now`."""
        families: dict[Family, Counter[str]] = {
            family: Counter() for family in Family if family is not Family.LATENCY
        }
        day = 1.15 - 0.85 * cos(2 * pi * ((now % DAY) / DAY - 0.15))
        day *= 0.7 if now // DAY % 7 in (2, 3) else 1.0
        incidents = [incident for incident in self.incidents if incident.holds(now)]
        for incident in incidents:
            day *= incident.volume
        rows = [(name, *values) for name, values in IDENTITIES.items()]
        if letter := self.newsletter(now):
            rows.append(("weekly.example", "weekly", letter / day / self.size, 4.0))
        for identity, set_name, a_minute, worse in rows:
            if any(incident.silent_set == set_name for incident in incidents):
                continue
            for domain, share in DOMAINS.items():
                sends = self.poisson(a_minute * self.size * day * share)
                if sends:
                    self._mails(families, identity, set_name, domain, sends, worse, incidents)
        return families

    def _mails(
        self,
        families: dict[Family, Counter[str]],
        identity: str,
        set_name: str,
        domain: str,
        sends: int,
        worse: float,
        incidents: list[Incident],
    ) -> None:
        lost = 0
        for code, usual in USUAL.items():
            for _ in range(self.poisson(sends * usual * worse)):
                self._problem(families, code, identity, set_name, domain, None)
                lost += code != "K"
        for incident in incidents:
            here = incident.domain in (None, domain) and incident.identity in (None, identity)
            if here and incident.silent_set is None:
                for _ in range(self.poisson(sends * incident.share)):
                    code, status = incident.code, incident.status
                    self._problem(families, code, identity, set_name, domain, status)
                    lost += code != "K"
        delivered = max(0, sends - lost)
        for family, name in (
            (Family.DOMAIN, domain),
            (Family.IDENTITY, identity),
            (Family.CONFIGURATION_SET, set_name),
        ):
            families[family][f"S|{name}"] += sends
            families[family][f"D|{name}"] += delivered
        families[Family.TYPE]["S|"] += sends
        families[Family.TYPE]["D|"] += delivered

    def _problem(
        self,
        families: dict[Family, Counter[str]],
        code: str,
        identity: str,
        set_name: str,
        domain: str,
        status: str | None,
    ) -> None:
        kinds = {"L": DELAY_TYPE, "K": "abuse"}
        bounce_type = "Transient" if code == "T" else "Permanent"
        kind = kinds.get(code) or f"{bounce_type}/{SUBTYPES[code]}"
        families[Family.TYPE][f"{code}|{kind}"] += 1
        families[Family.DOMAIN_PROBLEM][f"{code}|{domain}"] += 1
        families[Family.IDENTITY_PROBLEM][f"{code}|{identity}"] += 1
        rated = code in RATE_CODES
        of_sets = Family.CONFIGURATION_SET if rated else Family.CONFIGURATION_SET_REST
        families[of_sets][f"{code}|{set_name}"] += 1
        if statuses := STATUSES.get(code):
            status = status or statuses[self.random.random() < 0.5]
            families[Family.STATUS][f"{code}|{domain} {status}"] += 1

    def poisson(self, expected: float) -> int:
        if expected > 30:
            return max(0, round(self.random.gauss(expected, sqrt(expected))))
        number, chance, drawn = 0, exp(-expected), self.random.random()
        reached = chance
        while drawn > reached and number < 200:
            number += 1
            chance *= expected / number
            reached += chance
        return number


class Night:
    """Detectors over a shop's minutes."""

    def __init__(self, hours: Iterable[Stretch] = ()) -> None:
        self.history = History(hours)
        self.spikes = SpikeDetector(self.history)
        self.silence = SilenceDetector(self.history)

    def take(self, minute: Stretch) -> None:
        self.history.add(minute)
        self.spikes.look()
        self.silence.look()

    @property
    def names(self) -> set[str]:
        """What is named now."""
        spikes = {f"{s.subject.code} {s.subject.group.name}" for s in self.spikes.spikes}
        return spikes | {f"silent {s.group.name}" for s in self.silence.silences}


def as_hours(minutes: Iterable[Stretch]) -> list[Stretch]:
    """The same counts by the hour."""
    hours: dict[int, Stretch] = {}
    for minute in minutes:
        start = minute.start // HOUR_MS * HOUR_MS
        hour = hours.setdefault(start, Stretch(start, HOUR_MS, {}))
        for group, tally in minute.tallies.items():
            mine = hour.tallies.setdefault(group, {})
            for code, number in tally.items():
                mine[code] = mine.get(code, 0) + number
    return list(hours.values())
