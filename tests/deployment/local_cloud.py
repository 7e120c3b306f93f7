"""MiniStack, an AWS that runs on this machine, in a virtual environment of its own.

It pins versions of the AWS libraries that differ from the dashboard's, so it is never imported:
`make ministack` installs it beside the project's environment, and tests start it as a process.
"""

import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

PROJECT = Path(__file__).parents[2]
PYTHON = PROJECT / ".venv-ministack" / "bin" / "python"
LAUNCHER = Path(__file__).with_name("start_ministack.py")
ACCOUNT = "123456789012"
REGION = "eu-west-1"
_START_SECONDS = 60


@dataclass(frozen=True)
class LocalCloud:
    """A running MiniStack. Its access keys are account numbers."""

    endpoint_url: str
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """What leads any AWS client here."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
        }

    def client(self, service: str) -> Any:
        """A boto3 client of one of its services."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="local",
            region_name=REGION,
            config=Config(retries={"max_attempts": 2}, proxies={}),
        )


@contextmanager
def running_ministack() -> Iterator[LocalCloud]:
    """Starts it on a free port of the loopback interface, and ends it.

    Raises `RuntimeError` where it is not installed or does not come up.
    """
    if not PYTHON.exists():
        raise RuntimeError(f"MiniStack is not installed in {PYTHON.parents[1]}: make ministack")
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="ses-tui-ministack-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [PYTHON, LAUNCHER],
                cwd=folder,
                env=_environment(port, folder),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            cloud = LocalCloud(f"http://127.0.0.1:{port}", log)
            _wait_for(cloud, process)
            yield cloud
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(port: int, folder: str) -> dict[str, str]:
    return {
        "PATH": f"{PYTHON.parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": folder,
        "TMPDIR": folder,
        "LANG": "C.UTF-8",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(cloud: LocalCloud, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        try:
            with opener.open(f"{cloud.endpoint_url}/_ministack/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None or time.monotonic() > deadline:
                tail = cloud.log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"MiniStack did not come up:\n{tail}") from None
            time.sleep(0.1)
