"""What a typed search means, and the range it is carried out over."""

import pytest

from ses_tui.core.query import Query
from ses_tui.core.search.typed import chosen_range, meant, range_in_words, ranged, with_range
from ses_tui.core.windows import window_named
from ses_tui.core.zone import UTC_ZONE
from tests.events import NOON

MESSAGE = "010201a224457402-f7703c50-7e76-c9b2-fe30-ba710ea85c6b-000000"


def parsed(text: str) -> Query:
    return Query.parse(text, now_ms=NOON)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Ann@shop.example", "to:Ann@shop.example"),
        ("ann@shop.example since:2h", "to:ann@shop.example since:2h"),
        (MESSAGE, f"id:{MESSAGE}"),
        ("ann", "ann"),
        ("*@shop.example", "*@shop.example"),
        ("-ann@shop.example", "-ann@shop.example"),
        ("ann@shop.example bob@shop.example", "ann@shop.example bob@shop.example"),
        ("ann@shop.example type:bounce", "ann@shop.example type:bounce"),
        ("from:ann@shop.example", "from:ann@shop.example"),
        ("", ""),
        (" <ann@shop.example>, ", "to:ann@shop.example"),
        ('"ann@shop.example".', "to:ann@shop.example"),
        ("mailto:ann@shop.example", "to:ann@shop.example"),
        ("To: Ann Lee <ann@shop.example>", "to:ann@shop.example"),
        ('"Lee, Ann" <ann@shop.example> since:2h', "to:ann@shop.example since:2h"),
        ('"ann lee"@shop.example', 'to:"""ann lee""@shop.example"'),
        ("Ann@müller.example", "to:Ann@xn--mller-kva.example"),
        ("<ann@shop.example> bounce", "<ann@shop.example> bounce"),
        ("ann@shop.example <bob@shop.example>", "ann@shop.example <bob@shop.example>"),
        (f"Message-ID: <{MESSAGE}@eu-west-1.amazonses.com>", f"id:{MESSAGE}"),
    ],
)
def test_what_can_mean_one_thing_gets_its_key(typed: str, text: str) -> None:
    assert meant(typed) == text
    assert meant(text) == text, "and keeps it"


@pytest.mark.parametrize(
    ("asked", "carried_out", "words"),
    [
        ("type:bounce", "type:bounce since:7d", "last 7d"),
        ("", "since:7d", "last 7d"),
        ("since:2h", "since:2h", "2026-11-23 10:00 to now"),
        ("since:24h", "since:24h", "last 24h"),
        (f"id:{MESSAGE}", f"id:{MESSAGE}", "all that is kept"),
        (
            "until:2026-11-20",
            "until:2026-11-20 since:2026-11-13T00:00",
            "2026-11-13 00:00 to 2026-11-20 00:00",
        ),
    ],
)
def test_a_search_looks_back_a_week_unless_it_says_how_far(
    asked: str, carried_out: str, words: str
) -> None:
    query = ranged(parsed(asked), NOON, UTC_ZONE)
    assert query.text == carried_out
    assert range_in_words(query, UTC_ZONE) == words


def test_a_window_takes_the_place_of_the_times_that_were_named() -> None:
    query = parsed("since:yesterday type:bounce until:2h")
    assert chosen_range(query) is None
    text = with_range(query, window_named("1h"))
    assert text == "type:bounce since:1h"
    assert chosen_range(parsed(text)) == window_named("1h")
    assert with_range(parsed(text), window_named("7d")) == "type:bounce"
