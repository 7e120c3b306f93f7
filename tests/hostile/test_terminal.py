import re

from tests.hostile.attacks import CANARY
from tests.hostile.harmless import harm_in
from tests.ui.terminal import run_in_terminal

CONTROL_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
OWN_COMMAND = re.compile(r"\x1b\](?:2|22);([^\x07\x1b]*)(?:\x07|\x1b\\)")
"""Title and shape of the pointer; what they hold stays, to be looked at with the rest."""


def test_no_byte_that_data_brought_is_obeyed() -> None:
    """What is written is control sequences of the program's own, and text."""
    with run_in_terminal("tests.hostile.pty_hostile", size=(100, 30)) as terminal:
        terminal.wait_for_text("LIVE|QUIET")
        for keys, shown in (("kd", "DETAIL"), ("\r", "RECIPIENTS"), ("q", "TIME"), ("q", "")):
            terminal.type(keys)
            terminal.wait_for_text(shown)
        assert terminal.wait_for_end() == 0
    text = terminal.output.decode()
    assert f"{CANARY}" in text, "no attack was on the screen"
    for piece in re.split(r"[\r\n]+", OWN_COMMAND.sub(r"\1", CONTROL_SEQUENCE.sub("", text))):
        assert harm_in(piece) is None, ascii(piece)
