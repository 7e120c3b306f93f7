"""The options that every command takes, before or behind its name."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from recorder.model.settings import DEFAULT_TABLE
from ses_tui.core.errors import UsageError

if TYPE_CHECKING:
    from ses_tui.aws.options import ConnectionOptions
    from ses_tui.core.zone import Zone

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

TABLE_VARIABLE: Final = "SES_TABLE"
_TABLE_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{3,255}|arn:\S{1,2000}")


@dataclass(slots=True)
class GlobalOptions:
    """What was given anywhere on the command line; the last place where it stands holds."""

    table: str | None = None
    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    utc: bool = False
    source: str = "poll"
    """How a live feed is read: a value of `SourceKind`."""
    query: str = ""
    window: str = ""
    screen: str = ""
    resume: bool = False
    given: set[str] = field(default_factory=set)
    """Names of what stood on the command line."""

    @property
    def table_name(self) -> str:
        """Given, else from the environment, else the default. Raises `UsageError`."""
        name = self.table or os.environ.get(TABLE_VARIABLE, "").strip() or DEFAULT_TABLE
        if not _TABLE_NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} is no name of a table: give 3 to 255 letters, digits, `_`, `-` and `.`"
            )
        return name

    @property
    def connection(self) -> "ConnectionOptions":
        """Which table, and the way to it. Raises `UsageError`."""
        from ses_tui.aws.options import ConnectionOptions

        return ConnectionOptions(
            table=self.table_name,
            profile=self.profile,
            region=self.region,
            endpoint_url=self.endpoint_url,
        )

    @property
    def zone(self) -> "Zone":
        """The zone to print times in; the machine's own unless asked for."""
        from ses_tui.core.zone import LOCAL_ZONE, UTC_ZONE

        return UTC_ZONE if self.utc else LOCAL_ZONE


def global_options(function: Decorated) -> Decorated:
    """Adds the options to a command or group. What they say goes to the `GlobalOptions` that the
    group and its commands share, so each works on both sides of the command's name."""
    for option in (
        _option("--utc/--local", default=None, help="Zone of the times shown; local by default."),
        _option("--endpoint-url", metavar="URL", help="DynamoDB endpoint other than AWS's own."),
        _option("--region", metavar="NAME", help="AWS region."),
        _option("--profile", metavar="NAME", help="Profile of the AWS configuration."),
        _option(
            "--table",
            metavar="NAME",
            help=f"DynamoDB table; else that of {TABLE_VARIABLE}, else {DEFAULT_TABLE}.",
        ),
    ):
        function = option(function)
    return function


def source_option(function: Decorated) -> Decorated:
    """Adds `--source` to a command that shows a live feed; the group takes it, too."""
    return _option(
        "--source",
        type=click.Choice(["poll", "stream"]),
        default=None,
        help="poll: feed pages, any number of readers. stream: sooner, but AWS allows two readers.",
    )(function)


def view_options(function: Decorated) -> Decorated:
    """Adds what the dashboard opens with; the group takes it, too."""
    for option in (
        _option(
            "--resume",
            is_flag=True,
            default=None,
            help="Query, window, screen, zone and marks of the last session.",
        ),
        _option("--screen", metavar="SCREEN", help="live."),
        _option("--window", metavar="WINDOW", help="Rates of the last 5m, 15m, 1h, 6h, 24h, 7d."),
        _option("--query", metavar="QUERY", help="Filter that the dashboard opens with."),
    ):
        function = option(function)
    return function


pass_options = click.make_pass_decorator(GlobalOptions, ensure=True)


def _option(*names: str, **settings: Any) -> Callable[[Decorated], Decorated]:
    return click.option(*names, **settings, expose_value=False, callback=_remember)


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value is not None and parameter.name is not None:
        options = context.ensure_object(GlobalOptions)
        setattr(options, parameter.name, value)
        options.given.add(parameter.name)
