"""Runs a soak and prints what came of it; ends with 1 where anything is missing or wrong.

What the run wrote is kept in a temporary folder if it failed.
"""

import argparse
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

from tests.cli.conftest import environment_of
from tests.soak.accounting import Account, account_of, rollups_account, stored_events
from tests.soak.faults import Planned, interval, plan
from tests.soak.installation import Installation
from tests.soak.memory import Memory
from tests.soak.readers import Dashboard, Tail, marked_processes
from tests.soak.report import Result, lines_of

MARK: Final = "SOAK_RUN"
_CAPACITY_SECONDS_SHARE: Final = 0.25
"""The dashboard's memory is full after this share of the run, so that it has to stay as it is."""
_IN_MEMORY: Final = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Files outlive a killed process there, too, and the engine waits for the disk with every item."""
_STEP_SECONDS: Final = 0.2
_MEMORY_EVERY_SECONDS: Final = 2.0


def parse_arguments() -> argparse.Namespace:
    """How long, how fast, and which chance."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=50.0, help="messages of SES a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--patience", type=float, default=300.0, help="seconds until the readers have caught up"
    )
    return parser.parse_args()


class Soak:
    """One run, in a folder of its own."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self._seconds: float = options.minutes * 60
        self._rate: float = options.rate
        self._patience: float = options.patience
        self._folder = folder
        self._chance = Random(options.seed)
        self._seed: int = options.seed
        self._memory = Memory()
        self._met: list[Planned] = []
        self._log = (folder / "log.txt").open("a", buffering=1)

    def run(self) -> Result:
        """All of it. Raises what cannot be put down to a fault that was made."""
        data = self._folder / "engine"
        data.mkdir()
        installation = Installation(data, self._seed, self._note)
        try:
            environment = environment_of(
                installation.table,
                installation.readers_line.endpoint_url,
                **{MARK: os.environ[MARK]},
            )
            capacity = int(self._seconds * self._rate * _CAPACITY_SECONDS_SHARE)
            tail = Tail(self._folder, environment)
            try:
                dashboard = Dashboard(self._folder, environment, capacity)
                try:
                    self._wait(lambda: tail.is_ready)
                    self._soak(installation, dashboard)
                    caught_up = self._catch_up(installation, tail, dashboard)
                    processor = dashboard.processor_seconds()
                finally:
                    dashboard.stop()
            finally:
                tail.stop()
            accounts = self._accounts(installation, tail, dashboard)
            repeated, ended = installation.queue.repeated, installation.processes_ended
        finally:
            installation.stop()
            self._log.close()
        return Result(
            seconds=self._seconds,
            events=len(installation.told),
            met=tuple(self._met),
            accounts=accounts,
            memory=self._memory,
            caught_up_seconds=caught_up,
            repeated=repeated,
            processes_ended=ended,
            dashboard_processor_seconds=processor,
            left_behind=tuple(marked_processes(f"{MARK}={os.environ[MARK]}")),
        )

    def _soak(self, installation: Installation, dashboard: Dashboard) -> None:
        """The traffic, and what goes wrong meanwhile."""
        installation.start(self._rate, int(self._rate * self._seconds))
        began = time.monotonic()
        next_mark = 0.0

        def until(moment: float) -> None:
            nonlocal next_mark
            while (now := time.monotonic() - began) < moment:
                if now >= next_mark:
                    megabytes = dashboard.resident_megabytes()
                    self._memory.mark(now, megabytes)
                    self._note(f"the dashboard's memory is {megabytes:.1f} MB")
                    next_mark = now + _MEMORY_EVERY_SECONDS
                time.sleep(_STEP_SECONDS)

        for planned in plan(self._seconds, self._chance):
            until(planned.begins)
            self._note(f"begins: {planned.trouble}")
            installation.begin(planned.trouble)
            until(planned.ends)
            installation.end(planned.trouble)
            self._note(f"ends: {planned.trouble}")
            self._met.append(planned)
        until(self._seconds)

    def _catch_up(
        self, installation: Installation, tail: Tail, dashboard: Dashboard
    ) -> float | None:
        """How long (s) it took until everything was recorded and read; `None` if it never was."""
        began = time.monotonic()

        def is_done() -> bool:
            number = len(installation.told)
            return (
                installation.traffic_ended
                and tail.lines() >= number
                and dashboard.lines() >= number
            )

        return time.monotonic() - began if self._wait(is_done) else None

    def _wait(self, is_so: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + self._patience
        while not is_so():
            if time.monotonic() > deadline:
                return False
            time.sleep(_STEP_SECONDS)
        return True

    def _accounts(
        self, installation: Installation, tail: Tail, dashboard: Dashboard
    ) -> tuple[Account, ...]:
        truth = installation.told
        events = list(stored_events(installation.table, truth.values()))
        newest = sorted(events, key=lambda event: (event.recorded_at, event.event_id))
        kept = dashboard.kept_ids()
        return (
            account_of("table", truth, {event.event_id: 1 for event in events}),
            rollups_account(installation.table, events),
            account_of("tail --json", truth, tail.event_ids()),
            account_of("dashboard, taken in", truth, dashboard.event_ids()),
            account_of(
                "dashboard, in memory",
                (event.event_id for event in newest[len(newest) - len(kept) :]),
                Counter(kept),
            ),
        )

    def _note(self, line: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._log.write(f"{now} {line}\n")


def main() -> int:
    """0 if everything is as it has to be."""
    options = parse_arguments()
    os.environ[MARK] = secrets.token_hex(8)
    folder = Path(tempfile.mkdtemp(prefix="ses-tui-soak-", dir=_IN_MEMORY))
    every = interval(options.minutes * 60)
    say(
        f"soak: {options.minutes:g} minutes, {options.rate:g} messages/s, a fault every "
        f"{every:.0f} s, seed {options.seed}"
    )
    try:
        result = Soak(options, folder).run()
    except BaseException:
        say(f"soak: it broke off; what it wrote is in {folder}")
        raise
    for line in lines_of(result):
        say(line)
    if result.passed:
        shutil.rmtree(folder)
        return 0
    say(f"soak: what it wrote is in {folder}")
    return 1


def say(line: str) -> None:
    """Print at once."""
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
