"""`ses-tui show` against DynamoDB Local."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from recorder.model.event import JSON_FIELDS
from ses_tui.cli.show import message_ids
from tests import payloads
from tests.cli.conftest import CommandLineRunner

WriteFile = Callable[[str, str | bytes], str]
MESSAGE = "0102019a00000000-11112222-3333-4444-5555-666677778888-000000"
RECIPIENTS = ["ann@x.example", "bob@y.example"]


@pytest.fixture(autouse=True)
def message(ses_tui: CommandLineRunner, write_file: WriteFile) -> None:
    """A message to two: one bounced with a hostile diagnostic, one arrived."""
    of_mail: dict[str, Any] = {"message_id": MESSAGE, "sent": "2026-11-23T06:00:00.000Z"}
    events = [
        payloads.send(message_id=MESSAGE, recipients=RECIPIENTS, time="2026-11-23T06:00:00.000Z"),
        payloads.delivery(recipients=["bob@y.example"], time="2026-11-23T06:00:03.000Z", **of_mail),
        payloads.bounce(
            recipients=["ann@x.example"],
            time="2026-11-23T06:00:05.000Z",
            diagnostic="smtp; 550 no\x1b]0;owned\x07 such \u202euser [bold]x[/]",
            **of_mail,
        ),
    ]
    lines = "\n".join(map(json.dumps, events))
    done = ses_tui("ingest", write_file("story.jsonl", lines))
    assert done.returncode == 0, done.stderr


def test_the_story_in_ascii_alone(ses_tui: CommandLineRunner) -> None:
    told = ses_tui("show", MESSAGE, SES_TUI_ASCII="true")
    assert told.returncode == 0, told.stderr
    assert told.stdout.isascii()
    assert "+ " in told.stdout
    assert "x " in told.stdout


def test_the_story_for_a_person(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("show", MESSAGE, "--utc")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "ann@x.example: bounced" in done.stdout
    assert "  Rejected by x.example 5 s after sending: " in done.stdout
    assert "  Delivered to y.example 3 s after sending." in done.stdout
    assert "  +5 s  " in done.stdout
    assert "      means   " in done.stdout
    assert "      source  " in done.stdout
    assert "bob@y.example: delivered" in done.stdout
    assert "2026-11-23 06:00:05.000 +0000" in done.stdout
    assert "smtp; 550 no␛]0;owned␇ such �user [bold]x[/]" in done.stdout
    assert not set("\x1b\x07\u202e") & set(done.stdout)


def test_one_line_of_json(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("show", MESSAGE, "--json")
    assert done.stdout.count("\n") == 1
    assert not set("\x1b\x07\u202e") & set(done.stdout)
    story = json.loads(done.stdout)
    assert list(story) == ["message_id", "recipients", "events"]
    assert story["message_id"] == MESSAGE
    statuses = {part["recipient"]: part["status"] for part in story["recipients"]}
    assert statuses == {"ann@x.example": "bounced", "bob@y.example": "delivered"}
    sentences = {part["recipient"]: part["sentence"] for part in story["recipients"]}
    assert sentences["bob@y.example"] == "Delivered to y.example 3 s after sending."
    assert [e["event_type"] for e in story["events"]] == ["Send", "Send", "Delivery", "Bounce"]
    assert all(tuple(event) == JSON_FIELDS for event in story["events"])
    assert story["events"][-1]["diagnostic"].endswith("\u202euser [bold]x[/]")
    ids = [i for part in story["recipients"] for i in part["event_ids"]]
    assert sorted(ids) == sorted(event["event_id"] for event in story["events"])


def test_the_originals(ses_tui: CommandLineRunner) -> None:
    story = json.loads(ses_tui("show", MESSAGE, "--json", "--raw").stdout)
    kinds = sorted(original["payload"]["eventType"] for original in story["originals"])
    assert kinds == ["Bounce", "Delivery", "Send"]
    assert not any(original["cut"] for original in story["originals"])
    text = ses_tui("show", MESSAGE, "--raw").stdout
    assert '"eventType": "Bounce"' in text
    assert "\x1b" not in text


def test_the_header_that_a_recipient_sees_will_do(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("show", f"<{MESSAGE}@eu-west-1.amazonses.com>", "--json")
    assert json.loads(done.stdout)["message_id"] == MESSAGE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc-000000", ["abc-000000"]),
        (" abc-000000\n", ["abc-000000"]),
        ("<abc-0@email.amazonses.com>", ["abc-0", "abc-0@email.amazonses.com"]),
        ("abc-0@eu-west-1.amazonses.com", ["abc-0", "abc-0@eu-west-1.amazonses.com"]),
        ("<abc@mail.shop.example>", ["<abc@mail.shop.example>"]),
    ],
)
def test_message_ids(text: str, expected: list[str]) -> None:
    assert list(message_ids(text)) == expected


def test_a_message_that_nobody_knows(ses_tui: CommandLineRunner) -> None:
    for message_id, *option in (["no-such-id"], ["ann@inbox.test", "--json"]):
        done = ses_tui("show", message_id, *option)
        assert done.returncode == 1
        assert done.stdout == ""
        assert f"nothing is stored of message '{message_id}'" in done.stderr
        assert ("`ses-tui search to:ann@inbox.test`" in done.stderr) is bool(option)
