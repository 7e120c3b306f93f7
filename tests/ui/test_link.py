"""How the pace follows the line to the terminal."""

from ses_tui.ui.link import INTERVALS, Link, LinkPace


def test_a_quick_line_is_drawn_three_times_a_second() -> None:
    pace = LinkPace()
    for _ in range(20):
        pace.wrote(0.001)
    assert (pace.interval, pace.slow) == (INTERVALS[0], False)


def test_a_picture_that_blocks_slows_the_pace_at_once() -> None:
    pace = LinkPace()
    pace.wrote(0.5)
    assert (pace.interval, pace.slow) == (1.0, True)
    pace.wrote(3.0)
    assert pace.interval == 5.0


def test_the_pace_comes_back_a_step_at_a_time_after_several_quick_pictures() -> None:
    pace = LinkPace()
    pace.wrote(3.0)
    intervals = []
    for _ in range(10):
        pace.wrote(0.01)
        intervals.append(pace.interval)
    assert intervals == [5.0] * 4 + [1.0] * 5 + [INTERVALS[0]]


def test_one_slow_picture_among_quick_ones_starts_the_count_anew() -> None:
    pace = LinkPace()
    pace.wrote(0.5)
    for seconds in (0.01, 0.01, 0.01, 0.01, 0.2, 0.01, 0.01, 0.01, 0.01):
        pace.wrote(seconds)
    assert pace.slow


def test_a_link_is_busy_until_everything_is_written() -> None:
    link = Link()
    heard: list[float] = []
    link.on_drained = heard.append
    link.queued()
    link.queued()
    link.written(1, 0.1)
    assert link.busy
    assert heard == []
    link.written(1, 0.2)
    assert not link.busy
    assert heard == [0.2]
