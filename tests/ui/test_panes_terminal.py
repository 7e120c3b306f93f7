import pytest

from tests.ui.terminal import run_in_terminal


@pytest.mark.parametrize("size", [(160, 48), (80, 24)])
def test_panes_and_completion_as_a_person_sees_them(size: tuple[int, int]) -> None:
    with run_in_terminal("tests.ui.pty_dashboard", size=size, NO_COLOR="1") as terminal:
        terminal.wait_for_text("reader99@inbox.test")
        terminal.type("kd")
        terminal.wait_for_text("DETAIL")
        terminal.wait_for_text(r"Delivery +reader98@inbox\.test")
        terminal.type("k")
        terminal.wait_for_text(r"Delivery +reader97@inbox\.test.*\n")
        terminal.type("i")
        terminal.wait_for_text(r"▶ BY DOMAIN 1/6 +1\d\d of 1\d\d events")
        terminal.wait_for_text(r"inbox\.test +1\d\d ")
        terminal.type("]]]")
        terminal.wait_for_text("BY IDENTITY 4/6")
        terminal.type("\r")
        terminal.wait_for_text("/identity:sender.exa")
        terminal.type("\x1b")
        terminal.wait_for(lambda: "BY IDENTITY" not in terminal.text)
        terminal.type("/")
        terminal.wait_for_text(r"\n identity:sender\.example")
        terminal.type("\x15")
        terminal.wait_for_text("Tab  to:  from:")
        terminal.type("dom\t")
        terminal.wait_for_text(r"Tab  domain:inbox\.test")
        terminal.type("\t")
        terminal.wait_for_text(r"\n domain:inbox\.test")
        terminal.type("\r")
        terminal.wait_for(lambda: "Enter Apply" not in terminal.text)
        assert "/domain:inbox.test" in terminal.lines[0]
        terminal.type("/")
        terminal.wait_for_text(r"\n domain:inbox\.test")
        terminal.type("\x15")
        terminal.wait_for_text("Tab  to:  from:")
        terminal.type("type:\t")
        terminal.wait_for_text(r"\[type:Send\]")
        terminal.type("\x03")
        assert terminal.wait_for_end() == 0
