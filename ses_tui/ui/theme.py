"""Themes: one accent, and strong colour only for what asks for attention.

What is good and what is bad differ in lightness as well as in hue, and never in colour alone: a
word or a mark says it, too. Contrasts of text on its background are at least 4.5 to 1 (WCAG AA),
at least 7 to 1 in the high contrast theme. Where a terminal has sixteen colours alone, Rich takes
the nearest: those of the dark theme are chosen so that it is green, yellow and red, and not white.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

DARK: Final = Theme(
    name="ses-dark",
    primary="#6ea8d8",
    secondary="#8fa3b8",
    accent="#e6b94b",
    success="#69cd73",
    warning="#e6b94b",
    error="#e0707a",
    foreground="#c6ccd4",
    background="#14181d",
    surface="#1b2027",
    panel="#222932",
    dark=True,
    variables={"input-cursor-background": "#c6ccd4", "input-cursor-foreground": "#14181d"},
)
LIGHT: Final = Theme(
    name="ses-light",
    primary="#1d5f99",
    secondary="#4a5b6c",
    accent="#8a5a00",
    success="#1f6b3a",
    warning="#8a5a00",
    error="#b3202e",
    foreground="#20262d",
    background="#fbfbf9",
    surface="#f1f1ee",
    panel="#e4e5e2",
    dark=False,
    variables={"input-cursor-background": "#20262d", "input-cursor-foreground": "#fbfbf9"},
)
HIGH_CONTRAST: Final = Theme(
    name="ses-high-contrast",
    primary="#7fd4ff",
    secondary="#ffffff",
    accent="#ffd000",
    success="#8dff9e",
    warning="#ffd000",
    error="#ffb3b3",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#303030",
    dark=True,
    variables={"input-cursor-background": "#ffffff", "input-cursor-foreground": "#000000"},
)
_TEXTUALS: Final = BUILTIN_THEMES["ansi-dark"]
ANSI: Final = replace(
    _TEXTUALS,
    name="ses-ansi",
    accent="ansi_yellow",
    variables={**_TEXTUALS.variables, "primary-muted": "ansi_default"},
)
"""The terminal's own 16 colours on its own background; `app.tcss` says what else differs there."""
THEMES: Final[Mapping[str, Theme]] = {
    "dark": DARK,
    "light": LIGHT,
    "high-contrast": HIGH_CONTRAST,
    "ansi": ANSI,
}
"""By the name that the configuration has for each."""
