"""Diagnostics of providers: the right explanation, and every one of them with a source."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_tui.core.explanation import explain
from ses_tui.core.explanation.phrases import phrases
from ses_tui.core.explanation.provider import (
    LONGEST_TEXT,
    Rule,
    explain_diagnostic,
    providers,
    unfold,
)
from tests.core.explanation.diagnostics import DIAGNOSTICS, PHRASES
from tests.events import make_event

RULES = [*(rule for provider in providers() for rule in provider.rules), *phrases()]
PATTERNS = [rule.pattern for rule in RULES] + [p.mark for p in providers() if p.mark]


@pytest.mark.parametrize(("recipient", "diagnostic", "expected", "code"), DIAGNOSTICS)
def test_a_diagnostic_of_a_known_form(
    recipient: str, diagnostic: str, expected: str, code: str
) -> None:
    event = make_event(
        "Bounce", recipient=recipient, diagnostic=diagnostic, bounce_type="Permanent"
    )
    explanation = explain(event)
    assert explanation is not None
    assert (explanation.id, explanation.code) == (expected, code)
    assert explanation.will_be_retried is False


@pytest.mark.parametrize(("diagnostic", "expected"), PHRASES)
def test_words_that_any_server_may_say(diagnostic: str, expected: str) -> None:
    event = make_event(
        "Bounce", diagnostic=diagnostic, bounce_type="Permanent", bounce_subtype="General"
    )
    explanation = explain(event)
    assert explanation is not None
    assert explanation.id == f"phrase.{expected}"


def test_there_are_at_least_sixty_and_every_rule_takes_part() -> None:
    assert len({diagnostic for _, diagnostic, _, _ in DIAGNOSTICS}) >= 60
    explained = {expected for _, _, expected, _ in DIAGNOSTICS}
    explained |= {f"phrase.{expected}" for _, expected in PHRASES}
    assert [rule.id for rule in RULES if rule.id not in explained] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_all_and_cites_its_source(rule: Rule) -> None:
    for name in ("summary", "meaning", "advice"):
        assert rule.entry[name].strip()
    assert not rule.entry["summary"].endswith(".")
    assert rule.source.title
    assert urlsplit(rule.source.address).scheme in ("http", "https")
    assert urlsplit(rule.source.address).netloc


def test_no_two_rules_share_an_id() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.pattern[:30])
def test_a_pattern_repeats_nothing_without_bound(pattern: re.Pattern[str]) -> None:
    """What keeps a search in proportion to the text, whatever a stranger wrote."""
    bare = re.sub(r"\\.|\[[^]]*\]", "x", pattern.pattern)
    assert not re.search(r"[*+]|\{[0-9]*,\}", bare)
    assert not re.search(r"\}\)?\{", bare)


def test_a_code_of_one_provider_says_nothing_at_another() -> None:
    assert explain_diagnostic("550 5.2.2 no room", "corp.example") is None
    found = explain_diagnostic("550 5.2.2 no room", "gmail.com")
    assert found is not None
    assert found.id == "gmail.full-and-inactive"


def test_a_folded_reply_reads_as_one() -> None:
    assert unfold("550-5.7.1 not⏎550-5.7.1 from⏎550 you") == "550-5.7.1 not from you"


def test_only_the_beginning_of_a_long_diagnostic_is_looked_at() -> None:
    assert explain_diagnostic("." * LONGEST_TEXT + " blocked using zen.spamhaus.org") is None


@given(st.text(max_size=4_000), st.text(max_size=300))
def test_no_text_is_too_odd(diagnostic: str, domain: str) -> None:
    explain_diagnostic(diagnostic, domain)
    explain_diagnostic(f"{diagnostic} - gsmtp [TSS04] AS(1234) mimecast \x1b[31m", domain)
