"""How long it takes until the terminal has shown what was written to it.

Writing says little about that over SSH: buffers on the way take up to megabytes at once, which a
line of 2 KB/s carries for minutes. So a question goes behind a picture, and the terminal answers it
once it has shown all that came before.
"""

from math import inf
from typing import Final

QUESTION: Final = "\x1b[6n"
"""Report the position of the cursor (ECMA-48, 8.3.35, DSR). All terminals do, and Textual reads it;
tmux, screen and mosh answer themselves, and skip pictures themselves where the line is slow."""
LOST_SECONDS: Final = 20.0
"""No answer for so long, and it is not waited for: a picture of 160x48 at 1 KB/s takes as much."""
_MARGIN_SECONDS: Final = 0.1
_FIRST_ANSWER_SECONDS: Final = 0.5


class RoundTrip:
    """One question at a time, and what its answer tells. Times are those of one steady clock."""

    def __init__(self) -> None:
        self._asked_at: float | None = None
        self._drawn_since = False
        self._quickest = inf
        self._answers = False

    def ask(self, now: float) -> bool:
        """Whether to ask now, since something was drawn: not while a question is open."""
        if self._asked_at is not None:
            self._drawn_since = True
            return False
        self._asked_at = now
        self._drawn_since = False
        return True

    def answered(self, now: float) -> float | None:
        """Seconds that this took beyond the quickest answer so far; `None` if nobody had asked."""
        if self._asked_at is None:
            return None
        took = now - self._asked_at
        self._asked_at = None
        self._answers = True
        self._quickest = min(self._quickest, took)
        return took - self._quickest

    def forget(self) -> None:
        """Wait for no answer, until there is another."""
        self._asked_at = None
        self._drawn_since = False
        self._answers = False

    @property
    def answers(self) -> bool:
        """Whether the terminal does: what never did is not waited for."""
        return self._answers

    @property
    def waiting(self) -> bool:
        """Whether something that was drawn has not been shown yet, as far as can be known."""
        return self._answers and self._asked_at is not None

    @property
    def ask_again(self) -> bool:
        """Whether something was drawn behind the question that was answered last."""
        return self._drawn_since

    @property
    def patience(self) -> float:
        """Seconds that an answer takes on a line that has nothing else to carry."""
        return self._quickest + max(_MARGIN_SECONDS, self._quickest)

    def rest(self, now: float) -> float:
        """Seconds to wait before the screen is given back, lest the answer be typed to a shell."""
        if self._asked_at is None:
            return 0.0
        limit = LOST_SECONDS if self._answers else _FIRST_ANSWER_SECONDS
        return max(0.0, self._asked_at + limit - now)
