"""The same hours of yesterday and of last week, which Health compares the present with.

Recorded once rows move: the start would take twice as long. They are events like all others, so
that a search finds what the figures count.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from threading import Event as Signal
from typing import Any, Final

from recorder.model.clock import Clock
from recorder.model.rollup import HOUR_MS, MINUTE_MS
from recorder.model.settings import RecorderSettings
from ses_tui.core.errors import TableError
from ses_tui.core.health.comparison import THENS
from ses_tui.demo.generator import TrafficGenerator
from ses_tui.demo.past_figures import PastFigures
from ses_tui.demo.past_recorder import PastRecorder
from ses_tui.demo.traffic import Timed, queue_message

_BEFORE_MS: Final = HOUR_MS + 5 * MINUTE_MS
"""An hour, which is what Health opens with; the first minutes lack what follows older mails."""
_AFTER_MS: Final = 55 * MINUTE_MS
"""So long the demo may run until the hour before has nothing to be compared with."""
_EVENTS_A_SECOND: Final = 0.26
"""Some 390 mails an hour: enough to judge a rate, and to tell that a set has fallen silent."""
_BATCH: Final = 25
_PAUSE_SECONDS: Final = 0.5
"""Between two batches: the engine works for a tenth of a second on each."""


class DaysBefore:
    """Records them into a table that began with the demo."""

    def __init__(
        self,
        client: Any,
        settings: RecorderSettings,
        clock: Clock,
        report: Callable[[str], None],
    ) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock
        self._report = report

    def record(self, seed: int, now_ms: int, stop: Signal, pause: float = _PAUSE_SECONDS) -> None:
        """Record the days before `now_ms`, with pauses (seconds), and count them.

        Ends early when `stop` is set. Where that fails, it is reported, and the demo goes on
        without.
        """
        recorder = PastRecorder(self._client, self._settings, recent_from=now_ms)
        figures = PastFigures(self._client, self._settings.table, self._clock)
        for number, (label, ago) in enumerate(THENS, 1):
            begin, end = now_ms - ago - _BEFORE_MS, now_ms - ago + _AFTER_MS
            try:
                for batch in _batches(quiet_hours(seed + number, begin, end)):
                    if stop.wait(pause):
                        return
                    messages = [queue_message(at, payload) for at, payload in batch]
                    if recorder.record({"Records": messages})["batchItemFailures"]:
                        raise TableError("the engine refuses events")
                figures.write_older(begin, end)
            except Exception as error:
                # Whatever it was, there is nothing to compare with, and Health says so.
                name = type(error).__name__
                self._report(f"events of {label} could not be recorded: {name}: {error}")


def quiet_hours(seed: int, begin: int, end: int) -> Iterator[Timed]:
    """What happened in [`begin`, `end`) (ms): nothing out of the ordinary."""
    generator = TrafficGenerator(seed, begin)
    generator.keep_calm(0)
    return generator.events(_EVENTS_A_SECOND, end, evenly=True)


def _batches(events: Iterator[Timed]) -> Iterator[list[Timed]]:
    while batch := list(islice(events, _BATCH)):
        yield batch
