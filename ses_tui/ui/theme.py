"""A dark theme that is calm: one accent, and strong colour only for what asks for attention."""

from typing import Final

from textual.theme import Theme

THEME: Final = Theme(
    name="ses-dark",
    primary="#6ea8d8",
    secondary="#8fa3b8",
    accent="#d7a65f",
    success="#7fb58a",
    warning="#d7a65f",
    error="#e0707a",
    foreground="#c6ccd4",
    background="#14181d",
    surface="#1b2027",
    panel="#222932",
    dark=True,
    variables={"input-cursor-background": "#c6ccd4", "input-cursor-foreground": "#14181d"},
)
NO_COLOUR_THEME: Final = "ansi-dark"
"""A theme of the terminal's own colours: from it, no colour code at all is written."""
