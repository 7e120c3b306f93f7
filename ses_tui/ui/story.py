"""The story of a message as paragraphs to read."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from recorder.model.domain_names import readable_domains
from recorder.model.event import Event
from ses_tui.core.event_text import (
    classification_of,
    display,
    display_address,
    display_words,
    reason_of,
    type_label,
    type_mark,
)
from ses_tui.core.explanation import explain, recipient_sentence
from ses_tui.core.message_story import MessageStory, Outcome, RecipientStory, happened_at
from ses_tui.core.zone import Zone
from ses_tui.ui.event_row import NO_RECIPIENT, type_tone
from ses_tui.ui.outcome_look import outcome_tone
from ses_tui.ui.text import fit, format_count, format_span
from ses_tui.ui.tones import Span, Tone
from ses_tui.ui.widgets.pager import Paragraph

BLANK: Final = Paragraph()
_LABEL_CELLS: Final = 15
_INDENT: Final = 4
_GAP_CELLS: Final = 9
_RECORDED_LATE_MS: Final = 60_000
"""Recorded within this, an event's own time says enough."""

_MOST_RECIPIENTS: Final = 20
_MOST_OTHERS: Final = 50
"""A pane gives an overview; the message's own screen lists everything."""


def story_paragraphs(story: MessageStory, zone: Zone, now: int) -> list[Paragraph]:
    """What became of it for each recipient, the head, then each event with all that is known.

    `now` (ms) is what open ends are measured against.
    """
    return [
        section(_recipients_title(story.recipients)),
        *_recipients(story.recipients, zone, now),
        BLANK,
        *_head(story, zone),
        BLANK,
        section("EVENTS"),
        *_timeline(story.events, zone),
    ]


def detail_paragraphs(event: Event, story: MessageStory, zone: Zone, now: int) -> list[Paragraph]:
    """One event with all that is known of it, in the middle of what else became of its message.

    What a reader looks for first stands first: such a pane may be a few lines high.
    """
    others = [each for each in story.events if each.event_id != event.event_id]
    shown = others[-_MOST_OTHERS:]
    title = (Span(f" {type_mark(event)} {display(event.event_type)}  ", type_tone(event)),)
    return [
        Paragraph(title, _recipient_text(event.recipient)),
        *(_field(label, text, 1) for label, text in _details(event, zone)),
        *_explanation(event, 1),
        *_sentences(story, zone, now),
        _field("Happened", zone.format_full(happened_at(event)), 1),
        *_head(story, zone),
        *([BLANK, section(f"OTHER EVENTS OF THE MESSAGE ({len(others):,})")] if others else ()),
        *(_other_event(each, zone) for each in shown),
    ]


def section(title: str) -> Paragraph:
    """A heading."""
    return Paragraph((Span(f" {title}", Tone.HEADING),))


def _timeline(events: Sequence[Event], zone: Zone) -> Iterator[Paragraph]:
    """Each event, with the time since the one before."""
    before: int | None = None
    for event in events:
        moment = happened_at(event)
        yield from event_paragraphs(event, zone, None if before is None else moment - before)
        before = moment


def event_paragraphs(event: Event, zone: Zone, since_last: int | None = None) -> list[Paragraph]:
    """One event: a line with time, type and recipient; whatever SES told; what that means.

    `since_last` (ms) is the time since the event before.
    """
    gap = "" if since_last is None else f"+{format_span(since_last)}"
    title = Paragraph(
        (
            Span(f" {zone.format_full(happened_at(event))}  ", Tone.MUTED),
            Span(fit(gap, _GAP_CELLS), Tone.MUTED),
            Span(f"{type_mark(event)} {fit(display(event.event_type), 16)}  ", type_tone(event)),
        ),
        _recipient_text(event.recipient),
    )
    return [
        title,
        *(_field(label, text, _INDENT) for label, text in _details(event, zone)),
        *_explanation(event, _INDENT),
        BLANK,
    ]


def _head(story: MessageStory, zone: Zone) -> Iterator[Paragraph]:
    yield _field("Message", display(story.message_id), 1, Tone.STRONG)
    for label, values in (
        ("Read as", map(_readable_text, story.recipients)),
        ("Subject", (display_words(event, event.subject) for event in story.events)),
        ("From", (display_address(event.sender) for event in story.events)),
        ("Identity", (event.identity for event in story.events)),
        ("Set", (event.configuration_set for event in story.events)),
        ("Account", (_joined(" ", event.account_id, event.region) for event in story.events)),
    ):
        if text := _distinct(values):
            yield _field(label, text, 1)
    if tags := _tags_text(story.events):
        yield _field("Tags", tags, 1)
    sent = next((event.sent_time for event in story.events if event.sent_time is not None), None)
    if sent is not None:
        yield _field("Sent", zone.format_full(sent), 1)


