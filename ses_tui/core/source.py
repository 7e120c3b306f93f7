"""Where events come from, as everything that shows them sees it."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from recorder.model.event import Event
from recorder.model.rollup import Family
from ses_tui.core.account_view import AccountReader
from ses_tui.core.message_story import Outcome
from ses_tui.core.query import Query
from ses_tui.core.rollup_pieces import RollupAnswer
from ses_tui.core.search import DEFAULT_LIMIT, Cost, EmptinessFacts, SearchBatch, SearchPlan
from ses_tui.core.suppression import SuppressionAnswer


class SourceKind(StrEnum):
    """The ways in which new events can be read."""

    POLL = "poll"
    """Feed pages, every few seconds: any number of readers."""
    STREAM = "stream"
    """The table's stream itself: sooner, but AWS allows two readers a shard."""


NEWER_RECORDER: Final = (
    "what a newer recorder has written is shown as far as this ses-tui knows it; "
    "nothing is lost in the table: update ses-tui"
)


class GapReason(StrEnum):
    """Why events of a stretch of time are not in memory."""

    LOADING = "loading"
    """They could not be read for a while; the source is reading them now, newest first."""
    UNREADABLE = "unreadable"
    """Their pages cannot be decoded."""
    NOT_LOADED = "not loaded"
    """Nobody has asked for them yet."""
    LATE = "late"
    """The stream consumer is late; only problems are here, out of their index."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Events recorded in [`since`, `until`) (ms) are missing from what was read."""

    since: int
    until: int
    reason: GapReason = GapReason.LOADING


@dataclass(frozen=True, slots=True)
class FeedBatch:
    """What one read of a source brought: immutable, so that it can cross from worker to screen."""

    events: tuple[Event, ...] = ()
    """New events, oldest first by (`recorded_at`, `event_id`); never one that came before."""
    paged_heartbeat: int | None = None
    """Newest heartbeat (ms) that came the whole way of the events that are shown: recorder and
    stream, and where pages are read, consumer and page."""
    unpaged: int | None = None
    """When (ms) an event or heartbeat was recorded that should have come the whole way by now and
    has not, where the source had reason to look."""
    read_at: int = 0
    """The clock (ms) when the read ended."""
    pages_read: int = 0
    events_unreadable: int = 0
    """Pages that could not be decoded; their events are missing from the picture."""
    gaps: tuple[Gap, ...] = ()
    """Every gap that is open now, oldest first; one that was filled is no longer among them."""
    hindrance: str | None = None
    """What keeps the source from reading as it should, and what to do, although it goes on."""
    ahead: frozenset[str] = frozenset()
    """Ids of those of `events` that came out of the problem index, since the feed is late."""


@dataclass(frozen=True, slots=True)
class LoadedEvents:
    """A stretch of recorded events without a hole."""

    events: tuple[Event, ...]
    """Oldest first by (`recorded_at`, `event_id`)."""
    since: int
    """All that was recorded in [`since`, `until`) (ms) and has not expired is in `events`."""
    until: int
    at_end: bool
    """The table holds nothing further in the direction of the read."""
    events_unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Original:
    """A SES event as it was received, with the event ids that were made of it."""

    event_id: str
    payload: Any
    """The JSON of the event; a string where the original was cut because of its size."""
    cut: bool = False


class EventSource(Protocol):
    """A live feed of events. Errors come as `SesTuiError`; after one, `poll` may be called again.

    A read that failed loses nothing: the next one starts where the last good one ended.
    """

    @property
    def label(self) -> str:
        """Table and engine or region, as the header shows it."""
        ...

    @property
    def interval(self) -> float | None:
        """Seconds between two reads that suit this source; `None`: whatever is asked for."""
        ...

    async def start(self, history_events: int) -> FeedBatch:
        """The newest recorded events, up to about `history_events`; later reads go on from here.

        They have no hole: all that was recorded since the first of them is there, or comes by a
        later read.
        """
        ...

    async def poll(self) -> FeedBatch:
        """What is new since the last read; an empty batch if nothing is. Does not wait for more.

        Where much was missed, the newest comes first, and the rest in the next reads; until then it
        is among the gaps.
        """
        ...

    def fill_gaps_since(self, moment: int) -> None:
        """The reader has no room for what was recorded before `moment` (ms): leave it unread."""
        ...

    async def close(self) -> None:
        """Release connections. Safe to call twice."""
        ...


