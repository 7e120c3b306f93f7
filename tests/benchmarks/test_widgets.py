"""The lists that are compared do every step. Nothing here measures, and nothing depends on time."""

from functools import partial
from pathlib import Path

import pytest

from benchmarks import widgets
from benchmarks.report import cells_of
from benchmarks.watched_program import WatchedProgram
from benchmarks.widgets import STEPS, figures_of, watch, write_page

PATIENCE = 60.0
"""Seconds of processor time: many times what it takes."""


def test_our_list_goes_through_every_step(tmp_path: Path) -> None:
    said = watch("own", 100, write_page(tmp_path / "page", 100), PATIENCE)
    assert said["rows"] == 100
    assert [len(said[step]) for step in STEPS] == [1, 1, 3, 3, 7, 7, 1]
    assert len(list(figures_of("own", 100, said, PATIENCE))) == len(STEPS)


def test_a_list_that_dies_says_of_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dying = ("/bin/sh", "-c", "printf '\\033[31mError:\\033[0m no tones\\n'; exit 1")
    monkeypatch.setattr(widgets, "WatchedProgram", partial(WatchedProgram, command=dying))
    with pytest.raises(RuntimeError, match=r"^the list ended at start: Error: no tones$"):
        watch("own", 100, tmp_path / "page", PATIENCE)


def test_a_step_that_was_ended_takes_longer_and_none_after_it_is_told() -> None:
    filled = figures_of("table", 200_000, {"doing": "fill", "rows": 39_000}, 8.0)
    (fill,) = filled
    assert fill.name == "DataTable, 200,000 rows: fill"
    assert cells_of(fill) == ("", "", "", ">8", "", "1", "s")
    assert "39,000 rows" in fill.note
