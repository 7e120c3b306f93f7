"""Generated days: quiet ones raise nothing, and each incident is named within five minutes."""

from copy import deepcopy

import pytest

from recorder.model.rollup import HOUR_MS, MINUTE_MS, OTHER
from ses_tui.core.attention.spikes import CALM_MINUTES
from ses_tui.core.attention.tallies import Dimension, Group, Stretch
from tests.core.attention.shop import DAY, MONDAY, Incident, Night, Shop, as_hours

WITHIN_MINUTES = 5


def at(day: int, hour: int, minute: int = 0) -> int:
    return MONDAY + day * DAY + hour * HOUR_MS + minute * MINUTE_MS


INCIDENTS = {
    Incident(at(1, 3), "P", 0.5, "5.7.26", "big.test"): "P big.test 5.7.26",
    Incident(at(1, 7), "L", 0.2, "4.4.7"): "L 4.4.7",
    Incident(at(1, 9), "L", 0.3, "4.7.28", "big.test"): "L big.test 4.7.28",
    Incident(at(1, 14), "P", 0.3, identity="news.example"): "P news.example",
    Incident(at(1, 16), "P", 0.1, identity="orders.example"): "P orders.example",
    Incident(at(2, 8), "P", 0.2, identity="login.example"): "P login.example",
    Incident(at(2, 10), "P", 0.3, identity="notes.example", volume=2.0): "P notes.example",
    Incident(at(2, 11), "P", 0.5, "5.7.1", "post.test"): "P post.test 5.7.1",
    Incident(at(2, 12), "X", 0.2): "X Permanent/OnAccountSuppressionList",
    Incident(at(2, 15), "X", 0.5, identity="news.example"): "X news.example",
    Incident(at(3, 10, 17), "L", 0.5, "4.4.1", "wide.test"): "L wide.test 4.4.1",
    Incident(at(3, 17), "P", 0.1, "5.7.9"): "P 5.7.9",
    Incident(at(3, 18), "K", 0.05, domain="big.test"): "K big.test",
    Incident(at(4, 10), silent_set="receipts"): "silent receipts",
    Incident(at(4, 13), "L", 0.9, "4.2.0", "office.test"): "L office.test 4.2.0",
    Incident(at(4, 19), "T", 0.3, "4.2.2", "wide.test"): "T wide.test 4.2.2",
    Incident(at(5, 10), "K", 0.08, identity="orders.example"): "K orders.example",
    Incident(at(5, 14), silent_set="accounts"): "silent accounts",
    Incident(at(6, 20), silent_set="alerts"): "silent alerts",
    Incident(at(6, 20, 1), "L", 0.5, domain="old.test"): "L old.test",
}


