"""What the dashboard opens with: the command line over what was left by the last session."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ses_tui.cli import main
from ses_tui.cli.opening import Opening, is_first_start, opening_of, view_file
from ses_tui.cli.options import GlobalOptions
from ses_tui.core.view import View, save_view
from ses_tui.core.windows import window_named
from tests.ui.fakes import FrozenClock

KEPT = View("type:bounce", window_named("6h"), utc=True, marks=((1, "A"), (2, "B")))


def opening(file: Path, **given: object) -> Opening:
    options = GlobalOptions(resume=True, given=dict.fromkeys(given, ""))
    for name, value in given.items():
        setattr(options, name, value)
    return opening_of(options, file, FrozenClock())


def test_resuming_restores_everything(tmp_path: Path) -> None:
    save_view(tmp_path / "view", KEPT)
    assert opening(tmp_path / "view") == Opening(KEPT)


@pytest.mark.parametrize(
    ("name", "value", "view"),
    [
        ("query", "", View("", KEPT.window, utc=True, marks=KEPT.marks)),
        ("window", "5m", View(KEPT.query, window_named("5m"), utc=True, marks=KEPT.marks)),
        ("zone", "local", View(KEPT.query, KEPT.window, utc=False, marks=KEPT.marks)),
    ],
)
def test_what_is_asked_for_stands_above_what_was_kept(
    tmp_path: Path, name: str, value: object, view: View
) -> None:
    save_view(tmp_path / "view", KEPT)
    assert opening(tmp_path / "view", **{name: value}) == Opening(view)


def test_nothing_kept_is_nothing_to_say(tmp_path: Path) -> None:
    assert opening(tmp_path / "view", query="a") == Opening(View("a"))


@pytest.mark.parametrize("content", ["{", json.dumps({"query": "typ:x"}), None])
def test_a_broken_file_is_told_of_once_and_ignored(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "view"
    if content is None:
        save_view(file, View("nokey:x"))
    else:
        file.write_text(content)
    found = opening(file, query="a")
    assert found.view == View("a")
    assert found.remark.startswith(f"Nothing was resumed, {file} is broken: ")


def test_without_being_asked_nothing_is_resumed(tmp_path: Path) -> None:
    save_view(tmp_path / "view", KEPT)
    assert opening_of(GlobalOptions(), tmp_path / "view", FrozenClock()) == Opening(View())


def test_every_table_has_a_file_of_its_own() -> None:
    files = [view_file(label) for label in ("a · b", "a/ · b", "a \x1b[31m" + "x" * 900, "../..")]
    assert len(set(files)) == len(files)
    for file in files:
        assert file.parent.name == "views"
        assert len(file.name) < 120
        assert file.name.isascii()
        assert file.name.isprintable()


@pytest.mark.parametrize("command", [[], ["demo"]])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--screen", "mail"], "'mail' is no screen: give one of live"),
        (["--window", "2h"], "'2h' is no window: give one of 5m, 15m, 1h, 6h, 24h, 7d"),
        (["--query", "typ:bounce"], "type"),
    ],
)
def test_what_cannot_be_meant_ends_at_once(
    command: list[str], arguments: list[str], words: str
) -> None:
    for line in ([*command, *arguments], [*arguments, *command]):
        result = CliRunner().invoke(main, line)
        assert result.exit_code == 2
        assert words in result.stderr


def test_only_the_first_start_is_one(tmp_path: Path) -> None:
    file = tmp_path / "state" / "greeted"
    assert is_first_start(file)
    assert not is_first_start(file)


def test_where_nothing_can_be_kept_no_start_is_the_first(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    assert not is_first_start(tmp_path / "state" / "greeted")
