"""What a command shows on a terminal while it works, and leaves behind: nothing."""

import json
import socket
from pathlib import Path

import pytest

from ses_tui.cli.progress_line import Pace, duration_text
from tests import payloads
from tests.cli.conftest import bare_environment, environment_of
from tests.engine import TestTable
from tests.ui.terminal import run_in_terminal


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("show message-1", "asking table ses-events…"),
        ("rates", "reading figures of table ses-events…"),
        ("", "opening table ses-events…"),
    ],
)
def test_what_waits_for_the_table_says_so_until_it_answers(command: str, words: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environment = bare_environment(
            AWS_ENDPOINT_URL_DYNAMODB=f"http://127.0.0.1:{silent.getsockname()[1]}",
            AWS_REGION="eu-west-1",
            AWS_ACCESS_KEY_ID="LOCAL",
            AWS_SECRET_ACCESS_KEY="local",
            AWS_MAX_ATTEMPTS="1",
        )
        with run_in_terminal(
            "tests.cli.pty_ses_tui", *command.split(), size=(100, 30), **environment
        ) as terminal:
            terminal.wait_for_text(f"ses-tui: {words}")
            asking, _ = silent.accept()
            asking.recv(1)
            answer = b'{"__type": "ValidationException", "message": "not now"}'
            asking.sendall(
                b"HTTP/1.1 400 Bad\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                % (len(answer), answer)
            )
            asking.close()
            silent.close()
            assert terminal.wait_for_end() != 0
            assert words not in terminal.text
            assert terminal.lines[0].startswith("ses-tui: ")


def test_nothing_is_said_over_a_question_for_a_code() -> None:
    with run_in_terminal("tests.cli.pty_secret", size=(80, 24)) as terminal:
        terminal.wait_for_text("looked")
        assert "working" not in terminal.output.decode()
        terminal.type("123456\r")
        assert terminal.wait_for_end() == 0
        assert "working" not in terminal.text


def test_a_file_shows_how_far_it_is_and_how_fast(table: TestTable, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    mails = (payloads.send(message_id=f"message-{number}") for number in range(501))
    file.write_text("".join(json.dumps(mail) + "\n" for mail in mails))
    with run_in_terminal(
        "tests.cli.pty_ses_tui",
        *("ingest", str(file), "--no-repair"),
        size=(160, 24),
        **environment_of(table),
    ) as terminal:
        assert terminal.wait_for_end() == 0
    shown = terminal.output.decode()
    assert f"{file}, line 500: " in shown
    assert "kB/s" in shown
    assert "line 501" not in terminal.text
    assert terminal.lines[0].startswith("ses-tui: 501 stored")


def test_how_long_it_takes_is_told_while_there_is_more() -> None:
    pace = Pace()
    assert pace.text(0, 5_000, "items").startswith("0 of about 5,000 items")
    assert "left" in pace.text(1_000, 5_000, "items")
    assert pace.text(6_000, 5_000, "items").startswith("6,000 of about 6,000 items")
    assert "left" not in pace.text(6_000, 5_000, "items")
    assert [duration_text(seconds) for seconds in (0, 90, 600, 10_000)] == [
        "1 s",
        "2 min",
        "10 min",
        "2 h 47 min",
    ]
