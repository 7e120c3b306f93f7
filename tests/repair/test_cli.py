"""`ses-tui repair`, and the repair that ends `ses-tui ingest`."""

import json
from collections.abc import Callable
from typing import Any

from recorder.model.clock import SystemClock
from recorder.model.rollup import MINUTE_MS, minute_start
from recorder.model.timestamps import format_timestamp
from tests import payloads
from tests.cli.conftest import CommandLineRunner, bare, ses_tui, write_file
from tests.events import make_event
from tests.repair.support import HOUR_MS, Installation, ids, truth

__all__ = ["bare", "ses_tui", "write_file"]

WriteFile = Callable[[str, str | bytes], str]


def hours_ago(hours: int) -> int:
    """The start (ms) of an hour before the present one."""
    now = SystemClock().now_ms()
    return now - now % HOUR_MS - hours * HOUR_MS


def document(output: str) -> dict[str, Any]:
    (line,) = output.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_it_repairs_and_says_so(ses_tui: CommandLineRunner, installation: Installation) -> None:
    hour = hours_ago(5)
    events = [make_event("Send", at=hour + n * MINUTE_MS) for n in range(5)]
    installation.store(events)
    span = ("--since", "6h", "--until", format_timestamp(hour + HOUR_MS))
    told = ses_tui("repair", *span, "--dry-run")
    assert told.returncode == 0, told.stderr
    assert "figures of 5 minutes differed and would be repaired" in told.stdout
    assert "5 events were in no feed page and would be packed into 1" in told.stdout
    assert "5 items" in told.stderr
    assert "read units" in told.stderr
    assert not installation.items("R#", "S#", "F#")

    done = document(ses_tui("repair", *span, "--json").stdout)
    assert (done["minutes_repaired"], done["events_missing"], done["pages_written"]) == (5, 5, 1)
    assert done["until"] == format_timestamp(hour + HOUR_MS)
    assert done["dry_run"] is False
    assert installation.rows(hour) == truth(events)
    assert ids(installation.paged()) == ids(events)

    again = ses_tui("repair", *span, "--yes")
    assert "figures of every minute agree with the events" in again.stdout
    assert "every event is in a feed page" in again.stdout


def test_what_cannot_be_meant_is_refused(
    ses_tui: CommandLineRunner, bare: CommandLineRunner
) -> None:
    for arguments, complaint in (
        (("--since", "soon"), "--since 'soon' is no time"),
        (("--since", "1h", "--until", "2h"), "--since '1h' is not before --until '2h'"),
        (("--since", "1m"), "still open"),
        ((), "--since"),
    ):
        done = ses_tui("repair", *arguments)
        assert done.returncode == 2
        assert complaint in done.stderr
        assert done.stdout == ""
    assert bare("repair", "--since", "1h", "--region", "us-east-1").returncode == 3
    gone = ses_tui("repair", "--since", "1h", "--table", "no-such-table")
    assert gone.returncode == 4
    assert "no-such-table" in gone.stderr


def old_bounce(at: int) -> str:
    time = format_timestamp(at)
    return json.dumps(payloads.bounce(recipients=["a@x.example", "b@x.example"], time=time))


def test_an_ingest_of_last_month_is_in_its_own_hour_alone(
    ses_tui: CommandLineRunner, installation: Installation, write_file: WriteFile
) -> None:
    month_ago, recent = hours_ago(30 * 24), hours_ago(0) - 30 * MINUTE_MS
    installation.clock.now = recent + MINUTE_MS
    installation.record([make_event("Send", at=recent), make_event("Delivery", at=recent + 1)])
    before = installation.items()
    file = write_file("old.json", old_bounce(month_ago + 90_000))
    done = ses_tui("ingest", file, "--json")
    assert done.returncode == 0, done.stderr
    assert document(done.stdout)["stored"] == 2
    assert "figures of 1 minutes and packed 2 events into 1 feed pages" in done.stderr
    after = installation.items()
    assert {key: item for key, item in after.items() if key in before} == before
    summaries = installation.minute_summaries(month_ago)
    assert [*summaries] == [minute_start(month_ago + 90_000)]
    assert sum(summaries[month_ago + MINUTE_MS]["t"].values()) == 2
    assert sum(installation.hour_summaries(month_ago)["t"].values()) == 2
    historic = [event for event in installation.paged() if event.historic]
    assert [event.recorded_at for event in historic] == [month_ago + 90_000] * 2

    assert ses_tui("ingest", file).returncode == 0
    assert set(installation.items()) == set(after)


def test_no_repair_names_the_command_that_does_it_later(
    ses_tui: CommandLineRunner, installation: Installation, write_file: WriteFile
) -> None:
    at = hours_ago(40) + 90_000
    done = ses_tui("ingest", write_file("old.json", old_bounce(at)), "--no-repair")
    assert done.returncode == 0
    command = f"ses-tui repair --since {format_timestamp(at)} --until {format_timestamp(at + 1)}"
    assert command in done.stderr
    assert not installation.items("R#", "S#", "F#")
    repaired = document(ses_tui(*command.split()[1:], "--json").stdout)
    assert repaired["events_missing"] == 2
    assert len(installation.paged()) == 2


def test_new_events_are_left_to_the_stream_consumer(
    ses_tui: CommandLineRunner, installation: Installation, write_file: WriteFile
) -> None:
    now = format_timestamp(SystemClock().now_ms() - 60_000)
    done = ses_tui("ingest", write_file("new.json", json.dumps(payloads.delivery(time=now))))
    assert done.returncode == 0
    assert "repair" not in done.stderr
    assert not installation.items("R#", "S#")
    assert not installation.paged()
