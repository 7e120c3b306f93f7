"""What is said once, when the dashboard opens for the first time on a machine."""

from collections.abc import Mapping

from textual.binding import ActiveBinding

from ses_tui.ui.keys import key_name


def greeting(active: Mapping[str, ActiveBinding]) -> str:
    """Three lines, with the keys as they are now."""
    named: dict[str, str] = {}
    for key, (_node, binding, enabled, _tooltip) in active.items():
        if enabled and binding.id:
            named.setdefault(binding.id, key_name(key))
    return (
        "A line is one event of one mail, the newest at the bottom.\n"
        f"{named['filter']} filters, {named['open']} opens the whole message, "
        f"{named['search']} searches all that is stored.\n"
        f"{named['help']} lists the keys, {named['palette']} every command, {named['quit']} quits."
    )
