"""Shards of a table's stream, full of new events, by a seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from recorder.model.event import Event
from recorder.model.item import to_item
from recorder.model.keys import heartbeat_key, message_key
from recorder.model.rollup import MINUTE_MS
from tests.events import make_event

Record = dict[str, Any]


@dataclass
class Shard:
    """One shard; it is read after its parent."""

    shard_id: str
    parent: "Shard | None" = None
    records: list[Record] = field(default_factory=list)
    recorded_at: list[int] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    """The new events among the records, in order."""
    heartbeats: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Mail:
    """What a seed's traffic looks like."""

    domains: int = 4
    """Over a hundred of them fill a row's names."""
    configuration_sets: tuple[str, ...] = ("orders", "news", "")


def make_shards(
    chance: random.Random, *, start: int, events: int, minutes: int, mail: Mail
) -> list[Shard]:
    """Shards with `events` events recorded within `minutes` from `start` (ms).

    The first shard may have split: its children go on where it ends. Numbers rise with gaps, and
    pass a power of ten; records lie almost in the order of `recorded_at`.
    """
    tag = f"{chance.randrange(16**8):08x}"
    shards = [Shard(f"shardId-0000{number}-{tag}") for number in range(chance.randint(1, 3))]
    length = minutes * MINUTE_MS
    times = sorted(start + chance.randrange(length) for _ in range(events))
    split_at = start + chance.randrange(length) if chance.random() < 0.7 else None
    children: list[Shard] = []
    numbers = {shard.shard_id: chance.randrange(10**6) + 10**21 - 10**5 for shard in shards}
    for time in times:
        if split_at is not None and time >= split_at and not children:
            children = [Shard(f"shardId-0001{n}-{tag}", shards[0]) for n in range(2)]
            numbers |= {child.shard_id: numbers[shards[0].shard_id] + 7 for child in children}
        open_shards = [*children, *shards[1:]] if children else shards
        shard = chance.choice(open_shards)
        numbers[shard.shard_id] += chance.randint(1, 3_000)
        _append(shard, numbers[shard.shard_id], time - chance.randrange(2_000), chance, mail)
    return shards + children


def _append(shard: Shard, number: int, time: int, chance: random.Random, mail: Mail) -> None:
    kind = chance.random()
    shard.recorded_at.append(time)
    if kind < 0.02:
        item: Any = {"pk": {"S": heartbeat_key(time)}, "sk": {"S": "0"}, "r": {"N": str(time)}}
        shard.heartbeats.append(time)
        shard.records.append(_record(number, item))
    elif kind < 0.04:
        shard.records.append(_record(number, _item(make_event(at=time, historic=True))))
    elif kind < 0.06:
        shard.records.append(_record(number, _item(make_event(at=time)), "MODIFY"))
    elif kind < 0.08:
        shard.records.append(_record(number, {"pk": {"S": "M#broken"}, "sk": {"S": "0#broken"}}))
    else:
        event = make_mail_event(chance, time, mail)
        shard.events.append(event)
        shard.records.append(_record(number, _item(event)))


_people = count()


def make_mail_event(chance: random.Random, time: int, mail: Mail) -> Event:
    """An event as the mail of a shop gets them, mostly fine."""
    domain = f"host{chance.randrange(mail.domains)}.example"
    if chance.random() < 0.03:
        domain = "simulator.amazonses.com"
    details: dict[str, Any] = {
        "sent_time": time - chance.randrange(10**8),
        "recipient": f"person{next(_people)}@{domain}",
        "configuration_set": chance.choice(mail.configuration_sets) or None,
        "identity": chance.choice(("shop.example", None)),
    }
    event_type, more = chance.choice(_KINDS)(chance)
    return make_event(event_type, at=time, **details, **more)


_Kind = Callable[[random.Random], tuple[str, dict[str, Any]]]


def _delivery(chance: random.Random) -> tuple[str, dict[str, Any]]:
    return "Delivery", {"processing_ms": chance.randrange(90_000)}


def _send(_: random.Random) -> tuple[str, dict[str, Any]]:
    return "Send", {}


def _bounce(chance: random.Random) -> tuple[str, dict[str, Any]]:
    kind, subtype, status = chance.choice(
        (
            ("Permanent", "General", "5.1.1"),
            ("Permanent", "OnAccountSuppressionList", None),
            ("Transient", "MailboxFull", "5.2.2"),
            ("Undetermined", "Undetermined", None),
        )
    )
    return "Bounce", {"bounce_type": kind, "bounce_subtype": subtype, "smtp_status": status}


def _delay(_: random.Random) -> tuple[str, dict[str, Any]]:
    return "DeliveryDelay", {"delay_type": "MailboxFull", "smtp_status": "4.2.2"}


def _complaint(chance: random.Random) -> tuple[str, dict[str, Any]]:
    kind = chance.choice(("abuse", "not-spam", None))
    return "Complaint", {"complaint_type": kind, "counted": chance.random() < 0.5}


def _open(chance: random.Random) -> tuple[str, dict[str, Any]]:
    return "Open", {"counted": chance.random() < 0.5}


def _strange(_: random.Random) -> tuple[str, dict[str, Any]]:
    return "Teleport", {}


_KINDS: tuple[_Kind, ...] = (
    *(_send, _send, _send, _delivery, _delivery, _delivery, _open),
    *(_bounce, _delay, _complaint, _strange),
)


def _item(event: Event) -> Any:
    partition_key = message_key(event.message_id or "")
    return to_item(event, partition_key=partition_key, expires_at=2_000_000_000)


def _record(number: int, item: Any, name: str = "INSERT") -> Record:
    return {
        "eventID": f"{number:032x}",
        "eventName": name,
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "ApproximateCreationDateTime": 0,
            "Keys": {"pk": item["pk"], "sk": item["sk"]},
            "NewImage": item,
            "SequenceNumber": str(number),
            "StreamViewType": "NEW_IMAGE",
        },
    }
