"""What mail servers of any make say in words, where neither a provider nor a code tells."""

from dataclasses import replace
from functools import cache

from ses_tui.core.explanation.explanation import Explanation, read_words
from ses_tui.core.explanation.provider import Rule, first_explanation, readable, rules_of
from ses_tui.core.explanation.status import explain_status


def explain_phrase(diagnostic: str, status: str = "") -> Explanation | None:
    """What the words of `diagnostic` mean; `status` is its code where the text has none.

    That code stands with the explanation only if it says the same: `5.0.0` means no missing
    mailbox, though the words beside it do.
    """
    found = first_explanation(phrases(), readable(diagnostic))
    if found is None:
        return None
    said = explain_status(found.code or status)
    if said is None or said.summary != found.summary:
        return replace(found, code="")
    return replace(found, code=said.code)


@cache
def phrases() -> tuple[Rule, ...]:
    """Every rule, the most specific first; patterns are compiled when first asked for."""
    return rules_of(read_words("phrases"))
