"""What `ses-tui serve` refuses before it listens."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ses_tui.cli import main
from tests.cli.conftest import bare_environment, environment_of
from tests.engine import TestTable


def refused(*options: str, **variables: str) -> Result:
    done = CliRunner().invoke(main, ["serve", *options], env=bare_environment(**variables))
    assert done.stdout == ""
    return done


def test_without_its_package_the_command_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ses_tui.cli.serve.find_spec", lambda name: None)
    done = refused()
    assert done.exit_code == 2
    assert "pip install 'ses-tui[serve]'" in done.stderr


def test_what_cannot_be_meant_ends_at_once(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("short")
    for options, variables, words in (
        (("--resume",), {}, "--resume: nothing is kept"),
        (("--query", "typ:bounce"), {}, "type"),
        (("--token-file", str(tmp_path / "token")), {}, "a token has 16 characters"),
        ((), {"SES_TUI_SERVE_TOKEN": "short"}, "SES_TUI_SERVE_TOKEN: a token has 16"),
    ):
        done = refused(*options, **variables)
        assert done.exit_code == 2
        assert words in done.stderr


def test_a_table_that_nobody_could_be_shown_is_told_of_first(filled: TestTable) -> None:
    done = refused("--table", "nowhere", **environment_of(filled))
    assert done.exit_code == 4
    assert "nowhere" in done.stderr


def test_a_port_that_is_taken_is_named(filled: TestTable) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = refused("--port", port, **environment_of(filled))
    assert done.exit_code == 2
    assert f"cannot listen on 127.0.0.1, port {port}" in done.stderr
