"""Reads what is shown of one address: its mail, what became of the newest, the suppression list."""

from contextlib import suppress
from typing import Final

from textual.screen import Screen

from recorder.model.event import Event
from ses_tui.core.errors import SesTuiError
from ses_tui.core.message_story import tell_story
from ses_tui.core.query import Query
from ses_tui.core.recipient_summary import summary_of
from ses_tui.core.search.carry_out import SearchState, carry_out
from ses_tui.core.search.earlier_mail import read_earlier_mail
from ses_tui.core.search.results import results_by_message
from ses_tui.core.source import EventSearch, MessageReader, SuppressionList
from ses_tui.core.zone import Zone
from ses_tui.ui.background import Background
from ses_tui.ui.messages import (
    EarlierTold,
    LatestTold,
    SearchMoved,
    SuppressionRead,
    SuppressionRemoved,
)
from ses_tui.ui.recipient_words import newest_words
from ses_tui.ui.screens.searching import SEARCH_GROUP

SUPPRESSION_GROUP: Final = "suppression"
_REMOVAL_GROUP: Final = "removal"


class RecipientReader:
    """Posts what it has read to the screen, where the state changes."""

    def __init__(
        self,
        screen: Screen[None],
        searcher: EventSearch,
        messages: MessageReader,
        suppression: SuppressionList,
    ) -> None:
        self._screen = screen
        self._searcher = searcher
        self._messages = messages
        self._suppression = suppression
        self._searching = Background(screen, SEARCH_GROUP)
        self._asking = Background(screen, SUPPRESSION_GROUP)
        self._removing = Background(screen, _REMOVAL_GROUP)

    @property
    def may_remove(self) -> bool:
        """Whether an address may be taken off the suppression list."""
        return self._suppression.may_remove

    def search(self, address: str, query: Query, zone: Zone, now: int) -> None:
        """Look for the mail to `address`, which `query` finds, and for what became of it."""
        self._searching.run(self._search, address, query, zone, now)

    def ask_suppression_list(self, address: str) -> None:
        """Ask whether the account's suppression list holds `address`."""
        self._asking.run(self._find_suppressed, address)

    def remove(self, address: str) -> None:
        """Take `address` off the suppression list."""
        self._removing.run(self._remove, address)

    async def _search(self, address: str, query: Query, zone: Zone, now: int) -> None:
        newest: Event | None = None
        state = SearchState()
        async for state in carry_out(self._searcher, query, zone, now):
            self._screen.post_message(SearchMoved(state))
            newest = next(iter(state.batch.events), None)
        sentence = ""
        if newest is not None and newest.message_id is not None:
            sentence = await self._tell(newest.message_id, newest, zone, now)
        self._screen.post_message(LatestTold(address, sentence))
        found = summary_of(results_by_message(state.batch.events, state.outcomes))
        lacking = found.last_success is None or found.last_failure is None
        if state.batch.exhausted and lacking and query.since is not None:
            await self._look_further_back(address, query.since)

    async def _look_further_back(self, address: str, before: int) -> None:
        """For what did not happen in the range; where it fails, the range has its answer."""
        with suppress(SesTuiError):
            earlier = await read_earlier_mail(self._searcher, address, before)
            self._screen.post_message(EarlierTold(address, earlier))

    async def _tell(self, message_id: str, newest: Event, zone: Zone, now: int) -> str:
        """What became of the newest message, from all that is stored of it; empty if unknown."""
        try:
            events = await self._messages.read_message(message_id)
        except SesTuiError:
            return ""
        recipients = tell_story(message_id, events or (newest,)).recipients
        own = (each for each in recipients if each.recipient == newest.recipient)
        return "".join(newest_words(each, zone, now) for each in own)

    async def _find_suppressed(self, address: str) -> None:
        try:
            answer = await self._suppression.find(address)
        except SesTuiError as error:
            self._screen.post_message(SuppressionRead(address, None, str(error)))
        else:
            self._screen.post_message(SuppressionRead(address, answer))

    async def _remove(self, address: str) -> None:
        try:
            await self._suppression.remove(address)
        except SesTuiError as error:
            self._screen.post_message(SuppressionRemoved(address, str(error)))
        else:
            self._screen.post_message(SuppressionRemoved(address))
