import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_tui.core.sanitise import sanitise

ATTACKS = [
    "\x1b]0;owned\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\",
    "\x1b[2J\x1b[H",
    "\x9b31mred",
    "\x90q\x9c",
    "\x1bc",
    "a\rb",
    "a\x08\x08b",
    "invoice\u202efdp.exe",
    "\u2066hidden\u2069",
    "a\u200bb@example.com",
    "soft\u00adhyphen",
    "tag\U000e0041",
    "line\u2028separator",
    "\x00null",
    "\x7fdelete",
    "lone \ud800 surrogate",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_leaves_a_character_that_acts(attack: str) -> None:
    for character in sanitise(attack):
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_becomes_one_harmless_line(text: str) -> None:
    safe = sanitise(text)
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in safe)
    assert sanitise(safe) == safe
    safe.encode("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "plain words",
        "Grüße aus Köln",
        "注文の確認",
        "שלום",
        "naïve café",
        "[bold]not markup[/]",
        "",
    ],
)
def test_honest_text_is_unchanged(text: str) -> None:
    assert sanitise(text) == text


def test_what_is_removed_stays_visible() -> None:
    assert sanitise("a\nb\r\nc\td\x1b[0m") == "a⏎b⏎c d␛[0m"
    assert sanitise("pay\u202epal") == "pay\ufffdpal"


def test_a_flood_of_combining_marks_is_cut() -> None:
    assert len(sanitise("Z" + "\u0301" * 500 + "o")) <= 5


def test_an_emoji_keeps_its_parts() -> None:
    assert sanitise("👩\u200d💻 ❤\ufe0f") == "👩💻 ❤"
    assert sanitise("👍🏽") == "👍"


def test_a_flag_becomes_the_letters_of_its_country() -> None:
    assert sanitise("🇩🇪 🇯🇵") == "DE JP"


def test_letters_that_show_nothing_become_visible() -> None:
    assert sanitise("pay\u3164pal") == "pay\ufffdpal"
