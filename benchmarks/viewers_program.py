"""What `benchmarks.viewers` starts beside itself: many `ses-tui tail`, or the stream's consumer.

The tails of one process run in one event loop, each as the command runs it, with a connection of
its own: fifty processes would measure how this machine starts Python. They go on until their
standard input ends.
"""

import argparse
import asyncio
import io
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.dashboard_program import say
from benchmarks.traffic import Traffic
from recorder.functions import RecorderFunctions
from recorder.model.event import Event
from recorder.model.settings import RecorderSettings
from ses_tui.aws import connection
from ses_tui.cli import tail
from ses_tui.cli.options import GlobalOptions
from ses_tui.core.query import Query
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.stream_consumer import StreamConsumer

_TOLD_EVERY_SECONDS = 0.5


class CountingPrinter(tail.LinePrinter):
    """Prints as `tail --json` does, and counts the events."""

    def __init__(self, options: GlobalOptions) -> None:
        super().__init__(options, True, None, Query().matches)
        self.printed = 0

    def print(self, events: Sequence[Event]) -> None:
        """Print a batch."""
        super().print(events)
        self.printed += len(events)


def watch_clients() -> list[Traffic]:
    """Have the traffic of each client that is made from now on counted."""
    watched: list[Traffic] = []
    opening: Any = connection
    leave_queries_unparsed = opening.leave_queries_unparsed

    def watch(client: Any) -> None:
        leave_queries_unparsed(client)
        watched.append(Traffic(keep=False))
        watched[-1].watch(client.meta.events)

    opening.leave_queries_unparsed = watch
    return watched


async def run_tails(options: GlobalOptions, number: int, report: Path) -> None:
    """Run tails, and say what each has asked for and printed."""
    traffic = watch_clients()
    printers = [CountingPrinter(options) for _ in range(number)]
    interval = options.settings.poll_interval
    tails = [
        asyncio.create_task(tail._tail(options, printer, None, interval)) for printer in printers
    ]
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    while not ended.done() and not any(task.done() for task in tails):
        say(
            report,
            {
                "requests": [one.requests for one in traffic],
                "bytes": [one.bytes for one in traffic],
                "printed": [printer.printed for printer in printers],
            },
        )
        await asyncio.wait([ended, *tails], timeout=_TOLD_EVERY_SECONDS)
    for task in tails:
        task.cancel()
    await asyncio.wait(tails)
    for task in tails:
        if not task.cancelled():
            task.result()


def consume() -> None:
    """Roll up what the stream says, as the demo does, until standard input ends."""
    table = os.environ["SES_TABLE"]
    access = LocalAccess(os.environ["AWS_ENDPOINT_URL_DYNAMODB"], os.environ["AWS_ACCESS_KEY_ID"])
    client = access.recorder_client()
    stream = client.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    functions = RecorderFunctions(client, RecorderSettings(table=table))
    consumer = StreamConsumer(access.streams_client(), stream, functions.roll_up)
    stop = threading.Event()
    thread = threading.Thread(target=consumer.run, args=(stop,))
    thread.start()
    sys.stdin.buffer.read()
    stop.set()
    thread.join()


def main() -> None:
    """Run what was asked for. The way to the table is in the environment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["tails", "consumer"])
    parser.add_argument("--number", type=int, default=1)
    parser.add_argument("--report", type=Path)
    given = parser.parse_args()
    if given.what == "consumer":
        consume()
        return
    sys.stdout = io.TextIOWrapper(open(os.devnull, "wb"))  # noqa: SIM115 - as long as this runs
    asyncio.run(run_tails(GlobalOptions(), given.number, given.report))


if __name__ == "__main__":
    main()
