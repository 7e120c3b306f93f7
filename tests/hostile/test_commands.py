"""Whatever an event holds, what a command prints is text that no terminal and no sheet obeys."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator

import pytest

from recorder.model.timestamps import format_timestamp
from tests.aws.pages import put_items, write_page
from tests.cli.conftest import CommandLineRunner, environment_of
from tests.engine import fresh_table
from tests.events import NOON
from tests.hostile.events import hostile_events
from tests.hostile.harmless import attacks_in_pieces, harm_in

STORED = [text.encode(errors="replace").decode() for text in attacks_in_pieces()]
"""The recorder lets no lone surrogate into a table."""
EVENTS = hostile_events(STORED, NOON, message_id="m-1")
SINCE = ("--since", format_timestamp(NOON - 3_600_000))


@pytest.fixture(scope="module")
def ses_tui(engine_url: str) -> Iterator[CommandLineRunner]:
    with fresh_table(engine_url) as table:
        put_items(table, EVENTS)
        write_page(table, EVENTS, at=NOON + 6_000)
        yield CommandLineRunner(environment_of(table))


@pytest.mark.parametrize(
    "words",
    [
        ("search", "id:m-1", *SINCE),
        ("search", "*", *SINCE),
        ("search", "id:m-1", "--json", *SINCE),
        ("show", "m-1"),
        ("show", "m-1", "--json"),
    ],
    ids=" ".join,
)
def test_every_line_of_a_command_is_harmless(
    ses_tui: CommandLineRunner, words: tuple[str, ...]
) -> None:
    done = ses_tui(*words)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 500
    for line in (done.stdout + done.stderr).splitlines():
        assert harm_in(line) is None, ascii(line)
        if "--json" in words:
            json.loads(line)


def test_no_cell_of_a_sheet_is_a_formula(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("search", "id:m-1", "--csv", *SINCE)
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert len(rows) == len(EVENTS) + 1
    for cell in (cell for row in rows for cell in row):
        assert harm_in(cell) is None, ascii(cell)
        assert not unicodedata.normalize("NFKC", cell).lstrip().startswith(("=", "+", "-", "@")), (
            cell
        )


@pytest.mark.parametrize("attack", attacks_in_pieces(60))
def test_an_argument_is_not_obeyed_where_an_error_repeats_it(
    ses_tui: CommandLineRunner, attack: str
) -> None:
    words = attack.replace("\x00", "").encode(errors="replace").decode()
    for arguments in (("search", f"nokey:{words}"), ("show", words), ("tail", "--for", words)):
        done = ses_tui(*arguments)
        assert done.returncode != 0
        for line in done.stderr.splitlines():
            assert harm_in(line) is None, ascii(line)
