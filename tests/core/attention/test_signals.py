"""What rings, how often, and what stands until when."""

from dataclasses import replace

from ses_tui.core.attention.concerns import Concern, Severity, Topic
from ses_tui.core.attention.signals import WELL_FOR_MS, Signals

MINUTE = 60_000
SPIKE = Concern(Topic.SPIKES, "L domain big.test", Severity.HIGH, "headline", "short", "sentence.")
RATE = Concern(Topic.BOUNCE_RATE, "bounce rate", Severity.HIGH, "headline", "short", "sentence.")
CRITICAL = replace(RATE, severity=Severity.CRITICAL)


def test_a_concern_rings_once_however_its_words_change() -> None:
    signals = Signals()
    assert signals.observe([SPIKE], (), 0)
    assert not signals.observe([replace(SPIKE, headline="13x")], (), MINUTE)
    assert signals.standing[0].concern.headline == "13x"
    assert signals.observe([SPIKE, RATE], (), 2 * MINUTE)


def test_it_stands_when_it_is_over_until_somebody_has_seen_it() -> None:
    signals = Signals()
    signals.observe([SPIKE], (), 0)
    assert not signals.observe([], (), MINUTE)
    assert [signal.well_since for signal in signals.standing] == [MINUTE]
    signals.observe([], (), 100 * MINUTE)
    assert [signal.well_since for signal in signals.standing] == [MINUTE]
    signals.acknowledge()
    assert signals.standing == ()


def test_what_was_seen_stands_as_seen_while_it_is_bad() -> None:
    signals = Signals()
    signals.observe([SPIKE], (), 0)
    signals.acknowledge()
    assert not signals.observe([SPIKE], (), MINUTE)
    assert [signal.acknowledged for signal in signals.standing] == [True]
    signals.observe([RATE, SPIKE], (), 2 * MINUTE)
    assert [signal.acknowledged for signal in signals.standing] == [False, True]


def test_it_rings_again_only_after_it_was_well_for_a_while() -> None:
    signals = Signals()
    signals.observe([RATE], (), 0)
    signals.acknowledge()
    for minute in range(1, 60, 2):
        assert not signals.observe([], (), minute * MINUTE)
        assert not signals.observe([RATE], (), (minute + 1) * MINUTE)
    signals.observe([], (), 60 * MINUTE)
    signals.observe([], (), 60 * MINUTE + WELL_FOR_MS)
    assert signals.observe([RATE], (), 60 * MINUTE + WELL_FOR_MS)


def test_what_gets_worse_rings_again_but_not_for_going_to_and_fro() -> None:
    signals = Signals()
    signals.observe([RATE], (), 0)
    signals.acknowledge()
    assert signals.observe([CRITICAL], (), MINUTE)
    assert not signals.standing[0].acknowledged
    assert not signals.observe([RATE], (), 2 * MINUTE)
    assert not signals.observe([CRITICAL], (), 3 * MINUTE)


def test_what_cannot_be_judged_is_not_well() -> None:
    signals = Signals()
    signals.observe([SPIKE, RATE], (), 0)
    signals.acknowledge()
    signals.observe([], (Topic.BOUNCE_RATE,), MINUTE)
    signals.observe([], (Topic.BOUNCE_RATE,), MINUTE + WELL_FOR_MS)
    assert [signal.concern.topic for signal in signals.standing] == [Topic.BOUNCE_RATE]
    assert not signals.observe([RATE], (), 2 * WELL_FOR_MS)


def test_the_worst_that_nobody_has_seen_comes_first() -> None:
    signals = Signals()
    signals.observe([SPIKE], (), 0)
    signals.observe([SPIKE, CRITICAL], (), MINUTE)
    assert [signal.concern for signal in signals.standing] == [CRITICAL, SPIKE]
    signals.observe([SPIKE], (), 2 * MINUTE)
    assert [signal.concern for signal in signals.standing] == [SPIKE, CRITICAL]
