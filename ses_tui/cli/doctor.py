"""`ses-tui doctor`: the health of an installation, a line a check."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ses_tui.cli.options import GlobalOptions, global_options, pass_options
from ses_tui.cli.progress_line import sign_of_life
from ses_tui.cli.terminal_width import terminal_width
from ses_tui.core.errors import CheckFailedError
from ses_tui.core.health_check import CheckResult, Verdict, check_to_json, checks_text, tally
from ses_tui.core.json_lines import json_line
from ses_tui.core.sanitise import sanitise

if TYPE_CHECKING:
    from ses_tui.aws.doctor.examine import Examination


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@global_options
@pass_options
def doctor(options: GlobalOptions, as_json: bool) -> None:
    """Examine an installation: credentials, permissions, table, stream, recorder, SES.

    \b
    OK       it is as it should be
    WARN     it works, and something should be done
    FAIL     it does not work
    SKIPPED  nobody can tell, for want of a permission or a service

    Under each line stands what to do. Everything is only read, and at once, so that it takes some
    seconds. Exits with 1 if anything fails.

    \b
      ses-tui doctor
      ses-tui doctor --table ses-events --json
    """
    from recorder.model.clock import SystemClock
    from ses_tui.aws.doctor.examine import examine

    with sign_of_life(f"examining the installation of table {sanitise(options.table_name)}"):
        done = asyncio.run(examine(options.connection, SystemClock()))
    if as_json:
        click.echo(json_line(_to_json(done)), nl=False)
    else:
        click.echo(checks_text(done.results, terminal_width()))
        click.echo(f"\ntable {done.options.table}: {tally(done.results)}")
    _check(done.results)


def _check(results: Sequence[CheckResult]) -> None:
    """Raises `CheckFailedError` if anything fails."""
    names = list(dict.fromkeys(r.name for r in results if r.verdict is Verdict.FAIL))
    if names:
        raise CheckFailedError(f"does not work: {', '.join(names)}")


def _to_json(done: "Examination") -> dict[str, Any]:
    from ses_tui.aws.endpoint import without_password

    endpoint = done.options.endpoint
    return {
        "table": done.options.table,
        "region": done.options.region,
        "endpoint": endpoint and without_password(endpoint),
        "healthy": all(result.verdict is not Verdict.FAIL for result in done.results),
        "checks": [check_to_json(result) for result in done.results],
    }
