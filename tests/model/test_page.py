import zlib
from random import Random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.model.event import Event
from recorder.model.page import (
    MAXIMUM_COMPRESSED_BYTES,
    MAXIMUM_EVENTS,
    MAXIMUM_EXPANDED_BYTES,
    PAGE_VERSION,
    PageError,
    decode_page,
    encode_page,
    split_into_pages,
)
from tests.events import make_event
from tests.model.strategies import events


@given(st.lists(events(), max_size=6), st.lists(st.integers(0, 2**45), max_size=3))
def test_a_page_gives_its_events_and_heartbeats_back(
    batch: list[Event], heartbeats: list[int]
) -> None:
    page = decode_page(encode_page(batch, heartbeats))
    assert page.events == tuple(batch)
    assert page.heartbeats == tuple(heartbeats)


def test_no_tags_and_empty_tags_stay_apart() -> None:
    batch = [make_event(tags=None), make_event(tags={}), make_event(tags={"a": []})]
    assert [event.tags for event in decode_page(encode_page(batch)).events] == [None, {}, {"a": []}]


def test_a_large_batch_is_split_in_order_within_the_bounds() -> None:
    batch = [make_event() for _ in range(MAXIMUM_EVENTS * 2 + 1)]
    pages = list(split_into_pages(batch, [7, 8]))
    assert [event for chunk, _ in pages for event in chunk] == batch
    decoded = [decode_page(body) for _, body in pages]
    assert [event for page in decoded for event in page.events] == batch
    assert [page.heartbeats for page in decoded] == [(), (), (7, 8)]


def test_events_with_much_text_are_split_by_size() -> None:
    noise = Random(7)
    batch = [make_event(diagnostic=noise.randbytes(2000).hex()) for _ in range(400)]
    pages = list(split_into_pages(batch))
    assert len(pages) > 1
    assert all(len(body) <= MAXIMUM_COMPRESSED_BYTES for _, body in pages)
    assert all(len(zlib.decompress(body)) <= MAXIMUM_EXPANDED_BYTES for _, body in pages)
    assert [event for _, body in pages for event in decode_page(body).events] == batch


def test_nothing_makes_no_page_and_a_heartbeat_alone_makes_one() -> None:
    assert list(split_into_pages([])) == []
    ((chunk, body),) = split_into_pages([], [5])
    assert list(chunk) == []
    assert decode_page(body).heartbeats == (5,)


def _packed(document: object) -> bytes:
    return zlib.compress(orjson.dumps(document))


def _required(count: int) -> dict[str, object]:
    return {
        "event_id": [f"event {number}" for number in range(count)],
        "recorded_at": list(range(count)),
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not a page",
        encode_page([make_event()])[:-9],
        _packed([]),
        _packed({}),
        _packed({"v": PAGE_VERSION + 1, "n": 0, "c": {}}),
        _packed({"v": PAGE_VERSION - 1, "n": 0, "c": {}}),
        _packed({"v": PAGE_VERSION, "n": 2, "c": {"event_id": ["a", "b", "c"]}}),
        *(
            _packed({"v": PAGE_VERSION, "n": 2, "c": _required(2) | {"link": column}})
            for column in (
                {"v": ["a"], "i": [0, 4]},
                {"v": ["a"], "i": " !"},
                {"v": ["a"], "i": "é"},
                {"v": ["a"], "i": " "},
                {"v": ["a"], "i": 0},
            )
        ),
        _packed({"v": PAGE_VERSION, "n": 1, "c": {"event_id": "a"}}),
        *(
            _packed({"v": PAGE_VERSION, "n": 2, "c": _required(2) | {"recipient_raw": column}})
            for column in (
                {"of": "recipient", "v": ["a"], "i": [0]},
                {"of": "event_id", "v": ["a"], "i": [7]},
                {"of": "event_id", "v": ["a"], "i": ["x"]},
                {"of": "event_id", "v": ["a"], "i": []},
                {"of": "no such column", "v": [], "i": []},
                {"of": ["event_id"], "v": [], "i": []},
            )
        ),
        _packed({"v": PAGE_VERSION, "n": 10**12, "c": {}}),
        _packed({"v": PAGE_VERSION, "n": -1, "c": {}}),
        zlib.compress(b" " * (MAXIMUM_EXPANDED_BYTES + 1)),
    ],
)
def test_a_page_that_cannot_be_read_says_so(body: bytes) -> None:
    with pytest.raises(PageError):
        decode_page(body)


@pytest.mark.parametrize("values", [2, 93, 94, 200])
def test_repeated_values_come_back_however_many_they_are(values: int) -> None:
    batch = [make_event(event_id=str(n), subject=f"{n % values}") for n in range(400)]
    assert decode_page(encode_page(batch)).events == tuple(batch)


@given(st.binary(max_size=200))
def test_no_bytes_do_harm(body: bytes) -> None:
    with pytest.raises(PageError):
        decode_page(body)


@given(
    st.lists(
        st.tuples(st.sampled_from([None, "a@example.com", "b@example.com"]), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_addresses_as_they_were_written_come_back(rows: list[tuple[str | None, bool]]) -> None:
    events = [
        make_event(
            event_id=str(number),
            recipient=address,
            recipient_raw=f"<{address}>" if other else address,
        )
        for number, (address, other) in enumerate(rows)
    ]
    assert decode_page(encode_page(events)).events == tuple(events)


def test_addresses_written_as_they_are_known_take_next_to_nothing() -> None:
    addresses = [f"reader-{number * 7919 % 1000}@example.com" for number in range(100)]
    alone = [
        make_event(event_id=str(n), recipient=a, recipient_raw=None)
        for n, a in enumerate(addresses)
    ]
    both = [event._replace(recipient_raw=event.recipient) for event in alone]
    assert len(encode_page(both)) - len(encode_page(alone)) < 40
