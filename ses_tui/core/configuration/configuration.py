"""What holds: command line over environment over profile over file over default."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final

from ses_tui.core.configuration.configuration_file import NO_FILE, PROFILES, ConfigurationFile
from ses_tui.core.configuration.kinds import USABLE_ERRORS, nearest, quoted
from ses_tui.core.configuration.problem import ConfigurationError, Problem
from ses_tui.core.configuration.settings import (
    DEFAULT_SETTINGS,
    SETTINGS,
    TABLE_VARIABLE,
    VARIABLE_PREFIX,
    Settings,
    value_at,
    with_values,
)
from ses_tui.core.configuration.statement_lines import KeyPath
from ses_tui.core.errors import UsageError
from ses_tui.core.saved_search import SavedSearch

CONFIG_VARIABLE: Final = "SES_TUI_CONFIG"
USE_VARIABLE: Final = "SES_TUI_USE"
SERVE_TOKEN_VARIABLE: Final = "SES_TUI_SERVE_TOKEN"
"""A secret, so it is no setting: those can stand in a file, and are printed."""
_OTHER_VARIABLES: Final = (CONFIG_VARIABLE, USE_VARIABLE, SERVE_TOKEN_VARIABLE)
CONNECTION_KEYS: Final = frozenset({"table", "region", "profile", "endpoint_url"})
"""What leads to a table."""
_RISING: Final = (
    ("thresholds.bounce_watch", "thresholds.bounce_high", "thresholds.bounce_critical"),
    ("thresholds.complaint_high", "thresholds.complaint_critical"),
)
DEFAULT_ORIGIN: Final = "default"


@dataclass(frozen=True, slots=True)
class Layer:
    """Values of one origin, by the key of their setting."""

    values: Mapping[str, Any]
    origins: Mapping[str, str]
    """Where each stands, in words."""

    def without(self, keys: Collection[str]) -> "Layer":
        """The same without some settings."""
        return Layer(
            {key: value for key, value in self.values.items() if key not in keys},
            {key: origin for key, origin in self.origins.items() if key not in keys},
        )


NOTHING: Final = Layer({}, {})


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings that hold, where each comes from, and what else the file has."""

    settings: Settings = DEFAULT_SETTINGS
    origins: Mapping[str, str] = field(default_factory=dict)
    """By the key of the setting; one that is not here has its default."""
    profile: str | None = None
    """The profile of the file that is in use."""
    file: ConfigurationFile = NO_FILE
    typed: Layer = NOTHING
    environment: Layer = NOTHING

    @property
    def profiles(self) -> tuple[str, ...]:
        """The names of the profiles there are."""
        return tuple(self.file.profiles)

    @property
    def keys(self) -> Mapping[str, str]:
        """Keys of the keyboard by the id of their binding."""
        return self.file.keys

    @property
    def searches(self) -> tuple[SavedSearch, ...]:
        """Saved searches of the file."""
        return self.file.searches

    def origin(self, key: str) -> str:
        """Where the value of a setting comes from, in words."""
        return self.origins.get(key, DEFAULT_ORIGIN)

    def using(self, profile: str) -> "Configuration":
        """The same with another profile, chosen just now: as if it had been typed.

        But the way to its table is its own, or that of the file: nothing else is mixed into it.
        Raises `UsageError` where there is none of that name.
        """
        layers = (
            self.typed.without(CONNECTION_KEYS),
            _profile_layer(self.file, _existing(self.file, profile)),
            self.environment.without(CONNECTION_KEYS),
            _file_layer(self.file),
        )
        return _layered(replace(self, profile=profile), layers)


