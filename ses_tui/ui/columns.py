"""Which columns a width has room for, and how wide each is."""

from dataclasses import dataclass
from typing import Final

from ses_tui.core.list_columns import Column

COLUMN_GAP: Final = 2
MARGIN: Final = 1
"""A cell at the left edge, as in the lines above and below the list; marks stand in it."""
TYPE_CELLS: Final = 11
"""The mark, a blank and nine cells of the type's label."""
_CLOCK_CELLS: Final = 8
_DATED_CELLS: Final = 14
_DATED_FROM: Final = 98
"""Cells of the list, as in a terminal of 100 columns."""
_SENDER_FROM: Final = 118
"""Narrower than this the reason is worth more than the sender."""
_SET_FROM: Final = 148
_SET_CELLS: Final = 14


_CELLS: Final = {
    Column.RECIPIENT: (12, 38),
    Column.REASON: (16, 200),
    Column.SENDER: (12, 30),
    Column.SET: (8, 24),
    Column.IDENTITY: (12, 30),
    Column.MESSAGE: (12, 62),
}
"""Cells of a column once the list was moved sideways: the fewest of any use, and the most."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns from left to right with their cells; a gap stands between two."""

    cells: tuple[tuple[Column, int], ...]
    skipped: int = 0
    """Columns behind the type that are out of sight on the left."""
    more: bool = False
    """There is something to see on the right."""


def columns_for(
    width: int, dated: bool, skipped: int = 0, chosen: tuple[Column, ...] = ()
) -> Columns:
    """Share `width` cells out. Time and type always stay, `skipped` columns behind them do not.

    `dated` says that there are events of other days, which need a date where there is room.
    `chosen` are the columns to show behind the type, in their order; those that suit the width
    where there are none.
    """
    time = _DATED_CELLS if dated and width >= _DATED_FROM else _CLOCK_CELLS
    fixed = ((Column.TIME, time), (Column.TYPE, TYPE_CELLS))
    room = width - MARGIN - time - TYPE_CELLS - 2 * COLUMN_GAP
    order = chosen or _order(width)
    skipped = max(0, min(skipped, len(order) - 1))
    if skipped == 0 and not chosen:
        return Columns((*fixed, *_shared(width, room)), more=True)
    moved = _moved(order[skipped:], room) if skipped else _fitted(order, room)
    last, cells = moved[-1]
    whole = len(moved) == len(order) - skipped and cells >= _CELLS[last][1]
    return Columns((*fixed, *moved), skipped, more=not whole and skipped < len(order) - 1)


def _order(width: int) -> tuple[Column, ...]:
    """Every column behind the type, in the order they are moved through."""
    rest = (Column.IDENTITY, Column.MESSAGE)
    if width < _SENDER_FROM:
        return (Column.RECIPIENT, Column.REASON, Column.SENDER, Column.SET, *rest)
    if width < _SET_FROM:
        return (Column.RECIPIENT, Column.SENDER, Column.REASON, Column.SET, *rest)
    return (Column.RECIPIENT, Column.SENDER, Column.SET, Column.REASON, *rest)


def _shared(width: int, room: int) -> list[tuple[Column, int]]:
    """Unmoved: addresses get what they need, the reason all the rest."""
    room -= COLUMN_GAP
    recipient = max(12, min(38, room * 3 // 7))
    columns = [(Column.RECIPIENT, recipient)]
    if width >= _SENDER_FROM:
        sender = min(30, room // 4)
        columns.append((Column.SENDER, sender))
        room -= sender + COLUMN_GAP
    if width >= _SET_FROM:
        columns.append((Column.SET, _SET_CELLS))
        room -= _SET_CELLS + COLUMN_GAP
    return [*columns, (Column.REASON, max(0, room - recipient))]


def _fitted(order: tuple[Column, ...], room: int) -> list[tuple[Column, int]]:
    """As many of the chosen columns as have room for the least; the rest goes by what they like."""
    columns: list[tuple[Column, int]] = []
    for column in order:
        least = _CELLS[column][0] + COLUMN_GAP * bool(columns)
        if columns and room < least:
            break
        columns.append((column, _CELLS[column][0]))
        room -= least
    wishes = [_CELLS[column][1] - least for column, least in columns]
    share = min(1.0, max(0, room) / (sum(wishes) or 1))
    columns = [
        (column, least + int(wish * share))
        for (column, least), wish in zip(columns, wishes, strict=True)
    ]
    last, cells = columns[-1]
    given = sum(cells for _, cells in columns) - sum(_CELLS[column][0] for column, _ in columns)
    return [*columns[:-1], (last, cells + room - given)]


def _moved(order: tuple[Column, ...], room: int) -> list[tuple[Column, int]]:
    """Moved sideways: each column as wide as it likes, the last one in sight takes what is left."""
    columns: list[tuple[Column, int]] = []
    for column in order:
        least, most = _CELLS[column]
        left = room - COLUMN_GAP * bool(columns)
        if columns and left < least:
            break
        cells = min(most, left)
        columns.append((column, cells))
        room = left - cells
    last, cells = columns[-1]
    return [*columns[:-1], (last, cells + room)]
