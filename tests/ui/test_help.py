import pytest
from textual.binding import Binding

from ses_tui.ui import keys
from ses_tui.ui.app import DashboardApp
from ses_tui.ui.keys import key_name
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import FakeConnection, FrozenClock, make_event


async def read_all(board: Dashboard) -> str:
    """The text of a screen from its top to its end."""
    text = board.text
    for _ in range(5):
        await board.press("space")
        text += "\n" + board.text
    return text


@pytest.mark.parametrize("key", ["question_mark", "f1"])
@pytest.mark.parametrize("way", [[], ["enter"]])
@pytest.mark.parametrize("size", [(160, 48), (80, 24)])
async def test_help_lists_every_key_of_the_screen_behind(
    dashboard: Open, key: str, way: list[str], size: tuple[int, int]
) -> None:
    async with dashboard(*map(make_event, range(30)), size=size) as board:
        await board.press(*way)
        active = dict(board.app.screen.active_bindings)
        await board.press(key)
        text = await read_all(board)
        assert len(active) > 20
        for name, (_node, binding, enabled, _tooltip) in active.items():
            assert enabled
            assert binding.id, f"{name} has no id"
            line = next(
                line
                for line in text.splitlines()
                if line.rstrip(" ┃").endswith(f" {binding.description}")
            )
            assert key_name(name) in line.split()
        await board.press("escape")
        assert len(board.app.screen_stack) == len(way) + 1


async def test_help_of_the_filter_input_lists_its_editing_keys(dashboard: Open) -> None:
    async with dashboard(make_event(0)) as board:
        await board.press("slash", "f1")
        assert "Delete the word before" in board.text
        assert "Page up" not in board.text
        await board.press("q", "x")
        assert board.app.screen.query_one("FilterInput").value == "x"  # type: ignore[attr-defined]


async def test_keys_in_the_last_line_are_those_that_work(dashboard: Open) -> None:
    async with dashboard(make_event(0), size=(160, 48)) as board:
        assert "Clear filter" not in board.lines[-1]
        await board.press("slash", "r")
        assert "Esc Cancel" in board.lines[-1]
        assert "/ Filter" not in board.lines[-1]
        await board.press("enter")
        assert "Esc Clear filter" in board.lines[-1]
        assert "/ Filter" in board.lines[-1]


@pytest.mark.parametrize("way", [[], ["d"], ["i"]], ids=" ".join)
async def test_what_a_newcomer_needs_has_room_in_the_last_line(
    dashboard: Open, way: list[str]
) -> None:
    async with dashboard(make_event(0), make_event(1), size=(80, 24)) as board:
        await board.press("k", *way)
        for key in ("Enter", "/ Filter", "? Help", "q Quit"):
            assert f" {key}" in board.lines[-1]


def test_no_key_needs_what_terminals_and_multiplexers_take() -> None:
    table = [value for value in vars(keys).values() if isinstance(value, Binding)]
    table += [*keys.MOVING, *keys.READING, *keys.EDITING, *keys.CHOOSING]
    names = {key for binding in table for key in binding.key.split(",")}
    assert not {f"ctrl+{letter}" for letter in "abqs"} & names
    assert not [name for name in names if "alt" in name]
    assert all(binding.id for binding in table)


async def test_control_q_does_nothing(dashboard: Open) -> None:
    async with dashboard(make_event(0)) as board:
        await board.press("ctrl+q")
        assert board.app.is_running
        assert len(board.app.screen_stack) == 1


@pytest.mark.parametrize("size", [(160, 48), (80, 24)])
async def test_help_is_searched_by_what_a_key_does_or_by_its_name(
    dashboard: Open, size: tuple[int, int]
) -> None:
    async with dashboard(make_event(0), size=size) as board:
        await board.press("question_mark", "slash", *"MARK next")
        shown = [line for line in board.lines[1:-2] if line.strip(" ┃")]
        assert [line.split() for line in shown] == [["Moving"], ["'", "Next", "mark"]]
        await board.press("enter", "escape")
        assert len([line for line in board.lines if line.strip(" ┃")]) > 15
        await board.press("slash", "q", "enter")
        assert "Quit" in board.text
        assert "Next mark" not in board.text
        await board.press("slash", *"zzz")
        assert "No key does that" in board.text
        await board.press("escape", "escape")
        assert len(board.app.screen_stack) == 1


async def test_a_newcomer_is_told_the_keys_that_hold_here() -> None:
    connection = FakeConnection()
    app = DashboardApp(
        connection=connection, clock=FrozenClock(), keymap={"filter": "F"}, greets=True
    )
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.pause()
        await pilot.pause()
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
    for words in ("F filters", "Enter opens the whole", "s searches", "? lists the keys"):
        assert words in text
