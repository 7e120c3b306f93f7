import os
import shlex
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_tui.core.errors import UsageError
from ses_tui.core.masking import masked_text
from ses_tui.core.query import Query
from ses_tui.core.query.syntax import Term, split_terms
from ses_tui.core.view import View, load_view, save_view, screen_named
from ses_tui.core.windows import WINDOWS
from ses_tui.ui.copies import command_text

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


LOCAL_PARTS = st.text(st.sampled_from("ab\"'\\ $`:-*#=!;%~\u00e9"), min_size=1, max_size=8)


@given(local=LOCAL_PARTS, key=st.sampled_from(["to", "from", "diagnostic"]), excluded=st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_copied_command_asks_for_the_very_same_address(
    local: str, key: str, excluded: bool
) -> None:
    """Through a shell and the query language, whatever stands in a quoted local part."""
    term = Term(key, f'"{local}"@x.example', excluded=excluded, position=0)
    words = View(query=Query.of((term,)).text).options()
    typed = shlex.split(command_text(("ses-tui",), words))
    assert typed == ["ses-tui", *words]
    (parsed,) = split_terms(typed[typed.index("--query") + 1])
    assert (parsed.key, parsed.value, parsed.excluded) == (key, term.value, excluded)


def test_a_shell_hands_over_what_was_copied() -> None:
    term = Term("to", '"o\'neil $(id) ""x"@x.example', excluded=False, position=0)
    words = ("printf", "%s", Query.of((term,)).text)
    done = subprocess.run(["sh", "-c", command_text(words[:2], words[2:])], capture_output=True)
    assert split_terms(done.stdout.decode()) == [term]


@given(local=LOCAL_PARTS)
@settings(max_examples=200, deadline=None)
def test_a_mask_hides_a_local_part_with_quotes_in_a_query(local: str) -> None:
    secret = f"marigold{local}pimpernel"
    text = Query.of((Term("to", f'"{secret}"@x.example', excluded=False, position=0),)).text
    masked = masked_text(text)
    assert "marigold" not in masked
    assert "pimpernel" not in masked
    assert masked_text(masked) == masked
