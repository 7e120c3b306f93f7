"""Masking by option, by environment, and by the owner of the table."""

import json
from collections.abc import Callable

from tests import payloads
from tests.cli.conftest import CommandLineRunner


def test_who_decides_whether_addresses_are_masked(
    ses_tui: CommandLineRunner, write_file: Callable[[str, str | bytes], str]
) -> None:
    payload = payloads.bounce(recipients=["Marigold@inbox.test"])
    assert ses_tui("ingest", write_file("bounce.json", json.dumps(payload))).returncode == 0
    query = ("search", "to:marigold@inbox.test", "--json")
    plain, hidden = "marigold@inbox.test", "m***@inbox.test"
    assert plain in ses_tui(*query).stdout
    assert hidden in ses_tui(*query, SES_TUI_MASK="true").stdout
    assert plain in ses_tui(*query, "--no-mask", SES_TUI_MASK="true").stdout
    assert "marigold" not in ses_tui(*query, "--mask").stdout.lower()

    assert "masks addresses for all its readers" in ses_tui("table", "mask", "on").stderr
    forced = ses_tui(*query, "--no-mask")
    assert json.loads(forced.stdout)["recipient"] == hidden
    assert "marigold" not in forced.stdout.lower()
    message = ses_tui("show", payload["mail"]["messageId"], "--raw")
    assert hidden in message.stdout.lower()
    assert "marigold" not in message.stdout.lower()
    assert "already masks" in ses_tui("table", "mask", "on").stderr
    assert "leaves masking to its readers" in ses_tui("table", "mask", "off").stderr
    assert plain in ses_tui(*query).stdout
