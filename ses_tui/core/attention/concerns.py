"""What is bad now, in words: rates over a threshold, spikes, silence, a recorder that is down."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from recorder.model import counting
from recorder.model.counting import TYPE_OF_CODE
from recorder.model.rollup import MINUTE_MS
from ses_tui.core.attention.silence import Silence
from ses_tui.core.attention.spikes import Spike
from ses_tui.core.attention.tallies import ALL, Dimension, Subject
from ses_tui.core.feed_state import Condition, FeedState
from ses_tui.core.query.syntax import Term
from ses_tui.core.rate_panel import RatePanel
from ses_tui.core.rates import Mark


class Topic(StrEnum):
    """What a concern is about; each is judged, or cannot be judged, by itself."""

    BOUNCE_RATE = "bounce rate"
    COMPLAINT_RATE = "complaint rate"
    SPIKES = "spikes"
    SILENCE = "silence"
    RECORDER = "recorder"


class Severity(IntEnum):
    """How bad, as with the marks of rates."""

    HIGH = 1
    CRITICAL = 2


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that is bad now. Texts hold what came from outside, and are not sanitised."""

    topic: Topic
    name: str
    """The same for the same thing, however bad it is."""
    severity: Severity
    headline: str
    """Some words, as in `gmail.com: 4.7.28 deferrals 12x usual`."""
    short: str
    """The same in as few words as can be."""
    sentence: str
    """All that is known but for its beginning, with a full stop."""
    since: int | None = None
    """When it began (ms), where that is known."""
    weight: float = float("inf")
    """Of two that are as bad, the heavier is told first: for a spike how many are too many. A rate
    is the lightest, since what has a name tells more."""
    query: str = ""
    """The events behind it, without a time; empty where there are none to look at."""
    window: str = ""
    """The window it was judged over, where readers choose one."""


_PROBLEMS: Final = {
    counting.PERMANENT_BOUNCE: "permanent bounces",
    counting.TRANSIENT_BOUNCE: "transient bounces",
    counting.UNDETERMINED_BOUNCE: "undetermined bounces",
    counting.SUPPRESSED_BOUNCE: "suppressed mails",
    counting.COMPLAINT: "complaints",
    counting.DELAY: "deferrals",
    "R": "rejects",
    "F": "rendering failures",
}
_IN_A_WORD: Final = {"mails": "suppressed", "failures": "render failures"}
"""Where the last word of a kind of problem alone would tell nothing."""
_SEVERITIES: Final = {Mark.HIGH: Severity.HIGH, Mark.CRITICAL: Severity.CRITICAL}
_USUALLY_NONE: Final = 0.5
"""With less expected, a multiple of the usual says nothing."""
_MOST_TIMES: Final = 99
LEAST_COUNT: Final = 3
"""One complaint of a thousand mails is marked in the figures, but wakes nobody."""
_WHAT_AWS_DOES: Final = {
    Topic.BOUNCE_RATE: "AWS reviews accounts from 5 % on, and may pause them from 10 % on.",
    Topic.COMPLAINT_RATE: "AWS reviews accounts from 0.1 % on, and may pause them from 0.5 % on.",
}


def concerns_of_rates(panel: RatePanel) -> Iterator[Concern]:
    """Rates that are HIGH or CRITICAL; too few mails, or one or two of them, are no concern."""
    estimate = panel.estimate
    rates = (
        (Topic.BOUNCE_RATE, estimate.bounce_rate, estimate.bounces, estimate.bounce_mark, 1),
        (
            Topic.COMPLAINT_RATE,
            estimate.complaint_rate,
            estimate.complaints,
            estimate.complaint_mark,
            2,
        ),
    )
    for topic, rate, count, mark, decimals in rates:
        severity = _SEVERITIES.get(mark)
        if severity is None or rate is None or count < LEAST_COUNT:
            continue
        figure, word = f"{rate * 100:.{decimals}f} %", topic.value.partition(" ")[0]
        yield Concern(
            topic,
            topic.value,
            severity,
            f"{topic.value} {figure} {mark}",
            f"{word} {mark}",
            f"The {topic.value} of the last {panel.window.label} is {figure}, {mark}: "
            f"{count:,} of {estimate.denominator:,}. {_WHAT_AWS_DOES[topic]}",
            weight=0.0,
            query=f"type:{word}",
            window=panel.window.label,
        )


def unjudged_rates(panel: RatePanel) -> frozenset[Topic]:
    """Rates of which nothing can be said."""
    marks = {
        Topic.BOUNCE_RATE: panel.estimate.bounce_mark,
        Topic.COMPLAINT_RATE: panel.estimate.complaint_mark,
    }
    return frozenset(topic for topic, mark in marks.items() if mark is Mark.TOO_FEW)


