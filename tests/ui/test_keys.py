import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

from ses_tui import ui
from ses_tui.ui.app import DashboardApp
from ses_tui.ui.keys import key_name
from ses_tui.ui.palette import Palette
from ses_tui.ui.screens.base import DashboardScreen
from ses_tui.ui.screens.health import HealthScreen
from ses_tui.ui.screens.help import HelpScreen
from ses_tui.ui.screens.live import LiveScreen
from ses_tui.ui.screens.message import MessageScreen
from ses_tui.ui.screens.original import OriginalScreen
from ses_tui.ui.screens.recipient import RecipientScreen
from ses_tui.ui.screens.search import SearchScreen
from ses_tui.ui.screens.too_small import TooSmallScreen
from ses_tui.ui.screens.write import WritePrompt
from ses_tui.ui.widgets.breakdown_pane import BreakdownRows
from ses_tui.ui.widgets.event_list import EventList
from ses_tui.ui.widgets.filter_input import FilterInput
from ses_tui.ui.widgets.health_charts import HealthCharts
from ses_tui.ui.widgets.health_table import HealthTable
from ses_tui.ui.widgets.json_view import JsonView
from ses_tui.ui.widgets.pager import Pager
from ses_tui.ui.widgets.pane import Pane
from ses_tui.ui.widgets.panes import Panes
from ses_tui.ui.widgets.prompt import (
    AddressPrompt,
    FindPrompt,
    HighlightPrompt,
    KeyPrompt,
    Prompt,
    RemovalPrompt,
    SavePrompt,
    TimePrompt,
)
from ses_tui.ui.widgets.result_list import ResultList
from tests.ui.conftest import Open
from tests.ui.fakes import make_bounce, make_event

DOCUMENT = Path(__file__).parents[2] / "docs" / "keys.md"
PLACES: dict[type[DOMNode], str] = {
    DashboardApp: "everywhere",
    DashboardScreen: "every screen",
    LiveScreen: "Live",
    Panes: "Live",
    EventList: "list",
    Pane: "panes",
    BreakdownRows: "breakdown",
    MessageScreen: "message",
    OriginalScreen: "JSON",
    JsonView: "JSON",
    FindPrompt: "highlight line",
    HealthScreen: "health",
    HealthTable: "tables",
    HealthCharts: "charts",
    RecipientScreen: "recipient",
    AddressPrompt: "address line",
    RemovalPrompt: "removal line",
    SearchScreen: "search",
    HelpScreen: "help",
    Pager: "text",
    ResultList: "results",
    FilterInput: "filter line",
    Prompt: "other lines",
    SavePrompt: "name line",
    WritePrompt: "file line",
    TimePrompt: "time line",
    HighlightPrompt: "highlight line",
    KeyPrompt: "key line",
    Palette: "palette",
    TooSmallScreen: "too small",
}
"""What the document calls the place where the keys of a class hold, in the order it names them."""
Row = tuple[str, str, str, str]


def classes_with_keys() -> Iterator[type[DOMNode]]:
    """Everything of the dashboard that has bindings of its own."""
    for module in walk_packages(ui.__path__, f"{ui.__name__}."):
        for value in vars(import_module(module.name)).values():
            if (
                isinstance(value, type)
                and issubclass(value, DOMNode)
                and value.__module__ == module.name
                and "BINDINGS" in vars(value)
            ):
                yield value


def bindings_of(place: type[DOMNode]) -> list[Binding]:
    return [binding for binding in place.BINDINGS if isinstance(binding, Binding)]


def described() -> set[Row]:
    """Keys, meaning, places and id of every binding."""
    places: dict[tuple[str, str, str], list[str]] = {}
    for kind, place in PLACES.items():
        for binding in bindings_of(kind):
            keys = " ".join(f"`{key_name(key)}`" for key in binding.key.split(","))
            names = places.setdefault((keys, binding.description, f"`{binding.id}`"), [])
            if place not in names:
                names.append(place)
    return {(keys, text, ", ".join(names), id) for (keys, text, id), names in places.items()}


def documented() -> list[Row]:
    return re.findall(r"^\| (`.+?) \| (.+?) \| (.+?) \| (`\w+`) \|$", DOCUMENT.read_text(), re.M)


def test_the_document_lists_every_binding_and_no_other() -> None:
    rows = documented()
    assert set(rows) == described()
    assert len(rows) == len(set(rows))


def test_every_class_that_has_keys_has_a_place() -> None:
    assert set(classes_with_keys()) == set(PLACES)


def test_one_id_has_one_set_of_keys_and_one_meaning() -> None:
    ids = [id for _, _, _, id in described()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "way",
    [
        [],
        ["k", "d", "tab"],
        ["i"],
        ["slash"],
        ["t"],
        ["f"],
        ["enter"],
        ["enter", "J"],
        ["r"],
        ["question_mark"],
        ["h"],
        ["h", "shift+tab"],
        ["s"],
        ["s", "escape"],
        ["s", "escape", "S"],
    ],
    ids=" ".join,
)
async def test_no_key_acts_that_is_not_in_the_document(dashboard: Open, way: list[str]) -> None:
    known = {id.strip("`"): keys for keys, _, _, id in documented()}
    async with dashboard(make_event(0), make_bounce(1)) as board:
        await board.press(*way)
        active = board.app.screen.active_bindings
        assert active
        for key, (_node, binding, _enabled, _tooltip) in active.items():
            assert f"`{key_name(key)}`" in known[binding.id or ""].split()
