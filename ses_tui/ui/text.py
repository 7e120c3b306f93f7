"""Text in terminal cells: cutting, padding and wrapping by what a terminal shows, not by length.

All of it takes text that is sanitised already.
"""

from typing import Final

from rich.cells import cell_len, get_character_cell_size, split_text

ELLIPSIS: Final = "…"
_LEAST_LOCAL_PART: Final = 5
"""Cells; with fewer of them left, the domain is cut instead."""


def clip(text: str, width: int) -> str:
    """`text` in at most `width` cells; what is cut ends in an ellipsis."""
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    return split_text(text, width - 1)[0] + ELLIPSIS


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells, cut or padded on the right."""
    clipped = clip(text, width)
    return clipped + " " * (width - cell_len(clipped))


def clip_address(address: str, width: int) -> str:
    """An address in at most `width` cells; the local part is cut first, as domains tell more."""
    if cell_len(address) <= width:
        return address
    local, at, domain = address.rpartition("@")
    room = width - cell_len(domain) - len(at)
    if not at or room < _LEAST_LOCAL_PART:
        return clip(address, width)
    return clip(local, room) + at + domain


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken at blanks where it can be; nothing is lost
    but the blanks at the breaks."""
    lines: list[str] = []
    rest = text
    while (cut := _characters_within(rest, width)) < len(rest):
        blank = rest.rfind(" ", 0, cut + 1)
        end = blank if blank > 0 else cut
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*lines, rest] if rest or not lines else lines


def _characters_within(text: str, width: int) -> int:
    """How many characters fit into `width` cells, at least one so that wrapping comes to an end.

    Looks no further than that, so that a long text is not measured again for each of its lines.
    """
    beginning = text[: max(1, width) + 1]
    if beginning.isascii():
        return min(len(text), max(1, width))
    room = width
    for index, character in enumerate(text):
        room -= get_character_cell_size(character)
        if room < 0:
            return max(1, index)
    return len(text)


def format_count(number: int) -> str:
    """A whole number with separators, as in `1,234`."""
    return f"{number:,}"


def format_span(milliseconds: int) -> str:
    """A span of time, as in `0.4 s`, `12 s`, `3 min`: to a tenth where it is short."""
    if milliseconds < 9_950:
        return f"{milliseconds / 1000:.1f} s"
    return format_age(milliseconds)


def format_age(milliseconds: int) -> str:
    """A span of time to two units at most, as in `42 s`, `3 min`, `2 h 05 min`, `3 d`.

    Coarse on purpose: an age that changes every second is a repaint every second.
    """
    seconds = max(0, milliseconds) // 1000
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes:02d} min"
    return f"{hours // 24} d"
