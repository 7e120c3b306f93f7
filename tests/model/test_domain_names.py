import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.model.addresses import recipient_of
from recorder.model.domain_names import encoded_domain, readable_domains


@pytest.mark.parametrize(
    ("domain", "encoded"),
    [
        ("b\u00fccher.example", "xn--bcher-kva.example"),
        ("B\u00dcCHER\uff0eExample", "xn--bcher-kva.example"),
        ("bu\u0308cher\u3002example", "xn--bcher-kva.example"),
        ("stra\u00dfe.example", "xn--strae-oqa.example"),
        ("Mill.example", "Mill.example"),
    ],
)
def test_a_domain_has_one_form(domain: str, encoded: str) -> None:
    assert encoded_domain(domain) == encoded
    assert recipient_of(f"Ann <Ann@{domain}>") == f"ann@{encoded.lower()}"


@given(st.text("ab-\u00e4\u00df\u6f22", min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_what_was_encoded_is_readable_again(label: str) -> None:
    assert readable_domains(f"ann@{encoded_domain(label)}.example") == f"ann@{label}.example"


@given(st.text() | st.from_regex(r"xn--[a-z0-9-]{0,70}", fullmatch=True))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_read_and_written(text: str) -> None:
    readable_domains(text).encode("utf-8", "strict" if text.isascii() else "surrogatepass")
    encoded_domain(text)
