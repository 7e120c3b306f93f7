"""Keys of the configuration: which can be used, and that help and key bar show them."""

import pytest

from ses_tui.core.configuration import Settings
from ses_tui.core.configuration.settings import ThresholdSettings
from ses_tui.core.rates import Mark
from ses_tui.ui.keymap import faults_of, keymap_of
from tests.ui.conftest import Open
from tests.ui.fakes import make_bounce, make_event


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


async def test_changed_keys_act_and_are_shown_everywhere(dashboard: Open) -> None:
    changed = {"pause": "ctrl+t", "filter": "v", "palette": "f5", "newest": "ctrl+e"}
    async with dashboard(make_event(0), keys=changed, size=(160, 48)) as board:
        await board.press("p")
        assert board.status.paused_for is None
        await board.press("ctrl+t")
        assert board.status.paused_for is not None
        assert "v Filter" in board.lines[-1]
        await board.press("p")
        assert board.status.paused_for is None
        await board.press("k")
        assert "Ctrl-e to follow" in board.lines[-1]
        await board.press("question_mark", "slash", *"pause")
        assert "Ctrl-t" in board.text
        await board.press("escape", "q", "f5")
        assert "Ctrl-t" in board.text
        await board.press("escape", "v", *"pqv")
        assert "pqv" in board.text


async def test_settings_reach_the_screen(dashboard: Open) -> None:
    settings = Settings(
        columns=("message", "recipient"),
        poll_interval=5.0,
        thresholds=ThresholdSettings(bounce_watch=0.0, bounce_high=0.01, smallest_sample=1),
    )
    events = [make_event(0), make_bounce(1)]
    async with dashboard(*events, settings=settings, size=(100, 30)) as board:
        assert board.listing[0].split()[:5] == ["TIME", "TYPE", "MESSAGE", "ID", "RECIPIENT"]
        assert "REASON" not in board.listing[0]
        assert board.status.poll_interval == 5.0
        assert board.status.rates is not None
        assert board.status.rates.bounce_mark is Mark.CRITICAL
        assert "CRITICAL" in board.strip
