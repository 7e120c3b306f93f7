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
_PLACE = Binding.Group("Places")
_SEARCH = Binding.Group("Search")
_PANE = Binding.Group("Panes")
_EDIT = Binding.Group("Editing the filter")
_PROGRAM = Binding.Group("Program")

OPEN: Final = Binding("enter", "open", "Open", id="open", group=_SHOW)
FILTER: Final = Binding("slash", "filter", "Filter", id="filter", group=_SHOW)
CLEAR_FILTER: Final = Binding(
    "escape", "clear_filter", "Clear filter", id="clear_filter", group=_SHOW
)
HIGHLIGHT: Final = Binding("f", "highlight", "Highlight", id="highlight", group=_SHOW)
CLEAR_HIGHLIGHT: Final = Binding(
    "escape", "clear_highlight", "Clear highlight", id="clear_highlight", group=_SHOW
)
STOP_LOADING: Final = Binding(
    "escape", "stop_reading", "Stop reading", id="stop_reading", group=_SHOW
)
ZONE: Final = Binding("z", "app.toggle_zone", "UTC/local", id="zone", group=_SHOW)
MASKING: Final = Binding(
    "M", "app.toggle_masking", "Mask addresses", id="masking", show=False, group=_SHOW
)

CHOOSE_WINDOW: Final = tuple(
    Binding(
        str(number),
        f"choose_window('{window.label}')",
        f"The last {window.label}",
        id=f"window_{window.label}",
        group=_WINDOW,
    )
    for number, window in enumerate(WINDOWS, 1)
)

PAUSE: Final = Binding("p", "app.pause", "Pause", id="pause", group=_FEED)
RESUME: Final = Binding("p", "app.resume", "Resume", id="resume", group=_FEED)
RETRY: Final = Binding("R", "app.retry", "Retry now", id="retry", show=False, group=_FEED)
FASTER: Final = Binding(
    "plus", "app.poll_faster", "Poll faster", id="poll_faster", show=False, group=_FEED
)
SLOWER: Final = Binding(
    "minus", "app.poll_slower", "Poll slower", id="poll_slower", show=False, group=_FEED
)
QUERY: Final = Binding("slash", "edit_query", "Query", id="query", group=_SEARCH)
GO_ON: Final = Binding("enter", "go_on", "Go on", id="go_on", group=_SEARCH)
TURN: Final = Binding(
    "right_square_bracket,left_square_bracket",
    "turn",
    "By message or event",
    id="turn",
    group=_SEARCH,
)
SORT: Final = Binding("o", "sort", "Sort", id="sort", group=_SHOW)
REVERSE: Final = Binding("O", "reverse", "Reverse", id="reverse", show=False, group=_SHOW)
SAVE: Final = Binding("S", "save_search", "Save search", id="save_search", group=_SEARCH)
JSON: Final = Binding("J", "original", "JSON", id="json", group=_SHOW)
FOLD: Final = Binding("enter", "fold", "Fold or unfold", id="fold", group=_SHOW)
WRAP: Final = Binding("W", "wrap", "Wrap", id="wrap", group=_SHOW)
NEXT_RECIPIENT: Final = Binding(
    "right_square_bracket", "recipient(1)", "Next recipient", id="next_tab", group=_SHOW
)
PREVIOUS_RECIPIENT: Final = Binding(
    "left_square_bracket",
    "recipient(-1)",
    "Recipient before",
    id="previous_tab",
    show=False,
    group=_SHOW,
)
ASK_RECIPIENT: Final = Binding(
    "r", "ask_recipient", "Other address", id="ask_recipient", group=_SHOW
)
UNSUPPRESS: Final = Binding(
    "x", "unsuppress", "Take off the suppression list", id="unsuppress", group=_SHOW
)
SUPPRESSED_BY: Final = Binding(
    "X", "suppressed_by", "Message that suppressed it", id="suppressed_by", group=_SHOW
)
READ_AGAIN: Final = Binding("R", "read_again", "Read again", id="read_again", group=_FEED)

