"""The options that every command takes, before or behind its name."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from recorder.model.settings import DEFAULT_TABLE
from ses_tui.cli.numbers import Number
from ses_tui.core.errors import UsageError
from ses_tui.core.masking import MASKING

if TYPE_CHECKING:
    from pathlib import Path

    from ses_tui.aws.options import ConnectionOptions
    from ses_tui.core.configuration import Configuration, KeyCheck, Settings
    from ses_tui.core.zone import Zone

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_SETTINGS: Final = (
    "table",
    "profile",
    "region",
    "endpoint_url",
    "source",
    "window",
    "screen",
    "zone",
    "theme",
    "ascii",
    "mask",
)
"""What stands on the command line and is a setting of the configuration, too."""


@dataclass(slots=True)
class GlobalOptions:
    """What was given anywhere on the command line; the last place where it stands holds."""

    table: str | None = None
    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    zone: str = ""
    source: str = ""
    query: str = ""
    window: str = ""
    screen: str = ""
    resume: bool = False
    allow_write: bool = False
    replay: str | None = None
    speed: float | None = None
    theme: str = ""
    ascii: str = ""
    mask: str = ""
    config: str | None = None
    use: str | None = None
    given: dict[str, str] = field(default_factory=dict)
    """The word of what stood on the command line, by the name of the option."""
    _configuration: "Configuration | None" = None

    @property
    def configuration(self) -> "Configuration":
        """What holds: command line, environment, file. Read once. Raises `UsageError`."""
        if self._configuration is None:
            self._configuration = self.read_configuration()
        return self._configuration

    def read_configuration(self, check_keys: "KeyCheck | None" = None) -> "Configuration":
        """What holds; keys of the keyboard are checked by `check_keys`. Raises `UsageError`."""
        from ses_tui.core.configuration import (
            USE_VARIABLE,
            configuration_of,
            read_configuration_file,
            read_environment,
            read_typed,
        )

        path, named = self.configuration_path
        self._configuration = configuration_of(
            read_configuration_file(path, must_exist=named, check_keys=check_keys),
            typed=read_typed(
                {name: getattr(self, name) for name in _SETTINGS if name in self.given}
            ),
            environment=read_environment(os.environ),
            use=self.use,
            use_of_environment=os.environ.get(USE_VARIABLE, "").strip() or None,
        )
        MASKING.ask(self._configuration.settings.mask)
        return self._configuration

    @property
    def configuration_path(self) -> "tuple[Path, bool]":
        """Where the file is, and whether somebody named the place."""
        from pathlib import Path

        from platformdirs import user_config_path

        from ses_tui.core.configuration import CONFIG_VARIABLE

        named = self.config or os.environ.get(CONFIG_VARIABLE, "").strip()
        if named:
            return Path(named).expanduser(), True
        return user_config_path("ses-tui") / "config.toml", False

    @property
    def words(self) -> tuple[str, ...]:
        """What was given, as another process of this program would be told it."""
        return tuple(self.given.values())

    @property
    def profile_names(self) -> tuple[str, ...]:
        """The profiles of the file. Raises `UsageError`."""
        from ses_tui.core.configuration import read_configuration_file

        path, named = self.configuration_path
        return tuple(read_configuration_file(path, must_exist=named).profiles)

    @property
    def settings(self) -> "Settings":
        """The settings that hold. Raises `UsageError`."""
        return self.configuration.settings

    @property
    def table_name(self) -> str:
        """The table. Raises `UsageError`."""
        return self.settings.table

    @property
    def connection(self) -> "ConnectionOptions":
        """Which table, and the way to it. Raises `UsageError`."""
        return replace(connection_of(self.configuration), allow_write=self.allow_write)

    @property
    def time_zone(self) -> "Zone":
        """The zone to print times in. Raises `UsageError`."""
        return self.settings.time_zone


def connection_of(configuration: "Configuration") -> "ConnectionOptions":
    """Which table a configuration names, and the way to it."""
    from ses_tui.aws.options import ConnectionOptions

    settings = configuration.settings
    return ConnectionOptions(
        table=settings.table,
        profile=settings.profile,
        region=settings.region,
        endpoint_url=settings.endpoint_url,
        name=configuration.profile,
    )


def global_options(function: Decorated) -> Decorated:
    """Adds the options to a command or group. What they say goes to the `GlobalOptions` that the
    group and its commands share, so each works on both sides of the command's name."""
    for option in (
        _flags("--mask/--no-mask", "mask", ("true", "false"), "Show addresses as a***@x.example."),
        _flags("--utc/--local", "zone", ("utc", "local"), "Zone of the times shown; else local."),
        _option("--use", metavar="NAME", help="Profile of the configuration: [profiles.NAME]."),
        _option("--config", metavar="FILE", help="Configuration; `config path` says which else."),
        _option("--endpoint-url", metavar="URL", help="DynamoDB endpoint other than AWS's own."),
        _option("--region", metavar="NAME", help="AWS region."),
        _option("--profile", metavar="NAME", help="Profile of the AWS configuration."),
        _option(
            "--table",
            metavar="NAME",
            help=f"DynamoDB table; else that of the configuration, else {DEFAULT_TABLE}.",
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
        _option(
            "--allow-write",
            is_flag=True,
            default=None,
            help="Offer to take addresses off the account's suppression list.",
        ),
        _flags("--ascii/--no-ascii", "ascii", ("true", "false"), "Draw with ASCII alone."),
        _option("--theme", metavar="NAME", help="dark, light, high-contrast or ansi."),
        _option(
            "--screen",
            metavar="SCREEN",
            help="live, health, search, recipient; --query is what they ask.",
        ),
        _option("--window", metavar="WINDOW", help="Rates of the last 5m, 15m, 1h, 6h, 24h, 7d."),
        _option("--query", metavar="QUERY", help="Filter that the dashboard opens with."),
    ):
        function = option(function)
    return function


def replay_options(function: Decorated) -> Decorated:
    """Adds what plays a recording in the dashboard instead of a table."""
    for option in (
        _option(
            "--speed",
            type=Number(0.1, 3_600),
            metavar="TIMES",
            help="How fast a recording is played; 1 by default.",
        ),
        _option(
            "--replay",
            metavar="FILE",
            help="Play what `ses-tui tail --json` has written, as if it happened now.",
        ),
    ):
        function = option(function)
    return function


pass_options = click.make_pass_decorator(GlobalOptions, ensure=True)


def _option(*names: str, **settings: Any) -> Callable[[Decorated], Decorated]:
    return click.option(
        *names, **settings, expose_value=False, callback=_remember, shell_complete=_offered
    )


def _flags(
    names: str, setting: str, texts: tuple[str, str], help: str
) -> Callable[[Decorated], Decorated]:
    """Two flags that write one of two texts for a setting."""

    def remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value is not None:
            text = texts[0] if value else texts[1]
            flag = parameter.opts[0] if value else parameter.secondary_opts[0]
            _keep(context, parameter, text, flag)

    return click.option(
        names, setting, default=None, help=help, expose_value=False, callback=remember
    )


def _offered(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """What a shell offers for the value of an option."""
    from ses_tui.core.configuration.settings import THEMES
    from ses_tui.core.view import Place
    from ses_tui.core.windows import WINDOWS

    names: Iterable[str] = ()
    if parameter.name == "theme":
        names = THEMES
    elif parameter.name == "window":
        names = (window.label for window in WINDOWS)
    elif parameter.name == "screen":
        names = Place
    elif parameter.name == "use":
        with suppress(UsageError):
            names = context.ensure_object(GlobalOptions).profile_names
    return [name for name in names if name.startswith(begun)]


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value is not None:
        option = parameter.opts[0]
        _keep(context, parameter, value, option if value is True else f"{option}={value}")


def _keep(context: click.Context, parameter: click.Parameter, value: Any, word: str) -> None:
    if parameter.name is not None:
        options = context.ensure_object(GlobalOptions)
        setattr(options, parameter.name, value)
        options.given[parameter.name] = word
