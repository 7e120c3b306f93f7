"""Which cells of a line are painted again."""

from operator import add

from hypothesis import example, given
from hypothesis import strategies as some
from rich.cells import cell_len

from ses_tui.ui.tones import Line, Span, Tone, line_width
from ses_tui.ui.widgets.lines import DrawnLine, changed_parts

WIDTH = 24
LINES = some.lists(
    some.builds(
        Span,
        some.builds(add, some.sampled_from("ab 茶"), some.text("ab▃ 茶e\u0301", max_size=3)),
        some.sampled_from([Tone.PLAIN, Tone.BAD]),
    ),
    max_size=4,
).map(tuple)


def cells_of(line: Line) -> list[tuple[str, Tone]]:
    """What each cell shows; what combines belongs to the cell before it."""
    cells: list[tuple[str, Tone]] = []
    for text, tone in line:
        for character in text:
            width = cell_len(character)
            if width:
                cells += [(character, tone), *[("", tone)] * (width - 1)]
            elif cells:
                cells[-1] = (cells[-1][0] + character, cells[-1][1])
    return cells + [(" ", Tone.PLAIN)] * (WIDTH - len(cells))


@given(LINES, LINES)
@example((Span("of 1,234"),), (Span("of 1,235"),))
def test_every_cell_that_differs_is_painted(old: Line, new: Line) -> None:
    parts = list(changed_parts(3, DrawnLine(new), DrawnLine(old), WIDTH))
    assert all((part.y, part.height) == (3, 1) for part in parts)
    if line_width(new) > WIDTH or line_width(old) > WIDTH:
        return
    pairs = enumerate(zip(cells_of(new), cells_of(old), strict=True))
    differing = [at for at, (one, other) in pairs if one != other]
    assert all(any(part.x <= at < part.right for part in parts) for at in differing)


def test_a_digit_is_a_cell() -> None:
    old, new = (
        DrawnLine((Span("gmail.com", Tone.BAD), Span(f"  12,34{n}                    {n} %")))
        for n in (5, 6)
    )
    parts = list(changed_parts(0, new, old, 60))
    assert [(part.x, part.width) for part in parts] == [(16, 1), (37, 1)]
    (whole,) = changed_parts(0, new._replace(selected=True), old, 60)
    assert whole.width == 60
