"""Mailbox providers of the simulated world: who runs which domain, and how its servers talk.

The wording is invented in each provider's manner; codes are where the real ones put theirs. The
server addresses are of the ranges reserved for documentation (RFC 5737).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Refusal:
    """One answer that refuses or defers a mail.

    `kind` is the bounce subtype or the delay type of SES; `text` may name `{address}`, `{host}`,
    `{code}` and `{sender_ip}`.
    """

    kind: str
    status: str
    text: str


@dataclass(frozen=True, slots=True)
class Provider:
    """Domains with the same servers behind them."""

    name: str
    domains: tuple[str, ...]
    share: float
    """Part of all recipients, 0 to 1; the shares of all providers make 1."""
    exchangers: tuple[tuple[str, str], ...]
    """Host name and address of the servers that take the mail."""
    median_ms: float
    """Half of the deliveries take less, from SES's acceptance to theirs."""
    accepted: tuple[str, ...]
    no_such_mailbox: tuple[Refusal, ...]
    refused: tuple[Refusal, ...]
    """Permanent, but no word about the mailbox: policy and reputation."""
    soft: tuple[Refusal, ...]
    """Transient bounces."""
    deferred: tuple[Refusal, ...]
    """The first is what it answers to all the world while it is in trouble."""
    reports_complaints: bool = True
    """Whether it runs a feedback loop that reaches SES."""


GOOGLE: Final = Provider(
    name="Google",
    domains=("gmail.com", "gmail.com", "gmail.com", "gmail.com", "googlemail.com"),
    share=0.42,
    exchangers=(
        ("gmail-smtp-in.l.google.com", "203.0.113.26"),
        ("alt1.google.com", "203.0.113.27"),
    ),
    median_ms=820,
    accepted=("250 2.0.0 OK  {code} - gsmtp",),
    no_such_mailbox=(
        Refusal(
            "General",
            "5.1.1",
            "smtp; 550-5.1.1 Nobody here has the address {address}.\n550-5.1.1 Look for typing "
            "errors and blanks in it, then\n550 5.1.1 send again. {code} - gsmtp",
        ),
        Refusal(
            "General",
            "5.2.1",
            "smtp; 550-5.2.1 The account behind {address} is switched off\n"
            "550 5.2.1 and takes no mail. {code} - gsmtp",
        ),
    ),
    refused=(
        Refusal(
            "General",
            "5.7.26",
            "smtp; 550-5.7.26 Neither SPF nor DKIM speaks for this mail, so it was\n"
            "550 5.7.26 turned away at the door. {code} - gsmtp",
        ),
        Refusal(
            "General",
            "5.7.1",
            "smtp; 550-5.7.1 [{sender_ip}] Our filters take this mail for unwanted bulk\n"
            "550 5.7.1 and did not let it in. {code} - gsmtp",
        ),
    ),
    soft=(
        Refusal(
            "MailboxFull",
            "5.2.2",
            "smtp; 552-5.2.2 The storage of {address} is used up;\n"
            "552 5.2.2 new mail has to wait for its owner. {code} - gsmtp",
        ),
        Refusal(
            "AttachmentRejected",
            "5.7.0",
            "smtp; 552-5.7.0 The mail holds a kind of attachment that we keep out\n"
            "552 5.7.0 for safety. {code} - gsmtp",
        ),
    ),
    deferred=(
        Refusal(
            "SpamDetected",
            "4.7.28",
            "smtp; 421-4.7.28 [{sender_ip}] Mail comes from this address faster than we\n"
            "421 4.7.28 take it; slowed down for now. {code} - gsmtp",
        ),
        Refusal(
            "MailboxFull",
            "4.2.2",
            "smtp; 452-4.2.2 {address} is out of room at the moment.\n452 4.2.2 {code} - gsmtp",
        ),
    ),
    reports_complaints=False,
)