class EventHistory(Protocol):
    """Recorded events of any stretch of the past, out of feed pages. Errors are `SesTuiError`."""

    async def read_before(self, before: int, at_least: int) -> LoadedEvents:
        """The newest events recorded before `before` (ms): about `at_least`, fewer at the end."""
        ...

    async def read_after(self, since: int, until: int, at_least: int) -> LoadedEvents:
        """The oldest events recorded in [`since`, `until`) (ms): about `at_least`, or all."""
        ...


class MessageReader(Protocol):
    """Reads the whole story of single messages. Errors come as `SesTuiError`."""

    async def read_message(self, message_id: str) -> tuple[Event, ...]:
        """Every stored event of the message that has not expired, by event time; empty if none."""
        ...

    async def read_originals(self, message_id: str) -> tuple[Original, ...]:
        """The SES events of the message as received, one a notification, less private parts."""
        ...


class RollupReader(Protocol):
    """Reads counters of any stretch of time. Errors come as `SesTuiError`."""

    async def read(
        self,
        since: int,
        until: int,
        families: Sequence[Family] = tuple(Family),
        *,
        hourly: Collection[Family] = (),
    ) -> RollupAnswer:
        """Counters from the minute of `since` up to that of `until` (ms), its own included.

        Of the families in `hourly`, whole closed hours may come as one piece each.
        """
        ...

    async def read_rates(
        self, starts: Sequence[int], until: int, *, by_hour: bool = False
    ) -> RollupAnswer:
        """What rates need, from the minute of the first start up to that of `until` (ms).

        Pieces of configuration sets, whose counters may lack what no rate is made of. No piece
        lies in two of the stretches that begin at `starts`, which are in order of time.
        """
        ...


class EventSearch(Protocol):
    """Finds recorded events by a query. Errors come as `SesTuiError`."""

    async def plan(
        self, query: Query, *, whole_events: bool = False, pages_only: bool = False
    ) -> SearchPlan:
        """The cheapest way to everything that `query` asks for, with its cost.

        With `whole_events`, what is found has all fields, also those that no list shows. With
        `pages_only`, feed pages are read where an index would do: they hold every open and click.
        """
        ...

    def run(
        self,
        plan: SearchPlan,
        *,
        limit: int = DEFAULT_LIMIT,
        most_dollars: float = float("inf"),
    ) -> AsyncGenerator[SearchBatch, None]:
        """Carries a plan out; each batch holds everything found so far, the last says it is done.

        To stop early, close it: what the last batch held is what was found. It ends by itself when
        it has cost `most_dollars`.
        """
        ...

    async def explain_nothing(self, query: Query) -> EmptinessFacts:
        """What may have kept a search from finding anything."""
        ...

    async def read_outcomes(self, events: Sequence[Event]) -> tuple[Mapping[str, Outcome], Cost]:
        """What became of the whole message for the recipient of each event, by event id.

        Events without a message id are left out. With what it cost to read.
        """
        ...


class SuppressionList(Protocol):
    """The account's list of addresses that SES does not send to. Errors come as `SesTuiError`."""

    @property
    def may_remove(self) -> bool:
        """Whether the person at the terminal asked to be able to change anything."""
        ...

    async def find(self, address: str) -> SuppressionAnswer:
        """The entry of `address`: asked for as it is written, then in lower case."""
        ...

    async def remove(self, address: str) -> None:
        """Take an entry off, named exactly as it stands in the list."""
        ...


class Connection(Protocol):
    """One open way to one table: what a dashboard or a command holds while it runs."""

    @property
    def source(self) -> EventSource:
        """The live feed."""
        ...

    def source_of(self, kind: SourceKind) -> EventSource:
        """The live feed read in another way; always the same one for the same kind."""
        ...

    @property
    def history(self) -> EventHistory:
        """Events of the past."""
        ...

    @property
    def messages(self) -> MessageReader:
        """Single messages."""
        ...

    @property
    def rollups(self) -> RollupReader:
        """Counters of any stretch of time."""
        ...

    @property
    def search(self) -> EventSearch:
        """Recorded events by a query."""
        ...

    @property
    def account(self) -> AccountReader:
        """What AWS says of the account."""
        ...

    @property
    def suppression(self) -> SuppressionList:
        """The account's suppression list."""
        ...

    @property
    def met_newer_recorder(self) -> bool:
        """Whether anything that was read is of a later version than this program knows."""
        ...

    async def close(self) -> None:
        """End everything that is under way, then release connections. Safe to call twice."""
        ...
