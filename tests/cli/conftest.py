"""The command line as a process of its own, in an environment that knows nothing but the test."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.process import run_forked
from tests.engine import TestTable

SES_TUI = (sys.executable, "-c", "from ses_tui.__main__ import main; main()")


def bare_environment(**variables: str) -> dict[str, str]:
    """No credentials, no region, no configuration."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": "/dev/null/home",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        **variables,
    }


def environment_of(table: TestTable, endpoint_url: str = "", **variables: str) -> dict[str, str]:
    """Everything that leads to `table`, by another endpoint than its own if one is given."""
    return bare_environment(
        SES_TABLE=table.name,
        AWS_ENDPOINT_URL_DYNAMODB=endpoint_url or table.endpoint_url,
        AWS_REGION=table.credentials["region_name"],
        AWS_ACCESS_KEY_ID=table.credentials["aws_access_key_id"],
        AWS_SECRET_ACCESS_KEY=table.credentials["aws_secret_access_key"],
        **variables,
    )


@dataclass(frozen=True)
class CommandLineRunner:
    """Runs `ses-tui` against a test's table, or against nothing at all."""

    environment: dict[str, str] = field(default_factory=bare_environment)

    def __call__(
        self, *arguments: str, stdin: str | bytes = b"", **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        """Runs to the end."""
        done = run_forked(
            arguments,
            self.environment | variables,
            stdin.encode() if isinstance(stdin, str) else stdin,
        )
        return subprocess.CompletedProcess(
            arguments, done.code, done.stdout.decode(), done.stderr.decode()
        )

    @contextmanager
    def running(self, *arguments: str, **variables: str) -> "Iterator[subprocess.Popen[str]]":
        """Runs in the background, and is ended at the end."""
        with subprocess.Popen(
            [*SES_TUI, *arguments],
            env=self.environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()


@pytest.fixture
def bare() -> CommandLineRunner:
    """Without credentials, region or configuration."""
    return CommandLineRunner()


@pytest.fixture
def ses_tui(table: TestTable) -> CommandLineRunner:
    """With everything that leads to `table` in the environment."""
    return CommandLineRunner(environment_of(table))


@pytest.fixture
def write_file(tmp_path: Path) -> Callable[[str, str | bytes], str]:
    """Writes a file and returns its path."""

    def write(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write
