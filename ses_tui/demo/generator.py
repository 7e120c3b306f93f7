"""A seeded stream of plausible SES events: the life of every mail of an imaginary shop.

Pure and repeatable: the same seed, start, rates and ranges give the same events.
"""

import heapq
import math
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from random import Random
from typing import Any, Final

from ses_tui.demo import ses_payload
from ses_tui.demo.mailbox import Customers, Mailbox
from ses_tui.demo.providers import GOOGLE, PROVIDERS, Provider, Refusal
from ses_tui.demo.ses_payload import Mail, Payload, Refused
from ses_tui.demo.shop import LINKS, ORDERS, MailKind, pick_kind

EVENTS_PER_MAIL: Final = 2.4
"""Measured over many mails; turns events a second into mails a second."""

_SECOND: Final = 1000
_MINUTE: Final = 60_000
_TROUBLE_SLOT: Final = 17 * _MINUTE
"""In each slot of this length one provider defers much of its mail for a few minutes."""

INCIDENTS: Final = ("gmail", "list", "silence")
"""A provider defers, a newsletter goes to bad addresses, a configuration set falls silent."""
INCIDENT_AFTER_MS: Final = _MINUTE
"""So long after `begin_incident` it begins."""
_BAD_ADDRESSES = 0.4

_GOLDEN_RATIO: Final = (math.sqrt(5) - 1) / 2
"""Its multiples, less whole numbers, fill [0, 1) as evenly as can be."""
_REJECTED = 0.0006
_RENDERING_FAILED = 0.004
_TO_SIMULATOR = 0.003
_WITH_DISPLAY_NAME = 0.04
_REFUSED_BY_POLICY = 0.012
_SOFT_BOUNCE = 0.006
_DEFERRED = 0.025
_DEFERRED_IN_TROUBLE = 0.6
_GIVEN_UP = 0.12
_COMPLAINT = 0.0012
_COMPLAINT_WITHOUT_REPORT = 0.2
_NOT_SPAM = 0.06
_AUTOMATIC_REPLY = 0.003
_LATE_BOUNCE = 0.0006
_UNSUBSCRIBED = 0.004
_UNDETERMINED = 0.0005
_NOTIFIED_TOO = 0.02
_REPEATED = 0.004

_USER_AGENTS: Final = (
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML) Version/19.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
)
_SIMULATOR_LABELS: Final = ("success", "bounce", "complaint", "ooto", "suppressionlist")
_SUPPRESSED_BY_ACCOUNT: Final = Refused(
    "",
    "5.1.1",
    "smtp; 550 5.1.1 Not sent: the address stands on this account's suppression list because "
    "mail to it bounced or was complained about before.",
)

Build = Callable[[], Payload]


