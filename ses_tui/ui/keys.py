"""Every key of the dashboard, in one table. Screens and widgets choose from it; help lists it.

The `id` of a binding is its public name. Printable keys are no priority bindings, so that an
input that has the focus gets them as text.
"""

from typing import Final

from textual.binding import Binding

from ses_tui.core.windows import WINDOWS

_MOVE = Binding.Group("Moving")
_SHOW = Binding.Group("Showing")
_WINDOW = Binding.Group("Window", compact=True)
_FEED = Binding.Group("Feed")
_EDIT = Binding.Group("Editing the filter")
_PROGRAM = Binding.Group("Program")

OPEN: Final = Binding("enter", "open", "Open", id="open", group=_SHOW)
FILTER: Final = Binding("slash", "filter", "Filter", id="filter", group=_SHOW)
CLEAR_FILTER: Final = Binding(
    "escape", "clear_filter", "Clear filter", id="clear_filter", group=_SHOW
)
ZONE: Final = Binding("z", "app.toggle_zone", "UTC/local", id="zone", group=_SHOW)

CHOOSE_WINDOW: Final = tuple(
    Binding(
        str(number),
        f"app.choose_window('{window.label}')",
        f"Rates of the last {window.label}",
        id=f"window_{window.label}",
        group=_WINDOW,
    )
    for number, window in enumerate(WINDOWS, 1)
)

PAUSE: Final = Binding("p", "app.pause", "Pause", id="pause", group=_FEED)
RESUME: Final = Binding("p", "app.resume", "Resume", id="resume", group=_FEED)
RETRY: Final = Binding("R", "app.retry", "Retry now", id="retry", show=False, group=_FEED)
READ_AGAIN: Final = Binding("R", "read_again", "Read again", id="read_again", group=_FEED)

HELP: Final = Binding("question_mark,f1", "app.help", "Help", id="help", group=_PROGRAM)
REDRAW: Final = Binding(
    "ctrl+l", "app.redraw", "Redraw screen", id="redraw", show=False, group=_PROGRAM
)
QUIT: Final = Binding("q", "app.quit", "Quit", id="quit", group=_PROGRAM)
QUIT_ANYWHERE: Final = Binding(
    "ctrl+c",
    "app.quit",
    "Quit from anywhere",
    id="quit_anywhere",
    show=False,
    priority=True,
    group=_PROGRAM,
)
BACK: Final = Binding("q,escape", "back", "Back", id="back", group=_PROGRAM)


def _move(keys: str, action: str, description: str, name: str) -> Binding:
    return Binding(keys, action, description, id=name, show=False, group=_MOVE)


MOVING: Final = (
    _move("up,k", "move(-1)", "Up", "up"),
    _move("down,j", "move(1)", "Down", "down"),
    _move("pageup,b", "page(-1)", "Page up", "page_up"),
    _move("pagedown,space", "page(1)", "Page down", "page_down"),
    _move("ctrl+u", "page(-0.5)", "Half a page up", "half_page_up"),
    _move("ctrl+d", "page(0.5)", "Half a page down", "half_page_down"),
    _move("home,g", "oldest", "Oldest", "oldest"),
    _move("end,G", "newest", "Newest, follow", "newest"),
)
READING: Final = (
    *MOVING[:6],
    _move("home,g", "oldest", "Top", "top"),
    _move("end,G", "newest", "Bottom", "bottom"),
)


def _edit(keys: str, action: str, description: str, name: str) -> Binding:
    return Binding(keys, action, description, id=name, show=False, group=_EDIT)


EDITING: Final = (
    Binding("enter", "submit", "Apply", id="apply_filter", group=_EDIT),
    Binding("escape", "cancel", "Cancel", id="cancel_filter", group=_EDIT),
    Binding("ctrl+u", "delete_left_all", "Clear", id="delete_to_start", group=_EDIT),
    _edit("left", "cursor_left", "Left", "cursor_left"),
    _edit("right", "cursor_right", "Right", "cursor_right"),
    _edit("home", "home", "To the start", "cursor_home"),
    _edit("end", "end", "To the end", "cursor_end"),
    _edit("backspace", "delete_left", "Delete before the cursor", "delete_left"),
    _edit("delete,ctrl+d", "delete_right", "Delete under the cursor", "delete_right"),
    _edit("ctrl+w", "delete_left_word", "Delete the word before", "delete_word"),
)

_KEY_NAMES: Final = {
    "question_mark": "?",
    "slash": "/",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "backspace": "Backspace",
    "delete": "Delete",
    "f1": "F1",
}


def key_name(key: str) -> str:
    """A key as it is written on keyboards, as in `Esc`, `Ctrl-d`, `?`."""
    modifier, plus, plain = key.rpartition("+")
    name = _KEY_NAMES.get(plain, plain)
    return f"{modifier.capitalize()}-{name}" if plus else name
