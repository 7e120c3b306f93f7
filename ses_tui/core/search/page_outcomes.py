"""What became of messages, by the feed pages that a search reads on its way back from the present.

Whatever happens to a message is recorded after it was sent. So who has read all that was recorded
since then knows the whole message, and need not ask the table for it. Until the way back has come
so far, events that pass all other terms of the query wait. What does not become whole, since it
began before the range, is for somebody else to read.
"""

import struct
from collections.abc import Hashable, Iterable
from typing import Any, Final

from recorder.model.columns import EventColumns
from recorder.model.event import Event
from ses_tui.core.message_story import Kind, Outcome, kind_named, outcome_alone
from ses_tui.core.outcome_records import RECORD, outcomes_in
from ses_tui.core.search.progress import MAXIMUM_LIMIT

SENT_EARLY_MS: Final = 60_000
"""So far the clock that says when a message was sent may be ahead of that of the recorder."""
_MOST_MESSAGES: Final = 300_000
"""About 70 MB. Only those are kept of which something was recorded behind what is being read, and
that were sent before."""
_MINUTE_MS: Final = 60_000
_FIELDS: Final = (
    "message_id",
    "sent_time",
    "recorded_at",
    "event_time",
    "recipient",
    "feedback_id",
    "event_type",
    "bounce_type",
    "complaint_type",
)


class PageOutcomes:
    """Takes in pages, the newest first, and settles events once their messages are whole."""

    def __init__(self, since: int) -> None:
        """All that was recorded since then (ms) will be taken in."""
        self._since = since
        self._whole_since: float = since + SENT_EARLY_MS if since else 0
        """Messages sent before never become whole."""
        self._records: dict[int, bytes] = {}
        """By the hash of the message's id."""
        self._sent: dict[int | None, list[int]] = {}
        """Those messages by the minute in which they were sent."""
        self._unsure: set[int] = set()
        """Those of which the table may know more than pages do."""
        self._waiting: list[Event] = []

    def give_up(self) -> None:
        """Something is missing or would be too much: no message becomes whole any more."""
        self._whole_since = float("inf")
        self._records.clear()
        self._sent.clear()
        self._unsure.clear()

    def take_in(self, page: EventColumns) -> None:
        """Take in what a page tells of messages; odd values are as bad as a missing page."""
        if self._whole_since == float("inf"):
            return
        try:
            self._take_in(zip(*(page.column(name).values() for name in _FIELDS), strict=True))
        except (TypeError, ValueError, struct.error):
            self.give_up()
        if len(self._records) > _MOST_MESSAGES:
            self.give_up()

    def wait(self, events: Iterable[Event]) -> None:
        """Keep events until they are settled: all of those that may pass."""
        self._waiting += events
        if len(self._waiting) > MAXIMUM_LIMIT:
            self.give_up()

    def settle(self, read_since: int) -> tuple[list[tuple[Event, Outcome]], list[Event]]:
        """The waiting events whose messages are whole, once everything was taken in that was
        recorded since then (ms), and those whose messages have to be read, the newest first."""
        sent_since = read_since + SENT_EARLY_MS
        told: list[tuple[Event, Outcome]] = []
        unknown: list[Event] = []
        waiting: list[Event] = []
        outcomes: dict[int, dict[Hashable, Outcome]] = {}
        for event in self._waiting:
            message, sent_time = hash(event.message_id), event.sent_time
            if event.message_id is None:
                told.append((event, outcome_alone(event)))
            elif sent_time is None or sent_time < self._whole_since or message in self._unsure:
                unknown.append(event)
            elif sent_time < sent_since:
                waiting.append(event)
            elif message not in self._records:
                unknown.append(event)
            else:
                if message not in outcomes:
                    outcomes[message] = outcomes_in(self._records[message])
                told.append((event, outcomes[message][hash(event.recipient)]))
        self._waiting = waiting
        self._forget(sent_since)
        return told, _newest_first(unknown)

    def left_over(self) -> list[Event]:
        """The events that still wait, the newest first."""
        left, self._waiting = self._waiting, []
        return _newest_first(left)

    def _take_in(self, rows: Iterable[tuple[Any, ...]]) -> None:
        records, pack = self._records, RECORD.pack
        for message_id, sent_time, recorded_at, event_time, recipient, feedback_id, *kinds in rows:
            if message_id is None or (sent_time is not None and sent_time < self._since):
                continue
            message, kind = hash(message_id), kind_named(*kinds)
            happened_at = recorded_at if event_time is None else event_time
            record = pack(recorded_at, happened_at, hash(recipient), hash(feedback_id), kind)
            if message in records:
                records[message] += record
            else:
                records[message] = record
                minute = None if sent_time is None else sent_time // _MINUTE_MS
                self._sent.setdefault(minute, []).append(message)
            if event_time is None or (
                kind in _FILLABLE and _may_be_filled(kind, feedback_id, *kinds)
            ):
                self._unsure.add(message)

    def _forget(self, sent_since: int) -> None:
        """What is older tells nothing of a message that was sent since then (ms)."""
        whole = [
            minute
            for minute in self._sent
            if minute is not None and minute * _MINUTE_MS >= sent_since
        ]
        for minute in whole:
            for message in self._sent.pop(minute):
                del self._records[message]
                self._unsure.discard(message)


_FILLABLE: Final = {Kind.OTHER_BOUNCE, Kind.COMPLAINT}


def _may_be_filled(
    kind: Kind, feedback_id: str | None, _: str, bounce_type: str | None, complaint_type: str | None
) -> bool:
    """Whether an item may know more of an event than its page, which has the first form of it."""
    if kind is Kind.COMPLAINT:
        return feedback_id is None or complaint_type is None
    return bounce_type is None


def _newest_first(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.recorded_at, event.event_id), reverse=True)
