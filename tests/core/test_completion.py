import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_tui.core.completion import MOST_CANDIDATES, complete
from ses_tui.core.query import Query
from ses_tui.core.query.fields import KEYS
from ses_tui.core.vocabulary import MOST_NAMES, Vocabulary
from tests.events import make_event


def seen() -> Vocabulary:
    vocabulary = Vocabulary()
    vocabulary.add(
        [
            *(make_event(recipient=f"p{n}@gmail.com") for n in range(3)),
            *(make_event(recipient=f"p{n}@mail.example") for n in range(2)),
            make_event(recipient="p@gmx.example", configuration_set="spring news"),
            make_event(identity="shop.example", configuration_set="receipts"),
            make_event("Bounce", bounce_subtype="MailboxFull", smtp_status="4.2.2"),
        ]
    )
    return vocabulary


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("dom", ["domain:"]),
        ("d", ["domain:", "diagnostic:"]),
        ("DOM", ["domain:"]),
        ("-dom", ["domain:"]),
        ("type:bounce sta", ["status:"]),
        ("domain:g", ["domain:gmail.com", "domain:gmx.example"]),
        ("domain:mail", ["domain:mail.example", "domain:gmail.com"]),
        ("-domain:gmx", ["domain:gmx.example"]),
        ("type:b", ["type:Bounce", "type:Subscription"]),
        ("type:bou", ["type:Bounce"]),
        ("status:", ["status:4.2.2"]),
        ("subtype:mail", ["subtype:MailboxFull"]),
        ("set:spr", ['set:"spring news"']),
        ('set:"spring n', ['set:"spring news"']),
        ("since:1", ["since:15m", "since:1h"]),
        ("identity:", ["identity:shop.example"]),
        ("del", ["type:Delivery", "type:DeliveryDelay"]),
        ("gma", ["domain:gmail.com"]),
        ("rec", ["set:receipts"]),
        ("nokey:x", []),
        ("zzz", []),
        ("type:Bounce", []),
        ('"dom', ["domain:"]),
    ],
)
def test_candidates(text: str, candidates: list[str]) -> None:
    found = list(complete(text, len(text), seen()).candidates)
    assert found[: len(candidates)] == candidates
    assert (found == []) == (candidates == [])


def test_a_blank_term_offers_every_key() -> None:
    for text in ("", "type:bounce "):
        found = complete(text, len(text), seen()).candidates
        assert found == tuple(f"{key}:" for key in KEYS)[:MOST_CANDIDATES]


@pytest.mark.parametrize(
    ("text", "cursor", "result"),
    [
        ("dom", 3, "domain:|"),
        ("-domain:gm", 10, "-domain:gmail.com|"),
        ("dom type:bounce", 3, "domain:| type:bounce"),
        ("type:bounce dom since:2h", 15, "type:bounce domain:| since:2h"),
        ("domain:gmxx", 9, "domain:gmail.com|"),
        ('-set:"spring n', 14, '-set:"spring news"|'),
        ('set:"spring n" to:a', 13, 'set:"spring news"| to:a'),
        ("word  ", 5, "word to:| "),
    ],
)
def test_a_candidate_takes_the_place_of_the_whole_term(text: str, cursor: int, result: str) -> None:
    completion = complete(text, cursor, seen())
    assert completion.candidates
    written, position = completion.applied(text, 0)
    assert f"{written[:position]}|{written[position:]}" == result


QUERIES = st.text('ab:-"* domainset', max_size=20)


@given(QUERIES, st.integers(0, 20), st.text("ab c:-'", min_size=1, max_size=8))
def test_every_candidate_is_a_query_in_place_of_the_term(text: str, cursor: int, name: str) -> None:
    vocabulary = seen()
    vocabulary.add([make_event(configuration_set=name, recipient=f"x@{name}")])
    cursor = min(cursor, len(text))
    completion = complete(text, cursor, vocabulary)
    assert 0 <= completion.start <= cursor <= max(cursor, completion.end) <= len(text)
    for index, candidate in enumerate(completion.candidates):
        written, position = completion.applied(text, index)
        assert written[:position].endswith(candidate)
        if not candidate.endswith(":"):
            query = Query.parse(candidate)
            assert len(query.terms) == 1
            assert query.text == candidate


def test_values_that_cannot_be_typed_as_they_are_are_left_out() -> None:
    vocabulary = Vocabulary()
    hostile = ["\x1b[2Jx", 'a"b', "a*b", "\u202eabc", "x" * 500]
    vocabulary.add(make_event(configuration_set=name, identity=name) for name in hostile)
    assert vocabulary.values("set") == []
    assert vocabulary.values("identity") == []


def test_names_are_bounded_and_the_frequent_ones_stay() -> None:
    vocabulary = Vocabulary()
    for start in range(0, 10 * MOST_NAMES, 500):
        vocabulary.add(make_event(recipient=f"a@d{n}.example") for n in range(start, start + 500))
        vocabulary.add(make_event(recipient="a@often.example") for _ in range(3))
    values = vocabulary.values("domain")
    assert values[0] == "often.example"
    assert len(values) <= MOST_NAMES
