"""Codes and phrases by which mailbox providers, gateways and blocklists explain a refusal."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from ses_tui.core.explanation.explanation import Explanation, Source, explanation_of, read_words
from ses_tui.core.explanation.status import statuses_in, words_of_status
from ses_tui.core.sanitise import sanitise

LONGEST_TEXT: Final = 2_048
"""Characters of a diagnostic that are looked at; what counts stands at its beginning."""
PROVIDERS: Final = (
    "gmail",
    "microsoft",
    "yahoo",
    "apple",
    "comcast",
    "mimecast",
    "germany",
    "france",
    "russia_and_china",
    "gateways",
    "blocklists",
    "ses_diagnostics",
)
"""Files of words, the most specific first: a provider may quote a gateway, and that a blocklist."""

_CONTINUATION: Final = re.compile(
    r"\s?⏎\s{0,4}(?:[245][0-9]{2}[- ](?:#?[245]\.[0-9]{1,3}\.[0-9]{1,3}\s)?)?"
)
"""Where a reply of several lines is folded: each line may repeat reply code and status."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One phrase that a provider is known for; a group of `pattern` holds the code, if it has one.

    Patterns know no unbounded repetition, so a search takes time in proportion to the text.
    """

    id: str
    pattern: re.Pattern[str]
    entry: Mapping[str, str]
    source: Source


@dataclass(frozen=True, slots=True)
class Provider:
    """Rules that apply where `mark` is found in the diagnostic or the recipient's domain."""

    mark: re.Pattern[str] | None
    rules: tuple[Rule, ...]


def explain_diagnostic(diagnostic: str, domain: str = "") -> Explanation | None:
    """What a provider means by `diagnostic`, sent back for a recipient at `domain`.

    The explanation's code is empty where neither a provider's nor a status code stands there.
    """
    text = readable(diagnostic)
    marked = f"{text} @{domain[:LONGEST_TEXT]}"
    for provider in providers():
        if provider.mark is None or provider.mark.search(marked):
            found = first_explanation(provider.rules, text)
            if found is not None:
                return found
    return None


def readable(diagnostic: str) -> str:
    """What of a diagnostic rules look at: its beginning, sanitised and unfolded."""
    return unfold(sanitise(diagnostic[:LONGEST_TEXT]))


def first_explanation(rules: Iterable[Rule], text: str) -> Explanation | None:
    """That of the first rule which knows something in a readable `text`."""
    for rule in rules:
        if match := rule.pattern.search(text):
            return explanation_of(rule.entry, rule.source, id=rule.id, code=_code(match, text))
    return None


def _code(match: re.Match[str], text: str) -> str:
    """The code that a rule found, else the first status code, else nothing."""
    codes = (group for group in match.groups() if group)
    return next(iter((*codes, *statuses_in(text), "")))


def unfold(text: str) -> str:
    """A sanitised reply of several lines as one, without the codes that begin its further lines."""
    return _CONTINUATION.sub(" ", text)


@cache
def providers() -> tuple[Provider, ...]:
    """Every provider in the order of `PROVIDERS`; patterns are compiled when first asked for."""
    return tuple(_provider(read_words(name)) for name in PROVIDERS)


def _provider(words: Mapping[str, Any]) -> Provider:
    mark = words.get("mark")
    return Provider(None if mark is None else _compiled(mark), rules_of(words))


def rules_of(words: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The rules of a file of words, in their order."""
    return tuple(
        Rule(entry["id"], _compiled(entry["pattern"]), *_said(entry, words))
        for entry in words["rule"]
    )


def _said(entry: Mapping[str, str], words: Mapping[str, Any]) -> tuple[Mapping[str, str], Source]:
    """The words of a rule, which may be those of a status code, and where they come from."""
    if "status" in entry:
        return words_of_status(entry["status"])
    published = entry if "title" in entry else words["source"]
    return entry, Source(published["title"], published["address"])


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.ASCII)
