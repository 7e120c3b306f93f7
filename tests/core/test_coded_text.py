"""However an address is coded, it is masked and erased; what looks like a code only, stays."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_tui.core.coded_text import decode
from ses_tui.core.erasure import ERASED, Person
from ses_tui.core.masking import masked_text

LOCAL, DOMAIN = "mari.gold", "inbox.test"
ADDRESS = f"{LOCAL}@{DOMAIN}"
BASE64 = base64.b64encode(ADDRESS.encode()).decode()

CODED = [
    ADDRESS,
    "mari.gold%40inbox.test",
    "mari.gold%252540inbox.test",
    "mari%2Egold%25252540inbox%2etest",
    "%6Dari.gold%40inbox.test",
    "mari.gold=40inbox.test",
    "=?utf-8?q?mari.gold=40inbox.test?=",
    "mari.gold&#64;inbox.test",
    "mari.gold&#x40;inbox&#46;test",
    "mari.gold&commat;inbox.test",
    "mari.gold%26%2364%3Binbox.test",
    "mari.gold\\u0040inbox.test",
    "mari.gold\\\\u0040inbox.test",
    "mari.gold\\x40inbox.test",
    "mari.gold\\u{40}inbox.test",
    "mari.gold%u0040inbox.test",
    "mari.gold\uff20inbox.test",
    "mari.gold%EF%BC%A0inbox.test",
    '"mari.gold"@inbox.test',
    "550 5.1.1 <mari.gold@inbox.test>: Recipient address rejected",
    "mari.gold@inbox.test... User unknown",
    "@relay.test:mari.gold@inbox.test",
    "https://x.test/u/mari.gold@inbox.test",
    "https://x.test/?l=mari.gold@inbox.test&n=1",
    "https://x.test/r?u=https%3A%2F%2Fy.test%2F%3Fto%3Dmari.gold%40inbox.test",
    "https://x.test/r?u=https%253A%252F%252Fy.test%252F%253Fto%253Dmari.gold%2540inbox.test",
    "bounce+mari.gold=inbox.test@list.test",
    "SRS0=HHH=TT=inbox.test=mari.gold@forward.test",
    "prvs=1234567890=mari.gold@inbox.test",
    f"https://x.test/o?e={BASE64}",
    f"https://x.test/o/{base64.b64encode(json.dumps({'to': ADDRESS}).encode()).decode()}/1",
    f"=?utf-8?b?{BASE64}?=",
]


@pytest.mark.parametrize("text", CODED)
def test_it_is_masked_and_erased(text: str) -> None:
    for without in (masked_text(text), Person(ADDRESS.upper()).removed_from(text)):
        said = decode(without).text.lower()
        assert "gold" not in said
        assert BASE64 not in without
        assert len(without) >= len(ERASED)


@pytest.mark.parametrize(
    "text",
    [
        "mari.gold(a comment)@inbox.test",
        "mari.gold @inbox.test",
        '"mari.gold x"@inbox.test',
        "mari.gold@[192.0.2.1]",
        "/G=mari/S=gold/@gateway.test",
        "https://x.test/?to=mari/gold@inbox.test",
        "https://x.test/?to=mari%26gold@inbox.test",
    ],
)
def test_an_address_of_an_odd_form_is_masked(text: str) -> None:
    assert not any(part in masked_text(text) for part in ("mari", "gold"))


@pytest.mark.parametrize(
    "text",
    ["100%", "?n=40&m=%25", "width=40px", "&copy; &lt; &#9731;", "\\path\\user", "%C3%28", "%zz",
     "https://x.test/L0/0102018f2b3c4d5e-1234abcd-000000/abcdEFGHijklmnop=123", "5 @ 6"],
)  # fmt: skip
def test_what_holds_no_address_stays(text: str) -> None:
    assert masked_text(text) == text
    assert Person(ADDRESS).removed_from(text) == text


@given(st.text() | st.text(alphabet="%2540=&#x;\\u{}@a.é\uff20", max_size=60))
@settings(max_examples=100, deadline=None)
def test_every_character_is_found_where_it_stands(source: str) -> None:
    decoded = decode(source)
    assert len(decoded.starts) == len(decoded.text) + 1
    assert list(decoded.starts) == sorted(set(decoded.starts))
    assert (decoded.starts[0], decoded.starts[-1]) == (0, len(source))
    everything = [(0, len(decoded.text), "x")]
    assert decoded.replaced([]) == source
    assert decoded.replaced(everything) == "x"


def test_long_texts_take_no_time() -> None:
    for piece in ("%25", "\\", "&#", "=40a.", "a%40", "/A", "QUJD", "%C3", "(", "//", '\\"', "=40"):
        text = piece * (20_000 // len(piece)) + "/@a.test"
        assert masked_text(text)
        assert Person(ADDRESS).removed_from(text) == text
