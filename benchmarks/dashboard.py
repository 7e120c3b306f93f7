"""What a night of watching costs, and how soon one sees and is answered:
`python -m benchmarks.dashboard`.

Needs DynamoDB Local. The dashboard runs in a process of its own, in a pseudo-terminal of 160x48,
and reads the table as it always does. Processor time is that of its process alone.
"""

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import orjson

from benchmarks.dashboard_writer import EVENTS_A_PAGE, WINDOW_SECONDS
from benchmarks.store import write_pages
from benchmarks.watched_program import WatchedProgram
from ses_tui.core.follow import DEFAULT_INTERVAL_SECONDS
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import start_dynamodb_local
from ses_tui.demo.pipeline import create_table

TABLE: Final = "ses-events"
_SETTLE_SECONDS: Final = 5.0
_FIRST_PICTURE_BYTES: Final = 3_000
"""More than switching the terminal over, less than any picture of 160x48."""
_ROUNDS: Final = 7
_PAUSE_BETWEEN_KEYS: Final = (0.2, 0.7)
_FILTERS: Final = ("gmail", "bounce", "order", "nobody", "type:bounce", "status:5.1.1")
_STAMP: Final = re.compile(rb"at(\d{13})@visible")
_SHOWN: Final = re.compile(rb"shown|searched")
_ENGINE_MEGABYTES: Final = 1_024


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured; `asked` is the most it may be, `None` where nothing is asked."""

    name: str
    measured: float
    unit: str
    asked: float | None = None

    @property
    def verdict(self) -> str:
        """Whether it is as it was asked for."""
        if self.asked is None:
            return ""
        return "met" if self.measured <= self.asked else "MISSED"


class Bench:
    """An engine, and programs over fresh tables of it."""

    def __init__(self, endpoint_url: str, folder: Path, profile: Path | None) -> None:
        self._endpoint_url = endpoint_url
        self._folder = folder
        self._profile = profile
        self._runs = 0

    def fresh_access(self) -> LocalAccess:
        """A database of its own, with an empty table."""
        access = LocalAccess(self._endpoint_url)
        create_table(access, TABLE)
        return access

    def dashboard(self, access: LocalAccess, *arguments: str) -> WatchedProgram:
        """The dashboard over the table of `access`."""
        where = (f"--endpoint-url={self._endpoint_url}", f"--access-key={access.access_key_id}")
        profile = () if self._profile is None else (f"--profile={self._profile}-{self._runs}",)
        return self._run(*where, *profile, *arguments)

    def empty_app(self) -> WatchedProgram:
        """An app of Textual with nothing in it."""
        return self._run("--empty")

    @contextmanager
    def writer(self, access: LocalAccess, what: str, rate: float, count: int) -> Iterator["Writer"]:
        """A process that writes `count` pages or events."""
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "benchmarks.dashboard_writer", what),
                f"--endpoint-url={self._endpoint_url}",
                f"--access-key={access.access_key_id}",
                *(f"--table={TABLE}", f"--rate={rate}", f"--count={count}"),
            ],
            stdout=subprocess.PIPE,
        )
        try:
            yield Writer(process)
        finally:
            process.kill()
            process.wait()

    def pages_file(self) -> str:
        """Events for memory, in a file that is made once."""
        path = self._folder / "pages"
        if not path.exists():
            write_pages(str(path))
        return str(path)

    def _run(self, *arguments: str) -> WatchedProgram:
        self._runs += 1
        report = self._folder / f"report-{self._runs}"
        return WatchedProgram(
            "benchmarks.dashboard_program", f"--report={report}", *arguments, report=report
        )


class Writer:
    """What a writing process tells."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        self._output = process.stdout
        os.set_blocking(self._output.fileno(), False)
        self._text = b""

    def wait_for(self, word: str, program: WatchedProgram, seconds: float = 300.0) -> int:
        """The number behind `word`, once it is printed; `program` is read meanwhile."""
        deadline = time.monotonic() + seconds
        sought = re.compile(word.encode() + rb" (\d+) ")
        while time.monotonic() < deadline:
            if found := sought.search(self._text + b" "):
                return int(found[1])
            program.listen(0.02)
            self._text += self._output.read() or b""
        raise TimeoutError(f"the writer has not said {word!r} within {seconds:g} s")


def idle(bench: Bench, seconds: float) -> list[Figure]:
    """A quiet table: one page, and then nothing."""
    access = bench.fresh_access()
    with bench.dashboard(access) as program, bench.writer(access, "pages", 1_000, 1) as writer:
        writer.wait_for("wrote", program)
        program.listen(_SETTLE_SECONDS)
        cost = _Cost(program)
        program.listen(seconds)
        return [
            Figure("idle: processor", cost.processor(), "% of a core", 1),
            Figure("idle: bytes", cost.bytes(), "bytes/s", 300),
        ]


