"""From one table to another and back, in a terminal, over a real engine."""

from pathlib import Path

from recorder.model.table import table_definition
from tests.cli.conftest import bare_environment
from tests.engine import TestTable
from tests.ui.terminal import run_in_terminal

CONFIGURATION = """
default_profile = "one"
region = "us-east-1"
endpoint_url = "{url}"
[profiles.one]
table = "{one}"
[profiles.two]
table = "{two}"
window = "5m"
theme = "light"
mask = true
[profiles.none]
table = "nowhere"
[profiles.guarded]
profile = "admin"
"""
OF_AWS = """
[profile base]
aws_access_key_id = LOCAL0TEST
aws_secret_access_key = very-secret-value
[profile admin]
role_arn = arn:aws:iam::111122223333:role/Admin
mfa_serial = arn:aws:iam::111122223333:mfa/me
source_profile = base
"""


def test_a_profile_leads_to_its_table_and_a_bad_one_nowhere(
    table: TestTable, tmp_path: Path
) -> None:
    table.client.create_table(**table_definition("other-events"))
    file = tmp_path / "config.toml"
    file.write_text(
        CONFIGURATION.format(url=table.endpoint_url, one=table.name, two="other-events")
    )
    of_aws = tmp_path / "aws"
    of_aws.write_text(OF_AWS)
    environment = bare_environment(
        HOME=str(tmp_path),
        AWS_CONFIG_FILE=str(of_aws),
        SES_TUI_CONFIG=str(file),
        AWS_ACCESS_KEY_ID=table.credentials["aws_access_key_id"],
        AWS_SECRET_ACCESS_KEY=table.credentials["aws_secret_access_key"],
    )
    with run_in_terminal("tests.cli.pty_ses_tui", size=(160, 48), **environment) as terminal:
        terminal.wait_for(lambda: f"one: {table.name} · " in terminal.lines[0])
        terminal.type("P")
        terminal.wait_for_text("Go over to a profile")
        terminal.type("none\r")
        terminal.wait_for_text("Still here")
        assert f"one: {table.name} · " in terminal.lines[0]
        assert "masked" not in terminal.lines[0]
        terminal.type("P")
        terminal.wait_for_text("Go over to a profile")
        terminal.type("guarded\r")
        terminal.wait_for_text("`ses-tui --use guarded`")
        assert "Enter MFA code" not in terminal.output.decode()
        terminal.type("P")
        terminal.wait_for_text("Go over to a profile")
        terminal.type("two\r")
        terminal.wait_for(lambda: "two: other-events · " in terminal.lines[0])
        terminal.wait_for_text("No events")
        terminal.wait_for(lambda: "masked" in terminal.lines[0])
        terminal.type("q")
        assert terminal.wait_for_end() == 0
