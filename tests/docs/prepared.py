"""What the commands of the documents are run on: a table with events, files, and no terminal."""

import asyncio
import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result

from recorder.model.clock import SystemClock
from recorder.model.event import BOUNCE, Event, event_to_json
from recorder.model.table import EXPIRY_ATTRIBUTE
from ses_tui.cli import main
from ses_tui.core.json_lines import json_line
from ses_tui.demo.ready import Ready
from tests import payloads
from tests.aws.pages import put_items, write_heartbeat, write_page
from tests.cli.conftest import environment_of
from tests.engine import TestTable
from tests.events import make_event
from tests.takeover.rows import create_tables

MINUTE_MS: Final = 60_000
MESSAGE_ID: Final = "message-of-ann"
PROFILE: Final = "NAME"


def fill(table: TestTable) -> None:
    """Events of the last minutes with page and heartbeat, and the tables of another recorder."""
    now = SystemClock().now_ms()
    at = now - 5 * MINUTE_MS
    events = [
        make_event(at=at, recipient="ann@inbox.test", message_id=MESSAGE_ID),
        make_event(BOUNCE, at=at, bounce_type="Permanent", bounce_subtype="General"),
        make_event(at=at, recipient="gone@inbox.test"),
    ]
    put_items(table, events)
    write_page(table, events, at=now - MINUTE_MS // 2, heartbeats=[now - now % MINUTE_MS])
    write_heartbeat(table, now - now % MINUTE_MS)
    create_tables(table)
    table.client.update_time_to_live(
        TableName=table.name,
        TimeToLiveSpecification={"Enabled": True, "AttributeName": EXPIRY_ATTRIBUTE},
    )


class Shell:
    """Runs `ses-tui` in this process, in a folder and a home that no other test sees."""

    def __init__(self, table: TestTable, folder: Path) -> None:
        self._table = table
        self._folder = folder
        self.opened: list[str] = []
        """The table of every dashboard that was opened, and the address of every server."""
        write_files(folder, table)

    def run(self, line: str, **variables: str) -> Result:
        """Run one command to its end, as the shell would."""
        program, *words = shlex.split(line)
        assert program == "ses-tui"
        environment = environment_of(
            self._table,
            SES_TUI_CONFIG="",
            XDG_CONFIG_HOME=str(self._folder / "config"),
            XDG_STATE_HOME=str(self._folder / "state"),
            **variables,
        )
        return CliRunner().invoke(main, words, env=environment, prog_name="ses-tui")

    @contextmanager
    def replaced(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Dashboards draw nowhere and end by themselves, servers listen nowhere, and the demo
        shows this table instead of making one of its own."""
        from ses_tui.browser.server import DashboardServer
        from ses_tui.ui.app import DashboardApp

        run_app = DashboardApp.run_async

        def run_unseen(app: DashboardApp, **_: Any) -> Any:
            async def look(pilot: Any) -> None:
                await pilot.pause()
                self.opened.append(app.status.label)
                app.exit()

            return run_app(app, headless=True, size=(100, 30), auto_pilot=look)

        async def listen(_: Any, host: str, port: int, ready: Callable[[int], None]) -> None:
            ready(port)
            self.opened.append(f"{host}:{port}")
            await asyncio.sleep(0)

        @contextmanager
        def backend(arguments: object, tell: object) -> Iterator[tuple[Ready, int]]:
            access = self._table.access
            yield (
                Ready(
                    endpoint_url=access.endpoint_url,
                    table=self._table.name,
                    region=access.region,
                    access_key_id=access.access_key_id,
                    secret_access_key=access.secret_access_key,
                    engine="an engine",
                ),
                0,
            )

        with monkeypatch.context() as patch:
            patch.setattr(DashboardApp, "run_async", run_unseen)
            patch.setattr(DashboardServer, "run", listen)
            patch.setattr("ses_tui.cli.demo.running_backend", backend)
            patch.setattr("ses_tui.cli.dashboard.collect_seldom", lambda: None)
            for command in ("dashboard", "demo", "replay"):
                patch.setattr(f"ses_tui.cli.{command}.need_terminal", lambda *words: None)
            yield


def write_files(folder: Path, table: TestTable) -> None:
    """The files that commands of the documents name, beside a configuration for `--use`."""
    (folder / "night.jsonl").write_text("".join(map(recorded, range(3))))
    (folder / "payload.json").write_text(json.dumps(payloads.delivery()))
    (folder / "token.txt").write_text("0123456789abcdef\n")
    (folder / "profiles.toml").write_text(f'[profiles.{PROFILE}]\ntable = "{table.name}"\n')


def recorded(number: int) -> str:
    """A line as `ses-tui tail --json` writes it."""
    event: Event = make_event(at=1_795_435_200_000 + number * 1000)
    return json_line(event_to_json(event))