def live(bench: Bench, seconds: float) -> list[Figure]:
    """1,000 events a second, followed with three pictures a second and the rates above them."""
    rate = 1_000.0
    access = bench.fresh_access()
    pages = round((seconds + 2 * _SETTLE_SECONDS) * rate / EVENTS_A_PAGE)
    polls = f"--interval={1 / 3}"
    with (
        bench.dashboard(access, polls) as program,
        bench.writer(access, "pages", rate, pages) as writer,
    ):
        _wait_for_start(writer, program)
        cost = _Cost(program)
        pictures = program.ask()["pictures"]
        program.listen(seconds)
        pictures = program.ask()["pictures"] - pictures
        figures = [
            Figure("1,000/s: pictures", pictures / cost.seconds, "a second"),
            Figure("1,000/s: processor", cost.processor(), "% of a core", 15),
            Figure("1,000/s: bytes", cost.bytes() / 1024, "KiB/s", 130),
            Figure("1,000/s: bytes through zlib", cost.bytes_compressed() / 1024, "KiB/s", 6),
        ]
        return [*figures, _lost("1,000/s", writer, program)]


def flood(bench: Bench, seconds: float) -> list[Figure]:
    """10,000 events a second, while keys are pressed."""
    rate = 10_000.0
    access = bench.fresh_access()
    pages = round((seconds + _SETTLE_SECONDS) * rate / EVENTS_A_PAGE)
    pauses = random.Random(7)
    with bench.dashboard(access) as program, bench.writer(access, "pages", rate, pages) as writer:
        _wait_for_start(writer, program)
        cost = _Cost(program)
        answers: list[float] = []
        while cost.seconds < seconds:
            for key, answer in (("k", "G to follow"), ("G", "following")):
                program.listen(pauses.uniform(*_PAUSE_BETWEEN_KEYS))
                answers.append(_answer_ms(program, key, answer))
        processor = cost.processor()
        return [
            Figure("10,000/s: key to screen, p95", _p95(answers), "ms", 100),
            Figure("10,000/s: key to screen, median", statistics.median(answers), "ms"),
            Figure("10,000/s: processor", processor, "% of a core"),
            _lost("10,000/s", writer, program),
        ]


def memory(bench: Bench, seconds: float) -> list[Figure]:
    """Many events in memory: how much they take, and how soon a filter shows something."""
    access = bench.fresh_access()
    with bench.dashboard(access) as program:
        program.listen(_SETTLE_SECONDS)
        empty = program.resident_megabytes()
    figures = [Figure("memory: empty dashboard", empty, "MB")]
    for events, megabytes, filter_ms in ((200_000, 100, 60), (1_000_000, 450, 250)):
        filling = (f"--pages={bench.pages_file()}", f"--events={events}", f"--capacity={events}")
        with bench.dashboard(access, *filling) as program:
            program.listen_for_bytes(_FIRST_PICTURE_BYTES)
            # Events from before the first that was read are left out.
            while program.ask()["memory"] < 0.99 * events:
                program.listen(1)
            program.listen(_SETTLE_SECONDS)
            taken = program.resident_megabytes() - empty
            answers = list(_filter_answers(program))
        name = f"{events:,} events"
        figures += [
            Figure(f"{name}: memory over the empty dashboard", taken, "MB", megabytes),
            Figure(f"{name}: filter key to screen, p95", _p95(answers), "ms", filter_ms),
            Figure(f"{name}: filter key to screen, median", statistics.median(answers), "ms"),
        ]
    return figures


def visible(bench: Bench, seconds: float) -> list[Figure]:
    """From the recording of an event to the line on the screen."""
    rate = 10.0
    asked = {"poll": WINDOW_SECONDS + DEFAULT_INTERVAL_SECONDS + 0.5, "stream": 0.7}
    figures = []
    for source, most in asked.items():
        access = bench.fresh_access()
        count = round((seconds + _SETTLE_SECONDS) * rate)
        seen: dict[int, float] = {}

        def note(output: bytes, seen: dict[int, float] = seen) -> bool:
            now = time.time()
            for stamp in map(int, _STAMP.findall(output)):
                seen.setdefault(stamp, now - stamp / 1000)
            return False

        with bench.dashboard(access, f"--source={source}") as program:
            program.listen(2 * _SETTLE_SECONDS)
            with bench.writer(access, "recorded", rate, count) as writer:
                starts = writer.wait_for("starts", program)
                program.listen(seconds + _SETTLE_SECONDS + 2 * most + 2, note)
        steady = [age for stamp, age in seen.items() if stamp > starts + _SETTLE_SECONDS * 1000]
        unseen = float(count - len(seen))
        figures += [
            Figure(f"recorded to visible, {source}: p95", _p95(steady), "s", most),
            Figure(f"recorded to visible, {source}: never seen", unseen, "events", 0),
        ]
    return figures


def first_paint(bench: Bench, seconds: float) -> list[Figure]:
    """From the end of the preflight to the first picture, against an app with nothing in it."""
    access = bench.fresh_access()
    own: list[float] = []
    empty: list[float] = []
    preflights: list[float] = []
    for _ in range(_ROUNDS):
        for times, start in ((empty, bench.empty_app), (own, partial(bench.dashboard, access))):
            with start() as program:
                painted = program.listen_for_bytes(_FIRST_PICTURE_BYTES)
                said = program.said_at_start()
                times.append(painted - said["before_screen"])
                if "preflight" in said:
                    preflights.append(said["preflight"])
                program.listen(0.5)
    ratio = statistics.median(own) / statistics.median(empty)
    return [
        Figure("first paint over that of an empty app", ratio, "times", 2),
        Figure("first paint", statistics.median(own), "s"),
        Figure("first paint of an empty app", statistics.median(empty), "s"),
        Figure("preflight, imports included", statistics.median(preflights), "s", 0.8),
    ]


