import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.model.event import Event
from ses_tui.core.moments import parse_duration, parse_moment
from ses_tui.core.query import Query, QueryError
from ses_tui.core.query.patterns import whole
from ses_tui.core.zone import UTC_ZONE
from tests.events import NOON, make_event

BOUNCE = make_event(
    "Bounce",
    recipient="ada.l#1@xn--bcher-kva.example",
    recipient_raw='"Ada" <Ada.L#1@xn--bcher-kva.example>',
    sender="Orders@shop.example",
    subject="Your Order 17 was shipped",
    message_id="0100-ABC-000000",
    bounce_type="Permanent",
    bounce_subtype="General",
    smtp_status="5.1.1",
    diagnostic="smtp; 550 5.1.1 no such user",
    configuration_set="orders",
    identity="shop.example",
    tags={"campaign": ["autumn", "sale"]},
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "order shipped",
        "to:ada.l#1@xn--bcher-kva.example",
        "to:Ada.L#1@bücher.example",
        "to:ADA.l*",
        "to:*@xn--bcher-kva.example",
        "domain:bücher.example",
        "domain:xn--bcher-kva.example",
        "domain:*.example",
        "domain:Bü*.example",
        "BÜCHER.example",
        "bu\u0308cher",
        "text:@bücher.",
        "to:*@bü*",
        "from:orders@shop.example",
        "identity:shop.example",
        "id:0100-ABC-000000",
        "type:bounce",
        'type:"bounce"',
        "type:delivery type:bounce",
        "subtype:general",
        "status:5.1.1",
        "status:5.*",
        "subject:order",
        'subject:"order 17"',
        "subject:your*shipped",
        "diagnostic:user",
        "tag:campaign",
        "tag:campaign=sale",
        "set:orders",
        "text:kva",
        "-type:delivery",
        "-domain:gmail.com shipped",
        '"no such user"',
        "since:2026-11-23T11:00 until:2026-11-23T12:00:01",
    ],
)
def test_finds(text: str) -> None:
    assert Query.parse(text, now_ms=NOON).matches(BOUNCE)


@pytest.mark.parametrize(
    "text",
    [
        "order parcel",
        "to:ada",
        "to:da.l*",
        "domain:example",
        "domain:bcher-kva.example",
        "büche-kva",
        "-bücher",
        "type:delivery",
        "status:5.1",
        "subject:order*",
        "subject:*order",
        "-type:bounce",
        "-tag:campaign",
        "tag:campaign=winter",
        "order -shipped",
        "since:2026-11-23T12:00:01",
        "until:2026-11-23T12:00",
        '"user such"',
    ],
)
def test_does_not_find(text: str) -> None:
    assert not Query.parse(text, now_ms=NOON).matches(BOUNCE)


@pytest.mark.parametrize(
    ("text", "said", "position"),
    [
        ("domian:gmail.com", "did you mean domain", 0),
        ("ok type:bouncy", "did you mean bounce", 3),
        ("to:", "says nothing", 0),
        ('subject:"open', "not closed", 8),
        ("since:whenever", "is no time", 0),
        ("a -until:2h", "cannot be excluded", 2),
    ],
)
def test_an_error_names_the_way_out_and_the_place(text: str, said: str, position: int) -> None:
    with pytest.raises(QueryError, match=said) as caught:
        Query.parse(text, now_ms=NOON)
    assert caught.value.position == position
    assert f"character {position + 1}" in str(caught.value)


words = st.text(st.characters(codec="utf-8", exclude_characters='"'), min_size=1, max_size=12)


@given(st.lists(st.tuples(st.sampled_from([None, "to", "subject", "tag"]), words), max_size=4))
def test_the_canonical_form_means_the_same(parts: list[tuple[str | None, str]]) -> None:
    text = " ".join(f'{key}:"{word}"' if key else f'"{word}"' for key, word in parts)
    query = Query.parse(text)
    again = Query.parse(query.text)
    assert [(t.key, t.value, t.excluded) for t in again.terms] == [
        (t.key, t.value, t.excluded) for t in query.terms
    ]
    assert again.text == query.text


@given(st.text(max_size=30))
def test_any_text_is_a_query_or_a_clear_error(text: str) -> None:
    position = 0
    try:
        Query.parse(text, now_ms=NOON).matches(BOUNCE)
    except QueryError as error:
        position = error.position
    assert 0 <= position <= len(text)


@given(st.text("ab*", max_size=8), st.text("ab", max_size=10))
def test_a_star_is_any_run_exactly_where_it_stands(pattern: str, text: str) -> None:
    oracle = re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), text)
    assert whole(pattern)(text) == (oracle is not None)


def test_many_stars_against_a_long_text_end_at_once() -> None:
    assert not whole("a*" * 40 + "b")("a" * 20_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("-90m", datetime(2026, 11, 23, 10, 30, tzinfo=UTC)),
        ("yesterday", datetime(2026, 11, 22, tzinfo=UTC)),
        ("today", datetime(2026, 11, 23, tzinfo=UTC)),
        ("14:32", datetime(2026, 11, 22, 14, 32, tzinfo=UTC)),
        ("9:05", datetime(2026, 11, 23, 9, 5, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-23T06:00", datetime(2026, 11, 23, 6, tzinfo=UTC)),
        ("2026-11-23T06:00:00.250+02:00", datetime(2026, 11, 23, 4, 0, 0, 250_000, tzinfo=UTC)),
    ],
)
def test_times_as_people_write_them(text: str, expected: datetime) -> None:
    assert parse_moment(text, NOON, UTC_ZONE) == round(expected.timestamp() * 1000)


@pytest.mark.parametrize("text", ["", "later", "25:00", "2026-13-01", "h2", "2 h"])
def test_what_is_no_time(text: str) -> None:
    assert parse_moment(text, NOON, UTC_ZONE) is None
    assert parse_duration("nonsense") is None


def test_nothing_known_of_an_event_matches_no_key() -> None:
    fields: dict[str, Any] = dict.fromkeys(("recipient", "sender", "message_id"))
    event: Event = make_event(**fields)
    assert not Query.parse("to:*").matches(event)
    assert Query.parse("-to:*").matches(event)