class TrafficGenerator:
    """The shop's traffic from `start_ms` on, in the order in which things happen."""

    def __init__(self, seed: int, start_ms: int) -> None:
        self._random = Random(seed)
        self._seed = seed
        self._customers = Customers(self._random)
        # Old customers were written to before: what bounces for the first time is new.
        self._suppressed = self._customers.gone
        self._now = start_ms
        self._sequence = count()
        self._coming: list[tuple[int, int, Build]] = []
        self._incident: tuple[str, int] | None = None
        self._trouble: tuple[int, Provider, int, int] | None = None
        self._calm: tuple[float, float] = (0, 0)
        self._turn = 0.0

    def events(
        self, events_per_second: float, until_ms: int | None = None, *, evenly: bool = False
    ) -> Iterator[tuple[int, Payload]]:
        """Time (ms) and payload of every event before `until_ms`, else without end.

        May be called again, with another rate: it goes on where the last call ended. What follows
        a mail comes later, so the rate is reached only after some minutes. With `evenly`, mails
        and their kinds follow each other without gaps by chance. Raises `ValueError` for a rate
        that is not positive.
        """
        if not events_per_second > 0:
            raise ValueError(f"a rate of {events_per_second} events a second: give more than 0")
        mails_per_ms = events_per_second / EVENTS_PER_MAIL / _SECOND

        def pause() -> float:
            return 1 / mails_per_ms if evenly else self._random.expovariate(mails_per_ms)

        next_mail = self._now + pause()
        while True:
            while self._coming and self._coming[0][0] <= next_mail:
                if until_ms is not None and self._coming[0][0] >= until_ms:
                    break
                self._now, _, build = heapq.heappop(self._coming)
                yield self._now, build()
            if until_ms is not None and next_mail >= until_ms:
                self._now = until_ms
                return
            self._now = int(next_mail)
            self._turn = (self._turn + _GOLDEN_RATIO) % 1
            self._begin_mail(self._now, self._turn if evenly else self._random.random())
            next_mail += pause()

    def begin_incident(self, name: str, now_ms: int) -> None:
        """Let one of `INCIDENTS` begin a minute after `now_ms`, for good, and nothing beside it."""
        self._incident = (name, now_ms + INCIDENT_AFTER_MS)
        self.keep_calm(now_ms)

    def keep_calm(self, since_ms: int, until_ms: float = math.inf) -> None:
        """No provider is in trouble of its own in [since, until)."""
        self._calm = (since_ms, until_ms)

    def _begin_mail(self, now: int, chance: float) -> None:
        kind = pick_kind(chance)
        if kind.configuration_set == ORDERS.configuration_set and self._suffers("silence", now):
            return
        if self._chance(_TO_SIMULATOR):
            self._begin_simulator_mail(kind, now)
            return
        if kind.to_offices:
            picked = {
                mailbox.address: mailbox
                for mailbox in (self._customers.pick_office() for _ in range(self._below(5) + 1))
            }
            mailboxes = list(picked.values())
        else:
            mailboxes = [self._customers.pick()]
        mail = self._mail(kind, now, [self._written(mailbox) for mailbox in mailboxes])
        if kind.templated and self._chance(_RENDERING_FAILED):
            attribute = ("firstName", "orderNumber", "voucher")[self._below(3)]
            self._later(now, partial(ses_payload.rendering_failure, mail, attribute))
            return
        self._later(now, partial(ses_payload.send, mail))
        if self._chance(_REJECTED):
            self._later(now + 40 + self._below(900), partial(ses_payload.reject, mail))
            return
        delivered: list[Mailbox] = []
        for mailbox in mailboxes:
            if not self._fails(mail, mailbox, now):
                delivered.append(mailbox)
        for provider in PROVIDERS:
            together = [mailbox for mailbox in delivered if mailbox.provider is provider]
            if together:
                at = now + self._processing_ms(provider)
                self._deliver(mail, together, provider, at)

    def _fails(self, mail: Mail, mailbox: Mailbox, now: int) -> bool:
        """Whether the mail has another fate than a delivery at once; if so, that fate begins."""
        provider, address = mailbox.provider, mailbox.address
        at = now + self._processing_ms(provider)
        if mailbox.condition == "suppressed globally":
            self._bounce(mail, now + 300, "Permanent", "Suppressed", Refused(address), None)
        elif address in self._suppressed:
            listed = Refused(
                address, _SUPPRESSED_BY_ACCOUNT.status, _SUPPRESSED_BY_ACCOUNT.diagnostic
            )
            self._bounce(mail, now + 150, "Permanent", "OnAccountSuppressionList", listed, None)
        elif mailbox.condition == "gone":
            self._suppressed.add(address)
            self._refuse(mail, mailbox, "Permanent", self._one(provider.no_such_mailbox), at)
        elif mailbox.condition == "full":
            refusal = next((one for one in provider.soft if one.kind == "MailboxFull"), None)
            self._refuse(mail, mailbox, "Transient", refusal or provider.soft[0], at)
        elif (
            mail.kind.name == "newsletter"
            and self._suffers("list", now)
            and self._chance(_BAD_ADDRESSES)
        ):
            self._refuse(mail, mailbox, "Permanent", provider.no_such_mailbox[0], at)
        elif self._chance(_REFUSED_BY_POLICY):
            self._refuse(mail, mailbox, "Permanent", self._one(provider.refused), at)
        elif self._chance(_SOFT_BOUNCE):
            self._refuse(mail, mailbox, "Transient", self._one(provider.soft), at)
        elif self._chance(_UNDETERMINED):
            self._bounce(mail, at, "Undetermined", "Undetermined", Refused(address), None)
        elif self._in_trouble(provider, now) and self._chance(_DEFERRED_IN_TROUBLE):
            self._defer(mail, mailbox, provider.deferred[0], at)
        elif self._chance(_DEFERRED):
            self._defer(mail, mailbox, self._one(provider.deferred), at)
        else:
            return False
        return True

    def _defer(self, mail: Mail, mailbox: Mailbox, refusal: Refusal, at: int) -> None:
        """Delayed once or more, then delivered, or given up."""
        words = self._words(refusal, mailbox)
        for _ in range(1 + self._below(3) // 2):
            self._later(at, partial(ses_payload.delay, mail, at, refusal.kind, [words]))
            at += int(self._random.expovariate(1 / (4 * _MINUTE))) + 20 * _SECOND
        if self._chance(_GIVEN_UP):
            self._refuse(mail, mailbox, "Transient", self._one(mailbox.provider.soft), at)
        else:
            self._deliver(mail, [mailbox], mailbox.provider, at)

    def _deliver(self, mail: Mail, mailboxes: list[Mailbox], provider: Provider, at: int) -> None:
        host, remote_ip = self._one(provider.exchangers)
        response = self._one(provider.accepted).format(
            code=self._code(), host=host, number=self._random.getrandbits(44)
        )
        addresses = [mailbox.address for mailbox in mailboxes]
        self._later_also_notified(
            at, partial(ses_payload.delivery, mail, at, addresses, response, remote_ip)
        )
        self._react(mail, mailboxes[0], at)
        if provider.reports_complaints and self._chance(_COMPLAINT):
            # A provider that does not name the complainer makes suspects of all at its domains.
            self._complain(mail, addresses, at + self._spread(12 * _MINUTE))

    def _react(self, mail: Mail, mailbox: Mailbox, at: int) -> None:
        """What a reader does, or a server thinks better of, after a delivery."""
        kind = mail.kind
        if self._chance(kind.opened):
            agent, ip_address = self._one(_USER_AGENTS), f"203.0.113.{self._below(250) + 1}"
            opened_at = at + 2 * _SECOND + self._spread(6 * _MINUTE)
            self._later(opened_at, partial(ses_payload.opened, mail, opened_at, ip_address, agent))
            if self._chance(kind.clicked):
                clicked_at = opened_at + self._spread(40 * _SECOND)
                link = self._one(LINKS)
                self._later(
                    clicked_at,
                    partial(ses_payload.clicked, mail, clicked_at, ip_address, agent, link),
                )
        if kind.name == "newsletter" and self._chance(_UNSUBSCRIBED):
            left_at = at + self._spread(10 * _MINUTE)
            self._later(left_at, partial(ses_payload.unsubscribed, mail, left_at))
        if self._chance(_AUTOMATIC_REPLY):
            reply = Refused(
                mailbox.address, "5.0.0", "smtp; automatic reply: out of office until Monday"
            )
            self._bounce(mail, at + self._spread(_MINUTE), "Transient", "General", reply, None)
        elif self._chance(_LATE_BOUNCE):
            refusal = self._one(mailbox.provider.no_such_mailbox)
            self._refuse(mail, mailbox, "Permanent", refusal, at + self._spread(3 * _MINUTE))

    def _complain(self, mail: Mail, suspects: list[str], at: int) -> None:
        kind = "not-spam" if self._chance(_NOT_SPAM) else "abuse"
        feedback_type = None if self._chance(_COMPLAINT_WITHOUT_REPORT) else kind
        if feedback_type != "not-spam" and len(suspects) == 1:
            self._suppressed.add(suspects[0])
        self._later_also_notified(
            at,
            partial(ses_payload.complaint, mail, at, suspects, self._identifier(at), feedback_type),
        )

    def _refuse(
        self, mail: Mail, mailbox: Mailbox, bounce_type: str, refusal: Refusal, at: int
    ) -> None:
        remote_ip = self._one(mailbox.provider.exchangers)[1]
        words = self._words(refusal, mailbox)
        self._bounce(mail, at, bounce_type, refusal.kind, words, remote_ip)

    def _bounce(
        self,
        mail: Mail,
        at: int,
        bounce_type: str,
        subtype: str,
        refused: Refused,
        remote_ip: str | None,
    ) -> None:
        feedback_id = self._identifier(at)
        self._later_also_notified(
            at,
            partial(
                ses_payload.bounce,
                mail,
                at,
                bounce_type,
                subtype,
                [refused],
                feedback_id,
                remote_ip,
            ),
        )

    def _begin_simulator_mail(self, kind: MailKind, now: int) -> None:
        """A health check of the shop's own: a mail to the mailbox simulator of SES."""
        label = self._one(_SIMULATOR_LABELS)
        address = f"{label}+check{self._below(10)}@simulator.amazonses.com"
        mail = self._mail(kind, now, [address])
        self._later(now, partial(ses_payload.send, mail))
        at = now + 400 + self._below(900)
        refused = Refused(address, "5.1.1", "smtp; 550 5.1.1 simulated: no such user")
        if label == "bounce":
            self._bounce(mail, at, "Permanent", "General", refused, None)
        elif label == "suppressionlist":
            self._bounce(mail, at, "Permanent", "Suppressed", Refused(address), None)
        else:
            response, remote_ip = "250 2.6.0 Message received", "192.0.2.60"
            self._later(at, partial(ses_payload.delivery, mail, at, [address], response, remote_ip))
            if label == "complaint":
                self._complain(mail, [address], at + 2 * _SECOND)
            if label == "ooto":
                self._bounce(mail, at + 900, "Transient", "General", Refused(address), None)

    def _suffers(self, incident: str, now: int) -> bool:
        return self._incident is not None and (
            self._incident[0] == incident and now >= self._incident[1]
        )

    def _in_trouble(self, provider: Provider, now: int) -> bool:
        if provider is GOOGLE and self._suffers("gmail", now):
            return True
        if self._calm[0] <= now < self._calm[1]:
            return False
        slot = now // _TROUBLE_SLOT
        if self._trouble is None or self._trouble[0] != slot:
            fate = Random(self._seed * 1_000_003 + slot)
            begin = slot * _TROUBLE_SLOT + int(fate.random() * 10 * _MINUTE)
            end = begin + 2 * _MINUTE + int(fate.random() * 4 * _MINUTE)
            self._trouble = (slot, fate.choice(PROVIDERS), begin, end)
        _, troubled, begin, end = self._trouble
        return provider is troubled and begin <= now < end

    def _later(self, at: int, build: Build) -> None:
        heapq.heappush(self._coming, (at, next(self._sequence), build))
        if self._chance(_REPEATED):
            again = at + self._spread(3 * _SECOND)
            heapq.heappush(self._coming, (again, next(self._sequence), build))

    def _later_also_notified(self, at: int, build: "partial[Payload]") -> None:
        """Some identities are still set to notify: the same event comes in the older form too."""
        self._later(at, build)
        if self._chance(_NOTIFIED_TOO):
            self._later(at + self._below(800), partial(build, notification=True))

    def _mail(self, kind: MailKind, now: int, destination: list[str]) -> Mail:
        return Mail(
            message_id=self._identifier(now),
            sent_at=now,
            kind=kind,
            subject=kind.subject(self._random),
            destination=tuple(destination),
        )

    def _written(self, mailbox: Mailbox) -> str:
        if self._chance(_WITH_DISPLAY_NAME):
            return f"{mailbox.name} <{mailbox.address}>"
        return mailbox.address

    def _words(self, refusal: Refusal, mailbox: Mailbox) -> Refused:
        text = refusal.text.format(
            address=mailbox.address,
            host=self._one(mailbox.provider.exchangers)[0],
            code=self._code(),
            sender_ip=ses_payload.SENDER_IP,
        )
        return Refused(mailbox.address, refusal.status, text)

    def _processing_ms(self, provider: Provider) -> int:
        return int(provider.median_ms * self._random.lognormvariate(0, 0.6)) + 80

    def _identifier(self, at: int) -> str:
        """In the form of SES's message and feedback ids: the time, then what makes it unique."""
        bits = f"{self._random.getrandbits(128):032x}"
        return (
            f"0102{at:012x}-{bits[:8]}-{bits[8:12]}-{bits[12:16]}-{bits[16:20]}-{bits[20:]}-000000"
        )

    def _code(self) -> str:
        return f"{self._random.getrandbits(56):014x}"

    def _spread(self, mean_ms: int) -> int:
        return int(self._random.expovariate(1 / mean_ms))

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _below(self, limit: int) -> int:
        return int(self._random.random() * limit)

    def _one(self, choices: tuple[Any, ...]) -> Any:
        return choices[int(self._random.random() * len(choices))]
