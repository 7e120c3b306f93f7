"""Credentials that somebody renews in another terminal while they are in use."""

from pathlib import Path

import pytest

from ses_tui.aws.connection import open_connection
from ses_tui.core.errors import CredentialsError
from tests.aws.pages import options_of, write_page
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event
from tests.faults.line import Fault, faulty_line


async def test_a_file_is_read_again_once_aws_has_refused_what_it_held(
    table: TestTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "credentials"
    given = (
        "[ana]\n"
        f"aws_access_key_id = {table.credentials['aws_access_key_id']}\n"
        f"aws_secret_access_key = {table.credentials['aws_secret_access_key']}\n"
    )
    keys.write_text(given)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    clock, event = FrozenClock(), make_event(at=NOON + 1_000)
    with faulty_line(table.endpoint_url) as line:
        options = options_of(
            table,
            endpoint_url=line.endpoint_url,
            profile="ana",
            access_key=None,
            secret_key=None,
        )
        connection = await open_connection(options, clock)
        try:
            await connection.source.start(10)
            clock.advance(2_000)
            write_page(table, [event], at=NOON + 1_500)
            keys.write_text("[ana]\n")
            # In use, they are asked for no more.
            assert (await connection.source.poll()).events == (event,)
            line.fault = Fault.EXPIRED
            with pytest.raises(CredentialsError, match="have expired"):
                await connection.source.poll()
            line.fault = Fault.NONE
            with pytest.raises(CredentialsError, match="no AWS credentials found"):
                await connection.source.poll()
            keys.write_text(given)
            await connection.source.poll()
        finally:
            await connection.close()
