"""A file of events is read as it was written, and what is no event in it costs nothing else."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.model.event import COMPLAINT, OPEN, Event, event_to_json
from recorder.model.rollup import MINUTE_MS, minute_start, tally
from ses_tui.core.errors import UsageError
from ses_tui.core.json_lines import json_line
from ses_tui.core.message_story import Outcome, fact_of, outcomes_of
from ses_tui.core.query import Query
from ses_tui.core.replay.recorded_line import BadLineError, event_of_line
from ses_tui.core.replay.recording import Recording
from ses_tui.core.replay.replay_clock import ReplayClock
from ses_tui.core.replay.replay_connection import ReplayConnection
from ses_tui.core.search import Ending
from tests.model.strategies import events as any_events
from tests.ui.fakes import NOON, FrozenClock, make_bounce, make_event


def line_of(event: Event) -> str:
    return json_line(event_to_json(event))


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(lines), encoding="utf-8")
    return path


@given(any_events())
@settings(max_examples=100, deadline=None)
def test_a_line_becomes_the_event_it_was_made_of(event: Event) -> None:
    # Whether counters count it, is not told; the file tells it as a whole.
    assert event_of_line(line_of(event).encode()) == event._replace(counted=True)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


@given(st.sampled_from(sorted(event_to_json(make_bounce(1)))), anything)
@settings(max_examples=150, deadline=None)
def test_a_line_with_anything_in_it_is_an_event_or_says_why_not(name: str, value: Any) -> None:
    line = json.dumps(event_to_json(make_bounce(1)) | {name: value}).encode()
    try:
        event = event_of_line(line)
    except BadLineError:
        return
    # What was read can be written again, so every value has its type.
    assert event_of_line(line_of(event).encode()) == event


def test_bad_lines_are_counted_and_named_and_stop_nothing(tmp_path: Path) -> None:
    events = [make_event(n) for n in range(5)]
    lines = [line_of(event) for event in events]
    file = write(
        tmp_path / "night.jsonl",
        lines[0], "\n", "ses-tui: waiting for events\n", lines[3], lines[1], lines[3], "[]\n",
        json.dumps(event_to_json(events[2]) | {"recorded_at": "soon"}) + "\n", lines[4][:40],
    )  # fmt: skip
    recording = Recording(file)
    assert recording.events(0, 9) == [events[0], events[1], events[3]]
    assert recording.bad_lines == 4
    assert recording.bad_lines_text == (
        "4 lines were no event and left out (line 3: no JSON; line 7: no JSON object; "
        "line 8: recorded_at is no time …)"
    )


@pytest.mark.parametrize("text", ["", "\n\n", "%PDF-1.7\n", '{"Records": []}\n', "\x00" * 5000])
def test_a_file_that_is_no_recording_says_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"odd\.txt is no recording of events: "):
        Recording(write(tmp_path / "odd.txt", text))


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        Recording(tmp_path / "none.jsonl")
    with pytest.raises(UsageError, match="from a file alone"):
        Recording(tmp_path)


def test_what_one_notification_says_of_many_is_counted_once(tmp_path: Path) -> None:
    complaint = make_event(1, COMPLAINT, message_id="m", feedback_id="f")
    suspects = [complaint._replace(event_id=f"C{n}", recipient=f"{n}@x.test") for n in range(3)]
    opened = [make_event(2, OPEN, message_id="m", event_id=f"O{n}") for n in range(2)]
    again = make_event(3, OPEN, message_id="m")
    recording = Recording(write(tmp_path / "f", *map(line_of, [*suspects, *opened, again])))
    assert [event.counted for event in recording.events(0, 9)] == [
        True, False, False, True, False, True,
    ]  # fmt: skip


def night() -> list[Event]:
    """Two hours of mail: three events in a second, every fifth a bounce, messages of two events."""
    events = []
    for n in range(1_500):
        make = make_bounce if n % 5 == 0 else make_event
        events.append(
            make(
                n,
                recorded_at=NOON + n // 3 * 5_000,
                message_id=f"message-{n // 2}",
                recipient=f"reader{n // 2}@{'inbox' if n % 7 else 'gmail'}.test",
            )
        )
    return events


def outcomes_by_event(played: list[Event]) -> dict[Event, Outcome]:
    """What the whole message tells of each."""
    found = {}
    for event in played:
        facts = [fact_of(other) for other in played if other.message_id == event.message_id]
        found[event] = outcomes_of(facts)[event.recipient]
    return found


async def test_everything_is_answered_as_of_the_moment_that_is_played(tmp_path: Path) -> None:
    events = night()
    real = FrozenClock(0)
    recording = Recording(write(tmp_path / "f", *map(line_of, events)))
    clock = ReplayClock(real, recording.first, recording.last, speed=10)
    connection = ReplayConnection(recording, clock)
    given_out = list((await connection.source.start(20_000)).events)
    assert given_out == events[:3]
    real.now = 100_250
    assert clock.now_ms() == NOON + 1_002_500
    played = [event for event in events if event.recorded_at <= clock.now_ms()]
    given_out += (await connection.source.poll()).events
    assert given_out == played

    for since, until in ((NOON, NOON + 600_000), (0, clock.now_ms()), (NOON + 61_000, NOON * 2)):
        answer = await connection.rollups.read(since, until)
        sums: dict[Any, Counter[str]] = {}
        for (minute, family), counted in tally(played).items():
            if minute_start(since) <= minute < minute_start(until) + MINUTE_MS:
                sums.setdefault(family, Counter()).update(counted)
        assert answer.between(0, NOON * 3) == sums

    before = await connection.history.read_before(NOON + 500_000, 100)
    wanted = [event for event in played if event.recorded_at < NOON + 500_000]
    assert list(before.events) == wanted[-len(before.events) :]
    assert len(before.events) >= 100
    assert not before.at_end
    after = await connection.history.read_after(NOON + 1, NOON * 2, 10_000)
    assert list(after.events) == [event for event in played if event.recorded_at > NOON]
    assert after.at_end

    assert len(await connection.messages.read_message("message-7")) == 2
    assert await connection.messages.read_message("message-700") == ()

    outcomes = outcomes_by_event(played)
    for text in ("type:bounce", "domain:gmail.test -type:bounce", "reader7*", "outcome:bounced"):
        query = Query.parse(text, now_ms=clock.now_ms())
        plan = await connection.search.plan(query)
        batches = [batch async for batch in connection.search.run(plan, limit=10_000)]
        passing = [e for e in reversed(played) if query.matches(e, outcomes.__getitem__)]
        assert passing
        assert list(batches[-1].events) == passing
        assert batches[-1].ending is Ending.EXHAUSTED
    await connection.close()


def test_the_clock_pauses_speeds_up_leaps_and_ends() -> None:
    real = FrozenClock(0)
    clock = ReplayClock(real, 1_000_000, 2_000_000)
    real.now += 5_000
    assert clock.now_ms() == 1_005_000
    clock.pause()
    real.now += 60_000
    assert clock.now_ms() == 1_005_000
    clock.set_speed(60)
    clock.resume()
    real.now += 1_000
    assert clock.now_ms() == 1_065_000
    clock.go_on_at(1_000)
    assert clock.now_ms() == 1_065_000, "what was played stays played"
    clock.go_on_at(1_900_000)
    assert clock.now_ms() == 1_900_000
    real.now += 60_000
    assert clock.now_ms() == clock.end == 2_000_000
