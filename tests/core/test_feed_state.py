from ses_tui.core.feed_state import Condition, FeedMemory
from ses_tui.core.source import FeedBatch
from tests.events import NOON, make_event


def memory(**batch: int | None) -> FeedMemory:
    events = (make_event(at=batch.pop("event") or 0),) if "event" in batch else ()
    return FeedMemory().after(FeedBatch(events=events, read_at=NOON, **batch))  # type: ignore[arg-type]


def test_before_the_first_read_it_is_connecting() -> None:
    assert FeedMemory().state(NOON).condition is Condition.CONNECTING


def test_fresh_events_are_live() -> None:
    state = memory(event=NOON - 4_000).state(NOON)
    assert (state.condition, state.age_ms) == (Condition.LIVE, 4_000)


def test_a_heartbeat_without_events_is_quiet() -> None:
    state = memory(event=NOON - 300_000, paged_heartbeat=NOON - 40_000).state(NOON)
    assert (state.condition, state.age_ms) == (Condition.QUIET, 300_000)


def test_a_heartbeat_written_but_not_paged_means_the_stream_is_behind() -> None:
    state = memory(paged_heartbeat=NOON - 200_000, unpaged=NOON - 20_000).state(NOON)
    assert (state.condition, state.age_ms) == (Condition.STREAM_BEHIND, 200_000)


def test_no_heartbeat_at_all_means_the_recorder_is_down() -> None:
    assert memory().state(NOON).condition is Condition.RECORDER_DOWN
    state = memory(paged_heartbeat=NOON - 400_000).state(NOON)
    assert (state.condition, state.age_ms) == (Condition.RECORDER_DOWN, 400_000)


def test_an_event_that_came_through_proves_what_a_late_heartbeat_does_not() -> None:
    state = memory(event=NOON - 1_000, paged_heartbeat=NOON - 400_000).state(NOON)
    assert state.condition is Condition.LIVE


def test_a_failed_read_is_offline_with_reason_and_age_until_one_succeeds() -> None:
    failed = memory(event=NOON).after_error("connection refused")
    state = failed.state(NOON + 5_000)
    assert (state.condition, state.age_ms) == (Condition.OFFLINE, 5_000)
    assert state.reason == "connection refused"
    recovered = failed.after(FeedBatch(read_at=NOON + 6_000))
    assert recovered.state(NOON + 6_000).condition is Condition.LIVE


def test_an_older_batch_never_moves_the_memory_back() -> None:
    first = memory(event=NOON, paged_heartbeat=NOON)
    later = first.after(FeedBatch(events=(make_event(at=NOON - 9_000),), read_at=NOON + 1))
    assert later.newest_event == NOON
    assert later.paged_heartbeat == NOON


def test_the_next_attempt_is_counted_down_to_nothing() -> None:
    failed = memory(event=NOON).after_error("connection refused", NOON + 4_000)
    waits = [failed.state(NOON + elapsed).next_try_in_ms for elapsed in (0, 3_000, 9_000)]
    assert waits == [4_000, 1_000, 0]
    assert failed.state(NOON + 1_000, asked_at=NOON + 1_000).next_try_in_ms == 0
    assert failed.after(FeedBatch(read_at=NOON + 5_000)).state(NOON + 5_000).next_try_in_ms is None


def test_a_hindrance_is_the_reason_of_whatever_state_until_it_has_passed() -> None:
    hindered = FeedMemory().after(
        FeedBatch(events=(make_event(at=NOON),), read_at=NOON, hindrance="another reader")
    )
    state = hindered.state(NOON)
    assert (state.condition, state.reason) == (Condition.LIVE, "another reader")
    assert hindered.after(FeedBatch(read_at=NOON + 1)).state(NOON + 1).reason is None


def test_a_read_without_an_answer_is_told_and_nothing_is_concluded_from_it() -> None:
    before = memory(event=NOON - 50_000, paged_heartbeat=NOON - 50_000)
    asked = NOON + 1_000
    assert before.state(asked + 4_000, asked).unanswered_ms is None
    for waited in (5_000, 60_000):
        state = before.state(asked + waited, asked)
        assert (state.condition, state.age_ms) == (Condition.LIVE, waited + 51_000)
        assert state.unanswered_ms == waited
    assert before.state(asked + 60_000).condition is Condition.RECORDER_DOWN
    opening = FeedMemory().state(asked + 9_000, asked)
    assert (opening.condition, opening.unanswered_ms) == (Condition.CONNECTING, 9_000)
    failed = before.after_error("timed out", asked + 1_000).state(asked + 9_000, asked)
    assert (failed.condition, failed.reason, failed.unanswered_ms) == (
        Condition.OFFLINE,
        "timed out",
        9_000,
    )
