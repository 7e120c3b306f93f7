from hypothesis import given
from hypothesis import strategies as st

from recorder.model import keys
from recorder.model.event import ENGAGEMENT_TYPES, EVENT_TYPES, PROBLEM_TYPES, Event
from tests.events import make_event
from tests.model.strategies import events


@given(events(), st.integers(1, 60))
def test_keys_stay_within_the_limits_of_dynamodb(event: Event, factor: int) -> None:
    grown = event._replace(
        message_id=event.message_id and event.message_id * factor,
        recipient=event.recipient and event.recipient * factor,
    )
    index = keys.index_keys(grown)
    for name in ("rp", "pp"):
        assert 0 <= len(index.get(name, "").encode()) <= 2048
    for name in ("rs", "ps"):
        assert 0 <= len(index.get(name, "").encode()) <= 1024
    assert len(keys.message_key(grown.message_id or "x").encode()) <= 2048


def test_over_long_addresses_that_begin_alike_have_different_keys() -> None:
    first, second = ("x" * 5000 + end + "@mill.example" for end in "12")
    one = keys.recipient_keys(first, 0, "ID")
    other = keys.recipient_keys(second, 0, "ID")
    assert one[0] == other[0]
    assert one[1] != other[1]
    assert keys.message_key("m" * 5000 + "1") != keys.message_key("m" * 5000 + "2")


@given(st.text(), st.text())
def test_the_sort_prefix_of_one_local_part_begins_no_other(one: str, other: str) -> None:
    if one.encode("utf-8", "replace") != other.encode("utf-8", "replace"):
        assert not keys.recipient_sort_prefix(other).startswith(keys.recipient_sort_prefix(one))


def test_buckets_are_letters_digits_and_one_for_the_rest() -> None:
    assert keys.recipient_bucket("ada") == "a"
    assert keys.recipient_bucket("7up") == "7"
    for local in ("", "_x", '"q"', "ädä", "#"):
        assert keys.recipient_bucket(local) == "_"


def test_the_domain_is_behind_the_last_at_sign() -> None:
    assert keys.split_address('"a@b"@mill.example') == ('"a@b"', "mill.example")
    assert keys.split_address("nobody") == ("nobody", "")


def test_only_events_with_a_recipient_are_found_by_recipient_and_only_problems_by_problem() -> None:
    for event_type in EVENT_TYPES:
        named = keys.index_keys(make_event(event_type))
        unnamed = keys.index_keys(make_event(event_type, recipient=None))
        assert ("rp" in named) == ("rs" in named) == (event_type not in ENGAGEMENT_TYPES)
        assert ("pp" in named) == ("ps" in named) == (event_type in PROBLEM_TYPES)
        assert "rp" not in unnamed
        assert ("pp" in unnamed) == (event_type in PROBLEM_TYPES)


def test_opens_and_clicks_sort_by_time_behind_everything_else() -> None:
    early = keys.event_sort_key("Click", 999, "B")
    late = keys.event_sort_key("Open", 1_795_413_602_500, "A")
    assert keys.event_sort_key("Bounce", 1_795_413_602_500, "Z") < early < late
    assert keys.event_sort_key("Open", None, "A") < early


@given(events())
def test_the_event_id_is_read_back_from_the_sort_key(event: Event) -> None:
    sort_key = keys.event_sort_key(event.event_type, event.event_time, event.event_id)
    assert keys.event_id_of_sort_key(sort_key) == event.event_id


def test_problems_of_one_day_spread_over_all_lanes() -> None:
    ids = ("000000000000000" + last for last in "0123456789ABCDEFGHIJKLMNOPQRSTUV")
    assert {keys.problem_lane(event_id) for event_id in ids} == set(range(keys.PROBLEM_LANES))


def test_pages_sort_by_the_time_of_writing() -> None:
    older = keys.page_sort_key(999, "shard-z", "900")
    newer = keys.page_sort_key(1_795_413_602_500, "shard-a", "100")
    assert older < newer
    assert keys.page_written_at(newer) == 1_795_413_602_500
    assert keys.page_sort_key(1, "shard-a", "7") != keys.page_sort_key(1, "shard-b", "7")
