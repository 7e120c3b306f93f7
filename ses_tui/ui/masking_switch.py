"""Masking addresses, or showing them again, while the dashboard runs."""

from typing import TYPE_CHECKING

from ses_tui.core.masking import MASKING

if TYPE_CHECKING:
    from ses_tui.ui.app import DashboardApp


def toggle_masking(app: "DashboardApp") -> None:
    """Mask addresses, or show them again, unless whoever may decide wants them masked.

    That is the owner of the table, and in a browser whoever serves the dashboard there.
    """
    if MASKING.forced:
        app.say("Addresses stay masked: the owner of this table wants it.", warning=True)
    elif MASKING.on and app.is_web:
        app.say("Addresses stay masked: who serves this page wants it.", warning=True)
    else:
        MASKING.ask(not MASKING.on)
        app.refresh_status()
        app.say("addresses are masked" if MASKING.on else "addresses are shown")
