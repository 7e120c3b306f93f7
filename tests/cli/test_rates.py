"""`ses-tui rates` against DynamoDB Local."""

import json
import time
from collections.abc import Sequence
from typing import Any

import pytest

from recorder.model.event import EVENT_TYPES, Event
from recorder.model.rollup import MAXIMUM_COUNTERS_IN_ROW, MINUTE_MS
from recorder.model.timestamps import parse_timestamp
from tests.aws.pages import write_page
from tests.cli.conftest import CommandLineRunner
from tests.engine import TestTable
from tests.events import FrozenClock, make_event
from tests.recorder_rollups.support import Recorder, numbered

FIGURES = {
    *("counts", "bounces", "complaints", "denominator"),
    *("bounce_rate", "complaint_rate", "bounce_mark", "complaint_mark"),
}


def now() -> int:
    return time.time_ns() // 1_000_000


def count(table: TestTable, events: Sequence[Event], ago: int = 0) -> None:
    """As the stream consumer does, a moment ago, or so many milliseconds."""
    clock = FrozenClock(now() - ago)
    Recorder(table.client, clock, table_name=table.name).write(numbered(events))


def some(number: int, event_type: str, **fields: Any) -> list[Event]:
    values: dict[str, Any] = {
        "at": now(),
        "configuration_set": "orders",
        "identity": "shop.example",
    }
    return [make_event(event_type, **(values | fields)) for _ in range(number)]


def bounces(number: int, subtype: str = "General", **fields: Any) -> list[Event]:
    values: dict[str, Any] = {"bounce_type": "Permanent", "smtp_status": "5.1.1"}
    return some(number, "Bounce", bounce_subtype=subtype, **(values | fields))


def complaints(number: int, **fields: Any) -> list[Event]:
    values: dict[str, Any] = {"complaint_type": "abuse"}
    return some(number, "Complaint", **(values | fields))


def a_bad_hour() -> list[Event]:
    """Some of everything; the worst domain, set, identity, subtype and status are called so."""
    worst: dict[str, Any] = {"configuration_set": "worst", "identity": "worst.example"}
    return [
        *some(500, "Send"),
        *some(400, "Delivery"),
        *some(100, "Send", recipient="a@worst.example", **worst),
        *bounces(20, "Worst", smtp_status="5.9.9", recipient="a@worst.example", **worst),
        *bounces(9, bounce_type="Transient", smtp_status="4.2.2"),
        *bounces(2, bounce_type="Undetermined", smtp_status=None),
        *bounces(7, "OnAccountSuppressionList"),
        *bounces(3, recipient="bounce@simulator.amazonses.com"),
        *complaints(1),
        *complaints(4, complaint_type="not-spam"),
        *some(1, "Teleport"),
    ]