def read_environment(variables: Mapping[str, str]) -> Layer:
    """The settings of the environment; blank ones are none.

    Raises `ConfigurationError` for every value that cannot be meant and every unknown name.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    problems: list[Problem] = []
    known = {setting.variable: setting for setting in SETTINGS.values()}
    for name in sorted(variables):
        text = variables[name].strip()
        if name.startswith(VARIABLE_PREFIX) and name not in (*known, *_OTHER_VARIABLES):
            meant = nearest(name.lower(), [each.lower() for each in (*known, *_OTHER_VARIABLES)])
            hint = f"; did you mean {meant.upper()}?" if meant else ""
            problems.append(Problem("", f"there is no such setting{hint}", name, quoted(text)))
        elif name in known and text:
            setting = known[name]
            try:
                values[setting.key] = setting.kind.of_text(text)
            except USABLE_ERRORS as error:
                problems.append(Problem("", str(error), name, quoted(text)))
            origins[setting.key] = name
    table = variables.get(TABLE_VARIABLE, "").strip()
    if table and "table" not in origins:
        try:
            values["table"] = SETTINGS["table"].kind.of_text(table)
        except USABLE_ERRORS as error:
            problems.append(Problem("", str(error), TABLE_VARIABLE, quoted(table)))
        origins["table"] = TABLE_VARIABLE
    if problems:
        raise ConfigurationError("the environment", problems)
    return Layer(values, origins)


def read_typed(texts: Mapping[str, str]) -> Layer:
    """The settings of the command line, texts by the key of the setting. Raises `UsageError`."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for key, text in texts.items():
        setting = SETTINGS[key]
        try:
            values[key] = setting.kind.of_text(text)
        except USABLE_ERRORS as error:
            words = str(error)
            named = words if repr(text) in words else f"{text!r}: {words}"
            raise UsageError(f"{setting.option}: {named}") from error
        origins[key] = f"command line, {setting.option}"
    return Layer(values, origins)


def configuration_of(
    file: ConfigurationFile,
    *,
    typed: Layer = NOTHING,
    environment: Layer = NOTHING,
    use: str | None = None,
    use_of_environment: str | None = None,
) -> Configuration:
    """What holds of what was given.

    A profile that was typed (`use`) stands with the command line, below its options and above the
    environment; that of the environment or of the file itself stands below both. Raises
    `UsageError`, and `ConfigurationError` for thresholds that do not rise.
    """
    profile = use or use_of_environment or file.default_profile
    of_profile = _profile_layer(file, _existing(file, profile)) if profile else NOTHING
    of_file = _file_layer(file)
    base = Configuration(profile=profile, file=file, typed=typed, environment=environment)
    if use:
        return _layered(base, (typed, of_profile, environment, of_file))
    return _layered(base, (typed, environment, of_profile, of_file))


def _layered(base: Configuration, layers: Sequence[Layer]) -> Configuration:
    """`base` with what the layers say, the first of them above the others."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer in reversed(layers):
        values |= layer.values
        origins |= layer.origins
    done = replace(base, settings=with_values(DEFAULT_SETTINGS, values), origins=origins)
    problems = list(_disorder(done))
    if problems:
        raise ConfigurationError(f"configuration {base.file.path or ''}".rstrip(), problems)
    return done


def _disorder(configuration: Configuration) -> Iterator[Problem]:
    """Thresholds that do not rise."""
    for keys in _RISING:
        for lower, upper in pairwise(keys):
            low, high = (value_at(configuration.settings, key) for key in (lower, upper))
            if low > high:
                kind = SETTINGS[upper].kind
                words = f"is less than {lower} = {kind.to_file(low)}"
                yield Problem(configuration.origin(upper), words, upper, kind.to_file(high))


def _existing(file: ConfigurationFile, profile: str) -> str:
    """`profile`. Raises `UsageError` where there is none of that name."""
    if profile in file.profiles:
        return profile
    if not file.profiles:
        where = f"{file.path} has none" if file.path else "there is no configuration"
        raise UsageError(
            f"there is no profile {profile!r}: {where} (`ses-tui config path` says where it "
            f"would be); --profile is for those of AWS"
        )
    meant = nearest(profile, file.profiles)
    hint = f"did you mean {meant}?" if meant else f"there are {', '.join(file.profiles)}"
    raise UsageError(f"there is no profile {profile!r}: {hint}")


def _profile_layer(file: ConfigurationFile, profile: str) -> Layer:
    place = (PROFILES, profile)
    origins = {
        key: f"profile {profile}, {_line(file, (*place, *key.split('.')))}"
        for key in file.profiles[profile]
    }
    return Layer(file.profiles[profile], origins)


def _file_layer(file: ConfigurationFile) -> Layer:
    origins = {key: f"file, {_line(file, tuple(key.split('.')))}" for key in file.values}
    return Layer(file.values, origins)


def _line(file: ConfigurationFile, path: KeyPath) -> str:
    return f"line {file.lines.get(path, 0)}"
