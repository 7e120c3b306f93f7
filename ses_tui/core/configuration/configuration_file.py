"""Reading the file: text becomes typed values, or every fault of it at once."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import Any, Final

from ses_tui.core.configuration.kinds import USABLE_ERRORS, WrongValueError, nearest, quoted
from ses_tui.core.configuration.problem import ConfigurationError, Problem
from ses_tui.core.configuration.settings import SECTIONS, SETTINGS
from ses_tui.core.configuration.statement_lines import KeyPath, statement_lines
from ses_tui.core.query import Query
from ses_tui.core.saved_search import SavedSearch
from ses_tui.core.zone import UTC_ZONE

DEFAULT_PROFILE: Final = "default_profile"
KEYS: Final = "keys"
SEARCHES: Final = "searches"
PROFILES: Final = "profiles"
_OTHER_TABLES: Final = (KEYS, SEARCHES, PROFILES)
_MOST_BYTES: Final = 200_000
_MOST_NAME: Final = 60
_MOST_QUERY: Final = 2_000
_SOME_MOMENT: Final = 1_800_000_000_000
"""Whether a query can be meant does not depend on when it is asked."""
_PROFILE_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_LINE_OF_ERROR: Final = re.compile(r"^(.*) \(at line (\d+), column \d+\)$", re.DOTALL)

KeyCheck = Callable[[Mapping[str, str]], Mapping[str, str]]
"""What is wrong with the keys of a keyboard, by the id of the binding; see `ses_tui.ui.keymap`."""


@dataclass(frozen=True, slots=True)
class ConfigurationFile:
    """What a file says; values by the key of their setting."""

    path: Path | None = None
    """`None` where there is no file."""
    values: Mapping[str, Any] = field(default_factory=dict)
    profiles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    default_profile: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys of the keyboard by the id of their binding, as in `ctrl+t` or `ctrl+t,f5`."""
    searches: tuple[SavedSearch, ...] = ()
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    """Where what was set stands."""


NO_FILE: Final = ConfigurationFile()
"""There is none, or it says nothing."""


def read_configuration_file(
    path: Path, *, must_exist: bool = False, check_keys: KeyCheck | None = None
) -> ConfigurationFile:
    """What the file at `path` says; nothing where there is none, unless it `must_exist`.

    Keys of the keyboard are checked by `check_keys`, since the screen knows which there are.
    Raises `ConfigurationError`.
    """
    try:
        with path.open("rb") as opened:
            content = opened.read(_MOST_BYTES + 1)
        text = content.decode()
    except (FileNotFoundError, NotADirectoryError):  # Services have homes such as /dev/null.
        if not must_exist:
            return NO_FILE
        words = (
            f"there is no such file: `ses-tui --config {quote(str(path))} config init` writes it"
        )
        raise _unreadable(path, words) from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(path, f"line {line} is not written in UTF-8") from error
    except OSError as error:
        raise _unreadable(path, error.strerror or "it cannot be read") from error
    if len(content) > _MOST_BYTES:
        raise _unreadable(path, f"it is larger than {_MOST_BYTES:,} bytes")
    return _Reading(path, text, check_keys).file()


def _unreadable(path: Path, words: str) -> ConfigurationError:
    return ConfigurationError(f"configuration {path}", [Problem("", words)])


