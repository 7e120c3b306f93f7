from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.model.rollup import (
    MAXIMUM_COUNTERS_IN_ROW,
    OTHER,
    Family,
    admit,
    counters_in,
    counters_of,
    processing_time_bucket,
    split_counter_name,
    tally,
)
from tests.events import NOON, make_event


def test_a_bounce_counts_by_subtype_domain_set_identity_and_status() -> None:
    event = make_event(
        "Bounce",
        recipient="ada@customer.example",
        bounce_type="Permanent",
        bounce_subtype="General",
        configuration_set="orders",
        identity="shop.example",
        smtp_status="5.1.1",
    )
    assert set(counters_of(event)) == {
        (Family.TYPE, "P|Permanent/General"),
        (Family.DOMAIN_PROBLEM, "P|customer.example"),
        (Family.CONFIGURATION_SET, "P|orders"),
        (Family.IDENTITY_PROBLEM, "P|shop.example"),
        (Family.STATUS, "P|customer.example 5.1.1"),
    }


def test_a_delivery_counts_its_processing_time() -> None:
    event = make_event(recipient="ada@customer.example", processing_ms=900)
    assert (Family.LATENCY, "02|customer.example") in set(counters_of(event))
    assert processing_time_bucket(10**9) == 13


@pytest.mark.parametrize(
    ("waited", "code"), [(-5, "L00"), (300_000, "L02"), (300_001, "L03"), (10**9, "L11")]
)
def test_a_delay_counts_how_long_its_mail_was_under_way(waited: int, code: str) -> None:
    delay = {"event_time": NOON, "sent_time": NOON - waited, "processing_ms": 900}
    event = make_event("DeliveryDelay", recipient="ada@customer.example", **delay)
    assert (Family.LATENCY, f"{code}|customer.example") in set(counters_of(event))
    for told in (
        event._replace(sent_time=None),
        event._replace(event_time=None),
        event._replace(recipient="ooto@simulator.amazonses.com"),
        event._replace(event_type="Send"),
    ):
        assert Family.LATENCY not in {family for family, _ in counters_of(told)}


def test_simulator_mail_is_counted_apart() -> None:
    event = make_event(recipient="success@simulator.amazonses.com", processing_ms=1)
    codes = {split_counter_name(name)[0] for _, name in counters_of(event)}
    assert codes == {"~D"}


def test_what_is_not_counted_counts_nowhere() -> None:
    assert list(counters_of(make_event("Open", counted=False))) == []


def test_counters_belong_to_the_minute_of_recording() -> None:
    late = make_event(at=NOON - 1, event_time=NOON - 10**9)
    assert {minute for minute, _ in tally([late, make_event(at=NOON)])} == {NOON - 60_000, NOON}


counters = st.dictionaries(
    st.builds("{}|{}".format, st.sampled_from(["S", "P", "~T"]), st.integers(0, 150).map(str)),
    st.integers(1, 9),
    max_size=300,
)


@given(st.sets(st.builds("S|{}".format, st.integers(0, 150).map(str)), max_size=120), counters)
def test_the_cap_keeps_totals_exact_and_names_lower_bounds(
    present: set[str], additions: dict[str, int]
) -> None:
    admitted = admit(present, additions)
    for code in ("S", "P", "~T"):
        total = sum(n for name, n in additions.items() if name.startswith(code))
        assert sum(n for name, n in admitted.items() if name.startswith(code)) == total
    named = {name for name in admitted if not name.endswith(OTHER)}
    assert all(admitted[name] == additions[name] for name in named)
    volume, problems = ({n for n in named if (n[0] == "S") == kind} for kind in (True, False))
    assert len(volume | present) <= max(MAXIMUM_COUNTERS_IN_ROW, len(present))
    wanted = sum(name[0] != "S" for name in additions)
    assert len(problems) == min(MAXIMUM_COUNTERS_IN_ROW, wanted)
    assert present & set(additions) <= named


def test_only_counters_are_read_from_a_row() -> None:
    item = {"pk": {"S": "R#"}, "w": {"S": "1"}, "x": {"N": "5"}, "S|a|b": {"N": "2"}}
    assert counters_in(item) == Counter({"S|a|b": 2})
    assert split_counter_name("S|a|b") == ("S", "a|b")
