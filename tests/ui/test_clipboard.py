import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_tui.ui.clipboard import TooLargeError, clipboard_sequence


def decoded(sequence: str) -> str:
    match = re.fullmatch("\x1b]52;c;([A-Za-z0-9+/=]*)\a", sequence)
    assert match, repr(sequence)
    return base64.b64decode(match[1]).decode()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=3_000))
def test_a_terminal_gets_the_text(text: str) -> None:
    assert decoded(clipboard_sequence(text, {})) == text


@given(st.text("aé漢", max_size=3_000))
def test_tmux_gets_it_for_itself_and_to_pass_on(text: str) -> None:
    sequence = clipboard_sequence(text, {"TMUX": "/tmp/tmux-1/default,1,0", "STY": "also"})
    plain, wrapped, rest = re.split("\x1bPtmux;|\x1b\\\\$", sequence)
    assert decoded(plain) == text
    assert wrapped == plain.replace("\x1b", "\x1b\x1b")
    assert rest == ""


@given(st.text("aé漢", max_size=3_000))
def test_screen_gets_pieces_that_it_passes_on(text: str) -> None:
    sequence = clipboard_sequence(text, {"STY": "1.pts"})
    pieces = re.findall("\x1bP(.*?)\x1b\\\\", sequence, re.DOTALL)
    assert sequence == "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    assert all(len(piece) < 760 for piece in pieces)
    assert decoded("".join(pieces)) == text


@pytest.mark.parametrize(("text", "plain"), [("message-1", True), ("a" * 2_000, False)])
def test_a_machine_behind_screen_or_tmux_serves_either(text: str, plain: bool) -> None:
    sequence = clipboard_sequence(text, {"TERM": "screen-256color"})
    before, *pieces = re.split("\x1bP", sequence)
    assert before == (clipboard_sequence(text, {}) if plain else "")
    assert decoded("".join(piece.removesuffix("\x1b\\") for piece in pieces)) == text
    inside = {"TERM": "screen", "TMUX": "1"}
    assert clipboard_sequence(text, {"TERM": "tmux-256color"}) == clipboard_sequence(text, inside)


def test_what_is_too_large_is_not_cut() -> None:
    clipboard_sequence("a" * 55_000, {})
    with pytest.raises(TooLargeError, match="56,000 characters"):
        clipboard_sequence("a" * 56_000, {})


def test_half_a_character_is_no_error() -> None:
    assert decoded(clipboard_sequence("a\ud800b", {})) == "a?b"