def version(bench: Bench, seconds: float) -> list[Figure]:
    """`ses-tui --version`."""
    command = [str(Path(sys.executable).with_name("ses-tui")), "--version"]
    times = []
    for _ in range(_ROUNDS):
        began = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.monotonic() - began)
    return [Figure("ses-tui --version", statistics.median(times), "s", 0.2)]


PARTS: Final[dict[str, tuple[Callable[[Bench, float], list[Figure]], float]]] = {
    "version": (version, 0),
    "first-paint": (first_paint, 0),
    "idle": (idle, 60),
    "live": (live, 60),
    "flood": (flood, 30),
    "visible": (visible, 60),
    "memory": (memory, 0),
}
"""What is measured, and for how many seconds."""


class _Cost:
    """What a program takes, a second, from now on."""

    def __init__(self, program: WatchedProgram) -> None:
        self._program = program
        self._began = time.monotonic()
        self._processor = program.processor_seconds()
        self._bytes = program.bytes
        self._compressed = program.bytes_compressed

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def processor(self) -> float:
        return 100 * (self._program.processor_seconds() - self._processor) / self.seconds

    def bytes(self) -> float:
        return (self._program.bytes - self._bytes) / self.seconds

    def bytes_compressed(self) -> float:
        return (self._program.bytes_compressed - self._compressed) / self.seconds


def _wait_for_start(writer: Writer, program: WatchedProgram) -> None:
    """Until events have come for a while."""
    starts = writer.wait_for("starts", program)
    program.listen(max(0.0, starts / 1000 - time.time()) + _SETTLE_SECONDS)


def _lost(name: str, writer: Writer, program: WatchedProgram) -> Figure:
    """How many of the events written never came to memory."""
    written = writer.wait_for("wrote", program)
    deadline = time.monotonic() + 60
    while (seen := program.ask()["seen"]) < written and time.monotonic() < deadline:
        program.listen(1)
    return Figure(f"{name}: lost of {written:,}", abs(written - seen), "events", 0)


def _answer_ms(program: WatchedProgram, key: str, answer: str) -> float:
    pressed = time.monotonic()
    program.type(key)
    return (program.listen_for(answer) - pressed) * 1000


def _filter_answers(program: WatchedProgram) -> Iterator[float]:
    """Milliseconds from each key of a filter to the first screen that shows what it lets through.

    A key is pressed when the search of the one before has ended, so that no picture is its.
    """
    for text in _FILTERS:
        program.type("/")
        program.listen(1)
        program.type("\x15")
        _wait_for_search(program)
        for letter in text:
            pressed = time.monotonic()
            program.type(letter)
            found = program.listen(5, lambda output: _SHOWN.search(output) is not None)
            if found is not None:
                yield (found - pressed) * 1000
            _wait_for_search(program)
        program.type("\x1b")
        program.listen(1)


def _wait_for_search(program: WatchedProgram) -> None:
    program.listen(0.5)
    while program.ask()["searching"]:
        program.listen(0.2)
    program.listen(0.4)


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))] if values else float("inf")


def show(figures: Sequence[Figure]) -> str:
    """A table, and under it the same as one line of JSON."""
    lines = [f"{'figure':<52}{'asked':>10}{'measured':>12}  {'unit':<12}verdict"]
    for figure in figures:
        asked = "" if figure.asked is None else f"{figure.asked:g}"
        lines.append(
            f"{figure.name:<52}{asked:>10}{figure.measured:>12.3f}  {figure.unit:<12}"
            f"{figure.verdict}"
        )
    document = [asdict(figure) | {"verdict": figure.verdict} for figure in figures]
    return "\n".join([*lines, "", orjson.dumps(document).decode()]) + "\n"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--seconds", type=float, help="for what is measured over a time")
    parser.add_argument("--profile", type=Path, help="write profiles of each run to files so named")
    options = parser.parse_args()
    names = [name.strip() for name in options.only.split(",")]
    if unknown := set(names) - PARTS.keys():
        parser.error(f"no part is called {', '.join(sorted(unknown))}: choose {', '.join(PARTS)}")
    figures: list[Figure] = []
    with TemporaryDirectory() as folder:
        for name in names:
            # One engine a part: many stream records of one make every table of it slower.
            with start_dynamodb_local(
                heap_megabytes=_ENGINE_MEGABYTES, quick_start=False
            ) as engine:
                measure, seconds = PARTS[name]
                bench = Bench(engine.endpoint_url, Path(folder), options.profile)
                figures += measure(bench, options.seconds or seconds)
    sys.stdout.write(show(figures))


if __name__ == "__main__":
    main()
