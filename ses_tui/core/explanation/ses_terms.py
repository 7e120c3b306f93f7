"""What SES's own words for a problem mean: bounce types, delay types, feedback types."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from recorder.model import event as types
from recorder.model.event import Event
from ses_tui.core.explanation.explanation import Explanation, Source, explanation_of, read_words


def explain_term(event: Event, *, general: bool) -> Explanation | None:
    """What SES calls the event's problem; `general` asks for terms that tell little, or others."""
    for kind, key, shown in _terms(event):
        entry = _words()[kind].get(key)
        if entry is not None and entry.get("general", False) is general:
            published = _words()["source"][entry["source"]]
            source = Source(published["title"], published["address"])
            return explanation_of(entry, source, id=f"{kind}.{key}", code=shown)
    return None


def _terms(event: Event) -> list[tuple[str, str, str]]:
    """Kind and key of an event's terms, and what they are shown as; the specific ones first."""
    if event.event_type == types.BOUNCE:
        term = f"{event.bounce_type}/{event.bounce_subtype or event.bounce_type}"
        return [("bounce", term, term)]
    if event.event_type == types.DELIVERY_DELAY:
        return [("delay", event.delay_type or "", event.delay_type or "")]
    if event.event_type == types.COMPLAINT:
        said = [term for term in (event.complaint_subtype, event.complaint_type) if term]
        return [("complaint", term, term) for term in (*said, types.COMPLAINT)]
    return [("event", event.event_type, event.reject_reason or event.event_type)]


@cache
def _words() -> Mapping[str, Any]:
    return read_words("ses_terms")
