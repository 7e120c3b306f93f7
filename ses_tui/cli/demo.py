"""`ses-tui demo`: the whole product on this machine, with invented mail."""

import os

import click
from platformdirs import user_state_path

from recorder.model.settings import DEFAULT_TABLE
from ses_tui.aws.options import ConnectionOptions
from ses_tui.cli.dashboard import Mode, check_view, run_dashboard
from ses_tui.cli.numbers import Number, WholeNumber
from ses_tui.cli.options import (
    GlobalOptions,
    global_options,
    pass_options,
    source_option,
    view_options,
)
from ses_tui.cli.terminal import need_terminal
from ses_tui.demo.access import PROFILE_VARIABLES
from ses_tui.demo.backend import DEFAULT_HISTORY, DEFAULT_RATE, DEFAULT_SEED, HIGHEST_RATE
from ses_tui.demo.backend_process import running_backend
from ses_tui.demo.engine import ENGINES
from ses_tui.demo.generator import INCIDENTS
from ses_tui.demo.running import environment_of, running_demos, told_to_others


@click.command()
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="auto",
    show_default=True,
    help="auto: DynamoDB Local where Java and the jar are, else moto.",
)
@click.option(
    "--rate",
    type=Number(0, HIGHEST_RATE, min_open=True),
    default=DEFAULT_RATE,
    show_default=True,
    help="Events a second.",
)
@click.option(
    "--history",
    type=WholeNumber(min=0),
    default=DEFAULT_HISTORY,
    show_default=True,
    help="Events of the hours before.",
)
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Which traffic.")
@click.option(
    "--incident",
    type=click.Choice(INCIDENTS),
    help="Something goes wrong a minute later: gmail.com defers, a newsletter goes to bad "
    "addresses, or the configuration set `transactional` falls silent.",
)
@click.option(
    "--environment",
    is_flag=True,
    help="Start nothing; print what leads another shell's commands to the demo that runs (of "
    "several the newest, or that at --endpoint-url).",
)
@view_options
@source_option
@global_options
@pass_options
def demo(
    options: GlobalOptions,
    engine: str,
    rate: float,
    history: int,
    seed: int,
    incident: str | None,
    environment: bool,
) -> None:
    """Show invented mail live: local engine, history, traffic and the dashboard.

    With --endpoint-url an engine that runs already is used, in a database of its own. Nothing else
    leads the demo anywhere: it looks at no table of the configuration or the environment.

    \b
      ses-tui demo
      ses-tui demo --rate 50 --history 10000
      ses-tui demo --theme light --query type:bounce

    While it runs, `eval "$(ses-tui demo --environment)"` in another terminal leads the other
    commands there: tail, search, show, rates, doctor.
    """
    told = user_state_path("ses-tui") / "demos"
    if environment:
        newest, *older = running_demos(told, options.endpoint_url)
        for one in older:
            click.echo(f"demo: an older one runs, too: --endpoint-url {one.endpoint_url}", err=True)
        click.echo(environment_of(newest))
        return
    check_view(options)
    need_terminal("the demo", "`python -m ses_tui.demo.backend` runs it without a screen")
    for variable in PROFILE_VARIABLES:
        os.environ.pop(variable, None)
    arguments = [
        f"--engine={engine}",
        f"--rate={rate}",
        f"--history={history}",
        f"--seed={seed}",
        f"--table={options.table or DEFAULT_TABLE}",
    ]
    if incident is not None:
        arguments.append(f"--incident={incident}")
    if options.endpoint_url:
        arguments.append(f"--endpoint-url={options.endpoint_url}")
    with (
        running_backend(arguments, lambda line: click.echo(line, err=True)) as (ready, _),
        told_to_others(ready, told),
    ):
        click.echo(
            'demo: for other terminals: eval "$(ses-tui demo --environment)"',
            err=True,
        )
        connection = ConnectionOptions(
            table=ready.table,
            region=ready.region,
            endpoint_url=ready.endpoint_url,
            access_key=ready.access_key_id,
            secret_key=ready.secret_access_key,
            label=f"{ready.table} · {ready.engine}",
        )
        run_dashboard(connection, options, Mode.DEMO)
