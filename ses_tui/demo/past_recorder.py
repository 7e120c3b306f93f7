"""Records events of the past as if they had been recorded when they happened."""

from typing import Any

from recorder.model.clock import SystemClock
from recorder.model.envelope import read_invocation
from recorder.model.settings import RecorderSettings
from recorder.recording import HISTORIC_AFTER_MS, Recorder


class _ClockOfThePast(SystemClock):
    """Shows the moment a batch of the last minutes came in, as if it were recorded at that time.

    For what is older it goes an hour ahead, so that it is taken in as a backfill is: each event at
    its own time.
    """

    def __init__(self, recent_from: int) -> None:
        self._recent_from = recent_from
        self._shown: int | None = None

    def show(self, moment: int) -> None:
        """Be there when an event of `moment` (ms) is recorded."""
        is_recent = moment >= self._recent_from
        self._shown = moment if is_recent else super().now_ms() + HISTORIC_AFTER_MS

    def now_ms(self) -> int:
        """The moment shown, else the present."""
        return super().now_ms() if self._shown is None else self._shown


class PastRecorder:
    """The recorder in the hands of a clock that can be set; takes what the function `record` does.

    The stream consumer leaves alone what was before `recent_from` (ms).
    """

    def __init__(self, client: Any, settings: RecorderSettings, recent_from: int) -> None:
        self._clock = _ClockOfThePast(recent_from)
        self._recorder = Recorder(client, settings, self._clock)
        self.historic: list[int] = []
        """When (ms) that was recorded which the stream consumer leaves alone."""

    def record(self, event: dict[str, Any]) -> dict[str, Any]:
        """Record an SQS event at the time its last message was sent."""
        self._clock.show(int(event["Records"][-1]["attributes"]["SentTimestamp"]))
        report = self._recorder.record(read_invocation(event), backfill=True)
        self.historic.extend(report.historic or ())
        failed = [result.item_identifier for result in report.results if result.failed]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}
