from hypothesis import given
from hypothesis import strategies as st

from ses_tui.ui.marks import Marks

KEYS = st.tuples(st.integers(0, 5), st.sampled_from("ABC"))


@given(st.lists(KEYS, max_size=20), KEYS)
def test_marks_are_told_once_each_in_order_from_a_key_on(
    toggled: list[tuple[int, str]], key: tuple[int, str]
) -> None:
    marks = Marks()
    for one in toggled:
        assert marks.toggle(one) == (one in marks)
    marked = {one for one in toggled if toggled.count(one) % 2}
    assert list(marks) == sorted(marked)
    assert len(marks) == len(marked)
    newer, older = sorted(k for k in marked if k > key), sorted(k for k in marked if k <= key)
    assert marks.after(key) == newer + older
    assert list(Marks(marks)) == list(marks)
