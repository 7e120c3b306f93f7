"""Each incident of the demo is named within five minutes of its beginning."""

from collections import Counter

import pytest

from recorder.model.event import Event
from recorder.model.payload import parse_payload
from recorder.model.rollup import HOUR_MS, MINUTE_MS, Family, tally
from ses_tui.core.attention.tallies import Stretch, tallies_of
from ses_tui.core.attention.watch import AttentionUpdate, Watch
from ses_tui.core.rollup_pieces import Piece
from ses_tui.demo.backend import DEFAULT_HISTORY, DEFAULT_RATE, DEFAULT_SEED
from ses_tui.demo.days_before import quiet_hours
from ses_tui.demo.generator import INCIDENT_AFTER_MS, TrafficGenerator
from ses_tui.demo.traffic import Timed, history_start, make_history
from tests.core.attention.shop import as_hours
from tests.events import NOON

NAMED = {
    "gmail": "4.7.28",
    "list": "news.larkspur-tea.example",
    "silence": "transactional",
}


def events_of(happening: list[Timed]) -> list[Event]:
    """What the recorder stores: repeated notifications once."""
    parsed = (
        parse_payload(payload, recorded_at=at, region="eu-west-1") for at, payload in happening
    )
    return list({event.event_id: event for one in parsed for event in one.events}.values())


def names_in(update: AttentionUpdate) -> set[str]:
    spikes = {spike.subject.group.name for spike in update.spikes}
    return spikes | {silence.group.name for silence in update.silences}


def last_week() -> list[Stretch]:
    """What the demo has of it, once it has been recorded, and looked at with the next hour."""
    ago = 7 * 24 * HOUR_MS
    happening = list(quiet_hours(DEFAULT_SEED, NOON - ago - HOUR_MS, NOON - ago + HOUR_MS))
    minutes: dict[int, dict[Family, Counter[str]]] = {}
    for (minute, family), counters in tally(events_of(happening)).items():
        minutes.setdefault(minute, {})[family] = counters
    return as_hours(Stretch(at, MINUTE_MS, tallies_of(each)) for at, each in minutes.items())


@pytest.mark.parametrize("incident", NAMED)
async def test_an_incident_is_named(incident: str) -> None:
    generator = TrafficGenerator(DEFAULT_SEED, history_start(NOON))
    generator.keep_calm(NOON - 30 * MINUTE_MS, NOON)
    past = make_history(generator, NOON, DEFAULT_HISTORY, DEFAULT_RATE)
    generator.begin_incident(incident, NOON)
    until = NOON + INCIDENT_AFTER_MS + 5 * MINUTE_MS
    pieces: dict[int, Piece] = {}
    happening = [*past, *generator.events(DEFAULT_RATE, until)]
    for (minute, family), counters in tally(events_of(happening)).items():
        pieces.setdefault(minute, Piece(minute, MINUTE_MS, {})).families[family] = counters
    watch = Watch((), NOON - 3 * HOUR_MS)
    await watch.take(pieces.values(), NOON + INCIDENT_AFTER_MS)
    assert names_in(watch.update()) == set(), "nothing is wrong before it"
    watch.history.add_hours(last_week())
    await watch.take(pieces.values(), until)
    assert any(NAMED[incident] in name for name in names_in(watch.update()))
