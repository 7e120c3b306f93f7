"""`ses-tui search` against DynamoDB Local."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator

import pytest

from recorder.model.event import JSON_FIELDS, Event
from ses_tui.cli.options import GlobalOptions
from ses_tui.cli.progress_line import Pace
from ses_tui.cli.search import progress_text
from ses_tui.core.event_csv import CSV_HEADER, csv_header, csv_line
from ses_tui.core.event_table import cells_of, table_lines
from ses_tui.core.search import Cost, SearchBatch
from ses_tui.core.zone import UTC_ZONE
from tests.aws.pages import put_items, write_page
from tests.cli.conftest import CommandLineRunner, environment_of
from tests.engine import fresh_table
from tests.events import NOON, make_event
from tests.ui.terminal import ON_BY_DEFAULT, run_in_terminal

HOSTILE = "=cmd|' /C calc'!A0\x1b]0;owned\x07"
EVENTS = [
    make_event("Send", at=NOON, recipient="ann@shop.example", message_id="m-1", subject=HOSTILE),
    make_event("Delivery", at=NOON + 900, recipient="ann@shop.example", message_id="m-1"),
    make_event("Open", at=NOON + 5_000, recipient="ann@shop.example", message_id="m-1"),
    make_event(
        "Bounce",
        at=NOON + 2_000,
        recipient="bob@shop.example",
        message_id="m-2",
        bounce_type="Permanent",
        bounce_subtype="General",
        smtp_status="5.1.1",
        diagnostic="smtp; 550 5.1.1 no such user " + "x" * 200,
        identity="shop.example",
        tags={"campaign": ["autumn"]},
    ),
]


@pytest.fixture(scope="module")
def ses_tui(engine_url: str) -> Iterator[CommandLineRunner]:
    """A table with a few events, read and never changed here."""
    with fresh_table(engine_url) as table:
        put_items(table, EVENTS)
        write_page(table, EVENTS, at=NOON + 6_000)
        yield CommandLineRunner(environment_of(table))


def test_a_table_for_a_person(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("search", "domain:shop.example", "--utc")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    heading, *lines = done.stdout.splitlines()
    assert heading.split() == ["RECORDED", "EVENT", "RECIPIENT", "MESSAGE", "REASON"]
    assert [line.split()[2] for line in lines] == ["Open", "Bounce", "Delivery", "Send"]
    assert lines[1].startswith("2026-11-23 12:00:02  Bounce    bob@shop.example  m-2")
    assert "\x1b" not in done.stdout
    assert "␛]0;owned␇" in done.stdout


def test_json_holds_the_whole_event(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("search", "type:bounce", "--since", "2026-11-23", "--json")
    (line,) = done.stdout.splitlines()
    event = json.loads(line)
    assert tuple(event) == JSON_FIELDS
    assert event["identity"] == "shop.example"
    assert event["tags"] == {"campaign": ["autumn"]}
    assert event["recorded_at"] == "2026-11-23T12:00:02.000Z"


def test_csv_under_its_header(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("search", "id:m-1", "--csv", "--sort", "oldest")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["event_type"] for row in rows] == ["Send", "Delivery", "Open"]
    assert tuple(rows[0]) == CSV_HEADER
    assert rows[0]["subject"].startswith("'=cmd")
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("way", [[], ["--pages"]])
def test_a_limit_is_admitted(ses_tui: CommandLineRunner, way: list[str]) -> None:
    done = ses_tui("search", "to:ann@shop.example", "--since", "2026-11-22", "--limit", "2", *way)
    assert done.stdout.count("\n") == 3
    assert "found 2 of more than 2" in done.stderr


def test_sorting(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("search", "domain:shop.example", "--sort", "type", "--json")
    types = [json.loads(line)["event_type"] for line in done.stdout.splitlines()]
    assert types == ["Bounce", "Delivery", "Open", "Send"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["to:nobody@shop.example"], "nothing at all is recorded for nobody@shop.example"),
        (["to:ann@shop.example", "--since", "2026-11-24"], "before the range"),
        (["to:ann@shop.example", "--until", "2026-11-20"], "behind the range"),
        (["to:ann@shop.example", "type:complaint"], "none passes the other terms"),
        (["type:reject", "--since", "2026-11-23"], "nothing in the range passes"),
    ],
)
def test_nothing_says_why(ses_tui: CommandLineRunner, arguments: list[str], reason: str) -> None:
    done = ses_tui("search", *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert reason in done.stderr


def test_a_plan_is_told_and_not_carried_out(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("search", "to:ann@shop.example", "--plan")
    assert done.returncode == 0
    assert "index of recipients" in done.stdout
    assert "opens and clicks" in done.stdout
    assert "about" in done.stdout


def test_over_the_limit_it_refuses_and_names_the_ways_out(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("search", "to:ann@shop.example", "--max-cost", "0")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "--max-cost" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["colour:red"], "colour"),
        (["--json", "--csv"], "exclude each other"),
        (["--limit", "0"], "--limit"),
        (["--since", "someday"], "--since 'someday' is no time"),
        (["type:bounce", "--until", '2h"'], "--until '2h\"' is no time"),
        (["--since", ""], "--since '' is no time"),
        (["--no-such-option"], "--no-such-option"),
    ],
)
def test_usage(bare: CommandLineRunner, arguments: list[str], said: str) -> None:
    done = bare("search", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_how_fast_it_is_and_how_long_it_takes_at_most() -> None:
    pace, options = Pace(), GlobalOptions()
    batch = SearchBatch(found=3, examined=4_000, cost=Cost(2, 1_000, 1.0))
    half = progress_text(batch, Cost(4, 2_000, 2.0), pace, options)
    assert re.match(r"[\d,]+ events/s, about \d+ s left at most: found 0 so far, ", half)
    for estimate in (None, Cost(2, 1_000, 1.0), Cost(1, 500, 0.5)):
        assert "left" not in progress_text(batch, estimate, pace, options)


def test_progress_is_one_row_of_a_narrow_terminal_and_leaves_none(
    ses_tui: CommandLineRunner,
) -> None:
    with run_in_terminal(
        "tests.cli.pty_ses_tui",
        *("search", "domain:shop.example", "--utc", "--since", "2026-11-23"),
        size=(60, 24),
        **ses_tui.environment,
    ) as terminal:
        assert terminal.wait_for_end() == 0
    assert b" events/s" in terminal.output
    assert "events/s" not in terminal.text
    assert terminal.lines[0].startswith("RECORDED")
    modes = terminal.private_modes()
    assert modes[7]
    assert all(modes[mode] is (mode in ON_BY_DEFAULT) for mode in modes)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", " =", "\u200d=", "\ufe62"])
def test_formulas_are_defused_wherever_a_sheet_splits_a_line(sign: str) -> None:
    tags = {f"a;{sign}1": [f"; {sign}2"]}
    event = make_event(subject=f"{sign}1+1;{sign}2", diagnostic=f"550 x, y; {sign}3", tags=tags)
    line = csv_line(event)
    for separator in ",;":
        for cell in next(csv.reader([line], delimiter=separator)):
            start = unicodedata.normalize("NFKC", cell).lstrip()[:1]
            assert start not in {"=", "+", "-", "@"}, cell
    (row,) = csv.DictReader(io.StringIO(csv_header() + line))
    assert row["subject"].startswith("'")
    assert row["bounce_type"] == ""
    assert json.loads(row["tags"]) == tags


def test_a_table_fits_its_terminal() -> None:
    wide = make_event(recipient="漢字" * 20 + "@shop.example", subject="件名" * 60)
    events: list[Event] = [*EVENTS, wide]
    for width in (60, 80, 100, 160, 200):
        lines = list(table_lines(events, UTC_ZONE, width))
        assert all(cells_of(line) <= width for line in lines)
        assert ("MESSAGE" in lines[0]) is (width >= 160)
        assert "REASON" in lines[0]
