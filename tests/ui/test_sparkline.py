import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_tui.ui.sparkline import scale_of, sparkline


@pytest.mark.parametrize(
    ("series", "bars"),
    [
        ((), ""),
        ((None, 0.0, None), "·▁·"),
        ((0.0001, 0.02, 0.01), "▂█▅"),
        ((0.001, 0.08, 0.04), "▂█▅"),
    ],
)
def test_bars(series: tuple[float | None, ...], bars: str) -> None:
    assert sparkline(series, scale_of(series, 0.02)) == bars


@given(st.lists(st.none() | st.floats(0, 1), max_size=40))
def test_a_bar_for_every_value_and_higher_ones_for_higher_values(
    series: list[float | None],
) -> None:
    bars = sparkline(series, scale_of(series, 0.02))
    assert len(bars) == len(series)
    drawn = [(value, bar) for value, bar in zip(series, bars, strict=True) if value is not None]
    assert [bar for _, bar in sorted(drawn)] == sorted(bar for _, bar in drawn)
    assert all((bar == "▁") == (value == 0) for value, bar in drawn)
