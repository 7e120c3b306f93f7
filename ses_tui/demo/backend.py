"""The process behind the demo: engine, table, past, live traffic, stream consumer and schedule.

Prints one line of JSON on standard output as soon as the table can be looked at, and progress on
standard error. Ends when standard input closes, on Ctrl-c and on SIGTERM, and its engine with it.
Run by hand, it tells which environment shows its table to `ses-tui tail` in another terminal.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Final, TextIO

from recorder.model.settings import DEFAULT_TABLE
from ses_tui.core.errors import SesTuiError
from ses_tui.demo.access import PROFILE_VARIABLES, LocalAccess
from ses_tui.demo.engine import ENGINES, MOTO_LABEL, LocalEngine, start_engine
from ses_tui.demo.generator import INCIDENTS
from ses_tui.demo.pipeline import Pipeline, create_table
from ses_tui.demo.ready import Ready

DEFAULT_RATE: Final = 5.0
DEFAULT_HISTORY: Final = 2000
DEFAULT_SEED: Final = 1
HIGHEST_RATE: Final = 10_000.0
MOTO_MOST_EVENTS: Final = 10_000
"""moto looks through the whole table for each query; with more it cannot keep up."""
MOTO_MOST_HISTORY: Final = 200
"""moto takes some forty items a second, rows of figures included, and the demo is to begin soon."""

_STOP_SECONDS: Final = 15.0


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The backend's options; ends the process with usage (2) for what cannot be meant."""
    parser = argparse.ArgumentParser(prog="python -m ses_tui.demo.backend", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, default="auto")
    parser.add_argument("--endpoint-url", help="use this engine, which runs already")
    parser.add_argument("--rate", type=float, default=DEFAULT_RATE, help="events a second")
    parser.add_argument("--history", type=int, default=DEFAULT_HISTORY, help="events before now")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--incident", choices=INCIDENTS, help="what goes wrong after a minute")
    parser.add_argument("--table", default=DEFAULT_TABLE)
    options = parser.parse_args(arguments)
    if not 0 < options.rate <= HIGHEST_RATE:
        parser.error(f"--rate is {options.rate}: give more than 0, at most {HIGHEST_RATE:.0f}")
    if options.history < 0:
        parser.error(f"--history is {options.history}: give 0 or more")
    return options


def report(line: str) -> None:
    """Progress, for people."""
    print(f"demo: {line}", file=sys.stderr, flush=True)  # noqa: T201


def run(options: argparse.Namespace, ready_output: TextIO, stop: threading.Event) -> None:
    """Runs everything until `stop` is set. Raises `SesTuiError` if it cannot begin."""
    engine: LocalEngine | None = None
    pipeline: Pipeline | None = None
    try:
        if options.endpoint_url:
            access, label = LocalAccess(options.endpoint_url), options.endpoint_url
            report(f"using the engine at {label}")
        else:
            report("starting the engine")
            engine = start_engine(options.engine, report)
            access, label = LocalAccess(engine.endpoint_url), engine.label
            report(f"{label} answers at {access.endpoint_url}")
        stream_arn = create_table(access, options.table)
        on_moto = label == MOTO_LABEL
        history = min(options.history, MOTO_MOST_HISTORY) if on_moto else options.history
        pipeline = Pipeline(
            access,
            options.table,
            seed=options.seed,
            history=history,
            events_per_second=options.rate,
            report=report,
        )
        pipeline.start(stream_arn)
        pipeline.record_history(stop)
        if stop.is_set():
            return
        pipeline.start_schedule()
        ready = Ready(
            endpoint_url=access.endpoint_url,
            table=options.table,
            region=access.region,
            access_key_id=access.access_key_id,
            secret_access_key=access.secret_access_key,
            engine=label,
        )
        if ready_output.isatty():
            keys = (
                f"AWS_ACCESS_KEY_ID={ready.access_key_id} "
                f"AWS_SECRET_ACCESS_KEY={ready.secret_access_key}"
            )
            report(
                f"look at it from another terminal: {keys} ses-tui tail --region {ready.region} "
                f"--table {ready.table} --endpoint-url {ready.endpoint_url}"
            )
        print(ready.to_line(), file=ready_output, flush=True)
        pipeline.start_traffic(MOTO_MOST_EVENTS - history if on_moto else None, options.incident)
        if not on_moto:
            pipeline.start_days_before()
        stop.wait()
    finally:
        if pipeline is not None:
            pipeline.stop()
        if engine is not None:
            engine.stop()


def _stop_with_standard_input(stop: threading.Event) -> None:
    """Ends the process when the parent is gone, at the latest some seconds after it."""
    with suppress(OSError):
        while os.read(0, 4096):
            pass
    stop.set()
    threading.Event().wait(_STOP_SECONDS)
    os._exit(1)


def _take_standard_output() -> TextIO:
    """Standard output for the ready line alone; whatever else is printed goes to standard error."""
    ready_output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return ready_output


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the backend; 0 if it was told to end, else the exit code of what went wrong."""
    options = parse_arguments(arguments)
    for variable in PROFILE_VARIABLES:
        os.environ.pop(variable, None)
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    threading.Thread(target=_stop_with_standard_input, args=(stop,), daemon=True).start()
    with _take_standard_output() as ready_output:
        try:
            run(options, ready_output, stop)
        except SesTuiError as error:
            report(str(error))
            return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
