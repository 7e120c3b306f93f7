"""The value that every explanation is, and where its words come from."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_WORDS: Final = Path(__file__).parent / "words"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an explanation's facts were published."""

    title: str
    address: str
    """For people to open; nothing here fetches it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Plain words for a code; stands beside the original text and never in its place."""

    id: str
    """Which entry explains it, as in `gmail.dmarc`, `status.1.1` or `bounce.Permanent/General`."""
    code: str
    """What is explained, as it stood in the event: `5.1.1`, `TSS04`, `Permanent/General`."""
    summary: str
    """A few words that can end a sentence, without a full stop."""
    meaning: str
    will_be_retried: bool | None
    """Whether SES tries this mail again; `None` where the code alone does not tell."""
    advice: str
    """What to do next."""
    source: Source


def read_words(name: str) -> Mapping[str, Any]:
    """The tables of one file of words. Raises `OSError` or `tomllib.TOMLDecodeError`."""
    return tomllib.loads((_WORDS / f"{name}.toml").read_text("utf-8"))


def explanation_of(
    entry: Mapping[str, str], source: Source, *, id: str, code: str, retried: bool | None = None
) -> Explanation:
    """An entry of a file of words as an explanation of `code`."""
    return Explanation(
        id=id,
        code=code,
        summary=entry["summary"],
        meaning=entry["meaning"],
        will_be_retried=retried,
        advice=entry["advice"],
        source=source,
    )
