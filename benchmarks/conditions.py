"""Under what conditions a benchmark was run: machine, versions, load."""

import os
import platform
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from ses_tui.demo.dynamodb_local import java_command
from ses_tui.demo.engine import EngineError, start_dynamodb_local

_LIBRARIES: Final = ("ses-tui", "textual", "aiobotocore", "boto3", "orjson")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a reader must know before comparing figures with those of another run."""

    at: str
    """When it began, in UTC."""
    machine: str
    load_at_start: float
    """Of the last minute: processes that ran or waited for a processor."""
    versions: Mapping[str, str]

    @property
    def busy(self) -> bool:
        """Whether something else was at work, so that all seconds are upper bounds."""
        return self.load_at_start > 0.5


def conditions() -> Conditions:
    """Those of now. Starts an engine to ask for its version."""
    load = os.getloadavg()[0]
    versions = {"Python": platform.python_version()}
    versions |= {name: version(name) for name in _LIBRARIES}
    versions |= {"Java": _java_version(), "DynamoDB Local": _engine_version()}
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Conditions(at, _machine(), load, versions)


def _machine() -> str:
    processor = re.search(r"model name\s*:\s*(.+)", _text_of("/proc/cpuinfo"))
    memory = re.search(r"MemTotal:\s*(\d+) kB", _text_of("/proc/meminfo"))
    size = f", {int(memory[1]) / 1024**2:.0f} GiB" if memory else ""
    name = processor[1].strip() if processor else platform.processor() or platform.machine()
    return f"{os.cpu_count()} x {name}{size}, {platform.system()} {platform.machine()}"


def _text_of(path: str) -> str:
    file = Path(path)
    return file.read_text() if file.exists() else ""


def _java_version() -> str:
    java = java_command()
    if java is None:
        return "none"
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'"([^"]+)"', answer.stderr)
    return found[1] if found else "unknown"


def _engine_version() -> str:
    try:
        with start_dynamodb_local() as engine:
            return engine.label.removeprefix("DynamoDB Local").strip() or "unknown"
    except EngineError as error:
        return str(error)
