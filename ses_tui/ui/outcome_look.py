"""How what became of a message looks: a mark, a few letters, a tone."""

from typing import Final

from ses_tui.core.message_story import Outcome
from ses_tui.ui.tones import Span, Tone

OUTCOME_TONES: Final = {
    Outcome.DELIVERED: Tone.GOOD,
    Outcome.SENT: Tone.PLAIN,
    Outcome.UNKNOWN: Tone.MUTED,
    Outcome.DELAYED: Tone.WARNING,
    Outcome.SOFT_BOUNCE: Tone.WARNING,
    Outcome.UNDETERMINED_BOUNCE: Tone.WARNING,
    Outcome.DELIVERED_SOFT_BOUNCE: Tone.WARNING,
}
_LOOKS: Final = {
    Outcome.COMPLAINT: ("!", "Complaint"),
    Outcome.POSSIBLE_COMPLAINT: ("!", "Complaint?"),
    Outcome.BOUNCED_AFTER_DELIVERY: ("✗", "Late bounce"),
    Outcome.BOUNCED: ("✗", "Bounced"),
    Outcome.REJECTED: ("#", "Rejected"),
    Outcome.RENDERING_FAILURE: ("%", "Rendering"),
    Outcome.DELIVERED_SOFT_BOUNCE: ("✓", "Soft later"),
    Outcome.DELIVERED: ("✓", "Delivered"),
    Outcome.UNDETERMINED_BOUNCE: ("✗", "Bounced?"),
    Outcome.SOFT_BOUNCE: ("✗", "Soft bounce"),
    Outcome.DELAYED: ("~", "Delayed"),
    Outcome.SENT: ("›", "Sent"),
    Outcome.UNKNOWN: ("·", "Unknown"),
}
OUTCOME_CELLS: Final = 15
"""The mark, a blank, brackets and eleven cells of the label."""


def outcome_tone(outcome: Outcome) -> Tone:
    """Everything that is not named is bad."""
    return OUTCOME_TONES.get(outcome, Tone.BAD)


def outcome_mark(outcome: Outcome) -> str:
    """One cell that tells it without colours."""
    return _LOOKS[outcome][0]


def outcome_span(outcome: Outcome, *, whole: bool) -> Span:
    """A cell of a list; in brackets where it is what a part of the message tells."""
    mark, label = _LOOKS[outcome]
    return Span(f"{mark} {label if whole else f'({label})'}", outcome_tone(outcome))
