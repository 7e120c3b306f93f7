"""A report for a ticket: what was asked, the counts, then each recipient's story in plain words."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from recorder.model.event import Event
from ses_tui.core.event_text import display, display_address, display_words, reason_of, type_label
from ses_tui.core.message_story import (
    Outcome,
    RecipientStory,
    fact_of,
    happened_at,
    outcomes_of,
    tell_story,
)
from ses_tui.core.sanitise import sanitise
from ses_tui.core.zone import Zone

MOST_REPORTED: Final = 10_000
"""Events; nobody reads a report of more, and all of them are taken apart in memory for it."""


class ListedEvents(Protocol):
    """Events in order, which need not be unpacked all at once."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Event]: ...

    def __getitem__(self, index: int, /) -> Event: ...


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What the events are."""

    query: str
    range_words: str
    zone: Zone
    now: int
    """When the list was made (ms)."""
    source: str = ""
    """Table and place."""
    remark: str = ""
    """What is to be known of the list, as that there is more."""
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """Of whole messages, by event id, as far as they are known."""


def span_in_words(events: ListedEvents, zone: Zone) -> str:
    """From when to when events that are in order were recorded."""
    if not len(events):
        return ""
    since, until = sorted((events[0].recorded_at, events[-1].recorded_at))
    return f"{zone.at(since):%Y-%m-%d %H:%M:%S} to {zone.at(until):%Y-%m-%d %H:%M:%S}"


def report_lines(events: ListedEvents, head: ReportHead) -> Iterator[tuple[str, int]]:
    """Sanitised lines, line feeds included, with how many events each stands for.

    Lines may be empty, where there was only work to do. Messages come as their first event does.
    What is said of a message is said of the events in the list; where the whole message is known to
    have ended otherwise, that is said, too.
    """
    messages: dict[str, list[Event]] = {}
    counts: Counter[str] = Counter()
    for event in events:
        messages.setdefault(event.message_id or f"#{event.event_id}", []).append(event)
        counts[type_label(event)] += 1
        yield "", 0
    statuses: Counter[str] = Counter()
    for own in messages.values():
        statuses.update(_statuses(own, head))
        yield "", 0
    yield "Email events recorded from Amazon SES\n\n", 0
    for label, text in _head(counts, statuses, head):
        yield f"{label:<10}{sanitise(text)}\n", 0
    for own in messages.values():
        yield from _message(own, head)


def _statuses(events: Sequence[Event], head: ReportHead) -> Iterator[str]:
    """What became of a message for each recipient, with `?` where only a part of it is known."""
    for recipient, part in outcomes_of(map(fact_of, events)).items():
        known = (head.outcomes.get(e.event_id) for e in events if e.recipient == recipient)
        whole = next(filter(None, known), None)
        yield f"{part}?" if whole is None else whole


def _head(
    counts: Counter[str], statuses: Counter[str], head: ReportHead
) -> Iterator[tuple[str, str]]:
    yield "Query", head.query or "everything"
    yield "Range", head.range_words
    yield "Times", f"{head.zone.name}, report of {head.zone.format_full(head.now)}"
    if head.source:
        yield "Table", head.source
    yield "Events", f"{counts.total():,}"
    yield "By type", ", ".join(f"{name} {count:,}" for name, count in counts.most_common())
    yield "By status", ", ".join(f"{name} {count:,}" for name, count in statuses.most_common())
    if head.remark:
        yield "Note", head.remark


def _message(events: Sequence[Event], head: ReportHead) -> Iterator[tuple[str, int]]:
    story = tell_story(events[0].message_id or "", events)
    subject = next((display_words(e, e.subject) for e in story.events if e.subject), None)
    sender = next((event.sender for event in story.events if event.sender), None)
    yield f"\nMessage {display(events[0].message_id) or '(no message id)'}\n", 0
    if sender:
        yield f"  from {display_address(sender)}{f', {subject}' if subject else ''}\n", 0
    for recipient in story.recipients:
        yield f"  to {display_address(recipient.recipient) or '(no recipient)'}\n", 0
        yield f"     {_sentence(recipient, head)}\n", 0
        for event in recipient.events:
            moment = head.zone.format_full(happened_at(event))
            yield f"     {moment}  {type_label(event):<9}  {reason_of(event)}".rstrip() + "\n", 1


def _sentence(recipient: RecipientStory, head: ReportHead) -> str:
    """What the listed events tell, and what became of the message where that is something else."""
    # Its words are files that no first picture should wait for.
    from ses_tui.core.explanation import recipient_sentence

    sentence = recipient_sentence(recipient, head.now, head.zone)
    known = [head.outcomes[e.event_id] for e in recipient.events if e.event_id in head.outcomes]
    if known and known[0] != recipient.status:
        return f"Of the whole message: {known[0]}. Of the events listed here: {sentence}"
    return sentence if known else f"As far as the events listed here tell: {sentence}"
