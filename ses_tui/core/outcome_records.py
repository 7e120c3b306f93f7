"""What the events of a message contribute to its outcome, in a few bytes for each of them."""

from collections.abc import Hashable, Iterator
from struct import Struct
from typing import Final

from recorder.model.event import Event
from ses_tui.core.message_story import (
    Fact,
    Kind,
    Outcome,
    happened_at,
    kind_of,
    outcome_of_kinds,
    outcomes_of,
)

RECORD: Final = Struct("<qqqqB")
"""Recorded at, happened at, recipient and feedback id as hashes, kind.

Of 64 bits, two hashes of a million are the same once in forty million times.
"""
_KINDS: Final = tuple(Kind)


def record_of(event: Event) -> bytes:
    """What `event` contributes; records of a message are put one behind the other."""
    recipient, feedback_id = hash(event.recipient), hash(event.feedback_id)
    return RECORD.pack(
        event.recorded_at, happened_at(event), recipient, feedback_id, kind_of(event)
    )


def without(records: bytes, record: bytes) -> bytes:
    """`records` less one like `record`."""
    for start in range(0, len(records), RECORD.size):
        if records[start : start + RECORD.size] == record:
            return records[:start] + records[start + RECORD.size :]
    return records


def outcomes_in(records: bytes) -> dict[Hashable, Outcome]:
    """For the hash of each recipient of a message what became of it.

    Mostly by kinds alone, without an object for each event. An event may be told twice.
    """
    kinds: dict[Hashable, int] = {}
    for _, _, recipient, _, kind in RECORD.iter_unpack(records):
        kinds[recipient] = kinds.get(recipient, 0) | 1 << kind
    outcomes: dict[Hashable, Outcome] = {}
    for recipient, own in kinds.items():
        outcome = outcome_of_kinds(own, len(kinds) == 1)
        if outcome is None:
            return outcomes_of(_facts(records))
        outcomes[recipient] = outcome
    return outcomes


def _facts(records: bytes) -> Iterator[Fact]:
    for _, when, recipient, feedback_id, kind in RECORD.iter_unpack(records):
        yield Fact(_KINDS[kind], when, recipient, feedback_id)
