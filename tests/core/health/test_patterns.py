"""Diagnostics folded to patterns."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from ses_tui.core.health.behind import row_query
from ses_tui.core.health.patterns import PatternCount, fold
from ses_tui.core.query import Query
from tests.ui.fakes import NOON, make_bounce

TEXTS = some.text(max_size=400) | some.lists(
    some.sampled_from(
        (
            *("550", "5.1.1", "550-5.7.26", "a@b.example", "<c@d.example>:", "mx.e.example", "'"),
            *(
                "deadbeefcafe",
                "198.51.100.7",
                "2001:db8::1",
                "*",
                "**",
                " ",
                "\n",
                "q7K-x9",
                "user",
            ),
            *("http://help.example/x?id=7", "(in", "reply", "to", "RCPT)", "[", "]", "#4.4.7", '"'),
        )
    ),
    max_size=40,
).map(" ".join)


@pytest.mark.parametrize(
    ("diagnostic", "pattern"),
    [
        (
            "smtp; 550 5.1.1 <maria@shop.example>: Recipient address rejected",
            "smtp; 550 5.1.1 <*>: Recipient address rejected",
        ),
        (
            "smtp; 421 4.7.28 [198.51.100.7 15] Our system has detected q1-2002xz.43 - gsmtp",
            "smtp; 421 4.7.28 [*] Our system has detected * - gsmtp",
        ),
        (
            'smtp; 554 5.7.1 Service refused by mx1.lane.example "spam" see https://lane.example/a',
            "smtp; 554 5.7.1 Service refused by * see *",
        ),
        ("550-5.7.26 first\r\n550 5.7.26 next", "550-5.7.26 first*550 5.7.26 next"),
        ("smtp; 550 5.1.1 case 550 in 221 tries", "smtp; 550 5.1.1 case * in * tries"),
        ("smtp; 452 4.2.2 o'brien@a.example is full", "smtp; 452 4.2.2 * is full"),
        ("client host 2001:db8::7 deadbeefcafe 12345", "client host *"),
    ],
)
def test_what_differs_in_each_becomes_a_mark(diagnostic: str, pattern: str) -> None:
    assert fold(diagnostic) == pattern


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_a_pattern_is_its_own_pattern(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@example("other")
@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_a_pattern_finds_the_text_it_was_made_of(text: str) -> None:
    name = fold(text)
    query = row_query("diagnostic", name, NOON - 3_600_000, NOON)
    assert (query is None) == (not name)
    if query is not None:
        assert Query.parse(query, now_ms=NOON).matches(make_bounce(1, diagnostic=text))


def test_the_most_frequent_pattern_comes_first_with_its_newest_event() -> None:
    count = PatternCount()
    count.add(make_bounce(number) for number in range(5))
    count.add(
        make_bounce(9, diagnostic="smtp; 452 4.2.2 full", recipient=f"a{n}@d{n}.example")._replace(
            event_id=f"FULL{n}"
        )
        for n in range(2)
    )
    count.add([make_bounce(20, diagnostic=None)])
    found = count.result(NOON, NOON - 1000, NOON)
    assert [(each.pattern, each.count, each.domains) for each in found.patterns] == [
        ("smtp; 550 5.1.1 nobody of that name here, case *", 5, 1),
        ("smtp; 452 4.2.2 full", 2, 2),
    ]
    assert found.patterns[0].newest == make_bounce(4).recorded_at
    assert (found.events, found.without_text, found.more) == (8, 1, False)
