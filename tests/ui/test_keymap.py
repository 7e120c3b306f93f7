"""Keys of the configuration: which can be used, and that help and key bar show them."""

import pytest

from ses_tui.ui.keymap import faults_of, keymap_of


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"puse": "f5"}, "did you mean pause?"),
        ({"pause": "ctrl+p"}, "Ctrl-p is taken by palette"),
        ({"pause": "R"}, "R is taken by retry"),
        ({"pause": "f13x"}, "is no key"),
        ({"pause": "  "}, "write a key"),
        ({"pause": "ctrl+m"}, "terminals send Enter"),
        ({"apply_filter": "x"}, "is text where a line is typed"),
        ({"quit_anywhere": "Q"}, "is text where a line is typed"),
        ({"detail": "v", "zone": "v"}, "v is taken by"),
    ],
)
def test_what_is_no_key(keys: dict[str, str], words: str) -> None:
    faults = faults_of(keys)
    assert set(faults) == set(keys)
    assert all(words in fault for fault in faults.values())


@pytest.mark.parametrize(
    ("keys", "textual"),
    [
        ({"pause": "Ctrl-t,F5"}, "ctrl+t,f5"),
        ({"pause": "p"}, "p"),
        ({"pause": "ctrl++"}, "ctrl+plus"),
        ({"pause": ","}, "comma"),
        ({"pause": "d", "detail": "ctrl+t"}, "d"),
        ({"pause": "ctrl+t", "resume": "ctrl+t"}, "ctrl+t"),
    ],
)
def test_what_is_a_key(keys: dict[str, str], textual: str) -> None:
    assert faults_of(keys) == {}
    assert keymap_of(keys)["pause"] == textual


def test_what_shared_a_key_keeps_it() -> None:
    assert keymap_of({"pause": "ctrl+t"})["resume"] == "p"
    assert keymap_of({}) == {}
