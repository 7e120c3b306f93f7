"""Where the thumb of a scroll bar stands, for widgets that draw their own as part of each line."""

from typing import Final

THUMB: Final = "┃"


def thumb(height: int, count: int, top: int) -> range:
    """Lines that the thumb covers, of `height`, where `top` is the first of `count` rows shown."""
    if count <= height:
        return range(0)
    size = max(1, height * height // count)
    start = round(top * (height - size) / (count - height))
    return range(start, start + size)
