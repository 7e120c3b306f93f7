"""The command palette: every action that is possible now, and the menu of what can be copied."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from textual import on
from textual.binding import BindingType
from textual.command import (
    CommandList,
    CommandPalette,
    DiscoveryHit,
    Hit,
    Hits,
    Provider,
    SearchIcon,
)
from textual.content import Content
from textual.widgets import Input
from textual.worker import WorkerCancelled

from ses_tui.core.errors import UsageError
from ses_tui.core.sanitise import sanitise
from ses_tui.core.source import SourceKind
from ses_tui.core.windows import WINDOWS
from ses_tui.core.zone import LOCAL_ZONE, UTC_ZONE
from ses_tui.ui import keys
from ses_tui.ui.copies import copies_of
from ses_tui.ui.profiles import use_profile
from ses_tui.ui.screens.base import DashboardScreen
from ses_tui.ui.screens.paced import PacedScreen
from ses_tui.ui.theme import THEMES

if TYPE_CHECKING:
    from ses_tui.ui.app import DashboardApp

_NAMED_HERE = frozenset({keys.PALETTE.id, keys.ZONE.id, *(each.id for each in keys.CHOOSE_WINDOW)})
"""What is in every palette, under a name of its own, or opens it."""
_SOURCES = {
    "Read by polling pages": SourceKind.POLL,
    "Read the stream itself": SourceKind.STREAM,
}


_MOST_SIGNALS = 6


class Command(NamedTuple):
    """A line of a palette; `name` and `hint` are sanitised text without markup."""

    name: str
    hint: str
    run: Callable[[], Any]


class Palette(PacedScreen, CommandPalette, inherit_bindings=False):
    """Textual's palette, with keys of the one table and without a picture in front."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.CHOOSING]

    def on_mount(self) -> None:
        """Put a plain character where the icon is."""
        self.query_one(SearchIcon).icon = ">"

    @on(Input.Submitted)
    async def run_typed(self, message: Input.Submitted) -> None:
        """Enter may come before the lines that match what is typed: it means one of those."""
        message.prevent_default()
        message.stop()
        for worker in tuple(self.workers):
            if worker.group == self._GATHER_COMMANDS_GROUP and not worker.is_finished:
                with suppress(WorkerCancelled):
                    await worker.wait()
        self._select_or_command()

    def _action_command_list(self, action: str) -> None:
        # Textual ends the program where a page is to be turned of lines that have no place yet.
        is_page = action.startswith("page_")
        if not is_page or self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)


class CommandProvider(Provider):
    """Offers lines that match what is typed, in their own order while nothing is."""

    _commands: tuple[Command, ...] = ()

    async def startup(self) -> None:
        """Fix the lines as of the moment the palette opens."""
        self._commands = tuple(self.commands())

    def commands(self) -> Iterator[Command]:
        """The lines."""
        raise NotImplementedError

    async def discover(self) -> Hits:
        """Every line."""
        for command in self._commands:
            yield DiscoveryHit(_content(command), command.run, text=command.name)

    async def search(self, query: str) -> Hits:
        """The lines that match."""
        matcher = self.matcher(query)
        for command in self._commands:
            score, offsets = matcher.fuzzy_search.match(query, command.name)
            if score > 0:
                content = _content(command)
                for offset in offsets:
                    content = content.stylize(matcher.match_style, offset, offset + 1)
                yield Hit(score, content, command.run, text=command.name)

    @property
    def dashboard(self) -> "DashboardApp":
        """The app."""
        return cast("DashboardApp", self.app)


def _content(command: Command) -> Content:
    """Text as it is: `Content` reads no markup."""
    hint = f"  {command.hint}" if command.hint else ""
    return Content(command.name + hint).stylize("not bold dim", len(command.name))