def rates_json(ses_tui: CommandLineRunner, *arguments: str) -> dict[str, Any]:
    done = ses_tui("rates", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    document: dict[str, Any] = json.loads(line)
    return document


def test_json_has_every_figure_and_no_more(ses_tui: CommandLineRunner, table: TestTable) -> None:
    count(table, a_bad_hour())
    document = rates_json(ses_tui)
    assert set(document) == FIGURES | {"window", "from", "to"}
    assert document["window"] == "1h"
    since, until = (parse_timestamp(document[name]) for name in ("from", "to"))
    assert since is not None
    assert until is not None
    assert 59 * MINUTE_MS <= until - since <= 60 * MINUTE_MS
    assert document["counts"] == {
        **dict.fromkeys(EVENT_TYPES, 0),
        "Send": 600,
        "Delivery": 400,
        "Bounce": 41,
        "Complaint": 5,
        "Teleport": 1,
    }
    kinds = {"permanent": 20, "transient": 9, "undetermined": 2, "excluded": 10}
    assert document["bounces"] == kinds
    assert document["complaints"] == 1
    assert document["denominator"] == {"of": "Send", "n": 593}
    assert document["bounce_rate"] == 20 / 593
    assert document["complaint_rate"] == 1 / 593
    assert document["bounce_mark"] == "WATCH"
    assert document["complaint_mark"] == "HIGH"


@pytest.mark.parametrize(
    ("grouping", "names"),
    [
        ("domain", ["worst.example", "customer.example", "simulator.amazonses.com"]),
        ("set", ["worst", "orders"]),
        ("identity", ["worst.example", "shop.example"]),
        ("subtype", ["Permanent/Worst", "Transient/General", "Undetermined/General"]),
        ("status", ["5.9.9", "4.2.2", "5.1.1"]),
    ],
)
def test_groups_come_with_the_most_harmful_first(
    ses_tui: CommandLineRunner, table: TestTable, grouping: str, names: list[str]
) -> None:
    count(table, a_bad_hour())
    document = rates_json(ses_tui, "--by", grouping)
    assert set(document) == FIGURES | {"window", "from", "to", "by"}
    assert all(set(group) == FIGURES | {"name"} for group in document["by"])
    found = [group["name"] for group in document["by"]]
    assert found[: len(names)] == names
    text = ses_tui("rates", "--by", grouping).stdout
    places = [text.index(f"\n{name} ") for name in names]
    assert places == sorted(places)


def test_the_text_says_rate_mark_and_sample(ses_tui: CommandLineRunner, table: TestTable) -> None:
    count(table, a_bad_hour())
    done = ses_tui("rates", "--utc", "--window", "5m")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("5m until ")
    assert lines[0].endswith("an estimate, AWS has its own figures")
    assert lines[1].split() == ["bounce", "rate", "3.37", "%", "WATCH", "20", "of", "593", "(Send)"]
    assert lines[2].split()[2:5] == ["0.17", "%", "HIGH"]
    assert "transient 9 · undetermined 2 · outside the rate 10" in lines[3]
    assert "Teleport 1" in lines[4]
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("window", ["5m", "15m", "1h", "6h", "24h", "7d"])
def test_every_window_ends_now(ses_tui: CommandLineRunner, table: TestTable, window: str) -> None:
    count(table, some(3, "Send"))
    document = rates_json(ses_tui, "--window", window)
    assert document["window"] == window
    assert document["counts"]["Send"] == 3


def test_a_window_takes_what_was_recorded_within_it(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    minutes_ago = {2: 1, 10: 2, 50: 4, 5 * 60: 8, 23 * 60: 16, 2 * 24 * 60: 32}
    for minutes, number in minutes_ago.items():
        count(table, some(number, "Send", at=now() - minutes * MINUTE_MS))
    found = [
        rates_json(ses_tui, "--window", window)["counts"]["Send"]
        for window in ("5m", "15m", "1h", "6h", "24h", "7d")
    ]
    assert found == [1, 3, 7, 15, 31, 63]


def test_a_rate_over_its_threshold_fails(ses_tui: CommandLineRunner, table: TestTable) -> None:
    count(table, [*some(1000, "Send"), *bounces(51), *complaints(2)])
    done = ses_tui("rates", "--fail-over-bounce", "5%", "--fail-over-complaint", "0.1%")
    assert done.returncode == 1
    assert done.stderr == (
        "ses-tui: bounce rate 5.10 %, 51 of 1,000, is over 5.00 %; "
        "complaint rate 0.20 %, 2 of 1,000, is over 0.10 %\n"
    )
    assert "5.10 %" in done.stdout
    done = ses_tui("rates", "--json", "--fail-over-bounce", "20%", "--fail-over-complaint", "0.15%")
    assert done.returncode == 1
    assert json.loads(done.stdout)["complaint_rate"] == 0.002
    assert "bounce" not in done.stderr


def test_one_row_over_the_threshold_fails_where_rows_are_asked_for(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    news = {"configuration_set": "news"}
    few = {"configuration_set": "few"}
    sends = [*some(1000, "Send"), *some(200, "Send", **news), *some(9, "Send", **few)]
    count(table, [*sends, *bounces(11, **news), *bounces(9, **few)])
    assert ses_tui("rates", "--fail-over-bounce", "5%").returncode == 0
    done = ses_tui("rates", "--fail-over-bounce", "5%", "--by", "set")
    assert done.returncode == 1
    assert done.stderr == "ses-tui: set news: bounce rate 5.50 %, 11 of 200, is over 5.00 %\n"


@pytest.mark.parametrize(("number", "threshold"), [(50, "5%"), (7, "0.7%"), (29, "2.90 %")])
def test_a_rate_on_its_threshold_is_not_over_it(
    ses_tui: CommandLineRunner, table: TestTable, number: int, threshold: str
) -> None:
    count(table, [*some(1000, "Send"), *bounces(number)])
    done = ses_tui("rates", "--fail-over-bounce", threshold)
    assert (done.returncode, done.stderr) == (0, "")
    count_one_more = Recorder(table.client, FrozenClock(now()), table_name=table.name)
    count_one_more.write(numbered(bounces(1), first=10_000))
    assert ses_tui("rates", "--fail-over-bounce", threshold).returncode == 1


def test_too_few_mails_fail_nothing(ses_tui: CommandLineRunner, table: TestTable) -> None:
    count(table, [*some(199, "Send"), *bounces(150), *complaints(50)])
    done = ses_tui("rates", "--fail-over-bounce", "0%", "--fail-over-complaint", "0%")
    assert (done.returncode, done.stderr) == (0, "")
    assert "75.38 %  TOO_FEW" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--window", "2h"], "5m, 15m, 1h, 6h, 24h, 7d"),
        (["--window", ""], "5m, 15m, 1h, 6h, 24h, 7d"),
        (["--by", "colour"], "status"),
        (["--fail-over-bounce", "5"], "5% or 0.1%"),
        (["--fail-over-bounce", "nan%"], "5% or 0.1%"),
        (["--fail-over-bounce", "-1%"], "5% or 0.1%"),
        (["--fail-over-complaint", "101%"], "5% or 0.1%"),
        (["--fail-over-complaint", "lots"], "5% or 0.1%"),
    ],
)
def test_what_cannot_be_meant_is_told(
    ses_tui: CommandLineRunner, arguments: list[str], words: str
) -> None:
    done = ses_tui("rates", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert words in done.stderr


def test_an_empty_table_has_no_rates(ses_tui: CommandLineRunner) -> None:
    document = rates_json(ses_tui, "--by", "domain")
    assert document["by"] == []
    assert document["counts"] == dict.fromkeys(EVENT_TYPES, 0)
    assert (document["bounce_rate"], document["complaint_rate"]) == (None, None)
    assert (document["bounce_mark"], document["complaint_mark"]) == ("TOO_FEW", "TOO_FEW")
    assert document["denominator"] == {"of": "Send", "n": 0}
    done = ses_tui("rates", "--fail-over-bounce", "0%")
    assert done.returncode == 0
    assert done.stdout.endswith("events          none\n")
    assert "has no rollups yet" in done.stderr
    assert "`ses-tui doctor`" in done.stderr
    assert done.stderr.count("\n") == 1


def test_names_beyond_the_cap_are_summed_as_other(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    names = range(MAXIMUM_COUNTERS_IN_ROW + 30)
    count(table, [one for n in names for one in some(1, "Send", recipient=f"a@host{n}.example")])
    groups = rates_json(ses_tui, "--by", "domain")["by"]
    assert len(groups) == MAXIMUM_COUNTERS_IN_ROW + 1
    (other,) = [group for group in groups if group["name"] == "other"]
    assert other["counts"]["Send"] == 30


def test_nothing_of_a_stranger_reaches_the_terminal(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    count(table, some(1, "Send\x1b[31m", recipient="a@x\x1b[2J\u202e.example"))
    for form in ([], ["--json"]):
        done = ses_tui("rates", "--by", "domain", *form)
        assert done.returncode == 0
        assert not set("\x1b\u202e") & set(done.stdout)


def test_a_window_that_is_not_counted_yet_passes_no_check(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    ago = 10 * MINUTE_MS
    then = now() - ago
    sent = some(300, "Send", at=then)
    count(table, sent, ago)
    write_page(table, sent, at=then, heartbeats=[then])
    check = ("--fail-over-bounce", "5%", "--json")
    blind = ses_tui("rates", "--window", "15m", *check)
    assert blind.returncode == 4
    assert "nobody knows these rates: what was recorded after 20" in blind.stderr
    assert json.loads(blind.stdout)["bounces"]["permanent"] == 0
    for arguments in (("--window", "1h", *check), ("--window", "15m", "--json")):
        done = ses_tui("rates", *arguments)
        assert done.returncode == 0
        assert "is not counted yet: recorder or stream consumer are late" in done.stderr
