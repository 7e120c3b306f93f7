"""Problems of a stretch of time by their types: rows of the index `prob`, the newest day first."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Final

from recorder.model.keys import PROBLEM_LANES, problem_partition
from recorder.model.timestamps import day_of
from ses_tui.aws.feed_cursor import CLOCK_DIFFERENCE_MS
from ses_tui.aws.feed_pages import number_of, query_all
from ses_tui.aws.problem_index import problem_query
from ses_tui.aws.recorded_days import LONGEST_SILENCE_DAYS, RecordedDays
from ses_tui.aws.search.candidates import Candidates
from ses_tui.aws.search.found import Found
from ses_tui.aws.search.merged import merged
from ses_tui.aws.table_client import TableReads
from ses_tui.core.search.plan import DAY_MS, SearchPlan
from ses_tui.core.search.progress import NewestEvents

_ROWS_A_QUERY: Final = 500
_READS_AT_ONCE: Final = 16
_DAYS_AT_ONCE: Final = 32


class ProblemWay:
    """Reads what a plan names of the index."""

    def __init__(
        self,
        table: TableReads,
        candidates: Candidates,
        plan: SearchPlan,
        newest: NewestEvents,
        now_ms: int,
    ) -> None:
        self._table = table
        self._candidates = candidates
        self._plan = plan
        self._newest = newest
        self._now_ms = now_ms

    async def read(self) -> AsyncGenerator[Found, None]:
        """Rows from the newest day on, a response at a time. Raises `SesTuiError`.

        Where days are not named and there is no bound, the beginning is where for
        `LONGEST_SILENCE_DAYS` there is nothing.
        """
        recorded = await RecordedDays.read(self._table, self._now_ms)
        last = min(self._plan.until - 1, self._now_ms + CLOCK_DIFFERENCE_MS) // DAY_MS
        days = recorded.of_events(self._plan.since // DAY_MS, last)[::-1]
        bounded = self._plan.since > 0 or recorded.named is not None
        silent = 0
        at_once = 1
        while days and (bounded or silent < LONGEST_SILENCE_DAYS):
            group, days = days[:at_once], days[at_once:]
            rows = 0
            async for found in merged(self._reads(group), _READS_AT_ONCE):
                rows += found.examined
                yield found
            silent = 0 if rows else silent + len(group)
            yield Found(reached_back_to=max(group[-1] * DAY_MS, self._plan.since))
            if not self._newest.may_take(group[-1] * DAY_MS - 1):
                return
            at_once = min(at_once * 2, _DAYS_AT_ONCE)

    def _reads(self, days: Sequence[int]) -> Iterator[AsyncGenerator[Found, None]]:
        for day in days:
            name = day_of(day * DAY_MS)
            for event_type in self._plan.types:
                for lane in range(PROBLEM_LANES):
                    yield self._read_partition(problem_partition(event_type, name, lane))

    async def _read_partition(self, partition: str) -> AsyncGenerator[Found, None]:
        query = problem_query(partition, self._plan.since, self._plan.until, _ROWS_A_QUERY)
        async for rows in query_all(self._table, **query):
            yield Found(await self._candidates.of_rows(rows), examined=len(rows))
            if rows and not self._newest.may_take(number_of(rows[-1], "r", 0)):
                return
