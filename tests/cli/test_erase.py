"""`ses-tui erase` against DynamoDB Local."""

import json

import pytest

from tests.aws.pages import put_items, write_page
from tests.cli.conftest import CommandLineRunner
from tests.engine import TestTable
from tests.events import NOON, make_event

ANN = "ann@x.example"


@pytest.fixture(autouse=True)
def events(table: TestTable) -> None:
    events = [make_event(recipient=ANN, message_id="m-1"), make_event("Open", recipient=ANN)]
    bob = make_event(recipient="bob@y.example", message_id="m-2", diagnostic=f"550 for {ANN}")
    events.append(bob)
    put_items(table, events)
    write_page(table, events, at=NOON)


def test_looking_then_erasing_then_nothing(ses_tui: CommandLineRunner) -> None:
    looked = ses_tui("erase", ANN, "--dry-run", "--json")
    assert looked.returncode == 0, looked.stderr
    assert "reading the whole table" in looked.stderr
    assert json.loads(looked.stdout)["events_deleted"] == 2
    done = ses_tui("erase", ANN.upper(), "--yes")
    assert done.returncode == 0, done.stderr
    assert "2 events of 2 messages deleted" in done.stdout
    assert "2 entries removed from feed pages, 1 page rewritten" in done.stdout
    assert "1 event of other recipients named the address, and it was replaced" in done.stdout
    again = ses_tui("erase", ANN, "--yes")
    assert "nothing is stored about this address" in again.stdout
    assert json.loads(ses_tui("search", "id:m-2", "--json").stdout)["recipient"] == "bob@y.example"


def test_without_a_terminal_it_wants_to_be_told(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("erase", ANN)
    assert done.returncode == 1
    assert "--yes" in done.stderr
    assert ses_tui("erase", ANN, "--dry-run").stdout.count("would be") == 4


@pytest.mark.parametrize("address", ["ann", "@x.example", "ann@", "*@x.example"])
def test_only_whole_addresses(bare: CommandLineRunner, address: str) -> None:
    done = bare("erase", address)
    assert done.returncode == 2
    assert "no address of one person" in done.stderr
