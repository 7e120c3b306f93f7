"""`ses-tui table`: set up the table, or verify one."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from ses_tui.cli.command_line import complain
from ses_tui.cli.options import GlobalOptions, global_options, pass_options
from ses_tui.cli.progress_line import sign_of_life
from ses_tui.cli.terminal_width import terminal_width
from ses_tui.core.errors import CheckFailedError
from ses_tui.core.json_lines import json_line
from ses_tui.core.sanitise import sanitise

if TYPE_CHECKING:
    from ses_tui.aws.table_check import TableCheck


@click.group()
@global_options
def table() -> None:
    """Set up the table, or verify one.

    \b
      ses-tui table create --table ses-events
      ses-tui table check
    """


@table.command()
@click.option("--if-not-exists", is_flag=True, help="A table that is there already is no error.")
@global_options
@pass_options
def create(options: GlobalOptions, if_not_exists: bool) -> None:
    """Create the table with its indexes, stream and expiry, and wait until it can be used.

    \b
      ses-tui table create --table ses-events --region eu-west-1
      ses-tui table create --if-not-exists
    """
    from recorder.model.clock import SystemClock
    from ses_tui.aws.table_admin import create_table
    from ses_tui.core.errors import TableError

    connection = options.connection
    with sign_of_life(f"creating table {sanitise(connection.table)}"):
        created = asyncio.run(create_table(connection, SystemClock()))
    if created:
        complain(f"table {connection.table} is created")
    elif if_not_exists:
        complain(f"table {connection.table} is there already")
    else:
        raise TableError(
            f"table {connection.table!r} is there already and was left as it is: "
            "--if-not-exists makes this no error"
        )


@table.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@global_options
@pass_options
def check(options: GlobalOptions, as_json: bool) -> None:
    """Name every difference between a table and the one that `create` makes, and what to do.

    \b
    BROKEN     something does not work
    DIFFERENT  everything works, at another price or with less shown
    WARNING    a protection is off that the recorder's template switches on

    Exits with 1 if anything is broken or different. Commands are printed and never run.

    \b
      ses-tui table check
      ses-tui table check --table ses-events --json
    """
    from ses_tui.aws.table_check import check_table

    with sign_of_life(f"examining table {sanitise(options.table_name)}"):
        done = asyncio.run(check_table(options.connection))
    differing = [d for d in done.differences if d.severity != "WARNING"]
    if as_json:
        click.echo(json_line(_check_to_json(done, not differing)), nl=False)
    else:
        click.echo(_check_text(done))
    if differing:
        points = "1 point" if len(differing) == 1 else f"{len(differing)} points"
        raise CheckFailedError(
            f"table {done.options.table} differs from the definition in {points}"
        )


@table.command()
@click.argument("switch", type=click.Choice(["on", "off"]))
@global_options
@pass_options
def mask(options: GlobalOptions, switch: str) -> None:
    """Have everybody who opens the table see addresses as a***@example.com, or leave it to them.

    It is kept in the table, so it holds on every machine. Who may read the table by other means
    can do so as ever: for that there are permissions.

    \b
      ses-tui table mask on
      ses-tui table mask off --table ses-events
    """
    from ses_tui.aws.privacy import set_masking

    connection = options.connection
    with sign_of_life(f"asking table {sanitise(connection.table)}"):
        before = asyncio.run(set_masking(connection, switch == "on"))
    held = "already " if before == (switch == "on") else ""
    does = "masks addresses for all" if switch == "on" else "leaves masking to"
    complain(f"table {connection.table} {held}{does} its readers")


def _check_text(done: "TableCheck") -> str:
    from ses_tui.core.finding_text import Finding, findings_text

    rows = [Finding(d.severity, d.part, d.finding, d.fix) for d in done.differences]
    if not rows:
        rows = [Finding("OK", "table", f"{done.options.table} is as defined")]
    if not done.recovery_known:
        rows.append(
            Finding(
                "UNKNOWN",
                "protection",
                "nobody may say whether points in time can be recovered",
                ("allow dynamodb:DescribeContinuousBackups: the reader policy holds it",),
            )
        )
    return findings_text(rows, terminal_width())


def _check_to_json(done: "TableCheck", as_defined: bool) -> dict[str, Any]:
    from ses_tui.aws.endpoint import without_password

    endpoint = done.options.endpoint
    return {
        "table": done.options.table,
        "region": done.options.region,
        "endpoint": endpoint and without_password(endpoint),
        "as_defined": as_defined,
        "recovery_known": done.recovery_known,
        "differences": [
            {
                "part": difference.part,
                "severity": difference.severity.value,
                "finding": difference.finding,
                "fix": list(difference.fix),
            }
            for difference in done.differences
        ],
    }
