"""Findings as lines: a word that judges, what was looked at, what was found, what to do."""

from collections.abc import Iterator, Sequence
from textwrap import TextWrapper
from typing import Final, NamedTuple

from ses_tui.core.sanitise import sanitise

_LONGEST_NAME: Final = 24
_GAP: Final = "  "
_COMMANDS: Final = ("aws ", "ses-tui ")


class Finding(NamedTuple):
    """One of a list of findings."""

    word: str
    name: str
    text: str
    steps: tuple[str, ...] = ()
    """A step that begins with `aws` or `ses-tui` is a command and is never wrapped, so that it can
    be copied."""


def findings_text(findings: Sequence[Finding], width: int | None) -> str:
    """Findings in columns, sanitised, wrapped to `width`; `None` gives a line to each text."""
    words = max((len(finding.word) for finding in findings), default=0)
    names = [len(sanitise(finding.name)) for finding in findings]
    name_width = min(_LONGEST_NAME, max(names, default=0))
    return "\n".join(
        line for finding in findings for line in _lines(finding, words, name_width, width)
    )


def _lines(finding: Finding, words: int, names: int, width: int | None) -> Iterator[str]:
    head = f"{finding.word:<{words}}{_GAP}{sanitise(finding.name):<{names}}{_GAP}"
    hanging = " " * (words + names + 2 * len(_GAP))
    yield from _wrapped(sanitise(finding.text), head, hanging, width)
    margin = " " * (words + len(_GAP))
    for step in finding.steps:
        text = sanitise(step)
        if text.startswith(_COMMANDS):
            yield f"{margin}$ {text}"
        else:
            yield from _wrapped(text, f"{margin}> ", f"{margin}  ", width)


def _wrapped(text: str, first: str, following: str, width: int | None) -> list[str]:
    if width is None:
        return [first + text]
    wrapper = TextWrapper(
        width=max(width, len(following) + 20),
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapper.wrap(text) or [first.rstrip()]