@pytest.mark.parametrize(
    "seed", [7, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2, 3, 4, 5, 6, 8))]
)
def test_a_quiet_week_raises_nothing_and_each_of_twenty_incidents_in_it_is_named(seed: int) -> None:
    shop, night = Shop(seed), Night()
    found: dict[str, set[str]] = {}
    for incident in sorted(INCIDENTS, key=lambda incident: incident.start):
        for minute in shop.minutes((incident.start - shop.now) // MINUTE_MS):
            night.take(minute)
            assert night.names == set()
        found[INCIDENTS[incident]] = first_names(deepcopy(shop), deepcopy(night), incident)
    for minute in shop.minutes((at(7, 0) - shop.now) // MINUTE_MS):
        night.take(minute)
        assert night.names == set()
    assert len(found) == 20
    assert {name: names for name, names in found.items() if names != {name}} == {}


def first_names(shop: Shop, night: Night, incident: Incident) -> set[str]:
    """What is named first, if that is soon enough, and rightly dated."""
    shop.incidents = (incident,)
    for minute in shop.minutes(WITHIN_MINUTES):
        night.take(minute)
        if night.names:
            for spike in night.spikes.spikes:
                assert abs(spike.since - incident.start) <= 2 * MINUTE_MS
                assert spike.ratio >= 3
            return night.names
    return set()


@pytest.mark.long
@pytest.mark.parametrize(("seed", "size"), [(1, 1.0), (2, 0.1), (3, 8.0)])
def test_a_quiet_month_raises_nothing(seed: int, size: float) -> None:
    shop, night = Shop(seed, size=size), Night()
    for minute in shop.minutes(30 * 24 * 60):
        night.take(minute)
        assert night.names == set()


def quiet_hours(until: int, count: int = 8) -> list[Stretch]:
    return as_hours(Shop(seed=1, now=until - count * HOUR_MS).minutes(count * 60))


def test_twice_the_mail_is_no_spike() -> None:
    start = at(1, 10)
    shop, night = Shop(seed=3, now=start), Night(quiet_hours(start))
    for minute in shop.minutes(30):
        night.take(minute)
    shop.incidents = (Incident(shop.now, share=0.0, volume=2.5),)
    for minute in shop.minutes(60):
        night.take(minute)
        assert night.names == set()


def test_the_weekly_letter_with_its_bad_list_is_no_spike() -> None:
    def letter(now: int) -> float:
        return 300.0 if (now - MONDAY) % (7 * DAY) // HOUR_MS == 10 else 0.0

    start = at(7, 8)
    last_week = Shop(seed=5, now=at(0, 9), newsletter=letter)
    night = Night([*as_hours(last_week.minutes(180)), *quiet_hours(start)])
    for minute in Shop(seed=6, now=start, newsletter=letter).minutes(240):
        night.take(minute)
        assert night.names == set()


def test_an_incident_is_one_spike_until_it_has_been_well_for_a_while() -> None:
    start = at(1, 10)
    incident = Incident(start + 20 * MINUTE_MS, "L", 0.5, "4.7.28", "big.test", length=1_800_000)
    shop, night = Shop(seed=4, now=start, incidents=(incident,)), Night(quiet_hours(start))
    changes = [set[str]()]
    since, last = set(), 0
    for minute in shop.minutes(90):
        night.take(minute)
        since |= {spike.since for spike in night.spikes.spikes}
        if night.names:
            last = minute.start
        if night.names != changes[-1]:
            changes.append(night.names)
    assert changes == [set(), {"L big.test 4.7.28"}, set()]
    assert since == {incident.start}
    assert CALM_MINUTES <= (last - incident.start - incident.length) // MINUTE_MS <= 15


GOOGLE_LIKE = Incident(at(1, 10, 20), "L", 0.5, "4.7.28", "big.test")
BAD_LIST = Incident(at(1, 10, 20), "P", 0.5, identity="news.example")


@pytest.mark.parametrize(
    ("first", "later", "names"),
    [
        (
            GOOGLE_LIKE,
            Incident(at(1, 10, 20), "L", 0.5, "4.7.28", "wide.test"),
            {"L big.test 4.7.28", "L wide.test 4.7.28"},
        ),
        (
            Incident(at(1, 10, 20), "L", 0.5, domain="big.test"),
            Incident(at(1, 10, 20), "L", 0.5, domain="wide.test"),
            {"L big.test", "L wide.test"},
        ),
        (
            BAD_LIST,
            Incident(at(1, 10, 30), "P", 0.3, "5.7.26", "wide.test"),
            {"P news.example", "P wide.test 5.7.26"},
        ),
        (
            Incident(at(1, 10, 20), "L", 0.2, "4.4.7"),
            Incident(at(1, 10, 30), "L", 0.9, "4.7.28", "big.test"),
            {"L 4.4.7", "L big.test 4.7.28"},
        ),
        (GOOGLE_LIKE, BAD_LIST, {"L big.test 4.7.28", "P news.example"}),
        (
            Incident(at(1, 10, 20), "P", 0.2, identity="notes.example"),
            Incident(at(1, 10, 20), "P", 0.3, domain="big.test"),
            {"P notes.example", "P big.test"},
        ),
        (
            Incident(at(1, 10, 20), "P", 0.1, identity="orders.example"),
            Incident(at(1, 10, 30), "P", 0.15, domain="big.test"),
            {"P orders.example", "P big.test"},
        ),
    ],
    ids=[
        "one status",
        "any status",
        "list and domain",
        "everywhere and domain",
        "two kinds",
        "list and a part of a domain",
        "list, then a part of a domain",
    ],
)
def test_two_incidents_at_once_are_both_named_and_nothing_else(
    first: Incident, later: Incident, names: set[str]
) -> None:
    shop = Shop(seed=4, now=at(1, 10), incidents=(first, later))
    night = Night(quiet_hours(shop.now))
    named: dict[str, int] = {}
    for minute in shop.minutes(45):
        night.take(minute)
        for name in night.names:
            named.setdefault(name, minute.start)
    assert named.keys() == names
    assert max(named.values()) < later.start + WITHIN_MINUTES * MINUTE_MS


def test_what_a_spike_brought_is_not_usual_afterwards() -> None:
    start = at(1, 10)
    first, again = (
        Incident(start + wait * MINUTE_MS, "P", 0.3, "5.7.1", "wide.test", length=2_400_000)
        for wait in (10, 120)
    )
    shop, night = Shop(seed=9, now=start, incidents=(first, again)), Night(quiet_hours(start))
    named: list[int] = []
    for minute in shop.minutes(126):
        night.take(minute)
        named += [minute.start] if night.names else []
    assert min(named) - first.start <= WITHIN_MINUTES * MINUTE_MS
    assert again.start < max(named)


def test_a_name_that_comes_out_of_the_surplus_is_no_spike() -> None:
    start = at(1, 10)
    domain, other = (Group(Dimension.DOMAIN, name) for name in ("rare.test", OTHER))
    hours = quiet_hours(start)
    for hour in hours:
        hidden = hour.tallies.pop(domain, {})
        hidden["P"] = 600
        hour.tallies[other] = hidden
    night = Night(hours)
    for minute in Shop(seed=2, now=start).minutes(40):
        tally = minute.tallies.setdefault(domain, {})
        tally["P"] = tally.get("P", 0) + 10
        night.take(minute)
        assert "P rare.test" not in night.names


def test_with_too_little_behind_it_nothing_is_called_usual() -> None:
    incident = Incident(at(0, 10, 10), "P", 0.5, domain="big.test")
    night = Night()
    for minute in Shop(seed=1, now=at(0, 10), incidents=(incident,)).minutes(40):
        night.take(minute)
        assert night.names == set()
