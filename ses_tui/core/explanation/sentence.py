"""What became of a mail for one recipient, in one or two sentences for a person."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from recorder.model import event as types
from recorder.model.counting import NOT_SPAM, SUPPRESSION_LIST_SUBTYPES, is_simulator_mail
from recorder.model.event import Event
from recorder.model.keys import split_address
from ses_tui.core.event_text import display_words
from ses_tui.core.explanation.explain import explain
from ses_tui.core.explanation.spans import span_in_words
from ses_tui.core.message_story import Kind, Outcome, RecipientStory, fact_of, happened_at
from ses_tui.core.sanitise import sanitise
from ses_tui.core.zone import Zone

_NEVER_TRIED: Final = SUPPRESSION_LIST_SUBTYPES | {
    "Suppressed",
    "EmailValidationSuppressed",
    "UnsubscribedRecipient",
}
"""Bounce subtypes of mail that SES did not try to send."""
_BOUNCES: Final = (Kind.PERMANENT_BOUNCE, Kind.TRANSIENT_BOUNCE, Kind.OTHER_BOUNCE)
_VERDICTS: Final = {
    Kind.PERMANENT_BOUNCE: "Permanent; SES will not try again.",
    Kind.TRANSIENT_BOUNCE: "Temporary, but SES has stopped trying; a new mail may get through.",
    Kind.OTHER_BOUNCE: "SES could not tell whether for good; it will not try again.",
}
_REFUSED_AGAIN: Final = (
    "SES counts it as temporary, but has stopped trying; a mail like it is likely refused again"
    " until the cause is mended."
)
_LASTING_SUBTYPES: Final = frozenset({"MessageTooLarge", "ContentRejected", "AttachmentRejected"})
_LASTING_STATUSES: Final = ("5.6.", "5.7.")
"""Refusals of a mail for its content, and for security or policy (RFC 3463, sections 3.7, 3.8)."""
_LONGEST_QUOTE: Final = 200
_EXPIRED: Final = "4.4.7"
"""The status of a mail that nobody refused, and that SES gave up after its last try."""
_LONGEST_TRYING_MS: Final = 50_400_000
"""SES tries no longer than this after a mail was sent, whatever a configuration set says (SESv2 API
reference, DeliveryOptions, MaxDeliverySeconds)."""


def recipient_sentence(recipient: RecipientStory, now: int, zone: Zone) -> str:
    """What became of it, when, why and whether SES tries again; one line, sanitised.

    `now` (ms) is what open ends are measured against. Says what is not known rather than guess.
    """
    told = _Told(recipient, now, zone)
    sentence = _TELLERS[recipient.status](told)
    if any(map(is_simulator_mail, recipient.events)):
        sentence += " The address belongs to the mailbox simulator of SES, and to nobody."
    return sentence


@dataclass(frozen=True, slots=True)
class _Told:
    """A recipient's events as the sentences need them."""

    recipient: RecipientStory
    now: int
    zone: Zone

    @property
    def provider(self) -> str:
        domain = split_address(self.recipient.recipient or "")[1]
        return sanitise(domain)[:_LONGEST_QUOTE] or "the recipient's server"

    @property
    def sent_at(self) -> int | None:
        events = self.recipient.events
        times = (event.sent_time for event in events if event.sent_time is not None)
        sends = (happened_at(event) for event in events if event.event_type == types.SEND)
        return next(times, next(sends, None))

    @property
    def delivery(self) -> Event | None:
        return next(self.of(Kind.DELIVERY), None)

    @property
    def is_still_tried(self) -> bool:
        """Whether SES may try again, as far as the time since the first event tells."""
        return self.now <= self._end_of_trying

    @property
    def latest_try(self) -> str:
        """When SES gives up unless the configuration set says sooner."""
        return f"{self.zone.at(self._end_of_trying):%Y-%m-%d %H:%M}"

    @property
    def _end_of_trying(self) -> int:
        since = self.sent_at or min(map(happened_at, self.recipient.events))
        return since + _LONGEST_TRYING_MS

    def of(self, *kinds: Kind) -> Iterator[Event]:
        return (event for event in self.recipient.events if fact_of(event).kind in kinds)

    def last(self, *kinds: Kind) -> Event:
        """The last event of `kinds`; the status says that there is one."""
        return list(self.of(*kinds))[-1]

    def after_sending(self, event: Event) -> str:
        """As in ` 2 s after sending`, and where that is not known, when it was."""
        moment = happened_at(event)
        if self.sent_at is None or moment < self.sent_at:
            return f" at {self.zone.format_time(moment)}"
        return f" {span_in_words(moment - self.sent_at)} after sending"


