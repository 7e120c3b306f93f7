"""What `benchmarks.watched_dashboard` runs: the dashboard, or an empty app of Textual."""

import argparse
import asyncio
import cProfile
import os
import pstats
import signal
import time
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

import orjson

STARTED_AT = time.monotonic()
_EVENTS_A_READ = 2_000


def parse_arguments() -> argparse.Namespace:
    """What to run, and where it is to tell of itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path, required=True)
    parser.add_argument("--empty", action="store_true", help="an empty app of Textual")
    parser.add_argument("--endpoint-url")
    parser.add_argument("--access-key")
    parser.add_argument("--table", default="ses-events")
    parser.add_argument("--source", default="poll")
    parser.add_argument("--interval", type=float, help="seconds between two polls")
    parser.add_argument("--capacity", type=int)
    parser.add_argument("--events", type=int, help="so many in memory, instead of the table")
    parser.add_argument("--profile", type=Path)
    return parser.parse_args()


def say(file: Path, values: dict[str, Any]) -> None:
    """Report in one step, so that nobody reads half of it."""
    part = file.with_suffix(".part")
    part.write_bytes(orjson.dumps(values))
    os.replace(part, file)


class QuietSource:
    """Brings nothing: all that is shown is in memory already."""

    label = "events in memory"
    interval: float | None = 2.0

    def fill_gaps_since(self, moment: int) -> None:
        """There are no gaps."""

    async def start(self, history_events: int) -> Any:
        """As a read."""
        return await self.poll()

    async def poll(self) -> Any:
        """Nothing."""
        from ses_tui.core.source import FeedBatch

        return FeedBatch((), read_at=time.time_ns() // 1_000_000)

    async def close(self) -> None:
        """There is nothing to close."""


def fill(feed: Any, number: int) -> None:
    """Take in so many events, in order, as if they had been read."""
    from benchmarks.stored_events import events_without_end
    from recorder.model.event import EVENT_TYPES
    from ses_tui.core.source import FeedBatch

    events = islice(events_without_end(frozenset(EVENT_TYPES)), number)
    while batch := tuple(islice(events, _EVENTS_A_READ)):
        feed.take(FeedBatch(batch, read_at=time.time_ns() // 1_000_000))


async def run_empty(options: argparse.Namespace) -> None:
    """An app without a widget."""
    say(options.report, {"before_screen": time.monotonic()})
    from textual.app import App
    from textual.binding import Binding, BindingType

    class EmptyApp(App[None]):
        BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", priority=True)]

    await EmptyApp().run_async(mouse=False)


async def run_dashboard(options: argparse.Namespace) -> None:
    """The dashboard over a table of DynamoDB Local, as the command line opens it."""
    from recorder.model.clock import SystemClock
    from recorder.model.garbage import collect_seldom, lasting
    from ses_tui.core.heap import keep_heap_compact, tidy_heap_regularly
    from ses_tui.demo.access import LocalAccess

    with lasting():
        from ses_tui.aws.connection import open_connection
        from ses_tui.aws.options import ConnectionOptions
        from ses_tui.core.configuration import Settings  # Read before anything else is done.

    keep_heap_compact()
    access = LocalAccess(options.endpoint_url, options.access_key)
    clock = SystemClock()
    connection: Any = await open_connection(
        ConnectionOptions(
            table=options.table,
            region=access.region,
            endpoint_url=access.endpoint_url,
            access_key=access.access_key_id,
            secret_key=access.secret_access_key,
        ),
        clock,
    )
    now = time.monotonic()
    say(options.report, {"before_screen": now, "preflight": now - STARTED_AT})
    with lasting():
        from ses_tui.core.follow import FeedControl
        from ses_tui.core.source import SourceKind
        from ses_tui.ui.app import DashboardApp
        from ses_tui.ui.screens import live  # noqa: F401
    collect_seldom()

    if options.events:
        quiet = QuietSource()
        connection.source_of = lambda kind: quiet
    settings = Settings(source=SourceKind(options.source))
    control = FeedControl(options.interval or settings.poll_interval)
    app = DashboardApp(connection=connection, clock=clock, settings=settings, control=control)
    store = app.feed.store
    if options.capacity:
        store.capacity = options.capacity
    if options.events:
        fill(app.feed, options.events)

    pictures = 0
    after_a_picture = app.post_display_hook

    def count_picture() -> None:
        nonlocal pictures
        pictures += 1
        after_a_picture()

    app.post_display_hook = count_picture  # type: ignore[method-assign]

    def tell() -> None:
        values = {"memory": len(store), "seen": len(store) + store.dropped_total}
        values |= {"slow": app.pace.slow, "searching": app.feed.searching, "pictures": pictures}
        say(options.report, values)

    async def tell_of_health() -> None:
        from benchmarks.health_ticks import measure_ticks

        say(options.report, await measure_ticks(app))

    ticks: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()
    tidying = loop.create_task(tidy_heap_regularly())
    loop.add_signal_handler(signal.SIGUSR1, tell)
    loop.add_signal_handler(
        signal.SIGUSR2, lambda: ticks.append(loop.create_task(tell_of_health()))
    )
    try:
        await app.run_async(mouse=False)
    finally:
        tidying.cancel()
        await connection.close()


def main() -> None:
    """Run until Ctrl-C is pressed."""
    options = parse_arguments()
    run = run_empty if options.empty else run_dashboard
    if options.profile is None:
        asyncio.run(run(options))
        return
    profile = cProfile.Profile()
    profile.enable()
    try:
        asyncio.run(run(options))
    finally:
        profile.disable()
        with options.profile.open("w") as output:
            statistics = pstats.Stats(profile, stream=output)
            statistics.sort_stats("tottime").print_stats(50)
            statistics.sort_stats("cumulative").print_stats(90)


if __name__ == "__main__":
    main()
