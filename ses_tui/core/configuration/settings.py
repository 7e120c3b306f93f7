"""Every setting, declared once: name, type, default, kind, meaning, and its option if it has one.

The names of the fields are the keys of the file; the environment has them in capitals behind
`SES_TUI_`. Documentation, the example, errors and `config show` are made of what stands here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any, Final, NamedTuple, TypeVar

from recorder.model.settings import DEFAULT_TABLE
from ses_tui.core.configuration import kinds
from ses_tui.core.configuration.kinds import Kind
from ses_tui.core.follow import DEFAULT_INTERVAL_SECONDS
from ses_tui.core.list_columns import COLUMNS_BY_NAME, Column
from ses_tui.core.rates import Thresholds
from ses_tui.core.source import SourceKind
from ses_tui.core.view import Place
from ses_tui.core.windows import DEFAULT_WINDOW, Window
from ses_tui.core.zone import LOCAL_ZONE, UTC_ZONE, Zone

Value = TypeVar("Value")

VARIABLE_PREFIX: Final = "SES_TUI_"
TABLE_VARIABLE: Final = "SES_TABLE"
"""The recorder's own variable, which names the table where `SES_TUI_TABLE` does not."""
THEMES: Final = ("dark", "light", "high-contrast", "ansi")
_DECLARATION: Final = "setting"


class Declaration(NamedTuple):
    """What is known of a setting besides its name and default."""

    kind: Kind[Any]
    meaning: str
    option: str


class Setting(NamedTuple):
    """One setting as it is written: its key has a `.` where it stands in a section."""

    key: str
    default: Any
    kind: Kind[Any]
    meaning: str
    option: str
    """The option of the command line that says the same; empty where there is none."""

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return VARIABLE_PREFIX + self.key.upper().replace(".", "_")


def setting(kind: Kind[Any], default: Value, meaning: str, option: str = "") -> Value:
    """A field of a dataclass that is a setting."""
    metadata = {_DECLARATION: Declaration(kind, meaning, option)}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class ThresholdSettings:
    """From which rates on the marks hold, and from how many mails on they are judged at all."""

    bounce_watch: float = setting(kinds.PERCENTAGE, 0.02, "bounce rate that is WATCH")
    bounce_high: float = setting(kinds.PERCENTAGE, 0.05, "bounce rate that is HIGH")
    bounce_critical: float = setting(kinds.PERCENTAGE, 0.10, "bounce rate that is CRITICAL")
    complaint_high: float = setting(kinds.PERCENTAGE, 0.001, "complaint rate that is HIGH")
    complaint_critical: float = setting(kinds.PERCENTAGE, 0.005, "complaint rate that is CRITICAL")
    smallest_sample: int = setting(
        kinds.whole_number(1, 1_000_000), 200, "with fewer mails a rate is TOO_FEW"
    )

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds that rates are judged by."""
        return Thresholds(
            bounce=(self.bounce_watch, self.bounce_high, self.bounce_critical),
            complaint=(None, self.complaint_high, self.complaint_critical),
            smallest_sample=self.smallest_sample,
        )


@dataclass(frozen=True, slots=True)
class SignalSettings:
    """How the dashboard draws attention to itself."""

    bell: bool = setting(kinds.SWITCH, True, "ring the terminal's bell, once for each alarm")
    title: bool = setting(kinds.SWITCH, True, "say alarms in the terminal's title")
    rates: bool = setting(kinds.SWITCH, True, "alarm for rates that are HIGH or CRITICAL")
    spikes: bool = setting(kinds.SWITCH, True, "alarm for names that have left their own range")
    silence: bool = setting(kinds.SWITCH, True, "alarm where nothing comes though it usually does")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a file, the environment and the command line can set, and a profile of the file."""

    table: str = setting(kinds.TABLE_NAME, DEFAULT_TABLE, "DynamoDB table", "--table")
    region: str | None = setting(
        kinds.REGION, None, "AWS region; else that of the AWS configuration", "--region"
    )
    profile: str | None = setting(
        kinds.PLAIN_NAME, None, "profile of the AWS configuration", "--profile"
    )
    endpoint_url: str | None = setting(
        kinds.ENDPOINT, None, "DynamoDB endpoint other than AWS's own", "--endpoint-url"
    )
    source: SourceKind = setting(
        kinds.SOURCE, SourceKind.POLL, "how new events are read", "--source"
    )
    poll_interval: float = setting(
        kinds.seconds(1, 60), DEFAULT_INTERVAL_SECONDS, "time between two reads of feed pages"
    )
    window: Window = setting(kinds.WINDOW, DEFAULT_WINDOW, "window of the rates", "--window")
    screen: Place = setting(kinds.SCREEN, Place.LIVE, "screen the dashboard opens with", "--screen")
    zone: str = setting(
        kinds.choice("local", "utc"), "local", "zone of the times shown", "--utc/--local"
    )
    mask: bool = setting(
        kinds.SWITCH, False, "show addresses as a***@example.com", "--mask/--no-mask"
    )
    columns: tuple[str, ...] = setting(
        kinds.names_of(COLUMNS_BY_NAME),
        (),
        "columns behind time and type; by default those that a width has room for",
    )
    theme: str = setting(kinds.choice(*THEMES), "dark", "colours", "--theme")
    ascii: bool = setting(
        kinds.SWITCH, False, "write ASCII alone, but for JSON and CSV", "--ascii/--no-ascii"
    )
    mouse: bool = setting(kinds.SWITCH, False, "take the mouse; `%` switches")
    frames_per_second: float = setting(
        kinds.number(0.2, 10), 3.0, "pictures a second, at most, of what comes by itself"
    )
    thresholds: ThresholdSettings = ThresholdSettings()
    signals: SignalSettings = SignalSettings()

    @property
    def list_columns(self) -> tuple[Column, ...]:
        """The columns that were chosen; empty where none were."""
        return tuple(COLUMNS_BY_NAME[name] for name in self.columns)

    @property
    def time_zone(self) -> Zone:
        """The zone to show times in."""
        return UTC_ZONE if self.zone == "utc" else LOCAL_ZONE


DEFAULT_SETTINGS: Final = Settings()


def _declared(place: Field[Any], prefix: str) -> Iterator[Setting]:
    if declaration := place.metadata.get(_DECLARATION):
        yield Setting(prefix + place.name, place.default, *declaration)
        return
    for inner in fields(getattr(DEFAULT_SETTINGS, place.name)):
        yield from _declared(inner, f"{prefix}{place.name}.")


SETTINGS: Final[Mapping[str, Setting]] = {
    each.key: each for place in fields(Settings) for each in _declared(place, "")
}
"""Every setting by its key."""
SECTIONS: Final = tuple(dict.fromkeys(key.partition(".")[0] for key in SETTINGS if "." in key))
"""The tables of the file that hold settings."""


def with_values(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """`settings` with other values at some keys."""
    plain = {key: value for key, value in values.items() if "." not in key}
    for section in SECTIONS:
        own = {
            key.partition(".")[2]: value
            for key, value in values.items()
            if key.startswith(f"{section}.")
        }
        plain[section] = replace(getattr(settings, section), **own)
    return replace(settings, **plain)


def value_at(settings: Settings, key: str) -> Any:
    """The value of the setting with that key."""
    value: Any = settings
    for name in key.split("."):
        value = getattr(value, name)
    return value
