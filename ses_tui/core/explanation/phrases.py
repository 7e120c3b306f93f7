"""What mail servers of any make say in words, where neither a provider nor a code tells."""

from dataclasses import replace
from functools import cache

from ses_tui.core.explanation.explanation import Explanation, read_words
from ses_tui.core.explanation.provider import Rule, first_explanation, readable, rules_of


def explain_phrase(diagnostic: str, status: str = "") -> Explanation | None:
    """What the words of `diagnostic` mean; `status` is its code where the text has none."""
    found = first_explanation(phrases(), readable(diagnostic))
    return found if found is None or found.code else replace(found, code=status)


@cache
def phrases() -> tuple[Rule, ...]:
    """Every rule, the most specific first; patterns are compiled when first asked for."""
    return rules_of(read_words("phrases"))