def _explanation(event: Event, indent: int) -> Iterator[Paragraph]:
    """What a code means and what to do, with the source; beside the original, never for it."""
    if explanation := explain(event):
        code = f"{display(explanation.code)}: " if explanation.code else ""
        yield _field("Means", f"{code}{explanation.summary}. {explanation.meaning}", indent)
        yield _field("What to do", explanation.advice, indent)
        source = explanation.source
        yield _field("Source", f"{source.title}, {source.address}", indent, Tone.MUTED)


def _recipients(recipients: Sequence[RecipientStory], zone: Zone, now: int) -> Iterator[Paragraph]:
    widest = max((len(_recipient_text(each.recipient)) for each in recipients), default=0)
    for each in recipients:
        name = fit(_recipient_text(each.recipient), min(widest, 50))
        tone = outcome_tone(each.status)
        yield Paragraph((Span(f" {name}  "),), each.status.value, tone)
        yield Paragraph((Span("   "),), recipient_sentence(each, now, zone))


def _recipients_title(recipients: Sequence[RecipientStory]) -> str:
    """With how many there are of each outcome, where there are several."""
    if len(recipients) < 2:
        return "RECIPIENT"
    counts = Counter(each.status for each in recipients)
    parts = (f"{format_count(counts[each])} {each}" for each in Outcome if counts[each])
    return f"RECIPIENTS ({format_count(len(recipients))}: {', '.join(parts)})"


def _sentences(story: MessageStory, zone: Zone, now: int) -> Iterator[Paragraph]:
    for each in story.recipients[:_MOST_RECIPIENTS]:
        text = f"{_recipient_text(each.recipient)}: {recipient_sentence(each, now, zone)}"
        yield _field("Outcome", text, 1, outcome_tone(each.status))
    if (more := len(story.recipients) - _MOST_RECIPIENTS) > 0:
        yield _field("", f"and {format_count(more)} recipients more", 1)


def _other_event(event: Event, zone: Zone) -> Paragraph:
    label = (
        Span(f" {zone.format_time(happened_at(event))} ", Tone.MUTED),
        Span(f"{type_mark(event)} {fit(type_label(event), 9)} ", type_tone(event)),
    )
    return Paragraph(label, _joined(" ", _recipient_text(event.recipient), reason_of(event)))


def _details(event: Event, zone: Zone) -> Iterator[tuple[str, str]]:
    raw = event.recipient_raw if event.recipient_raw != event.recipient else None
    took = None if event.processing_ms is None else f"{event.processing_ms / 1000:.1f} s"
    late = event.recorded_at - happened_at(event) >= _RECORDED_LATE_MS
    recorded = zone.format_full(event.recorded_at) if late else None
    pairs = (
        ("Class", classification_of(event)),
        ("Diagnostic", display_words(event, event.diagnostic)),
        ("Reason", display_words(event, event.reject_reason)),
        ("Failure", display_words(event, event.failure_reason)),
        ("Reporting MTA", event.reporting_mta),
        ("Remote MTA", event.remote_mta_ip),
        ("Took", took),
        ("Written as", raw and display_address(raw)),
        ("Link", display_words(event, event.link)),
        ("User agent", display_words(event, event.user_agent)),
        ("Address", event.ip_address),
        ("Feedback id", event.feedback_id),
        ("Recorded", recorded),
    )
    return ((label, display(text)) for label, text in pairs if text)


def _field(label: str, text: str, indent: int, tone: Tone = Tone.PLAIN) -> Paragraph:
    return Paragraph((Span(" " * indent + fit(label, _LABEL_CELLS), Tone.MUTED),), text, tone)


def _readable_text(recipient: RecipientStory) -> str:
    """The address with its domain in letters, where it is recorded in Punycode."""
    address = recipient.recipient or ""
    readable = readable_domains(address)
    return display_address(readable) if readable != address else ""


def _recipient_text(recipient: str | None) -> str:
    return display_address(recipient) or NO_RECIPIENT


def _tags_text(events: Sequence[Event]) -> str:
    """The sender's own tags, then those of SES; different events of a message may add some."""
    tags: dict[str, dict[str, None]] = {}
    for event in events:
        for name, values in (event.tags or {}).items():
            tags.setdefault(name, {}).update(dict.fromkeys(values))
    own_first = sorted(tags.items(), key=lambda tag: tag[0].startswith("ses:"))
    return display("  ".join(f"{name}={','.join(values)}" for name, values in own_first))


def _distinct(values: Iterable[str | None]) -> str:
    """Every different value once, in order; a message has one of each unless SES says otherwise."""
    return " · ".join(display(value) for value in dict.fromkeys(values) if value)


def _joined(separator: str, *parts: str | None) -> str:
    return separator.join(part for part in parts if part)
