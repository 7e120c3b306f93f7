"""The shop that sends: its kinds of mail, their senders, subjects and tags."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

_DOMAIN: Final = "larkspur-tea.example"
_ITEMS: Final = (
    *("Assam Second Flush", "Moroccan Mint", "Cast-iron Kettle", "Genmaicha 250 g", "Tasting Set"),
    *("Oolong Sampler", "Porcelain Cup", "Rooibos Vanilla", "Travel Tin", "Matcha Whisk"),
)
_ODD_SUBJECTS: Final = (
    "🍵 Fresh harvest is in: 20% off all 緑茶 until Sunday",
    "ご注文ありがとうございます（注文番号 {number}）",
    "您的订单 {number} 已发货 📦",
    "طلبك رقم {number} في الطريق إليك",
    "ההזמנה שלך {number} נשלחה",
    "Ihre Bestellung {number}: Lieferung verzögert sich – wir bitten um Entschuldigung",
    "[ACTION REQUIRED] Please confirm your delivery address for order {number}",
    "Re: Re: Fwd: question about the {item}, the invoice of last month, the missing strainer and "
    "whether the second parcel can still be sent to the office instead of the house (order "
    "{number}, placed on a Tuesday, paid by card, to be left with the neighbour)",
    "👩🏽‍🌾 Meet the growers · Rencontrez les productrices · 生産者に会う",
)
_ODD_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class MailKind:
    """One kind of mail that the shop sends."""

    name: str
    sender: str
    identity: str
    configuration_set: str
    share: float
    """Part of all mails, 0 to 1; the shares of all kinds make 1."""
    subjects: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]
    templated: bool = False
    """Sent by template: rendering may fail, and the Send event knows no subject."""
    opened: float = 0.0
    """Part of the delivered mails that are opened at least once; 0 where nothing is tracked."""
    clicked: float = 0.0
    """Part of the opened mails in which a link is followed."""
    to_offices: bool = False
    """Goes to several people of companies."""

    def subject(self, random: Random) -> str:
        """A subject line, one in twenty of them in another script or of uncommon length."""
        subjects = _ODD_SUBJECTS if random.random() < _ODD_SHARE else self.subjects
        return subjects[int(random.random() * len(subjects))].format(
            number=100_000 + int(random.random() * 900_000),
            item=_ITEMS[int(random.random() * len(_ITEMS))],
        )


ORDERS: Final = MailKind(
    name="order",
    sender=f"Larkspur Tea <orders@{_DOMAIN}>",
    identity=_DOMAIN,
    configuration_set="transactional",
    share=0.40,
    subjects=(
        "Your order {number} is confirmed",
        "Order {number} has left our warehouse",
        "Out for delivery today: {item}",
        "How was your {item}?",
    ),
    tags=(("purpose", "order"), ("store", "north")),
    opened=0.42,
    clicked=0.22,
)
ACCOUNTS: Final = MailKind(
    name="account",
    sender=f"Larkspur Accounts <no-reply@{_DOMAIN}>",
    identity=_DOMAIN,
    configuration_set="transactional",
    share=0.18,
    subjects=(
        "Reset your password",
        "Your sign-in code is {number}",
        "New sign-in to your Larkspur account",
    ),
    tags=(("purpose", "account"),),
    templated=True,
)
NEWSLETTER: Final = MailKind(
    name="newsletter",
    sender=f"Larkspur Letter <letter@news.{_DOMAIN}>",
    identity=f"news.{_DOMAIN}",
    configuration_set="marketing",
    share=0.34,
    subjects=(
        "Spring picks: {item} and four more",
        "The {item} is back in stock",
        "A quiet cup: our letter for the weekend",
        "Last day: free shipping on {item}",
    ),
    tags=(("purpose", "newsletter"), ("campaign", "spring-harvest")),
    templated=True,
    opened=0.35,
    clicked=0.18,
)
INVOICES: Final = MailKind(
    name="invoice",
    sender=f"billing@{_DOMAIN}",
    identity=f"billing@{_DOMAIN}",
    configuration_set="billing",
    share=0.08,
    subjects=("Invoice {number}", "Statement for your company account {number}"),
    tags=(("purpose", "invoice"), ("team", "billing")),
    to_offices=True,
)

KINDS: Final = (ORDERS, ACCOUNTS, NEWSLETTER, INVOICES)
_KIND_SHARES: Final = tuple(accumulate(kind.share for kind in KINDS))

LINKS: Final = (
    f"https://www.{_DOMAIN}/orders/track",
    f"https://www.{_DOMAIN}/letter/spring?source=letter",
    f"https://www.{_DOMAIN}/tea/oolong-sampler",
)


def pick_kind(chance: float) -> MailKind:
    """The kind of the next mail, by a number in [0, 1)."""
    for kind, share in zip(KINDS, _KIND_SHARES, strict=True):
        if chance < share:
            return kind
    return KINDS[-1]