def _complaint(told: _Told) -> str:
    complaint = told.last(Kind.COMPLAINT)
    if complaint.complaint_subtype in SUPPRESSION_LIST_SUBTYPES:
        return f"Not sent: {_reason(complaint)}. SES will not try again."
    proof = "" if told.delivery else ", so it had arrived, though no Delivery event is recorded"
    return f"{_complained(told, complaint)}{proof}."


def _possible_complaint(told: _Told) -> str:
    complaint = told.last(Kind.COMPLAINT)
    return (
        f"{_complained(told, complaint)}, perhaps by this recipient: the provider does not say by"
        " whom, so SES names everybody it may have been."
    )


def _complained(told: _Told, complaint: Event) -> str:
    if told.delivery is None:
        reason = _reason(complaint)
        return f"{reason[:1].upper()}{reason[1:]}{told.after_sending(complaint)}"
    return f"{_arrival(told)}; {_reason(complaint)} {_later(told.delivery, complaint)}"


def _later(earlier: Event, event: Event) -> str:
    return f"{span_in_words(happened_at(event) - happened_at(earlier))} later"


def _bounced(told: _Told) -> str:
    bounce = told.last(*_bounces_of(told))
    verdict = _verdict(bounce)
    if bounce.bounce_subtype in _NEVER_TRIED:
        return f"Not sent: {_reason(bounce)}. {verdict}"
    head = f"Rejected by {told.provider}{told.after_sending(bounce)}"
    if _EXPIRED in (bounce.smtp_status or "", *(bounce.diagnostic or "").split()[:3]):
        head = f"SES gave up on {told.provider}{told.after_sending(bounce)}"
    sentence = f"{head}: {_reason(bounce)}. {verdict}"
    used = _engagement(told, bounce)
    return f"{sentence} Yet it was {used}." if used else sentence


def _verdict(bounce: Event) -> str:
    kind = fact_of(bounce).kind
    status = bounce.smtp_status or ""
    lasts = bounce.bounce_subtype in _LASTING_SUBTYPES or status.startswith(_LASTING_STATUSES)
    return _REFUSED_AGAIN if lasts and kind is Kind.TRANSIENT_BOUNCE else _VERDICTS[kind]


def _engagement(told: _Told, since: Event) -> str:
    """As in `opened 2 times, first 3 min later, and clicked`; empty where others may have done it.

    What came before `since` is left out.
    """
    used = [e for e in told.of(Kind.OPEN_OR_CLICK) if happened_at(e) >= happened_at(since)]
    if not (used and told.recipient.is_only_one):
        return ""
    opens = [event for event in used if event.event_type == types.OPEN]
    clicks = "clicked" if len(opens) < len(used) else ""
    if not opens:
        return f"{clicks} {_later(since, used[0])}"
    times = "" if len(opens) == 1 else f" {len(opens)} times, first"
    return f"opened{times} {_later(since, opens[0])}{clicks and ' and clicked'}"


def _bounces_of(told: _Told) -> tuple[Kind, ...]:
    """The kinds of bounce that made the status what it is, the gravest alone."""
    kinds = {fact_of(event).kind for event in told.of(*_BOUNCES)}
    return next((kind,) for kind in _BOUNCES if kind in kinds)


def _bounced_after_delivery(told: _Told) -> str:
    bounce = told.last(Kind.PERMANENT_BOUNCE)
    verdict = _VERDICTS[Kind.PERMANENT_BOUNCE]
    return f"{_arrival(told)}, but bounced {_then(told, bounce)}: {_reason(bounce)}. {verdict}"


def _delivered_soft_bounce(told: _Told) -> str:
    bounce = told.last(Kind.TRANSIENT_BOUNCE, Kind.OTHER_BOUNCE)
    return (
        f"{_arrival(told)}; an automatic reply or a soft bounce came back {_then(told, bounce)}:"
        f" {_reason(bounce)}. It counts as delivered."
    )


def _then(told: _Told, event: Event) -> str:
    """When, counted from the delivery where there is one."""
    if told.delivery is None:
        return told.after_sending(event).lstrip()
    return _later(told.delivery, event)


def _delivered(told: _Told) -> str:
    sentence = _arrival(told)
    if told.delivery is not None:
        arrived = happened_at(told.delivery)
        delays = sum(1 for delay in told.of(Kind.DELAY) if happened_at(delay) <= arrived)
        if delays:
            sentence += f", after {delays} {'delay' if delays == 1 else 'delays'}"
        if used := _engagement(told, told.delivery):
            sentence += f"; {used}"
    if any(told.of(Kind.NOT_SPAM)):
        sentence += f"; the reader marked it as no spam ({NOT_SPAM})"
    return f"{sentence}."


