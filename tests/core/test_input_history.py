import os
import stat
from pathlib import Path

import pytest

from ses_tui.core.input_history import MOST_ENTRIES, InputHistory, append_entry, load_entries


def test_back_and_forth_keeps_what_was_being_typed() -> None:
    history = InputHistory()
    for entry in ("one", "two", "one", "three"):
        history.add(entry)
    assert history.entries == ("two", "one", "three")
    history.start()
    present, seen = "dra", []
    for _ in range(5):
        present = history.older(present)
        seen.append(present)
    assert seen == ["three", "one", "two", "two", "two"]
    seen = []
    for _ in range(4):
        present = history.newer(present)
        seen.append(present)
    assert seen == ["one", "three", "dra", "dra"]


def test_what_stands_there_already_is_passed_over() -> None:
    history = InputHistory()
    history.add("one")
    history.add("two")
    assert history.older("two") == "one"


def test_entries_reach_the_next_session_and_are_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "state" / "filters"
    first = InputHistory(file)
    for entry in ("type:bounce", "to:anna@inbox.test", "type:bounce", ""):
        first.add(entry)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == ["filters"], "no temporary file is left"
    second = InputHistory(file)
    second.start()
    assert second.entries == ("to:anna@inbox.test", "type:bounce")


def test_sessions_side_by_side_do_not_lose_each_others_entries(tmp_path: Path) -> None:
    file = tmp_path / "filters"
    first, second = InputHistory(file), InputHistory(file)
    first.start()
    second.start()
    first.add("one")
    second.add("two")
    assert load_entries(file) == ("one", "two")


def test_the_file_is_bounded_and_one_line_an_entry(tmp_path: Path) -> None:
    file = tmp_path / "filters"
    file.write_text("".join(f"entry {n}\n" for n in range(3 * MOST_ENTRIES)))
    append_entry(file, "two\nlines")
    lines = file.read_text().splitlines()
    assert len(lines) == MOST_ENTRIES
    assert lines[-2:] == [f"entry {3 * MOST_ENTRIES - 1}", "two lines"]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"\n\n", None])
def test_a_file_that_is_none_does_no_harm(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "filters"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    history = InputHistory(file)
    history.add("one")
    history.start()
    assert history.entries[-1] == "one"


def test_a_home_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    history = InputHistory(blocked / "state" / "filters")
    history.add("one")
    assert history.older("") == "one"


def test_a_write_that_fails_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "filters"
    append_entry(file, "old")

    def fail(*arguments: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", fail)
    append_entry(file, "new")
    assert file.read_text() == "old\n"
    assert os.listdir(tmp_path) == ["filters"]
