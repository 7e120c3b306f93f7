"""Events that the reader wants to find again, whatever is filtered, dropped or loaded meanwhile."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator

from ses_tui.core.store import EventKey


class Marks:
    """Keys of marked events, oldest first."""

    def __init__(self, keys: Iterable[EventKey] = ()) -> None:
        self._keys = sorted(set(keys))

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[EventKey]:
        return iter(self._keys)

    def __contains__(self, key: EventKey) -> bool:
        index = bisect_left(self._keys, key)
        return index < len(self._keys) and self._keys[index] == key

    def toggle(self, key: EventKey) -> bool:
        """Mark the event with this key, or take its mark away; whether it is marked now."""
        if key in self:
            self._keys.remove(key)
            return False
        insort(self._keys, key)
        return True

    def after(self, key: EventKey | None) -> list[EventKey]:
        """Every mark once, from the next one after `key` on and round to `key` itself."""
        start = 0 if key is None else bisect_right(self._keys, key)
        return self._keys[start:] + self._keys[:start]
