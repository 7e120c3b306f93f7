"""The two readers of a soak: `ses-tui tail --json`, and a dashboard in a pseudo-terminal."""

import os
import signal
import subprocess
import threading
from collections import Counter
from pathlib import Path
from typing import Final

import orjson

from benchmarks.child_process import start
from benchmarks.watched_program import WatchedProgram
from tests.cli.conftest import SES_TUI

_START_SECONDS: Final = 60.0
_END_SECONDS: Final = 20.0
_LISTEN_SECONDS: Final = 0.25


class Tail:
    """`ses-tui tail --json`, with its output in a file."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._printed = folder / "tail.jsonl"
        self._said = folder / "tail.txt"
        with self._printed.open("wb") as output, self._said.open("wb") as errors:
            self._process = start(
                [*SES_TUI, "tail", "--json"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
            )

    @property
    def is_ready(self) -> bool:
        """Whether it waits for events. Raises `RuntimeError` where it ended instead."""
        said = self._said.read_text(errors="replace")
        if self._process.poll() is not None:
            raise RuntimeError(f"tail ended: {said}")
        return "waiting for events" in said

    def event_ids(self) -> Counter[str]:
        """How often it has printed each event."""
        with self._printed.open("rb") as lines:
            return Counter(str(orjson.loads(line)["event_id"]) for line in lines)

    def lines(self) -> int:
        """How much it has printed."""
        return _lines_of(self._printed)

    def stop(self) -> None:
        """Press Ctrl-c; kill what does not end by that."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Dashboard:
    """The dashboard, and somebody who reads what it writes as fast as it comes."""

    def __init__(self, folder: Path, environment: dict[str, str], capacity: int) -> None:
        self._taken = folder / "taken.txt"
        self._kept = folder / "kept.txt"
        self._taken.touch()
        self._program = WatchedProgram(
            *("tests.soak.dashboard_program", str(self._taken), str(self._kept), str(capacity)),
            report=folder / "report.json",
            environment=environment | {"XDG_STATE_HOME": str(folder / "state")},
        )
        try:
            self._program.listen_for("LIVE|QUIET|RECORDER DOWN", _START_SECONDS)
        except TimeoutError:
            self._program.quit()
            raise
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def event_ids(self) -> Counter[str]:
        """How often each event came into its memory."""
        return Counter(self._taken.read_text().split())

    def kept_ids(self) -> list[str]:
        """What was in its memory when it ended, oldest first."""
        return self._kept.read_text().split()

    def lines(self) -> int:
        """How many events it has taken in."""
        return _lines_of(self._taken)

    def resident_megabytes(self) -> float:
        """Its memory now."""
        return self._program.resident_megabytes()

    def processor_seconds(self) -> float:
        """Processor time so far."""
        return self._program.processor_seconds()

    def stop(self) -> None:
        """Quit it by its key."""
        self._stop.set()
        self._thread.join()
        self._program.quit()

    def _listen(self) -> None:
        while not self._stop.is_set():
            self._program.listen(_LISTEN_SECONDS)


def _lines_of(file: Path) -> int:
    with file.open("rb") as content:
        return sum(piece.count(b"\n") for piece in iter(lambda: content.read(1 << 20), b""))


def marked_processes(mark: str) -> list[int]:
    """Processes other than this one with `mark` in their environment (Linux)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
            ended = (folder / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            continue
        if mark.encode() in environment and int(folder.name) != os.getpid() and not ended:
            found.append(int(folder.name))
    return found
