"""A filter of bare words: every word has to stand somewhere in what a list shows of an event."""

from dataclasses import dataclass

from recorder.model.event import Event


@dataclass(frozen=True, slots=True)
class Filter:
    """Words that must all occur, without regard to case; `-word` must not."""

    text: str = ""
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Filter":
        """The filter that `text` means: every text means one, and blank text lets all through."""
        words = text.lower().split()
        return cls(
            text=" ".join(text.split()),
            wanted=tuple(word for word in words if not _excludes(word)),
            unwanted=tuple(word[1:] for word in words if _excludes(word)),
        )

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)

    def matches(self, event: Event) -> bool:
        """Whether `event` passes."""
        if not self:
            return True
        haystack = searched_text(event)
        return all(word in haystack for word in self.wanted) and not any(
            word in haystack for word in self.unwanted
        )


def searched_text(event: Event) -> str:
    """What a bare word is looked for in: the type and what a list shows; lower."""
    parts = (
        event.event_type,
        event.recipient,
        event.sender,
        event.subject,
        event.message_id,
        event.diagnostic,
    )
    return "\n".join(part for part in parts if part).lower()


def _excludes(word: str) -> bool:
    return len(word) > 1 and word.startswith("-")
