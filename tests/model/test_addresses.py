import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.model.addresses import bare_address, decode_words, split_addresses


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("ada@mill.example", "ada@mill.example"),
        ("  Ada@Mill.Example\n", "Ada@Mill.Example"),
        ("<ada@mill.example>", "ada@mill.example"),
        ("Ada King <ada@mill.example>", "ada@mill.example"),
        ("King, Ada <ada@mill.example>", "ada@mill.example"),
        ('"King, Ada (London)" <ada@mill.example>', "ada@mill.example"),
        ('"see <other@mill.example>" <ada@mill.example>', "ada@mill.example"),
        ("ada@mill.example (Ada King)", "ada@mill.example"),
        ("(her own) ada@mill.example", "ada@mill.example"),
        ("mailto:ada@mill.example", "ada@mill.example"),
        ("<mailto:ada@mill.example>", "ada@mill.example"),
        ("rfc822; ada@mill.example", "ada@mill.example"),
        ("UTF-8;ada@mill.example", "ada@mill.example"),
        ("ada@mill.example.", "ada@mill.example"),
        ("Ada <ada@mill.example.>", "ada@mill.example"),
        ("'ada@mill.example'", "ada@mill.example"),
        ("\"'ada@mill.example'\" <ada@mill.example>", "ada@mill.example"),
        ("=?utf-8?B?QWRh?= <ada@mill.example>", "ada@mill.example"),
        ("=?utf-8?Q?Ada_=3Cada=40mill.example=3E?=", "ada@mill.example"),
        ('"ada king"@mill.example', '"ada king"@mill.example'),
        ('"a@b"@mill.example', '"a@b"@mill.example'),
        ('Ada <"a>b"@mill.example>', '"a>b"@mill.example'),
        ("o'brien+news=x#1@mill.example", "o'brien+news=x#1@mill.example"),
        ("ada@xn--mhle-0ra.example", "ada@xn--mhle-0ra.example"),
        ("Ada <ada@mill.example", "ada@mill.example"),
        ("ada@mill.example>", "ada@mill.example"),
        ('5" Nails <ada@mill.example>', "ada@mill.example"),
    ],
)
def test_the_address_alone_is_left(written: str, bare: str) -> None:
    assert bare_address(written) == bare


@pytest.mark.parametrize(
    "text", ["a@b@c", "undisclosed-recipients:;", "nobody", "<>", "Ada King", "=?x?Q?broken?="]
)
def test_text_that_holds_no_known_form_is_kept(text: str) -> None:
    assert bare_address(f" {text} ") == text


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("a@x.example", ["a@x.example"]),
        ("a@x.example, b@x.example", ["a@x.example", "b@x.example"]),
        (
            'A <a@x.example>,"B, C" <b@x.example>,\r\n D <d@x.example>',
            ["A <a@x.example>", '"B, C" <b@x.example>', "D <d@x.example>"],
        ),
        ("Doe, Jane <j@x.example>", ["Doe, Jane <j@x.example>"]),
        (
            "Doe, Jane <j@x.example>, Roe, Rick <r@x.example>",
            ["Doe, Jane <j@x.example>", "Roe, Rick <r@x.example>"],
        ),
        ("a@x.example, b@x.example,", ["a@x.example", "b@x.example"]),
        ("a@x.example, b@x.example, nobody", ["a@x.example", "b@x.example, nobody"]),
        ('"a@x, b@x"@y.example', ['"a@x, b@x"@y.example']),
    ],
)
def test_one_string_may_hold_several_addresses(written: str, parts: list[str]) -> None:
    assert split_addresses(written) == parts


@pytest.mark.parametrize(
    ("written", "decoded"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?B?R3LDvMOfZQ==?= =?utf-8?q?_aus_Kiel?=", "Grüße aus Kiel"),
        ("folded\r\n line", "folded line"),
        ("=?utf-8?q?Kaff?= =?utf-8?q?ee=E2=82?= =?utf-8?q?=AC?=", "Kaffee€"),
        ("Größe: =?utf-8*de?q?10_m=C2=B2?=", "Größe: 10 m²"),
        ("=?no-such-charset?q?abc=FC?=", "abc\ufffd"),
        ("=?utf-8?q?A=FF_B?=\r\n =?utf-8?q?C?=", "A\ufffd BC"),
        ("=?iso-8859-8-i?b?+ezl7Q==?=", "שלום"),
        ("=?utf-8?b?A?=", "=?utf-8?b?A?="),
    ],
)
def test_encoded_words_are_decoded_where_they_can_be(written: str, decoded: str) -> None:
    assert decode_words(written) == decoded


ADDRESS_TEXT = st.text(st.sampled_from('ab@.,<>"()\\;: =?\r\n_é'), max_size=60) | st.text()


@given(ADDRESS_TEXT)
def test_no_text_is_too_odd_to_be_an_address(text: str) -> None:
    address = bare_address(text)
    assert bool(address) == bool(text.strip())
    assert address == address.strip()
    for part in split_addresses(text):
        bare_address(part)
    decode_words(text)


@given(ADDRESS_TEXT)
def test_splitting_loses_no_address_character(text: str) -> None:
    joined = "".join(split_addresses(text))
    assert joined.count("@") == text.count("@")


@pytest.mark.parametrize("unit", ['"', "<", "(", '\\"', '<"', "a@b,", ",", "=?a?q?", "@", "=?="])
def test_long_hostile_text_comes_to_an_end(unit: str) -> None:
    text = unit * 100_000
    assert bare_address(text)
    assert split_addresses(text)
    decode_words(text)
