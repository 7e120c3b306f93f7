"""`ses-tui --replay`, as far as it goes without a terminal."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ses_tui.core.errors import UsageError
from ses_tui.core.replay.recording import Recording
from tests.cli.conftest import CommandLineRunner


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "night.jsonl is no recording of events: it is empty"),
        ("Received\n", "night.jsonl is no recording of events: line 1: no JSON"),
    ],
)
def test_a_file_that_is_no_recording_is_a_mistake(
    bare: CommandLineRunner, write_file: Callable[[str, str | bytes], str], text: str, said: str
) -> None:
    done = bare("--replay", write_file("night.jsonl", text))
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize("place", ["/dev/null", "/"])
def test_what_is_no_file_is_named_whole(place: str) -> None:
    with pytest.raises(UsageError, match=f"^{place}: a recording is played from a file alone"):
        Recording(Path(place))


def test_bad_lines_are_said_before_the_screen_opens(
    bare: CommandLineRunner, write_file: Callable[[str, str | bytes], str]
) -> None:
    line = (
        '{"event_id":"E","event_type":"Send","recorded_at":"2026-11-23T06:00:00.000Z"}\n'
        "\x1b[31mtorn\n"
    )
    done = bare("--replay", write_file("night.jsonl", line))
    assert done.returncode == 2
    assert "1 line was no event and left out (line 2: no JSON)" in done.stderr
    assert "the dashboard needs a terminal" in done.stderr


def test_a_speed_needs_a_recording(bare: CommandLineRunner) -> None:
    for arguments in (("--speed", "10"), ("--speed", "0", "--replay", "x")):
        assert bare(*arguments).returncode == 2
