"""What stands behind text whose width terminals do not agree on stands in its column all the same.

Vowel signs and marks of many scripts, and new emoji, take a cell or none, one or two, by the tables
of whoever wrote the terminal. Text that goes on where the cursor happens to be is then shifted to
the end of the line, and pieces of the picture before stay.
"""

import re
from typing import Final

from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip

_UNCERTAIN: Final = re.compile(
    "[^"
    "\x00-\u02ff\u0370-\u0482\u048a-\u058a\u05d0-\u05ea\u1e00-\u1fff"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u21ff\u2200-\u22ff\u23ce\u2400-\u2426"
    "\u2500-\u25fc\u2713\u2717"
    "\u3000-\u3029\u3041-\u3096\u309b-\u30ff\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    "\uff01-\uff60\ufffd"
    "]"
)
"""All but letters and signs of which every terminal has the same width: Latin, Greek, Cyrillic,
Armenian, Hebrew, Japanese, Chinese, Korean, and what the dashboard draws with."""


def render_in_columns(strip: Strip, column: int, console: Console) -> str:
    """Control sequences and text of `strip`, the first cell of which is in `column` (from 0).

    The cells of uncertain text are emptied first: it may leave some of them as they were.
    """
    if not _UNCERTAIN.search(strip.text):
        return strip.render(console)
    written: list[str] = []
    for segment in strip:
        cells = segment.cell_length
        rendered = Strip([segment], cells).render(console)
        if _UNCERTAIN.search(segment.text):
            blank = Strip([Segment(" " * cells, segment.style)], cells).render(console)
            rendered = blank + _to_column(column) + rendered + _to_column(column + cells)
        written.append(rendered)
        column += cells
    return "".join(written)


def move_to(column: int, line: int) -> str:
    """Cursor position (ECMA-48, 8.3.21), which counts from 1."""
    return f"\x1b[{line + 1};{column + 1}H"


def _to_column(column: int) -> str:
    """Cursor character absolute (ECMA-48, 8.3.9), which counts from 1."""
    return f"\x1b[{column + 1}G"