def _arrival(told: _Told) -> str:
    """That it arrived, and how that is known."""
    if told.delivery is not None:
        return f"Delivered to {told.provider}{told.after_sending(told.delivery)}"
    proof = next(told.of(Kind.OPEN_OR_CLICK))
    verb = "clicked" if proof.event_type == types.CLICK else "opened"
    return (
        f"Delivered, as it was {verb}{told.after_sending(proof)}, though no Delivery event is"
        " recorded"
    )


def _rejected(told: _Told) -> str:
    return f"Not sent: SES rejected it: {_reason(told.last(Kind.REJECT))}. SES will not try again."


def _rendering_failure(told: _Told) -> str:
    failure = told.last(Kind.RENDERING_FAILURE)
    words = display_words(failure, failure.failure_reason)[:_LONGEST_QUOTE].strip().rstrip(".")
    return f"Not sent: {words or _reason(failure)}. SES will not try again; mend it and send again."


def _delayed(told: _Told) -> str:
    delays = list(told.of(Kind.DELAY))
    first, last = delays[0], delays[-1]
    since = f"{told.zone.format_full(happened_at(first))}"
    reports = f"{len(delays)} reports, the last" if len(delays) > 1 else "reported"
    if not told.is_still_tried:
        return (
            f"Delayed since {since} ({reports} {span_in_words(told.now - happened_at(last))} ago):"
            f" {_reason(last)}. SES has given up by now; no Delivery or Bounce event is recorded."
        )
    return (
        f"Not delivered yet: delayed since {since}, {span_in_words(told.now - happened_at(first))}"
        f" so far ({reports} {span_in_words(told.now - happened_at(last))} ago):"
        f" {_reason(last)}. SES keeps trying until {told.latest_try} at the latest."
    )


def _sent(told: _Told) -> str:
    send = told.last(Kind.SEND)
    if any(told.of(Kind.OPEN_OR_CLICK)):
        return (
            f"Accepted by SES {span_in_words(told.now - happened_at(send))} ago; opened or clicked"
            " by one of the recipients, SES does not say by whom. No Delivery event is recorded."
        )
    if not told.is_still_tried:
        return (
            f"Accepted by SES {span_in_words(told.now - happened_at(send))} ago; nothing was heard"
            " since. SES tries no longer by now: its set publishes no Delivery and Bounce events,"
            " or they were lost."
        )
    return (
        f"Accepted by SES {span_in_words(told.now - happened_at(send))} ago; nothing was heard"
        " since. It is still on its way, or its set publishes no Delivery and Bounce events."
    )


def _unknown(told: _Told) -> str:
    heard = dict.fromkeys(sanitise(event.event_type) for event in told.recipient.events)
    if told.recipient.recipient is None and any(told.of(Kind.OPEN_OR_CLICK)):
        return "Opened or clicked; SES does not say by which of the recipients."
    only = f"only {', '.join(heard)}" if heard else "nothing"
    return f"What became of it is not known: SES reported {only}, and no Send event."


def _reason(event: Event) -> str:
    """Why, with the code, as in `mailbox does not exist (5.1.1)`."""
    explanation = explain(event)
    if explanation is None:
        return "no reason given"
    code = sanitise(explanation.code)[:_LONGEST_QUOTE]
    if code == event.event_type:
        code = ""
    return f"{explanation.summary} ({code})" if code else explanation.summary


_TELLERS: Final[Mapping[Outcome, Callable[[_Told], str]]] = {
    Outcome.COMPLAINT: _complaint,
    Outcome.POSSIBLE_COMPLAINT: _possible_complaint,
    Outcome.BOUNCED_AFTER_DELIVERY: _bounced_after_delivery,
    Outcome.BOUNCED: _bounced,
    Outcome.REJECTED: _rejected,
    Outcome.RENDERING_FAILURE: _rendering_failure,
    Outcome.DELIVERED_SOFT_BOUNCE: _delivered_soft_bounce,
    Outcome.DELIVERED: _delivered,
    Outcome.UNDETERMINED_BOUNCE: _bounced,
    Outcome.SOFT_BOUNCE: _bounced,
    Outcome.DELAYED: _delayed,
    Outcome.SENT: _sent,
    Outcome.UNKNOWN: _unknown,
}
