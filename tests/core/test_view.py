import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_tui.core.errors import UsageError
from ses_tui.core.view import View, load_view, save_view, screen_named
from ses_tui.core.windows import WINDOWS

VIEWS = st.builds(
    View,
    query=st.text(),
    window=st.sampled_from(WINDOWS),
    utc=st.booleans(),
    marks=st.lists(st.tuples(st.integers(0, 2**53), st.text()), max_size=5).map(tuple),
)


@given(VIEWS)
def test_a_view_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, view: View) -> None:
    file = tmp_path_factory.mktemp("views") / "folder" / "view.json"
    save_view(file, view)
    assert load_view(file) == view
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == [file.name]


def test_nothing_kept_is_no_error(tmp_path: Path) -> None:
    assert load_view(tmp_path / "none.json") is None


def test_a_home_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of a folder")
    save_view(tmp_path / "file" / "view.json", View(query="type:bounce"))
    assert (tmp_path / "file").read_text() == "in the way of a folder"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"7",
        b"[" * 100_000,
        b'{"query": 5, "window": "1h", "screen": "live", "zone": "UTC", "marks": []}',
        b'{"query": "", "window": "2h", "screen": "live", "zone": "UTC", "marks": []}',
        b'{"query": "", "window": 7, "screen": "live", "zone": "UTC", "marks": []}',
        b'{"query": "", "window": "1h", "screen": "moon", "zone": "UTC", "marks": []}',
        b'{"query": "", "window": "1h", "screen": "live", "zone": "CET", "marks": []}',
        b'{"query": "", "window": "1h", "screen": "live", "zone": "UTC", "marks": [1]}',
        b'{"query": "", "window": "1h", "screen": "live", "zone": "UTC", "marks": [["1", "a"]]}',
        b'{"query": "", "window": "1h", "screen": "live", "zone": "UTC", "marks": [[true, "a"]]}',
    ],
)
def test_anything_else_is_said_to_be_broken(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "view.json"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        load_view(file)


def test_a_folder_in_its_place_is_said_to_be_broken(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="directory"):
        load_view(tmp_path)


def test_an_unknown_screen_is_answered_with_those_there_are() -> None:
    assert screen_named(" Live ") == "live"
    with pytest.raises(UsageError, match="'mail' is no screen: give one of live"):
        screen_named("mail")
