import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ses_tui.core.sanitise import sanitise
from ses_tui.ui.text import clip, clip_address, fit, format_age, wrap

TEXT = st.text(max_size=120).map(sanitise) | st.text("ab 漢🎉é", max_size=120)


@given(TEXT, st.integers(2, 40))
def test_wrapping_loses_nothing_but_blanks_and_keeps_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(TEXT, st.integers(0, 40))
def test_clipping_and_fitting_keep_the_width(text: str, width: int) -> None:
    assert cell_len(clip(text, width)) <= width
    assert cell_len(fit(text, width)) == width
    assert cell_len(clip_address(text, width)) <= width
    if cell_len(text) <= width:
        assert clip(text, width) == text


@pytest.mark.parametrize(
    ("address", "width", "shown"),
    [
        ("anna@mail.example", 17, "anna@mail.example"),
        ("anna.long.name@mail.example", 20, "anna.l…@mail.example"),
        ("anna@a-domain-too-long-for-that.example", 16, "anna@a-domain-t…"),
        ("no address at all", 8, "no addr…"),
    ],
)
def test_an_address_keeps_its_domain_where_it_can(address: str, width: int, shown: str) -> None:
    assert clip_address(address, width) == shown


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (-5, "0 s"),
        (42_900, "42 s"),
        (60_000, "1 min"),
        (3_599_999, "59 min"),
        (7_500_000, "2 h 05 min"),
        (259_200_000, "3 d"),
    ],
)
def test_ages_are_coarse(milliseconds: int, text: str) -> None:
    assert format_age(milliseconds) == text
