"""Silence where something usually comes."""

import pytest

from recorder.model.rollup import HOUR_MS, MINUTE_MS
from ses_tui.core.attention.silence import Silence
from ses_tui.core.attention.tallies import ALL, Dimension, Group, Stretch
from tests.core.attention.shop import MONDAY, Night

NINE = MONDAY + 33 * HOUR_MS
"""Of the second morning."""


def sent(number: int, name: str = "receipts") -> dict[Group, dict[str, int]]:
    tally = {"S": number} if number else {}
    return {ALL: tally, Group(Dimension.CONFIGURATION_SET, name): tally} if number else {}


def hours(*a_minute: int) -> list[Stretch]:
    """The hours before nine."""
    start = NINE - len(a_minute) * HOUR_MS
    return [
        Stretch(start + index * HOUR_MS, HOUR_MS, sent(60 * number))
        for index, number in enumerate(a_minute)
    ]


def after(night: Night, *counts: int) -> tuple[Silence, ...]:
    """What is found after so many mails in each of the minutes from nine on."""
    start = NINE if not night.history.minutes else night.history.minutes[-1].start + MINUTE_MS
    for index, count in enumerate(counts):
        night.take(Stretch(start + index * MINUTE_MS, MINUTE_MS, sent(count)))
    return night.silence.silences


def test_silence_says_since_when_and_what_is_usual_until_something_comes() -> None:
    night = Night(hours(40, 40, 40))
    assert after(night, *[40] * 60, 0, 0, 0) == ()
    (silence,) = after(night, 0)
    assert silence == Silence(ALL, NINE + 60 * MINUTE_MS, 40.0)
    assert after(night, *[0] * 170) == (silence,)
    assert after(night, 1) == ()


@pytest.mark.parametrize(("a_minute", "gap"), [(1, 15), (5, 4)])
def test_a_gap_is_silence_once_fifteen_are_missing(a_minute: int, gap: int) -> None:
    night = Night(hours(a_minute, a_minute))
    assert after(night, *[a_minute] * 60, *[0] * (gap - 1)) == ()
    assert len(after(night, 0)) == 1


def test_what_sends_in_batches_is_silent_between_them() -> None:
    night = Night(hours(40, 40))
    batches = ([400] + [0] * 9) * 6
    assert after(night, *batches, 400, *[0] * 27) == ()
    assert len(after(night, 0)) == 1


def test_nights_of_little_mail_are_ordinary() -> None:
    night = Night(hours(*[1] * 8, *[0] * 10, *[40] * 6))
    yesterday_at_nine = night.history.per_minute(ALL, None, NINE - 24 * HOUR_MS + HOUR_MS)
    assert yesterday_at_nine == 1
    assert after(night, *[40] * 60, *[0] * 14) == ()


def test_one_publisher_is_silent_while_others_go_on() -> None:
    night = Night(hours(40, 40))
    letters = {Group(Dimension.CONFIGURATION_SET, "letters"): {"S": 9}, ALL: {"S": 9}}
    for index in range(70):
        start = NINE + index * MINUTE_MS
        mine = (
            sent(40) if index < 60 else {Group(Dimension.CONFIGURATION_SET, "receipts"): {"O": 3}}
        )
        tallies = {**mine, **letters, ALL: {"S": 49}}
        night.take(Stretch(start, MINUTE_MS, tallies))
    (silence,) = night.silence.silences
    assert silence.group == Group(Dimension.CONFIGURATION_SET, "receipts")
    assert silence.since == NINE + 60 * MINUTE_MS
