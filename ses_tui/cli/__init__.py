"""The command line: one module a command, the same core and aws as the dashboard."""

import click

from ses_tui.cli.command_line import CommandLine
from ses_tui.cli.options import (
    GlobalOptions,
    global_options,
    pass_options,
    replay_options,
    source_option,
    view_options,
)
from ses_tui.cli.version import version_option

__all__ = ["main"]


@click.group(
    cls=CommandLine,
    commands_by_module={
        "completion": "ses_tui.cli.completion",
        "config": "ses_tui.cli.config",
        "demo": "ses_tui.cli.demo",
        "doctor": "ses_tui.cli.doctor",
        "erase": "ses_tui.cli.erase",
        "import": "ses_tui.cli.takeover:import_",
        "ingest": "ses_tui.cli.ingest",
        "rates": "ses_tui.cli.rates",
        "repair": "ses_tui.cli.repair",
        "search": "ses_tui.cli.search",
        "serve": "ses_tui.cli.serve",
        "show": "ses_tui.cli.show",
        "table": "ses_tui.cli.table",
        "tail": "ses_tui.cli.tail",
    },
    invoke_without_command=True,
    context_settings={"help_option_names": ["--help", "-h"]},
)
@view_options
@replay_options
@source_option
@version_option
@global_options
@pass_options
@click.pass_context
def main(context: click.Context, options: GlobalOptions) -> None:
    """Amazon SES email delivery, live in a terminal.

    Without a command it opens the dashboard. Options from --table on work before and behind every
    command; those above them are for the dashboard, most of them also behind demo and serve.
    `ses-tui COMMAND --help` shows examples.

    \b
      ses-tui demo
      ses-tui --table ses-events --region eu-west-1
      ses-tui --query "type:bounce domain:gmail.com" --window 15m
      ses-tui --replay night.jsonl --speed 10
    """
    if context.invoked_subcommand is None:
        if options.replay is not None or options.speed is not None:
            from ses_tui.cli.replay import run_replay

            run_replay(options)
            return
        from ses_tui.cli.dashboard import run_dashboard

        run_dashboard(options.connection, options)
