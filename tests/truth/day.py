"""A day of mail by plan: what SES publishes, when, and what each of it means.

The plan writes down what happened in plain words and then the payloads that tell of it, so that
figures can be worked out without looking at a payload again.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Any, Final

from recorder.model.timestamps import format_timestamp
from tests import payloads
from tests.events import NOON
from tests.payloads import Payload

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY_START: Final = NOON - 36 * HOUR
END: Final = DAY_START + 23 * HOUR + 52 * MINUTE + 31_000
STORM: Final = range(DAY_START + 14 * HOUR + 30 * MINUTE, DAY_START + 14 * HOUR + 45 * MINUTE)
EVENING: Final = DAY_START + 20 * HOUR
CROWDED_AT: Final = DAY_START + 23 * HOUR + 20 * MINUTE + 7_000
CROWD: Final = 220
"""Domains that are written to in one minute: more than the rows of three shards can name."""
SIMULATOR: Final = "simulator.amazonses.com"
STORMY: Final = "stormy.example"
_DOMAINS: Final = ("meadow.example", "harbour.example", "lane.example", "valley.example", STORMY)
_MAILS_AT_ONCE: Final = 9


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that counts once."""

    at: int
    """When it was first recorded (ms)."""
    kind: str
    """The event type."""
    domain: str
    configuration_set: str
    identity: str
    meaning: str = ""
    """For a bounce its type, or `suppressed`; for a complaint `meant` or `not meant`."""
    subtype: str = ""
    """For a bounce, `<type>/<subtype>`."""
    status: str = ""

    @property
    def simulated(self) -> bool:
        """Whether it is about mail to SES's mailbox simulator."""
        return self.domain == SIMULATOR


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail; every payload about it repeats this."""

    message_id: str
    sent: int
    recipients: tuple[str, ...]
    configuration_set: str
    identity: str
    publishes_send: bool

    def happening(self, at: int, kind: str, recipient: str, **more: str) -> Happening:
        values = {"configuration_set": self.configuration_set, "identity": self.identity} | more
        return Happening(at, kind, recipient.rpartition("@")[2], **values)


_SENDERS: Final = (
    ("transactional", "shop.example", True),
    ("transactional", "billing@shop.example", True),
    ("marketing", "news.shop.example", True),
    ("statements", "shop.example", False),
)


@dataclass
class Day:
    """Payloads by the moment at which they reach the recorder, and what they mean in the end."""

    payloads: dict[int, list[Payload]] = field(default_factory=lambda: defaultdict(list))
    happenings: list[Happening] = field(default_factory=list)
    repeated: int = 0
    """Payloads that come a second time."""
    told_twice: int = 0
    """Events that come in both generations."""


def plan_day(seed: int = 11) -> Day:
    """The same day for the same seed."""
    return _Planner(seed).day


def last_month(letters: int = 60) -> list[Payload]:
    """Bounces and complaints of a month ago, in which everything went wrong."""
    chance = Random(5)
    found: list[Payload] = []
    for number in range(letters):
        time = format_timestamp(DAY_START - (20 + chance.randrange(20)) * 24 * HOUR + number)
        of_mail: dict[str, Any] = {
            "message_id": f"last-month-{number}",
            "recipients": [f"old{number}@{STORMY}"],
            "sent": time,
            "time": time,
            "feedback_id": f"last-month-feedback-{number}",
        }
        found += [payloads.bounce(**of_mail), payloads.complaint(**of_mail)]
    return found


class _Planner:
    def __init__(self, seed: int) -> None:
        self.day = Day()
        self._chance = Random(seed)
        self._numbers = count(1)
        self._moments = _moments(self._chance)
        self._places = {moment: place for place, moment in enumerate(self._moments)}
        for moment in self._moments:
            for _ in range(_MAILS_AT_ONCE):
                self._begin(self._letter(moment))
            if moment - moment % MINUTE in STORM:
                self._storm(moment)
        for number in range(CROWD):
            letter = self._letter(CROWDED_AT, [f"someone@crowd{number}.example"])
            self._send(letter)
            self._deliver(letter, letter.recipients, CROWDED_AT)

    def _letter(self, sent: int, recipients: Sequence[str] | None = None) -> Letter:
        if recipients is None:
            home = self._chance.choice(_DOMAINS)
            recipients = [f"Person{next(self._numbers)}@{home}"]
            if self._chance.random() < 0.15:
                away = self._chance.choice(_DOMAINS)
                recipients = [
                    *recipients,
                    f"colleague{next(self._numbers)}@{home}",
                    f"friend{next(self._numbers)}@{away}",
                ]
        configuration_set, identity, publishes_send = self._chance.choice(_SENDERS)
        return Letter(
            message_id=f"0102-{next(self._numbers):08d}-000000",
            sent=sent,
            recipients=tuple(recipients),
            configuration_set=configuration_set,
            identity=identity,
            publishes_send=publishes_send,
        )

    def _later(self, moment: int, steps: int) -> int | None:
        """The moment so many steps on; `None` once the day is over."""
        place = self._places[moment] + steps
        return self._moments[place] if place < len(self._moments) else None

    def _begin(self, letter: Letter) -> None:
        dice = self._chance.random()
        now = letter.sent
        (first, *_) = letter.recipients
        if dice < 0.03:
            self._try_out()
        elif dice < 0.04:
            self._publish(now, "rendering_failure", "RenderingFailure", letter, letter.recipients)
        elif dice < 0.05:
            self._send(letter)
            self._publish(now, "reject", "Reject", letter, letter.recipients)
        elif dice < 0.055:
            self._strange(letter)
        else:
            self._send(letter)
            if dice < 0.09:
                self._bounce(letter, first, now, "Permanent", "General", "5.1.1")
            elif dice < 0.12:
                subtype = self._chance.choice(
                    (
                        "OnAccountSuppressionList",
                        "OnAccountSuppressionList",
                        "OnTenantSuppressionList",
                    )
                )
                self._bounce(letter, first, now, "Permanent", subtype, "5.1.1", "suppressed")
            elif dice < 0.15:
                self._bounce(letter, first, now, "Transient", "MailboxFull", "5.2.2")
            elif dice < 0.16:
                self._bounce(letter, first, now, "Undetermined", "Undetermined", None)
            elif dice < 0.20:
                self._delay(letter, first, now)
                later = self._later(now, 2)
                if later is not None:
                    self._deliver(letter, letter.recipients, later)
            else:
                self._deliver(letter, letter.recipients, now)

    def _storm(self, now: int) -> None:
        """One provider turns nearly everything away."""
        for _ in range(16):
            letter = self._letter(now, [f"caught{next(self._numbers)}@{STORMY}"])
            self._send(letter)
            if self._chance.random() < 0.8:
                self._bounce(letter, letter.recipients[0], now, "Permanent", "General", "5.7.1")
            else:
                self._delay(letter, letter.recipients[0], now)

    def _try_out(self) -> None:
        """Mail to the simulator, of whatever kind."""
        now = self._moments[self._chance.randrange(len(self._moments))]
        letter = self._letter(now, [f"try{next(self._numbers)}@{SIMULATOR}"])
        (address,) = letter.recipients
        self._send(letter)
        match self._chance.randrange(4):
            case 0:
                self._bounce(letter, address, now, "Permanent", "General", "5.1.1")
            case 1:
                self._bounce(letter, address, now, "Permanent", "Suppressed", "5.1.1")
            case 2:
                self._complain(letter, [address], now, "abuse")
            case _:
                self._publish_delivery(letter, [address], now)

    def _strange(self, letter: Letter) -> None:
        """A type that SES may add one day."""
        payload = payloads.send(**self._of_mail(letter), time=format_timestamp(letter.sent))
        payload["eventType"] = "Teleport"
        payload["teleport"] = payload.pop("send") | {"timestamp": format_timestamp(letter.sent)}
        self._put(letter.sent, self._signed(payload, letter))
        self.day.happenings += [
            letter.happening(letter.sent, "Teleport", one) for one in letter.recipients
        ]

    def _send(self, letter: Letter) -> None:
        if letter.publishes_send:
            self._publish(letter.sent, "send", "Send", letter, letter.recipients)

    def _deliver(self, letter: Letter, recipients: Sequence[str], now: int) -> None:
        """One payload for each domain, and what readers do about the mail."""
        for domain in dict.fromkeys(one.rpartition("@")[2] for one in recipients):
            there = [one for one in recipients if one.endswith("@" + domain)]
            self._publish_delivery(letter, there, now)
            if self._chance.random() < 0.02 and (later := self._later(now, 1)):
                kind = self._chance.choice(("abuse", "abuse", None, "not-spam"))
                self._complain(letter, there, later, kind)
        self._engage(letter, now)
        if self._chance.random() < 0.01 and (
            later := self._later(now, self._chance.randint(5, 60))
        ):
            self._bounce(letter, recipients[0], later, "Permanent", "General", "5.1.1")

    def _engage(self, letter: Letter, now: int) -> None:
        """An open and a click name nobody: they count once, for the first recipient."""
        for builder, kind, share in (("open_event", "Open", 0.3), ("click", "Click", 0.1)):
            later = self._later(now, self._chance.randint(1, 3))
            if self._chance.random() < share and later is not None:
                self._publish(later, builder, kind, letter, letter.recipients[:1])

    def _publish_delivery(self, letter: Letter, there: Sequence[str], now: int) -> None:
        details = {
            "time": format_timestamp(now),
            "sent": format_timestamp(letter.sent),
            "delivered": there,
            "processing_ms": self._chance.randrange(200, 90_000),
        }
        happened = [letter.happening(now, "Delivery", one) for one in there]
        self._tell("delivery", letter, now, details, happened)

    def _bounce(
        self,
        letter: Letter,
        address: str,
        now: int,
        bounce_type: str,
        subtype: str,
        status: str | None,
        meaning: str = "",
    ) -> None:
        entry = {"emailAddress": address}
        if status is not None:
            entry |= {"action": "failed", "status": status, "diagnosticCode": f"smtp; 550 {status}"}
        details = {
            "time": format_timestamp(now),
            "sent": format_timestamp(letter.sent),
            "bounce_type": bounce_type,
            "bounce_subtype": subtype,
            "bounced": [entry],
            "feedback_id": f"feedback-{next(self._numbers)}",
        }
        happened = letter.happening(
            now,
            "Bounce",
            address,
            meaning=meaning or bounce_type,
            subtype=f"{bounce_type}/{subtype}",
            status=status or "",
        )
        self._tell("bounce", letter, now, details, [happened])

    def _complain(
        self, letter: Letter, suspects: Sequence[str], now: int, complaint_type: str | None
    ) -> None:
        details = {
            "time": format_timestamp(now),
            "sent": format_timestamp(letter.sent),
            "complaint_type": complaint_type,
            "complained": [{"emailAddress": one} for one in suspects],
            "feedback_id": f"feedback-{next(self._numbers)}",
        }
        meaning = "not meant" if complaint_type == "not-spam" else "meant"
        happened = letter.happening(now, "Complaint", suspects[0], meaning=meaning)
        self._tell("complaint", letter, now, details, [happened])

    def _delay(self, letter: Letter, address: str, now: int) -> None:
        entry = {"emailAddress": address, "status": "4.7.28", "diagnosticCode": "smtp; 421 later"}
        details: dict[str, Any] = {"delayed": [entry], "delay_type": "SpamDetected"}
        details |= {"time": format_timestamp(now), "sent": format_timestamp(letter.sent)}
        happened = letter.happening(now, "DeliveryDelay", address, status="4.7.28")
        self._put(now, self._built("delivery_delay", letter, details))
        self.day.happenings.append(happened)

    def _publish(
        self, now: int, builder: str, kind: str, letter: Letter, counted: Sequence[str]
    ) -> None:
        """One payload, which counts for the recipients `counted`."""
        self._put(now, self._built(builder, letter, {"time": format_timestamp(now)}))
        self.day.happenings += [letter.happening(now, kind, one) for one in counted]

    def _tell(
        self,
        builder: str,
        letter: Letter,
        now: int,
        details: dict[str, Any],
        happened: Sequence[Happening],
    ) -> None:
        """By event publishing, and now and then by the identity's notifications too.

        Whichever form comes first is counted, and a notification without headers knows no set.
        """
        published = self._built(builder, letter, details)
        later = self._later(now, 1)
        if self._chance.random() < 0.06 and later is not None:
            self.day.told_twice += 1
            bare = {"generation": "notification", "headers": False}
            notified = self._built(builder, letter, details | bare)
            if self._chance.random() < 0.5:
                self._put(now, notified)
                self._put(later, published)
                happened = [replace(one, configuration_set="") for one in happened]
            else:
                self._put(now, published)
                self._put(self._chance.choice((now, later)), notified)
        else:
            self._put(now, published)
        self.day.happenings += happened

    def _put(self, now: int, payload: Payload) -> None:
        """One in twenty comes again, at once or later."""
        self.day.payloads[now].append(payload)
        if self._chance.random() < 0.05:
            again = self._later(now, self._chance.choice((0, 0, 1, 20))) or now
            self.day.payloads[again].append(payload)
            self.day.repeated += 1

    def _built(self, builder: str, letter: Letter, details: dict[str, Any]) -> Payload:
        build = getattr(payloads, builder)
        return self._signed(build(**self._of_mail(letter), **details), letter)

    def _of_mail(self, letter: Letter) -> dict[str, Any]:
        return {
            "message_id": letter.message_id,
            "recipients": letter.recipients,
            "configuration_set": letter.configuration_set,
        }

    def _signed(self, payload: Payload, letter: Letter) -> Payload:
        arn = f"arn:aws:ses:eu-west-1:111122223333:identity/{letter.identity}"
        payload["mail"]["sourceArn"] = arn
        return payload


def _moments(chance: Random) -> list[int]:
    """Now and then through the day, often in the storm and in the last hour."""
    minutes = {*range(DAY_START, END - 65 * MINUTE, 30 * MINUTE)}
    minutes |= {
        *STORM[:: 3 * MINUTE],
        *range(END - END % MINUTE - 62 * MINUTE, END - MINUTE, 3 * MINUTE),
    }
    minutes |= {*range(EVENING - 50 * MINUTE, EVENING, 12 * MINUTE)}
    minutes.discard(CROWDED_AT - CROWDED_AT % MINUTE)
    return sorted({minute + chance.randrange(55_000) for minute in minutes} | {CROWDED_AT})
