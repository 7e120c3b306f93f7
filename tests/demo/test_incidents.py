"""Each incident of the demo is named within five minutes of its beginning."""

import pytest

from recorder.model.event import Event
from recorder.model.payload import parse_payload
from recorder.model.rollup import HOUR_MS, MINUTE_MS, tally
from ses_tui.core.attention.watch import AttentionUpdate, Watch
from ses_tui.core.rollup_pieces import Piece
from ses_tui.demo.backend import DEFAULT_HISTORY, DEFAULT_RATE, DEFAULT_SEED
from ses_tui.demo.generator import INCIDENT_AFTER_MS, TrafficGenerator
from ses_tui.demo.traffic import Timed, history_start, make_history
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
    await watch.take(pieces.values(), until)
    assert any(NAMED[incident] in name for name in names_in(watch.update()))
