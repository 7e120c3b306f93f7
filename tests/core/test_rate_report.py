from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.model.event import EVENT_TYPES, Event
from recorder.model.rollup import Family, tally
from ses_tui.core.errors import UsageError
from ses_tui.core.rate_report import figures_by, figures_to_json, whole_figures
from ses_tui.core.rates import RateCounters
from ses_tui.core.windows import window_named
from tests.events import make_event

SIMULATOR = "bounce@simulator.amazonses.com"
events = st.lists(
    st.builds(
        make_event,
        st.sampled_from([*EVENT_TYPES, "NewType"]),
        recipient=st.sampled_from(["a@one.example", "b@two.example", SIMULATOR, None]),
        configuration_set=st.sampled_from(["orders", "news", None]),
        bounce_type=st.sampled_from(["Permanent", "Transient", "Undetermined"]),
        bounce_subtype=st.sampled_from(["General", "OnAccountSuppressionList"]),
        complaint_type=st.sampled_from([None, "abuse", "not-spam"]),
        smtp_status=st.sampled_from([None, "5.1.1", "4.7.28"]),
        counted=st.booleans(),
    ),
    max_size=40,
)


def summed(chosen: list[Event]) -> dict[Family, Counter[str]]:
    families: dict[Family, Counter[str]] = {}
    for (_minute, family), counters in tally(chosen).items():
        families.setdefault(family, Counter()).update(counters)
    return families


@given(events)
def test_figures_from_counters_equal_figures_from_events(chosen: list[Event]) -> None:
    direct = RateCounters()
    direct.add(chosen)
    figures = whole_figures(summed(chosen))
    assert figures.estimate == direct.estimate()
    expected = Counter(event.event_type for event in chosen if event.counted)
    assert {name: n for name, n in figures.counts.items() if n} == expected
    bounces = [e for e in chosen if e.counted and e.event_type == "Bounce"]
    excluded = [
        e
        for e in bounces
        if e.recipient == SIMULATOR or e.bounce_subtype == "OnAccountSuppressionList"
    ]
    assert figures.bounces.excluded == len(excluded)
    parts = figures.bounces
    assert parts.permanent + parts.transient + parts.undetermined == len(bounces) - len(excluded)


@given(events)
def test_every_grouping_adds_up_to_the_whole(chosen: list[Event]) -> None:
    counters = summed(chosen)
    whole = whole_figures(counters)
    for grouping in ("domain", "identity", "set"):
        parts = figures_by(grouping, counters)
        assert sum(part.bounces.permanent for part in parts) == whole.bounces.permanent
        assert sum(sum(p.counts.values()) for p in parts) == sum(whole.counts.values())
    subtypes = figures_by("subtype", counters)
    assert sum(part.bounces.permanent for part in subtypes) == whole.bounces.permanent


def test_the_most_harmful_comes_first() -> None:
    def bounced(domain: str, times: int, **fields: Any) -> list[Event]:
        fields = {"bounce_type": "Permanent", **fields}
        return [make_event("Bounce", recipient=f"x@{domain}", **fields) for _ in range(times)]

    def complained(domain: str, times: int) -> list[Event]:
        recipient = f"x@{domain}"
        return [
            make_event("Complaint", recipient=recipient, complaint_type="abuse")
            for _ in range(times)
        ]

    chosen = [
        *bounced("soft.example", 30, bounce_type="Transient"),
        *bounced("deferring.example", 90, bounce_type="Transient"),
        *bounced("hard.example", 20),
        *complained("angry.example", 8),
        *complained("chance.example", 4),
    ]
    names = [figures.name for figures in figures_by("domain", summed(chosen))]
    assert names == [
        *("angry.example", "hard.example", "deferring.example", "chance.example", "soft.example")
    ]


def test_a_status_says_which_part_of_all_mail_it_hit() -> None:
    sent = [make_event("Send") for _ in range(400)]
    hit = [make_event("Bounce", bounce_type="Permanent", smtp_status="5.1.1") for _ in range(20)]
    (figures,) = figures_by("status", summed(sent + hit))
    assert (figures.name, figures.estimate.bounce_rate) == ("5.1.1", 20 / 400)
    assert figures_to_json(figures)["bounce_mark"] == "HIGH"


def test_json_has_every_type_and_null_where_nothing_was_sent() -> None:
    document = figures_to_json(whole_figures({}))
    assert set(document["counts"]) == set(EVENT_TYPES)
    assert document["bounce_rate"] is None
    assert document["bounce_mark"] == "TOO_FEW"
    assert document["denominator"] == {"of": "Send", "n": 0}
    assert "name" not in document


def test_a_window_that_is_none_names_those_that_are() -> None:
    assert window_named("24H").length == 86_400_000
    with pytest.raises(UsageError, match="5m, 15m, 1h, 6h, 24h, 7d"):
        window_named("2h")
