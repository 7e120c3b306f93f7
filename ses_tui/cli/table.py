"""`ses-tui table`: set up the table."""

import asyncio

import click

from ses_tui.cli.command_line import complain
from ses_tui.cli.options import GlobalOptions, global_options, pass_options


@click.group()
@global_options
def table() -> None:
    """Set up the table."""


@table.command()
@click.option("--if-not-exists", is_flag=True, help="A table that is there already is no error.")
@global_options
@pass_options
def create(options: GlobalOptions, if_not_exists: bool) -> None:
    """Create the table with its indexes, stream and expiry, and wait until it can be used."""
    from recorder.model.clock import SystemClock
    from ses_tui.aws.table_admin import create_table
    from ses_tui.core.errors import TableError

    connection = options.connection
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
