"""Whatever is pressed in whatever order, in a window that is dragged: it is there, and obeys."""

import re
from pathlib import Path
from random import Random

import pytest

from tests.ui.terminal import run_in_terminal

KEYS = [*"jkgGhslrJ123456peEfnNdi+-mzaMxwPX?/tRb :y]['%", "\r", "\x1b", "\t", "\x1b[A", "\x1b[B"]
FURTHER_KEYS = ["\x1b[5~", "\x1b[6~", "\x0c", "\x15", "\x04", "\x1bOP", "\x1b[H", "\x1b[F", "\x7f"]
WORDS = ["gmail.com", "type:bounce", "reader42@inbox.test", "-2m", "since:1h", "to:*@inbox.test"]


@pytest.mark.long
@pytest.mark.parametrize("seed", range(24))
def test_any_keys_and_sizes_in_any_order(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    own = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    with run_in_terminal("tests.ui.pty_dashboard", size=(100, 30), **own) as terminal:
        terminal.answers = seed % 2 == 0
        terminal.wait_for_text("reader99@")
        for _ in range(chance.randint(20, 80)):
            kind = chance.random()
            if kind < 0.75:
                terminal.type(chance.choice(KEYS + FURTHER_KEYS))
            elif kind < 0.85:
                terminal.type(chance.choice(WORDS))
            elif kind < 0.95:
                terminal.resize(chance.randint(20, 200), chance.randint(5, 60))
            else:
                terminal.wait_for_quiet(chance.random() / 3)
        terminal.resize(100, 30)
        for _ in range(12):
            terminal.type("\x1b")  # ends prompts and filters, closes panes, leaves screens
            terminal.wait_for_quiet(0.2)
        terminal.type("lG")
        terminal.wait_for_text("following")
        terminal.wait_for(lambda: re.search(r"reader\d+@|r\*\*\*@", terminal.text))
        terminal.type("q")
        assert terminal.wait_for_end() == 0
