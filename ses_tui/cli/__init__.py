"""The command line: one module a command, the same core and aws as the dashboard."""

import click

from ses_tui import __version__
from ses_tui.cli.command_line import CommandLine
from ses_tui.cli.options import GlobalOptions, global_options, pass_options

__all__ = ["main"]


@click.group(
    cls=CommandLine,
    commands_by_module={
        "demo": "ses_tui.cli.demo",
        "ingest": "ses_tui.cli.ingest",
        "rates": "ses_tui.cli.rates",
        "repair": "ses_tui.cli.repair",
        "show": "ses_tui.cli.show",
        "table": "ses_tui.cli.table",
        "tail": "ses_tui.cli.tail",
    },
    invoke_without_command=True,
)
@click.option("--query", default="", metavar="QUERY", help="Filter that the dashboard opens with.")
@click.version_option(__version__, prog_name="ses-tui")
@global_options
@pass_options
@click.pass_context
def main(context: click.Context, options: GlobalOptions, query: str) -> None:
    """Amazon SES email delivery, live in a terminal.

    Without a command it opens the dashboard. Every option but --query works behind a command, too.
    """
    if context.invoked_subcommand is None:
        from ses_tui.cli.dashboard import run_dashboard

        run_dashboard(options.connection, utc=options.utc, query=query)