class ActionProvider(CommandProvider):
    """Everything the screen can do now, the windows, the zone, and how the feed is read."""

    def commands(self) -> Iterator[Command]:
        """What signals stand for first, then what the key bar shows; ways to move come last."""
        yield from self._signals()
        hidden: list[Command] = []
        for command, shown in self._actions():
            if shown:
                yield command
            else:
                hidden.append(command)
        app, screen = self.dashboard, cast("DashboardScreen", self.screen)
        for number, window in enumerate(WINDOWS, 1):
            hint = _hint(str(number), window == screen.window)
            choose = partial(screen.action_choose_window, window.label)
            yield Command(f"Window {window.label}", hint, choose)
        for name, zone in (("UTC", UTC_ZONE), ("local time", LOCAL_ZONE)):
            hint = _hint("z", zone == app.status.zone)
            yield Command(f"Times in {name}", hint, partial(app.show_zone, zone))
        for name, kind in _SOURCES.items():
            hint = _hint("", kind is app.reader.kind)
            yield Command(name, hint, partial(app.reader.use, kind))
        yield from self._saved_searches()
        if not app.no_color:
            for name, theme in THEMES.items():
                hint = _hint("", theme.name == app.theme)
                yield Command(f"Theme {name}", hint, partial(app.show_theme, name))
        yield from hidden

    def _saved_searches(self) -> Iterator[Command]:
        app = self.dashboard
        saved = app.saved_searches
        try:
            searches, own = saved.all, saved.own
        except UsageError as error:
            app.say(f"{sanitise(str(error))}.", warning=True)
            return
        for each in searches:
            run = partial(app.search_for, each.query)
            yield Command(f"Search: {sanitise(each.name)}", sanitise(each.query), run)
        for each in own:
            delete = partial(self._delete, each.name)
            yield Command(f"Delete search: {sanitise(each.name)}", sanitise(each.query), delete)

    def _delete(self, name: str) -> None:
        try:
            self.dashboard.saved_searches.delete(name)
        except UsageError as error:
            self.dashboard.say(f"{sanitise(str(error))}.", warning=True)
        else:
            self.dashboard.say(f"deleted the search {sanitise(name)}")

    def _signals(self) -> Iterator[Command]:
        for signal in self.dashboard.status.signals[:_MOST_SIGNALS]:
            if signal.concern.query:
                name = f"Show the events: {sanitise(signal.concern.headline)}"
                yield Command(name, "", partial(self.dashboard.show_events_of, signal))

    def _actions(self) -> Iterator[tuple[Command, bool]]:
        """Everything that a key does now, once, with all of its keys."""
        by_id: dict[str, tuple[Command, bool, list[str]]] = {}
        for key, (node, binding, enabled, _) in self.screen.active_bindings.items():
            if enabled and binding.description and binding.id not in _NAMED_HERE:
                run = partial(self.app.run_action, binding.action, node)
                command = Command(binding.description, "", run)
                names = by_id.setdefault(binding.id or key, (command, binding.show, []))[2]
                names.append(keys.key_name(key))
        for command, shown, names in by_id.values():
            yield command._replace(hint=" ".join(names)), shown


class ProfileProvider(CommandProvider):
    """The profiles of the configuration."""

    def commands(self) -> Iterator[Command]:
        """Each by its name."""
        app = self.dashboard
        for name in app.profiles.names:
            hint = _hint("", name == app.profiles.present)
            yield Command(sanitise(name), hint, partial(use_profile, app, name))


class CopyProvider(CommandProvider):
    """What can be copied: what is special to the screen, its event in several forms, the view."""

    def commands(self) -> Iterator[Command]:
        """Each with the beginning of what it is."""
        screen = cast("DashboardScreen", self.screen)
        app = self.dashboard
        event, zone = screen.event_at_hand, app.status.zone
        general = copies_of(event, app.view, app.reader.kind, zone, app.program)
        for copy in (*screen.copies(), *general):
            yield Command(copy.name, copy.beginning, partial(app.copy_out, copy.text))


def _hint(key: str, now: bool) -> str:
    return f"{key} (now)".strip() if now else key
