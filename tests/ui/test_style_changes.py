"""Fewer bytes, the same picture."""

import pyte
from hypothesis import example, given
from hypothesis import strategies as st

from ses_tui.ui.style_changes import say_changes_only

SIZE = (20, 5)
COLOURS = st.sampled_from(["31", "97", "38;5;208", "38;2;1;2;3", "38;2;9;8;7", "39"])
GROUNDS = st.sampled_from(["41", "107", "48;5;17", "48;2;20;24;29", "48;2;1;1;1", "49"])
ATTRIBUTES = st.sampled_from(["1", "3", "4", "5", "7", "9", "0", ""])
UNKNOWN = st.sampled_from(["22", "58;5;1", "38;2;1", "38"])
STYLES = st.lists(COLOURS | GROUNDS | ATTRIBUTES, min_size=1, max_size=4).map(";".join)
TEXTS = st.sampled_from(["a", "word", "  two words ", " ", "     ", "緑茶", "", "\r\n"])
MOVES = st.tuples(st.integers(1, SIZE[1]), st.integers(1, SIZE[0])).map(
    lambda at: f"\x1b[{at[0]};{at[1]}H"
)
SEGMENTS = st.tuples(MOVES | st.just(""), STYLES | UNKNOWN, TEXTS).map(
    lambda segment: f"{segment[0]}\x1b[{segment[1]}m{segment[2]}\x1b[0m"
)
PARTS = st.one_of(SEGMENTS, TEXTS, MOVES, STYLES.map("\x1b[{}m".format), st.just("\x1b[2J"))


def picture(sequence: str) -> list[list[tuple[object, ...]]]:
    """What a person sees: of a blank that nothing is drawn on, only the colour behind it."""
    screen = pyte.Screen(*SIZE)
    pyte.Stream(screen).feed(sequence)
    cells: list[list[tuple[object, ...]]] = []
    for row in range(SIZE[1]):
        cells.append([])
        for column in range(SIZE[0]):
            cell = screen.buffer[row][column]
            drawn = cell.data != " " or cell.reverse or cell.underscore or cell.strikethrough
            cells[-1].append(tuple(cell) if drawn else (cell.bg,))
    return cells


@given(st.lists(PARTS, max_size=12).map("".join))
@example("\x1b[31;41m ")
def test_the_picture_is_the_same(sequence: str) -> None:
    said = say_changes_only(sequence)
    assert picture(said + "\x1b[0m") == picture(sequence + "\x1b[0m")
    assert picture(said + "end") == picture(sequence + "end"), "what follows finds the same style"
    ended = sequence + "\x1b[0m"  # As whatever draws does.
    assert len(say_changes_only(ended)) <= len(ended)


def test_neighbours_share_what_they_have_in_common() -> None:
    before = "\x1b[38;2;1;1;1;48;2;2;2;2mone\x1b[0m\x1b[38;2;3;3;3;48;2;2;2;2mtwo\x1b[0m"
    assert say_changes_only(before) == "\x1b[38;2;1;1;1;48;2;2;2;2mone\x1b[38;2;3;3;3mtwo\x1b[m"
