"""How another terminal finds the demo that runs."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from ses_tui.core.errors import TableError
from ses_tui.demo.ready import Ready
from ses_tui.demo.running import environment_of, running_demos, told_to_others
from tests.cli.conftest import CommandLineRunner, bare_environment
from tests.engine import TestTable


def ready_of(table: TestTable) -> Ready:
    """As if the demo had made the table of a test."""
    return Ready(
        table.endpoint_url,
        table.name,
        table.credentials["region_name"],
        table.credentials["aws_access_key_id"],
        table.credentials["aws_secret_access_key"],
        "DynamoDB Local",
    )


def test_a_shell_that_takes_the_environment_looks_at_the_demo(
    table: TestTable, tmp_path: Path
) -> None:
    folder = tmp_path / "ses-tui" / "demos"
    ready = ready_of(table)
    elsewhere = bare_environment(XDG_STATE_HOME=str(tmp_path), AWS_PROFILE="work", SES_TUI_USE="x")
    with told_to_others(ready, folder):
        assert running_demos(folder) == [ready]
        printed = CommandLineRunner(elsewhere)("demo", "--environment")
        assert printed.returncode == 0, printed.stderr
        assert printed.stdout == environment_of(ready) + "\n"
        shell = f"{printed.stdout}\nenv -0"
        taken = subprocess.run(["sh", "-c", shell], env=elsewhere, capture_output=True, check=True)
        variables = dict(line.split("=", 1) for line in taken.stdout.decode().split("\0") if line)
        done = CommandLineRunner(variables)("search", "word")
        assert (done.returncode, done.stdout) == (0, "")
        assert "nothing in the range" in done.stderr
    done = CommandLineRunner(elsewhere)("demo", "--environment")
    assert done.returncode == 4
    assert "no demo is running here: start one with `ses-tui demo`" in done.stderr


def test_of_two_demos_the_newer_is_named_and_the_older_is_found_again(
    table: TestTable, tmp_path: Path
) -> None:
    folder = tmp_path / "ses-tui" / "demos"
    older = ready_of(table)
    with socket.create_server(("127.0.0.1", 0)) as engine:
        url = f"http://127.0.0.1:{engine.getsockname()[1]}"
        newer = Ready(url, "other", older.region, "LOCAL2", "local", older.engine)
        with told_to_others(older, folder):
            os.utime(folder / f"{older.access_key_id}.json", (0, 0))
            with told_to_others(newer, folder):
                assert running_demos(folder) == [newer, older]
                assert running_demos(folder, older.endpoint_url) == [older]
                run = CommandLineRunner(bare_environment(XDG_STATE_HOME=str(tmp_path)))
                printed = run("demo", "--environment")
                assert printed.stdout == environment_of(newer) + "\n"
                assert f"runs, too: --endpoint-url {older.endpoint_url}" in printed.stderr
            assert running_demos(folder) == [older]
    with pytest.raises(TableError, match=f"no demo is running at {url}"):
        running_demos(folder, url)


@pytest.mark.parametrize("text", ["", "[]", '{"pid": 1}', "no JSON"])
def test_a_file_that_says_nothing_is_no_demo(tmp_path: Path, text: str) -> None:
    (tmp_path / "demo.json").write_text(text)
    with pytest.raises(TableError, match="no demo is running here"):
        running_demos(tmp_path)