class _Reading:
    """One file while it is read; collects what is wrong with it."""

    def __init__(self, path: Path, text: str, check_keys: KeyCheck | None) -> None:
        import tomllib

        self._path = path
        self._check_keys = check_keys
        self._problems: list[tuple[int, Problem]] = []
        try:
            self._document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            match = _LINE_OF_ERROR.match(str(error))
            place, words = (f"line {match[2]}", match[1]) if match else ("", str(error))
            if words == "Invalid value":
                words = (
                    'a value that is neither number nor true or false stands in "quotation marks"'
                )
            raise ConfigurationError(
                str(path), [Problem(place, f"this is no TOML: {words}")]
            ) from error
        except RecursionError as error:
            raise _unreadable(path, "it is nested too deeply") from error
        self._lines = statement_lines(text)

    def file(self) -> ConfigurationFile:
        """What the file says. Raises `ConfigurationError`."""
        known = (*SETTINGS, DEFAULT_PROFILE, *_OTHER_TABLES)
        values = self._settings((), self._document, known)
        profiles = self._profiles()
        read = ConfigurationFile(
            self._path,
            values,
            profiles,
            self._default_profile(profiles),
            self._keys(),
            self._searches(),
            self._lines,
        )
        if self._problems:
            self._problems.sort(key=lambda problem: problem[0])
            raise ConfigurationError(str(self._path), [problem for _, problem in self._problems])
        return read

    def _settings(
        self, place: KeyPath, table: Mapping[str, Any], known: Iterable[str]
    ) -> dict[str, Any]:
        """The settings of a table and of its sections."""
        values: dict[str, Any] = {}
        for name, value in table.items():
            path = (*place, name)
            if name in SECTIONS:
                for inner, inner_value in self._table(path, value).items():
                    self._take(values, (*path, inner), f"{name}.{inner}", inner_value, known)
            elif name not in (DEFAULT_PROFILE, *_OTHER_TABLES) or place:
                self._take(values, path, name, value, known)
        return values

    def _take(
        self,
        values: dict[str, Any],
        path: KeyPath,
        key: str,
        value: object,
        known: Iterable[str],
    ) -> None:
        """Read one setting."""
        setting = SETTINGS.get(key)
        if setting is None:
            self._fault(path, value, _unknown(key, known))
            return
        if isinstance(value, dict):
            meant = (
                f"[{PROFILES}.{next(iter(value), 'NAME')}]" if key == "profile" else f"{key} = …"
            )
            self._fault(path, value, f"this is a setting and no table; did you mean {meant}?")
            return
        try:
            values[key] = setting.kind.of_file(value)
        except USABLE_ERRORS as error:
            self._fault(path, value, str(error))

    def _profiles(self) -> dict[str, Mapping[str, Any]]:
        profiles: dict[str, Mapping[str, Any]] = {}
        for name, table in self._table((PROFILES,), self._document.get(PROFILES, {})).items():
            path = (PROFILES, name)
            if not _PROFILE_NAME.fullmatch(name):
                words = "name a profile with 1 to 40 letters, digits, `_`, `-` and `.`"
                self._fault(path, None, words)
            profiles[name] = self._settings(path, self._table(path, table), SETTINGS)
        return profiles

    def _default_profile(self, profiles: Iterable[str]) -> str | None:
        name = self._document.get(DEFAULT_PROFILE)
        if name is None or (isinstance(name, str) and name in profiles):
            return name
        words = f"there is no table [{PROFILES}.{name}]" if isinstance(name, str) else "write text"
        meant = nearest(str(name), profiles)
        self._fault((DEFAULT_PROFILE,), name, f"{words}; did you mean {meant}?" if meant else words)
        return None

    def _keys(self) -> Mapping[str, str]:
        keys: dict[str, str] = {}
        for name, value in self._table((KEYS,), self._document.get(KEYS, {})).items():
            if isinstance(value, str):
                keys[name] = value
            else:
                self._fault((KEYS, name), value, 'write a key, as in "ctrl+t"')
        if keys and self._check_keys is not None:
            for name, words in self._check_keys(keys).items():
                self._fault((KEYS, name), keys[name], words)
        return keys

    def _searches(self) -> tuple[SavedSearch, ...]:
        searches = []
        for name, value in self._table((SEARCHES,), self._document.get(SEARCHES, {})).items():
            try:
                searches.append(SavedSearch(name, _query(name, value)))
            except USABLE_ERRORS as error:
                self._fault((SEARCHES, name), value, str(error))
        return tuple(searches)

    def _table(self, path: KeyPath, value: object) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self._fault(path, value, f"write a table, [{'.'.join(path)}]")
        return {}

    def _fault(self, path: KeyPath, value: object, words: str) -> None:
        inside = (line for below, line in self._lines.items() if below[: len(path)] == path)
        line = min(inside, default=0) or self._lines.get(path[:-1], 0)
        written = "" if value is None or isinstance(value, dict) else _written(value)
        key = ".".join(path)
        self._problems.append((line, Problem(f"line {line}" if line else "", words, key, written)))


def _written(value: object) -> str:
    """A value about as it stands in the file."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unknown(key: str, known: Iterable[str]) -> str:
    """What to say of a key that there is not; it may be one of another table."""
    names = list(known)
    leaf = key.rpartition(".")[2]
    meant = nearest(key, names) or next(
        (name for name in names if name.rpartition(".")[2] == nearest(leaf, _leaves(names))), None
    )
    return "there is no such key" + (f"; did you mean {meant}?" if meant else "")


def _leaves(names: Iterable[str]) -> list[str]:
    return [name.rpartition(".")[2] for name in names]


def _query(name: str, value: object) -> str:
    """The query of a saved search. Raises `WrongValueError` or `UsageError`."""
    if not (0 < len(name) <= _MOST_NAME and name.isprintable()):
        raise WrongValueError(f"name a search with 1 to {_MOST_NAME} printable characters")
    if not isinstance(value, str) or not value.strip() or len(value) > _MOST_QUERY:
        raise WrongValueError('write a query, as in "type:bounce domain:gmail.com"')
    Query.parse(value, now_ms=_SOME_MOMENT, zone=UTC_ZONE)
    return value.strip()
