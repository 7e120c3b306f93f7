"""Kinds of values that a setting can have: how each is written, read and checked.

A value is text in the environment and on the command line, and text, a number, true or false, or
a list in the file. Nothing here opens, runs or looks up anything: whoever was handed somebody
else's file reads it without risk.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import Final, Generic, TypeVar
from urllib.parse import urlsplit

from ses_tui.core.errors import UsageError
from ses_tui.core.moments import parse_duration
from ses_tui.core.source import SourceKind
from ses_tui.core.view import Place, screen_named
from ses_tui.core.windows import WINDOWS, Window, window_named

Value = TypeVar("Value")

_TRUE: Final = frozenset({"true", "yes", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "off", "0"})
_PERCENTAGE: Final = re.compile(r"(\d{1,3}(?:\.\d{1,9})?) ?%", re.ASCII)
_TABLE_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{3,255}|arn:\S{1,2000}")
_REGION: Final = re.compile(r"[A-Za-z0-9-]{1,63}")
_MOST_CHARACTERS: Final = 250


class WrongValueError(ValueError):
    """A value that a setting cannot have; says why, and what it can."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[Value]):
    """One kind of value."""

    form: str
    """What may be written, in words."""
    of_text: Callable[[str], Value]
    """The value that a text means. Raises `WrongValueError` or `UsageError`."""
    to_text: Callable[[Value], str] = str
    """The text that means a value."""
    file_types: tuple[type, ...] = (str,)
    """What TOML makes of it in a file."""

    def of_file(self, value: object) -> Value:
        """The value that was written in a file. Raises `WrongValueError` or `UsageError`."""
        if type(value) not in self.file_types:
            raise WrongValueError(f"write {self.form}")
        return self.of_text(value if isinstance(value, str) else str(value).lower())

    def to_file(self, value: Value) -> str:
        """A value as a file has it."""
        text = self.to_text(value)
        return quoted(text) if str in self.file_types else text


class ListKind(Kind[tuple[str, ...]]):
    """Some of a few names, in an order that means something."""

    def of_file(self, value: object) -> tuple[str, ...]:
        """The names, out of a list of texts."""
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise WrongValueError(f"write {self.form}")
        return self.of_text(",".join(value))

    def to_file(self, value: tuple[str, ...]) -> str:
        """A list of texts."""
        return f"[{', '.join(map(quoted, value))}]"


def quoted(text: str) -> str:
    """`text` as a TOML string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in escaped) + '"'


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that was most likely meant."""
    found = get_close_matches(name.lower(), list(names), n=1)
    return found[0] if found else None


def choice(*names: str) -> Kind[str]:
    """One of a few words."""

    def of_text(text: str) -> str:
        word = text.strip().lower()
        if word not in names:
            meant = nearest(word, names)
            hint = f"did you mean {meant}?" if meant else f"give one of {', '.join(names)}"
            raise WrongValueError(hint)
        return word

    return Kind(" or ".join(quoted(name) for name in names), of_text)


def number(least: float, most: float) -> Kind[float]:
    """A number within bounds, both included."""

    def of_text(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise WrongValueError(f"write a number from {least:g} to {most:g}") from None
        if not least <= value <= most:
            raise WrongValueError(f"give a number from {least:g} to {most:g}")
        return value

    form = f"a number from {least:g} to {most:g}"
    return Kind(form, of_text, lambda value: f"{value:g}", (int, float))


def whole_number(least: int, most: int) -> Kind[int]:
    """A whole number within bounds, both included."""

    def of_text(text: str) -> int:
        digits = text.strip()
        if not (digits.isascii() and digits.isdigit() and least <= int(digits[:12]) <= most):
            raise WrongValueError(f"give a whole number from {least:,} to {most:,}")
        return int(digits)

    return Kind(f"a whole number from {least:,} to {most:,}", of_text, file_types=(int,))


def seconds(least: float, most: float) -> Kind[float]:
    """A span of time within bounds (seconds), both included."""

    def of_text(text: str) -> float:
        milliseconds = parse_duration(text)
        if milliseconds is None or not least <= milliseconds / 1000 <= most:
            raise WrongValueError(f"give a span from {least:g}s to {most:g}s, as in 2s or 1m")
        return milliseconds / 1000

    form = f'a span of time from {least:g}s to {most:g}s, as in "2s"'
    return Kind(form, of_text, lambda value: f"{value:g}s")


def names_of(allowed: Iterable[str]) -> ListKind:
    """Some of the names `allowed`, each once, in any order."""
    names = tuple(allowed)

    def of_text(text: str) -> tuple[str, ...]:
        chosen = tuple(filter(None, (word.strip().lower() for word in text.split(","))))
        for name in chosen:
            if name not in names:
                meant = nearest(name, names)
                hint = f"did you mean {meant}?" if meant else f"there are {', '.join(names)}"
                raise WrongValueError(f"there is no {name!r}: {hint}")
        if not chosen or len(set(chosen)) < len(chosen):
            raise WrongValueError("give at least one name, and each only once")
        return chosen

    form = f"a list of some of {', '.join(map(quoted, names))}"
    return ListKind(form, of_text, lambda value: ",".join(value))


def _switch(text: str) -> bool:
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise WrongValueError("write true or false")


def _percentage(text: str) -> float:
    match = _PERCENTAGE.fullmatch(text.strip())
    if match is None or (percentage := Fraction(match[1])) > 100:
        raise WrongValueError('write a percentage up to 100, as in "5%" or "0.1%"')
    return float(percentage / 100)


def _table_name(text: str) -> str:
    if not _TABLE_NAME.fullmatch(text):
        raise WrongValueError("give 3 to 255 letters, digits, `_`, `-` and `.`, or an ARN")
    return text


def _region_name(text: str) -> str:
    if not _REGION.fullmatch(text):
        raise WrongValueError("write it as in eu-west-1")
    return text


def _plain_name(text: str) -> str:
    if not (0 < len(text) <= _MOST_CHARACTERS and text.isprintable()):
        raise WrongValueError(f"give 1 to {_MOST_CHARACTERS} printable characters")
    return text


def _endpoint(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable()
        usable = usable and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or len(text) > _MOST_CHARACTERS:
        raise WrongValueError(f"{text!r} is no endpoint: write it as http://HOST:PORT")
    if parts.username or parts.password:
        raise WrongValueError("write it without a name and a password")
    return text


SWITCH: Final = Kind("true or false", _switch, lambda value: str(value).lower(), (bool,))
PERCENTAGE: Final = Kind('a percentage, as in "5%"', _percentage, lambda value: f"{value * 100:g}%")
TABLE_NAME: Final = Kind("the name or ARN of a table", _table_name)
REGION: Final = Kind("a region, as in eu-west-1", _region_name)
PLAIN_NAME: Final = Kind("a name", _plain_name)
ENDPOINT: Final = Kind("http://HOST:PORT or https://HOST:PORT", _endpoint)
WINDOW: Final[Kind[Window]] = Kind(
    " or ".join(quoted(window.label) for window in WINDOWS),
    window_named,
    lambda window: window.label,
)
SCREEN: Final = Kind(" or ".join(map(quoted, Place)), screen_named)
SOURCE: Final = Kind(
    " or ".join(quoted(kind) for kind in SourceKind),
    lambda text: SourceKind(choice(*SourceKind).of_text(text)),
    lambda kind: kind.value,
)
USABLE_ERRORS: Final = (WrongValueError, UsageError)
"""What reading a value may raise."""
