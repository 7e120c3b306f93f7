"""Themes can be read by everybody, and every one can be chosen."""

import re
from pathlib import Path

import pytest
from rich.color import ColorSystem
from textual.color import Color

from ses_tui.core.configuration import Settings
from ses_tui.core.configuration.settings import THEMES as NAMES
from ses_tui.ui import app as app_module
from ses_tui.ui.ascii_filter import ascii_text
from ses_tui.ui.theme import THEMES
from tests.ui.conftest import Open
from tests.ui.fakes import make_event

STYLES = (Path(app_module.__file__).parent / "app.tcss").read_text()
FADED = {int(share) / 100 for share in re.findall(r"\.tone--.*\$foreground (\d+)%", STYLES)}

RED, GREEN, YELLOW = 9, 10, 11
"""The bright ones of a terminal's sixteen colours."""


def luminance(color: Color) -> float:
    """WCAG 2.1, "relative luminance"."""
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("name", "least"), [("dark", 4.5), ("light", 4.5), ("high-contrast", 7)])
def test_every_tone_stands_out_from_what_it_stands_on(name: str, least: float) -> None:
    theme = THEMES[name]
    grounds = (theme.background, theme.surface, theme.panel)
    foreground, background, surface, panel = (
        Color.parse(colour or "") for colour in (theme.foreground, *grounds)
    )
    strong = [theme.primary, theme.success, theme.warning, theme.error]
    colours = [Color.parse(colour or "") for colour in strong]
    assert all(contrast(background, colour) >= least for colour in colours), "badges"
    for ground in (background, surface, panel):
        faded = [] if name == "high-contrast" else [ground.blend(foreground, f) for f in FADED]
        for colour in (foreground, *colours, *faded):
            assert contrast(ground, colour) >= least, (colour, ground)


def test_in_sixteen_colours_good_warning_and_bad_differ() -> None:
    colours = THEMES["dark"].to_color_system().generate()
    nearest = [
        Color.parse(colours[name]).rich_color.downgrade(ColorSystem.STANDARD).number
        for name in ("success", "warning", "error")
    ]
    assert nearest == [GREEN, YELLOW, RED]


def test_the_configuration_knows_every_theme() -> None:
    assert tuple(THEMES) == NAMES


async def test_the_palette_changes_the_theme(dashboard: Open) -> None:
    async with dashboard(make_event(0), settings=Settings(theme="light")) as board:
        assert board.app.theme == "ses-light"
        await board.press("colon", *"theme ansi", "enter")
        assert board.app.theme == "ses-ansi"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("✓ Delivery › ✗ …", "+ Delivery > x ~"),
        ("▁▄█ ── ┃ ▲ ▼", "_-# -- # ^ v"),
        ("Grüße 世界", "Gr??e ????"),
        ("e\u0301", "e"),
        ("⠀⣿", " @"),
    ],
)
def test_ascii_keeps_every_cell(text: str, drawn: str) -> None:
    assert ascii_text(text) == drawn