DETAIL: Final = Binding("d", "toggle_detail", "Detail", id="detail", group=_PANE)
BREAKDOWN: Final = Binding("i", "toggle_breakdown", "Breakdown", id="breakdown", group=_PANE)
NEXT_PANE: Final = Binding("tab", "next_pane", "Next pane", id="next_pane", group=_PANE)
PREVIOUS_PANE: Final = Binding(
    "shift+tab",
    "previous_pane",
    "Previous pane",
    id="previous_pane",
    show=False,
    group=_PANE,
)
CLOSE_PANE: Final = Binding("escape", "close", "Close", id="close_pane", group=_PANE)
NARROW: Final = Binding("enter", "narrow", "Narrow", id="narrow", group=_PANE)
NEXT_DIMENSION: Final = Binding(
    "right_square_bracket", "dimension(1)", "Count by the next", id="next_dimension", group=_PANE
)
PREVIOUS_DIMENSION: Final = Binding(
    "left_square_bracket",
    "dimension(-1)",
    "Count by the one before",
    id="previous_dimension",
    show=False,
    group=_PANE,
)

PROFILE: Final = Binding(
    "P", "app.profile", "Another profile", id="profile", show=False, group=_PROGRAM
)
MOUSE: Final = Binding(
    "percent_sign", "app.toggle_mouse", "Mouse on or off", id="mouse", show=False, group=_PROGRAM
)
WRITE: Final = Binding("w", "write", "Write file", id="write", group=_SHOW)
OPEN_EVENTS: Final = Binding(
    "enter", "open_events", "Events behind it", id="open_events", group=_SHOW
)
TURNING: Final = (
    Binding("right_square_bracket", "turn_to(1)", "Next table", id="next_table", group=_PANE),
    Binding(
        "left_square_bracket",
        "turn_to(-1)",
        "Table before",
        id="previous_table",
        show=False,
        group=_PANE,
    ),
)
COPY: Final = Binding("y", "app.copy", "Copy", id="copy", group=_SHOW)
PALETTE: Final = Binding("colon,ctrl+p", "app.palette", "Commands", id="palette", group=_PROGRAM)
HELP: Final = Binding("question_mark,f1", "app.help", "Help", id="help", group=_PROGRAM)
REDRAW: Final = Binding(
    "ctrl+l", "app.redraw", "Redraw screen", id="redraw", show=False, group=_PROGRAM
)
ACKNOWLEDGE: Final = Binding("a", "app.acknowledge", "Acknowledge", id="acknowledge", group=_SHOW)
SUSPEND: Final = Binding(
    "ctrl+z", "app.suspend_process", "Suspend", id="suspend", show=False, group=_PROGRAM
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
LIVE: Final = Binding("l", "go_to('live')", "Live", id="live", group=_PLACE)
HEALTH: Final = Binding("h", "go_to('health')", "Health", id="health", group=_PLACE)
SEARCH: Final = Binding("s", "go_to('search')", "Search", id="search", group=_PLACE)
RECIPIENT: Final = Binding("r", "go_to('recipient')", "Recipient", id="recipient", group=_PLACE)
BACK: Final = Binding("q,escape", "back", "Back", id="back", group=_PROGRAM)

EVERYWHERE: Final = (
    HELP,
    LIVE,
    HEALTH,
    SEARCH,
    RECIPIENT,
    ACKNOWLEDGE,
    COPY,
    WRITE,
    ZONE,
    PALETTE,
    PROFILE,
    MASKING,
    MOUSE,
)
"""Keys of every screen, but for those that only cover another."""


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
SIDEWAYS: Final = (
    _move("right", "sideways(1)", "Columns further right", "right"),
    _move("left", "sideways(-1)", "Columns further left", "left"),
)
COLUMNS: Final = (
    _move("right", "column(1)", "Column further right", "next_column"),
    _move("left", "column(-1)", "Column further left", "previous_column"),
)
GO_TO_TIME: Final = Binding("t", "go_to_time", "Go to time", id="go_to_time", group=_MOVE)
MATCHES: Final = (
    _move("n", "match(1)", "Next highlighted", "next_match"),
    _move("N", "match(-1)", "Highlighted before", "previous_match"),
)
MARK: Final = _move("m", "mark", "Mark, or take the mark away", "mark")
FINDING: Final = (
    _move("e", "problem(1)", "Next problem", "next_problem"),
    _move("E", "problem(-1)", "Problem before", "previous_problem"),
    *MATCHES,
    MARK,
    _move("apostrophe", "screen.next_mark", "Next mark", "next_mark"),
)
READING: Final = (
    *MOVING[:6],
    _move("home,g", "oldest", "Top", "top"),
    _move("end,G", "newest", "Bottom", "bottom"),
)


_PLAIN_EDITING: Final = frozenset(
    {
        "delete_left_all",
        "cursor_left",
        "cursor_right",
        "home",
        "end",
        "delete_left",
        "delete_right",
        "delete_left_word",
    }
)
"""What the lines in which no filter is typed can do, too."""


def _edit(keys: str, action: str, description: str, name: str) -> Binding:
    return Binding(keys, action, description, id=name, show=False, group=_EDIT)


EDITING: Final = (
    Binding("enter", "submit", "Apply", id="apply_filter", group=_EDIT),
    Binding("escape", "cancel", "Cancel", id="cancel_filter", group=_EDIT),
    Binding("ctrl+u", "delete_left_all", "Clear", id="delete_to_start", group=_EDIT),
    Binding("tab", "complete(1)", "Complete", id="complete", group=_EDIT),
    _edit("shift+tab", "complete(-1)", "Complete, the one before", "complete_back"),
    _edit("up", "older", "Filter of before", "older_filter"),
    _edit("down", "newer", "Filter after that", "newer_filter"),
    _edit("left", "cursor_left", "Left", "cursor_left"),
    _edit("right", "cursor_right", "Right", "cursor_right"),
    _edit("home", "home", "To the start", "cursor_home"),
    _edit("end", "end", "To the end", "cursor_end"),
    _edit("backspace", "delete_left", "Delete before the cursor", "delete_left"),
    _edit("delete,ctrl+d", "delete_right", "Delete under the cursor", "delete_right"),
    _edit("ctrl+w", "delete_left_word", "Delete the word before", "delete_word"),
)

TYPING: Final = (
    Binding("escape", "cancel", "Cancel", id="cancel_typing", group=_EDIT),
    *(binding for binding in EDITING if binding.action in _PLAIN_EDITING),
)
FIND_KEY: Final = Binding("slash", "find_key", "Find a key", id="find_key", group=_SHOW)
LIST_ALL_KEYS: Final = Binding(
    "escape", "list_all", "List all keys", id="list_all_keys", group=_SHOW
)
KEY_TYPED: Final = Binding("enter", "submit", "Keep these", id="key_typed", group=_EDIT)
GO_TO_TYPED: Final = Binding("enter", "submit", "Go there", id="go_to_typed", group=_EDIT)
WRITE_TYPED: Final = Binding("enter", "submit", "Write", id="write_typed", group=_EDIT)
SAVE_TYPED: Final = Binding("enter", "submit", "Save", id="save_typed", group=_EDIT)
ADDRESS_TYPED: Final = Binding("enter", "submit", "Show", id="address_typed", group=_EDIT)
REMOVAL_TYPED: Final = Binding("enter", "submit", "Take it off", id="removal_typed", group=_EDIT)
HIGHLIGHT_TYPED: Final = Binding("enter", "submit", "Highlight", id="highlight_typed", group=_EDIT)

CHOOSING: Final = (
    Binding("escape", "escape", "Leave", id="leave_palette", group=_PROGRAM),
    _move("up", "command_list('cursor_up')", "Command before", "previous_command"),
    _move("down", "cursor_down", "Next command", "next_command"),
    _move("pageup", "command_list('page_up')", "Commands further up", "commands_up"),
    _move("pagedown", "command_list('page_down')", "Commands further down", "commands_down"),
)

KEY_NAMES: Final = {
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "apostrophe": "'",
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
    "tab": "Tab",
    "plus": "+",
    "minus": "-",
    "percent_sign": "%",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}
"""Keys that keyboards write otherwise than Textual."""


def key_name(key: str) -> str:
    """A key as it is written on keyboards, as in `Esc`, `Ctrl-d`, `?`."""
    modifier, plus, plain = key.rpartition("+")
    name = KEY_NAMES.get(plain, plain)
    return f"{modifier.capitalize()}-{name}" if plus else name
