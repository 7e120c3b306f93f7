"""A full disk and a home that cannot be written to: said clearly, and what was there stays."""

from pathlib import Path

import pytest

from recorder.model.clock import SystemClock
from ses_tui.cli.opening import view_file
from ses_tui.core.saved_search import SavedSearch, SavedSearches
from ses_tui.core.view import View, save_view
from tests.aws.pages import options_of, write_page
from tests.cli.conftest import environment_of
from tests.engine import TestTable
from tests.events import make_event
from tests.ui.terminal import Terminal, run_in_terminal


def said(terminal: Terminal) -> str:
    return " ".join(terminal.text.split())


def use_everything(terminal: Terminal, export: str) -> None:
    """Write the list into a file, save a search, leave."""
    terminal.wait_for_text("person")
    terminal.type("w\x15")
    terminal.wait_for_text("a file name")
    terminal.type(f"{export}\r")
    terminal.wait_for(lambda: "replaces it" in said(terminal) or "not written" in said(terminal))
    if "replaces it" in said(terminal):
        terminal.type("\r")
    terminal.wait_for(lambda: "not written" in said(terminal))
    assert "nothing that was there is lost" in said(terminal)
    terminal.type("\x1b")
    terminal.wait_for(lambda: "not written" not in said(terminal))
    terminal.type("sdomain:customer.example\r")
    terminal.wait_for_text("S Save search")
    terminal.type("Smine\r")
    terminal.wait_for(lambda: "not saved" in said(terminal))
    terminal.type("q")
    terminal.wait_for_text("following|held")
    terminal.type("q")
    assert terminal.wait_for_end() == 0
    assert b"the next --resume opens what was kept before" in terminal.output


@pytest.fixture
def mail(table: TestTable) -> TestTable:
    now = SystemClock().now_ms()
    write_page(table, [make_event(at=now)], at=now, heartbeats=[now])
    return table


def test_a_full_disk(mail: TestTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    view = view_file(options_of(mail).label_in_header)
    save_view(view, View(query="type:delivery"))
    searches = view.parents[1] / "searches.json"
    SavedSearches(searches).save(SavedSearch("before", "type:bounce"))
    export = tmp_path / "events.csv"
    export.write_text("before")
    kept = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert len(kept) == 3
    environment = environment_of(mail, HOME=str(tmp_path))
    with run_in_terminal(
        "tests.faults.pty_full_disk", "--resume", size=(100, 30), **environment
    ) as terminal:
        use_everything(terminal, str(export))
    # The mark of a first start is empty, so it fits.
    after = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert {file: text for file, text in after.items() if text} == kept


@pytest.mark.long
def test_a_home_that_cannot_be_written_to(mail: TestTable) -> None:
    """Not even by root."""
    environment = environment_of(mail, HOME="/proc/self/fdinfo")
    with run_in_terminal(
        "tests.cli.pty_ses_tui", "--resume", size=(100, 30), **environment
    ) as terminal:
        use_everything(terminal, "/proc/self/fdinfo/events.csv")


def test_a_configuration_on_a_full_disk(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("before")
    arguments = ("--config", str(file), "config", "init", "--force")
    with run_in_terminal("tests.faults.pty_full_disk", *arguments, size=(100, 30)) as terminal:
        assert terminal.wait_for_end() == 2
        assert "File too large" in said(terminal)
        assert b"config.toml cannot be written" in terminal.output
    assert [each.read_text() for each in tmp_path.iterdir()] == ["before"]