MICROSOFT: Final = Provider(
    name="Microsoft",
    domains=("outlook.com", "hotmail.com", "hotmail.com", "hotmail.co.uk", "live.com", "msn.com"),
    share=0.19,
    exchangers=(
        ("outlook-com.olc.protection.outlook.com", "198.51.100.41"),
        ("hotmail-com.olc.protection.outlook.com", "198.51.100.42"),
    ),
    median_ms=1650,
    accepted=("250 2.6.0 <{code}@{host}> [InternalId={number}] Queued mail for delivery",),
    no_such_mailbox=(
        Refusal(
            "General",
            "5.5.0",
            "smtp; 550 5.5.0 Nothing done, that mailbox is not available (S2017062302). [{host}]",
        ),
        Refusal(
            "General",
            "5.1.10",
            "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound; no recipient {address} after SMTP "
            "address lookup",
        ),
    ),
    refused=(
        Refusal(
            "General",
            "5.7.1",
            "smtp; 550 5.7.1 No mail taken from [{sender_ip}]: a part of its network stands on our "
            "block list (S3150). Ask your provider to contact us. [{host}]",
        ),
        Refusal(
            "General",
            "5.7.509",
            "smtp; 550 5.7.509 Access denied, the sending domain does not pass DMARC and asks for "
            "reject. [{host}]",
        ),
    ),
    soft=(
        Refusal("MailboxFull", "5.2.2", "smtp; 552 5.2.2 {address} is over its quota. [{host}]"),
        Refusal(
            "MessageTooLarge",
            "5.3.4",
            "smtp; 552 5.3.4 The mail is larger than this mailbox allows. [{host}]",
        ),
    ),
    deferred=(
        Refusal(
            "SpamDetected",
            "4.7.650",
            "smtp; 451 4.7.650 The mail server [{sender_ip}] is limited for now because of its "
            "reputation (S775). [{host}]",
        ),
        Refusal(
            "RecipientServerError",
            "4.3.2",
            "smtp; 451 4.3.2 Temporary server trouble, please come again later ATTR2 [{host}]",
        ),
    ),
)

YAHOO: Final = Provider(
    name="Yahoo",
    domains=("yahoo.com", "yahoo.com", "yahoo.co.uk", "ymail.com", "aol.com"),
    share=0.11,
    exchangers=(
        ("mta5.am0.yahoodns.net", "203.0.113.91"),
        ("mta7.am0.yahoodns.net", "203.0.113.92"),
    ),
    median_ms=2300,
    accepted=("250 ok dirdel", "250 ok {code}"),
    no_such_mailbox=(
        Refusal(
            "General",
            "5.1.1",
            "smtp; 554 30 No mailbox for {address} at this site (#5.1.1) [{host}]",
        ),
    ),
    refused=(
        Refusal(
            "General",
            "5.7.9",
            "smtp; 554 5.7.9 Turned down for policy reasons, see our sender hub [{code}]",
        ),
    ),
    soft=(
        Refusal("MailboxFull", "5.2.2", "smtp; 552 1 Requested room for {address} exceeded"),
        Refusal("ContentRejected", "5.6.0", "smtp; 554 5.6.0 Content of the mail was not accepted"),
    ),
    deferred=(
        Refusal(
            "SpamDetected",
            "4.7.0",
            "smtp; 421 4.7.0 [TSS04] Mail from {sender_ip} waits: odd volume or complaints of "
            "our users - 4.16.55.1",
        ),
    ),
)

APPLE: Final = Provider(
    name="Apple",
    domains=("icloud.com", "icloud.com", "me.com", "mac.com"),
    share=0.07,
    exchangers=(("mx01.mail.icloud.com", "198.51.100.77"),),
    median_ms=1200,
    accepted=("250 2.0.0 Ok: queued as {code}",),
    no_such_mailbox=(
        Refusal("General", "5.1.1", "smtp; 550 5.1.1 <{address}>: no user of that name"),
    ),
    refused=(
        Refusal(
            "General",
            "5.7.1",
            "smtp; 554 5.7.1 [CS01] Mail declined by local policy, code {code}",
        ),
    ),
    soft=(Refusal("MailboxFull", "5.2.2", "smtp; 552 5.2.2 <{address}>: no storage left"),),
    deferred=(
        Refusal("General", "4.5.0", "smtp; 450 4.5.0 <{address}>: try again in a while [{code}]"),
    ),
)

