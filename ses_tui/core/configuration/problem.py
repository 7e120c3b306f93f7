"""What is wrong with a configuration: every fault of it at once, each with its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ses_tui.core.errors import UsageError
from ses_tui.core.sanitise import sanitise

_MOST_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault."""

    place: str
    """As in `line 3`, or the name of a variable or option."""
    words: str
    """What is wrong, and what would be right."""
    key: str = ""
    value: str = ""
    """As it was written."""

    def __str__(self) -> str:
        written = f"{self.key} = {self.value}" if self.value else self.key
        shown = written if len(written) <= _MOST_SHOWN else written[: _MOST_SHOWN - 3] + "..."
        return sanitise(": ".join(filter(None, (self.place, shown, self.words))))


class ConfigurationError(UsageError):
    """A configuration that cannot be used; names the file, and all that is wrong."""

    def __init__(self, where: str, problems: Sequence[Problem]) -> None:
        self.where = where
        self.problems = tuple(problems)
        super().__init__(where, problems)

    def __str__(self) -> str:
        where = sanitise(self.where)
        if len(self.problems) == 1:
            return f"{where}, {self.problems[0]}"
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        return f"{where}: {len(self.problems)} errors{lines}"
