"""`ses-tui doctor` as a process, against DynamoDB Local and against nothing."""

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from recorder.model.table import expiry_definition
from tests.aws.pages import write_heartbeat, write_page
from tests.cli.conftest import CommandLineRunner
from tests.engine import TestTable

SECRET = "very-secret-value"


def examine(run: CommandLineRunner, *arguments: str, **variables: str) -> dict[str, Any]:
    """Results by name; a name that stands twice keeps the last."""
    done = run("doctor", "--json", *arguments, **variables)
    assert "Traceback" not in done.stderr
    answer = json.loads(done.stdout)
    checks = {check["name"]: check for check in answer["checks"]}
    failing = any(check["verdict"] == "FAIL" for check in answer["checks"])
    assert done.returncode == int(failing)
    assert answer["healthy"] is not failing
    return checks


def verdicts(checks: dict[str, Any]) -> dict[str, str]:
    return {name: check["verdict"] for name, check in checks.items()}


@pytest.fixture
def nobody() -> Iterator[str]:
    """The URL of a port of this machine that is taken and answers nobody."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_a_living_installation(ses_tui: CommandLineRunner, table: TestTable) -> None:
    table.client.update_time_to_live(**expiry_definition(table.name))
    now = time.time_ns() // 1_000_000
    write_heartbeat(table, now)
    write_page(table, [], at=now, heartbeats=[now])
    found = verdicts(examine(ses_tui))
    assert {name for name, verdict in found.items() if verdict == "OK"} == {
        *("region", "clock", "table", "indexes", "stream", "expiry"),
        *("read items", "read table", "read index rcpt", "read index prob", "read stream"),
        *("heartbeat", "consumer lag"),
    }
    assert found["summaries"] == "WARN"
    skipped = {name for name, verdict in found.items() if verdict == "SKIPPED"}
    assert {"SES account", "suppression list", "event destinations"} <= skipped
    assert "FAIL" not in found.values()


def test_a_table_without_recorder(ses_tui: CommandLineRunner) -> None:
    checks = examine(ses_tui)
    assert checks["heartbeat"]["verdict"] == "FAIL"
    assert "`tick`" in checks["heartbeat"]["fix"][0]
    assert checks["expiry"]["verdict"] == "WARN"
    assert checks["expiry"]["fix"][0].startswith("aws dynamodb update-time-to-live")
    assert checks["SES account"]["finding"] == "no SES at this endpoint"
    assert checks["stream consumer"]["finding"] == "no Lambda at this endpoint"
    for check in checks.values():
        assert check["fix"] or check["verdict"] in ("OK", "SKIPPED"), check


def test_no_table(ses_tui: CommandLineRunner) -> None:
    checks = examine(ses_tui, "--table", "absent")
    assert {name for name, v in verdicts(checks).items() if v == "FAIL"} == {"table"}
    assert "there is no table absent" in checks["table"]["finding"]
    assert checks["table"]["fix"][-1].startswith("ses-tui table create --table absent")
    assert checks["clock"]["verdict"] == "OK"


def test_nobody_at_the_endpoint(ses_tui: CommandLineRunner, nobody: str) -> None:
    done = ses_tui("doctor", "--endpoint-url", nobody, AWS_SECRET_ACCESS_KEY=SECRET)
    assert done.returncode == 1
    assert "FAIL     table               DynamoDB cannot be reached" in done.stdout
    assert "does not work: table" in done.stderr
    assert SECRET not in done.stdout + done.stderr
    lines = [line for line in done.stdout.splitlines() if line and not line.startswith(" ")]
    assert {line.split()[0] for line in lines[:-1]} == {"OK", "FAIL", "SKIPPED"}
    assert lines[-1].startswith("table ses-events: 1 OK")


def test_no_credentials(bare: CommandLineRunner) -> None:
    checks = examine(bare, "--region", "eu-west-1")
    assert checks["credentials"]["finding"] == "no AWS credentials found"
    assert "`aws configure`" in checks["credentials"]["fix"][0]
    assert set(verdicts(checks).values()) == {"FAIL", "SKIPPED"}


def test_no_region(bare: CommandLineRunner) -> None:
    checks = examine(bare, AWS_ACCESS_KEY_ID="LOCAL0TEST", AWS_SECRET_ACCESS_KEY=SECRET)
    assert checks["region"]["verdict"] == "FAIL"
    assert "give --region" in checks["region"]["fix"][0]


def test_an_endpoint_that_is_none(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("doctor", "--endpoint-url", "not a url")
    assert (done.returncode, done.stdout) == (2, "")
