"""A table whose every event is known, and the plain filter that a search has to equal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, Final, TypeAlias

from recorder.model import keys
from recorder.model.event import Event
from recorder.model.item import Item, to_item
from recorder.model.page import REPAIRED_PAGE_SPAN_MS, encode_page
from recorder.model.timestamps import day_of
from ses_tui.core.message_story import Outcome, fact_of, outcome_alone, outcomes_of
from ses_tui.core.query import Query
from tests.engine import TestTable
from tests.events import NOON

Recipient: TypeAlias = tuple[str | None, str | None]
"""As searched for, and as SES wrote it if that differs."""
HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
START: Final = NOON - 3 * DAY
LONG_LOCAL: Final = "l" * 1_000
LONG_MESSAGE: Final = "long-" + "m" * 2_100
RECIPIENTS: Final = (
    ("ann@shop.example", "Ann@Shop.Example"),
    ("maria@shop.example", '"Maria Lopez" <Maria@shop.example>'),
    ("maria.b@shop.example", None),
    ("marianne@shop.example", None),
    ("martin@shop.example", '"Maria\'s Martin" <martin@shop.example>'),
    ("o#brien@shop.example", "O#Brien@shop.example"),
    ("o#brien#2@shop.example", None),
    ("o@shop.example", None),
    ("100%@shop.example", None),
    ("100%23@shop.example", None),
    ('"john doe"@shop.example', None),
    ('"a@b"@shop.example', None),
    ("zoë@shop.example", "Zoë@shop.example"),
    ("_x@shop.example", None),
    ("7up@shop.example", None),
    (f"{LONG_LOCAL}1@long.example", None),
    (f"{LONG_LOCAL}2@long.example", None),
    ("ann@xn--bcher-kva.example", None),
    ("eve@xn--bcher-kva.example", None),
    ("ann@other.example", "ann@OTHER.example"),
    ("ann@sub.shop.example", None),
    ("ann@notshop.example", None),
    ("undisclosed-recipients:;", None),
)
ADDRESSES_OF_MANY: Final = tuple(
    f"{name}{number}@mail{number % 7}.example"
    for name in ("kim", "kimberley", "lee", "max")
    for number in range(40)
)


@dataclass
class Truth:
    """Every event that has not expired."""

    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._outcomes: dict[str, dict[Any, Outcome]] = {}

    def answer(self, query: Query) -> list[str]:
        """The ids of the events that pass, newest first."""
        passing = [event for event in self.events if query.matches(event, self.outcome_of)]
        passing.sort(key=lambda event: (event.recorded_at, event.event_id), reverse=True)
        return [event.event_id for event in passing]

    def outcome_of(self, event: Event) -> Outcome:
        if event.message_id is None:
            return outcome_alone(event)
        if not self._outcomes:
            by_message: dict[str, list[Event]] = {}
            for one in self.events:
                if one.message_id is not None:
                    by_message.setdefault(one.message_id, []).append(one)
            for message, own in by_message.items():
                self._outcomes[message] = outcomes_of(map(fact_of, own))
        return self._outcomes[event.message_id][event.recipient]


def generate(messages: int, seed: int = 7) -> tuple[list[Event], list[Event]]:
    """Events that are there, and events that have expired."""
    chance = Random(seed)
    numbers = count()
    live: list[Event] = []
    expired: list[Event] = []
    for number in range(messages):
        historic = chance.random() < 0.05
        at = START + chance.randrange((3 * DAY - 4 * HOUR) // 250) * 250
        gone = chance.random() < 0.03
        if historic or gone:
            at -= (100 if gone else 40) * DAY
        # Many events share their millisecond, and some stand at the edge of a day.
        if chance.random() < 0.1:
            at -= at % DAY
        events = list(_events_of_message(chance, numbers, number, at, historic))
        (expired if gone else live).extend(events)
    return live, expired


def _events_of_message(
    chance: Random, numbers: Iterator[int], number: int, at: int, historic: bool
) -> Iterator[Event]:
    pool = [*RECIPIENTS, *((address, None) for address in ADDRESSES_OF_MANY)]
    # Unknown recipients, and messages to several.
    to: Sequence[Recipient] = chance.sample(pool, chance.choice((1, 1, 1, 2)))
    if chance.random() < 0.02:
        to = [(None, None)]
    message_id: str | None = f"0102{number:08x}-aaaa-{number:06d}"
    if chance.random() < 0.02:
        message_id = None
    elif number == 5:
        message_id = LONG_MESSAGE
    shared: dict[str, Any] = {
        "message_id": message_id,
        "sender": chance.choice(("orders@shop.example", "News@shop.example", "ops@x.example")),
        "subject": chance.choice((f"Order {number} shipped", 'A "quoted" back\\slash', "Straße")),
        "configuration_set": chance.choice(("receipts", "news")),
        "identity": chance.choice(("shop.example", "x.example")),
        "tags": chance.choice((None, {"campaign": ["autumn", "sale"]}, {"team": ["blue"]})),
        "historic": historic,
        "sent_time": at,
    }

    def event(
        event_type: str, who: tuple[str | None, str | None], delay: int, **more: Any
    ) -> Event:
        recipient, raw = who
        return Event(
            event_id=f"{next(numbers):013d}{chance.choice('0123456789abcdef')}00",
            event_type=event_type,
            event_time=at + delay,
            recorded_at=at + delay,
            recipient=recipient,
            recipient_raw=raw or recipient,
            **(shared | more),
        )

    for who in to:
        yield event("Send", who, 0)
        kind = chance.random()
        if kind < 0.6:
            yield event("Delivery", who, 1_000, diagnostic="250 2.0.0 OK", smtp_status=None)
            # An open without a message's id belongs to no message: only pages tell of it.
            if kind < 0.3 and message_id:
                yield event("Open", who, 60_000, user_agent="Mozilla/5.0 (Ünïx)")
            if kind < 0.15 and message_id:
                yield event("Click", who, 90_000, link="https://shop.example/o?x=1")
        elif kind < 0.8:
            yield event(
                "Bounce",
                who,
                2_000,
                bounce_type=chance.choice(("Permanent", "Transient", "Undetermined")),
                bounce_subtype="General",
                smtp_status=chance.choice(("5.1.1", "5.2.2", "4.4.7")),
                diagnostic=chance.choice(("smtp; 550 No Such User", "smtp; 452 mailbox full")),
                feedback_id=f"f{number}",
            )
        elif kind < 0.87:
            yield event("DeliveryDelay", who, 3_000, delay_type="MailboxFull")
        elif kind < 0.93:
            yield event("Complaint", who, HOUR, complaint_type="abuse", feedback_id=f"c{number}")
        elif kind < 0.96:
            yield event("Reject", who, 500, reject_reason="Bad content")
        else:
            yield event("Brandnew", who, 500)


def store(table: TestTable, live: Sequence[Event], expired: Sequence[Event]) -> Truth:
    """Items and pages of all events, as the recorder leaves them."""
    future, past = NOON // 1000 + 90 * 86_400, NOON // 1000 - 60
    items = [_item_of(event, future) for event in live]
    items += [_item_of(event, past) for event in expired]
    items += _pages(live, future)
    items += _pages(expired, past)
    table.fill(items)
    return Truth(list(live))


def _item_of(event: Event, expires_at: int) -> Item:
    if event.message_id is None:
        partition = keys.orphan_key(event.event_id)
    else:
        partition = keys.message_key(event.message_id)
    return to_item(event, partition_key=partition, expires_at=expires_at)


def _pages(events: Sequence[Event], expires_at: int) -> Iterator[Item]:
    """Pages of about 60 events a few seconds late; some by a reader that is hours behind."""
    ordered = sorted(events, key=lambda event: event.recorded_at)
    historic = [event for event in ordered if event.historic]
    current = [event for event in ordered if not event.historic]
    for number, start in enumerate(range(0, len(current), 60)):
        batch = current[start : start + 60]
        late = 20_000 if number % 3 else 2_000
        yield _page(batch, batch[-1].recorded_at + late, f"shard-{number % 2}", expires_at)
        if number % 10 == 0:
            yield _page(batch[:30], batch[-1].recorded_at + 50_000, "again", expires_at)
    for batch in _spans(historic):
        yield _page(batch, batch[-1].recorded_at, "repair", expires_at)


def _spans(events: Iterable[Event]) -> Iterator[list[Event]]:
    spans: dict[int, list[Event]] = {}
    for event in events:
        spans.setdefault(event.recorded_at // REPAIRED_PAGE_SPAN_MS, []).append(event)
    yield from spans.values()


def _page(events: Sequence[Event], at: int, shard: str, expires_at: int) -> Item:
    times = [event.recorded_at for event in events]
    return {
        "pk": {"S": keys.feed_partition(day_of(at), 0)},
        "sk": {"S": keys.page_sort_key(at, shard, events[0].event_id)},
        "z": {"B": encode_page(events)},
        "n": {"N": str(len(events))},
        "lo": {"N": str(min(times))},
        "hi": {"N": str(max(times))},
        "x": {"N": str(expires_at)},
    }