PORTAL: Final = Provider(
    name="Portal",
    domains=("gmx.de", "web.de", "gmx.net", "orange.fr", "libero.it", "seznam.cz"),
    share=0.07,
    exchangers=(("mx00.emig.gmx.net", "192.0.2.140"), ("mx01.emig.gmx.net", "192.0.2.141")),
    median_ms=950,
    accepted=("250 Requested mail action okay, completed: id={code}",),
    no_such_mailbox=(
        Refusal("General", "5.1.1", "smtp; 550 5.1.1 mailbox of {address} not available"),
    ),
    refused=(
        Refusal("General", "5.7.1", "smtp; 554 Transaction failed: refused by policy, {code}"),
    ),
    soft=(Refusal("MailboxFull", "5.2.2", "smtp; 552 {address}: storage exceeded"),),
    deferred=(Refusal("General", "4.7.1", "smtp; 450 4.7.1 mail has to wait, rate limit, {code}"),),
)

OFFICES: Final = Provider(
    name="Offices",
    domains=(
        "northgate-logistics.example",
        "harborview-clinic.example",
        "tindal-and-moss.example",
        "stadtwerke-auental.example",
        "ateliers-du-pont.example",
        "kestrel-software.example",
        "mail.quarrybank-school.example",
        "xn--mller-brot-9db.example",
        "xn--caf-lumire-66ag.example",
        "xn---studio-f43k486d.example",
    ),
    share=0.14,
    exchangers=(
        ("mx1.filter.example", "192.0.2.201"),
        ("mail.relay-host.example", "192.0.2.202"),
        ("inbound.gateway.example", "192.0.2.203"),
    ),
    median_ms=1400,
    accepted=(
        "250 2.0.0 Ok: queued as {code}",
        "250 OK id={code}",
        "250 2.0.0 {code} Message accepted for delivery",
        "250 2.6.0 Message received",
    ),
    no_such_mailbox=(
        Refusal(
            "General",
            "5.1.1",
            "smtp; 550 5.1.1 <{address}>: Recipient address rejected: not in the directory",
        ),
        Refusal("NoEmail", "5.1.1", "smtp; 550 5.1.1 {address} has left the company"),
    ),
    refused=(
        Refusal("General", "5.7.1", "smtp; 550 5.7.1 Blocked by mail policy 114, ticket {code}"),
        Refusal("General", "5.4.14", "smtp; 554 5.4.14 Hop count exceeded, possible mail loop"),
    ),
    soft=(
        Refusal("ContentRejected", "5.6.1", "smtp; 554 5.6.1 The mail's content is not wanted"),
        Refusal("MessageTooLarge", "5.2.3", "smtp; 552 5.2.3 Limit is 10 MB for {address}"),
        Refusal("CustomTimeoutExceeded", "4.4.7", "smtp; 550 4.4.7 Not delivered within the limit"),
        Refusal("General", "4.4.7", "smtp; 550 4.4.7 Message expired: {host} did not answer"),
    ),
    deferred=(
        Refusal(
            "General",
            "4.7.1",
            "smtp; 451 4.7.1 <{address}>: Greylisted, please try again in 300 seconds",
        ),
        Refusal(
            "TransientCommunicationFailure",
            "4.4.1",
            "smtp; 421 4.4.1 Connection to {host} timed out while waiting for the greeting",
        ),
        Refusal("IPFailure", "4.4.2", "smtp; 421 4.4.2 {host} dropped the connection"),
        Refusal("RecipientServerError", "4.3.1", "smtp; 452 4.3.1 Not enough system storage"),
    ),
)

PROVIDERS: Final = (GOOGLE, MICROSOFT, YAHOO, APPLE, PORTAL, OFFICES)