def concern_of_spike(spike: Spike) -> Concern:
    """What has left its range."""
    subject = spike.subject
    where, what = _words(subject)
    name = f"{where}: {what}" if where else what
    if spike.expected < _USUALLY_NONE:
        times, short_times, usual = "usually none", "new", "where there is usually none"
    else:
        number = f"{spike.ratio:.0f}" if spike.ratio < _MOST_TIMES else f"over {_MOST_TIMES}"
        times, short_times, usual = f"{number}x usual", f"{number}x", f"{number} times the usual"
    place = f"{where}: " if where else ""
    status, _, problems = what.rpartition(" ")
    with_status = where and status.replace(".", "").isdigit()
    told = f"{problems} with {status}" if with_status else what
    short = f"{where} {_IN_A_WORD.get(problems, problems)}" if where else what
    return Concern(
        Topic.SPIKES,
        f"{subject.code} {subject.group.dimension} {subject.group.name}",
        Severity.HIGH,
        f"{name} {times}",
        f"{short} {short_times}",
        f"{place}{spike.count:,} {told} in {spike.minutes} min, {usual}.",
        since=spike.since,
        weight=spike.excess,
        query=_query(subject),
    )


def concern_of_silence(silence: Silence, now_ms: int) -> Concern:
    """What has stopped."""
    minutes = max(1, (now_ms - silence.since) // MINUTE_MS)
    usual = f"{silence.usually:.0f}" if silence.usually >= 10 else f"{silence.usually:.1f}"
    whole = silence.group == ALL
    what = "no events" if whole else f"set {silence.group.name}: no mail"
    where = "everything" if whole else f"set {silence.group.name}"
    heartbeat = "The recorder's heartbeat comes: it is the sending that has stopped."
    return Concern(
        Topic.SILENCE,
        f"silence {silence.group.name}",
        Severity.HIGH,
        f"{what} for {minutes} min (usually {usual}/min)",
        f"{where} silent {minutes} min",
        f"{what[0].upper()}{what[1:]} for {minutes} min (usually {usual}/min). {heartbeat}",
        since=silence.since,
        query="" if whole else Term("set", _value(silence.group.name), False, 0).text,
    )


def concern_of_feed(state: FeedState, now_ms: int) -> Concern | None:
    """A recorder that does not write, which the header's own word tells, too."""
    if state.condition is not Condition.RECORDER_DOWN:
        return None
    return Concern(
        Topic.RECORDER,
        "recorder",
        Severity.CRITICAL,
        state.condition.value,
        state.condition.value,
        "No heartbeat and no event: look at the recorder's queue, function and schedule.",
        since=None if state.age_ms is None else now_ms - state.age_ms,
    )


def _words(subject: Subject) -> tuple[str, str]:
    """Where it is, if that has a name, and what it is."""
    (dimension, name), code = subject
    problems = _PROBLEMS[code]
    if dimension is Dimension.DOMAIN_STATUS:
        domain, _, status = name.rpartition(" ")
        return domain, f"{status} {problems}"
    if dimension is Dimension.STATUS:
        return "", f"{name} {problems}"
    if dimension is Dimension.SUBTYPE:
        subtype = name.rpartition("/")[2] or name
        return "", f"{subtype} {problems.rpartition(' ')[2]}"
    if dimension is Dimension.CONFIGURATION_SET:
        return f"set {name}", problems
    return name, problems


def _query(subject: Subject) -> str:
    (dimension, name), code = subject
    terms = [Term("type", TYPE_OF_CODE[code], False, 0)]
    parts: list[tuple[str, str]] = []
    if dimension is Dimension.DOMAIN_STATUS:
        domain, _, status = name.rpartition(" ")
        parts = [("domain", domain), ("status", status)]
    elif dimension is Dimension.SUBTYPE:
        parts = [("subtype", name.rpartition("/")[2])]
    elif dimension in _KEYS:
        parts = [(_KEYS[dimension], name)]
    terms += [Term(key, _value(value), False, 0) for key, value in parts if value]
    return " ".join(term.text for term in terms)


_KEYS: Final = {
    Dimension.DOMAIN: "domain",
    Dimension.IDENTITY: "identity",
    Dimension.STATUS: "status",
    Dimension.CONFIGURATION_SET: "set",
}


def _value(name: str) -> str:
    # A quotation mark has no way to be written; the star stands for it among others.
    return name.replace('"', "*")
