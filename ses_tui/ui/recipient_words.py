"""What the screen of a recipient says: sanitised, unless a function says otherwise."""

from recorder.model.event import Event
from ses_tui.core.event_text import display
from ses_tui.core.explanation import recipient_sentence
from ses_tui.core.message_story import RecipientStory, happened_at
from ses_tui.core.recipient_summary import RecipientSummary
from ses_tui.core.sanitise import sanitise
from ses_tui.core.search.earlier_mail import EarlierMail
from ses_tui.core.suppression import SuppressionAnswer
from ses_tui.core.zone import Zone
from ses_tui.ui.tones import Tone


def totals_words(summary: RecipientSummary) -> str:
    """As in `12 messages: 2 bounced, 10 delivered`."""
    noun = "message" if summary.messages == 1 else "messages"
    totals = ", ".join(f"{count:,} {outcome}" for outcome, count in summary.totals.items())
    return f"{summary.messages:,} {noun}: {totals}" if totals else "no message"


def counted_words(summary: RecipientSummary, *, more: bool) -> str:
    """The totals, and whether there are `more` messages than those counted."""
    return f"{totals_words(summary)}{', and older ones that are not counted' if more else ''}"


def newest_words(recipient: RecipientStory, zone: Zone, now: int) -> str:
    """What became of the newest message, with when that was; not sanitised."""
    when = f"{zone.at(happened_at(recipient.events[0])):%Y-%m-%d %H:%M:%S}"
    return f"The newest, of {when}: {recipient_sentence(recipient, now, zone)}"


def times_words(summary: RecipientSummary, earlier: EarlierMail | None, zone: Zone) -> str:
    """When something last went well or wrong, and when it first bounced in the range.

    What did not happen in the range is looked for before it: `earlier` is what was found there,
    `None` while nobody knows.
    """
    none = "none in the range"
    success = failure = none
    if earlier is not None:
        far = earlier.looked_back_to
        since = "stored" if far is None else f"back to {zone.at(far):%Y-%m-%d %H:%M}"
        success = _time_words(earlier.last_success, zone, f"none {since}")
        failure = _time_words(earlier.last_failure, zone, f"none {since}")
    return " · ".join(
        (
            f"Last success: {_time_words(summary.last_success, zone, success)}",
            f"last failure: {_time_words(summary.last_failure, zone, failure)}",
            f"first bounce: {_time_words(summary.first_bounce, zone, none)}",
        )
    )


def _time_words(event: Event | None, zone: Zone, otherwise: str) -> str:
    return otherwise if event is None else f"{zone.at(happened_at(event)):%Y-%m-%d %H:%M:%S}"


def suppression_words(
    answer: SuppressionAnswer | None, error: str, zone: Zone, *, may_remove: bool
) -> tuple[str, Tone]:
    """What the account's suppression list says, `None` while it is being asked."""
    title = "Suppression list"
    if error:
        return f"{title}: {sanitise(error)}. R asks again.", Tone.WARNING
    if answer is None:
        return f"{title}: asking…", Tone.MUTED
    if answer.hindrance:
        return f"{title}: {sanitise(answer.hindrance)}.", Tone.MUTED
    asked = " and ".join(map(sanitise, answer.asked))
    entry = answer.entry
    if entry is None:
        return f"{title}: not on the account's list (asked for {asked}).", Tone.MUTED
    since = "" if entry.since is None else f" since {zone.at(entry.since):%Y-%m-%d %H:%M}"
    by = f", by message {display(entry.message_id)} (X opens it)" if entry.message_id else ""
    removal = " x takes it off." if may_remove else ""
    return (
        f"{title}: ON IT{since} ({sanitise(entry.reason)}){by}. SES sends nothing there. Asked for"
        f" {asked}.{removal}"
    ), Tone.BAD
