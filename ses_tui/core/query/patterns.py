"""What a value matches: `*` stands for any run of characters exactly where it is written."""

from collections.abc import Callable, Sequence

Matcher = Callable[[str], bool]


def whole(value: str) -> Matcher:
    """Compares with a whole field, without regard to case."""
    wanted = value.lower()
    if "*" not in wanted:
        return lambda text: text.lower() == wanted
    first, *middle, last = wanted.split("*")
    return lambda text: _fits(text.lower(), first, middle, last)


def within(value: str) -> Matcher:
    """Looks inside a field; with a `*` in it the value is anchored as written, like `whole`."""
    wanted = value.lower()
    return whole(value) if "*" in wanted else lambda text: wanted in text.lower()


def _fits(text: str, first: str, middle: Sequence[str], last: str) -> bool:
    """Takes each part at its leftmost place: linear, so that no value of a stranger can hang it."""
    if not text.startswith(first):
        return False
    position = len(first)
    for part in middle:
        found = text.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return len(text) - len(last) >= position and text.endswith(last)
