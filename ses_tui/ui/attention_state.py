"""What the dashboard says by itself: what it is told, what of it stands, and what is to ring."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from recorder.model.rollup import MINUTE_MS
from ses_tui.core.attention.concerns import (
    Concern,
    Topic,
    concern_of_feed,
    concern_of_silence,
    concern_of_spike,
    concerns_of_rates,
    unjudged_rates,
)
from ses_tui.core.attention.signals import Signals
from ses_tui.core.attention.tallies import ALL
from ses_tui.core.attention.watch import AttentionControl, AttentionUpdate
from ses_tui.core.configuration import SignalSettings
from ses_tui.core.feed_state import Condition
from ses_tui.core.sanitise import sanitise
from ses_tui.ui.feed import Status
from ses_tui.ui.text import clip

_STALE_AFTER_MS: Final = 5 * MINUTE_MS
"""Spikes and silence of longer ago are no news of the present."""
_RATES: Final = frozenset({Topic.BOUNCE_RATE, Topic.COMPLAINT_RATE})
_COUNTED: Final = frozenset({Topic.SPIKES, Topic.SILENCE})
_RECORDER_KNOWN: Final = (
    Condition.LIVE,
    Condition.QUIET,
    Condition.STREAM_BEHIND,
    Condition.RECORDER_DOWN,
)
_TITLE_CELLS: Final = 80


class AttentionState:
    """Changed by handlers of the app; the screens see what `status` makes of it."""

    def __init__(self, settings: SignalSettings) -> None:
        self.control = AttentionControl()
        self._settings = settings
        self._topics = frozenset(_topics_of(settings))
        self._signals = Signals()
        self._update: AttentionUpdate | None = None
        self._rings = False

    def take(self, update: AttentionUpdate) -> None:
        """Take in what was found. After an error what is known grows old, and is told as long."""
        if update.error is None:
            self._update = update

    def acknowledge(self) -> None:
        """The reader has seen all that stands."""
        self._signals.acknowledge()

    def status(self, base: Status, now_ms: int) -> Status:
        """`base` with what stands as of `now_ms`."""
        unjudged = frozenset(self._unjudged(base, now_ms))
        concerns = [
            concern
            for concern in self._concerns(base, now_ms)
            if concern.topic in self._topics and concern.topic not in unjudged
        ]
        self._rings = self._signals.observe(concerns, unjudged, now_ms) or self._rings
        return replace(base, signals=self._signals.standing)

    def take_ring(self) -> bool:
        """Whether the bell is to ring now, once."""
        rings, self._rings = self._rings and self._settings.bell, False
        return rings

    def title(self, status: Status) -> str | None:
        """What the terminal's title should be; `None` where it is left alone."""
        if not self._settings.title:
            return None
        name = f"ses-tui · {status.label}"
        if status.signals and not status.signals[0].acknowledged:
            name = f"! {status.signals[0].concern.headline} · {name}"
        return clip(sanitise(name), _TITLE_CELLS)

    def _unjudged(self, status: Status, now_ms: int) -> Iterator[Topic]:
        if status.playback is not None:
            yield from Topic  # What is played happened some time, and not now.
        if status.panel is None or status.panel_stale:
            yield from _RATES
        else:
            yield from unjudged_rates(status.panel)
        if self._update is None or now_ms - self._update.until > _STALE_AFTER_MS:
            yield from _COUNTED
        if status.paused_for is not None or status.state.condition not in _RECORDER_KNOWN:
            yield Topic.RECORDER

    def _concerns(self, status: Status, now_ms: int) -> Iterator[Concern]:
        if status.panel is not None:
            yield from concerns_of_rates(status.panel)
        if (concern := concern_of_feed(status.state, now_ms)) is not None:
            yield concern
        if self._update is None:
            return
        for spike in self._update.spikes:
            yield concern_of_spike(spike)
        for silence in self._update.silences:
            # Events may have come since the last look at the counters.
            if silence.group != ALL or status.state.condition is not Condition.LIVE:
                yield concern_of_silence(silence, now_ms)


def _topics_of(settings: SignalSettings) -> Iterator[Topic]:
    yield Topic.RECORDER
    if settings.rates:
        yield from _RATES
    if settings.spikes:
        yield Topic.SPIKES
    if settings.silence:
        yield Topic.SILENCE
