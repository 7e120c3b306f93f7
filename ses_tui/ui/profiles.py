"""Going over to another table: what the dashboard asks of whoever opened it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from ses_tui.core.errors import SesTuiError
from ses_tui.core.sanitise import sanitise

if TYPE_CHECKING:
    from ses_tui.ui.app import DashboardApp

PROFILE_GROUP: Final = "profile"


class Profiles(Protocol):
    """The profiles of the configuration.

    The dashboard is that of one table, from the first event in memory to the last mark. So it does
    not change its table: the way to the other one is opened, and only then it ends, and another
    dashboard takes its place.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """The profiles there are."""
        ...

    @property
    def none_because(self) -> str:
        """What to say where there are none."""
        ...

    @property
    def present(self) -> str | None:
        """The one that is in use."""
        ...

    async def open(self, name: str) -> None:
        """Open the way to the table of a profile, and try it. Asks nothing on the terminal.

        Raises `SesTuiError`; nothing has changed then.
        """
        ...


@dataclass(frozen=True, slots=True)
class NoProfiles:
    """There is nowhere to go."""

    names: tuple[str, ...] = ()
    present: str | None = None
    none_because: str = "There is no other profile here."

    async def open(self, name: str) -> None:
        """Never called, since no name is offered."""
        raise LookupError(name)


NO_PROFILES: Final = NoProfiles()


def use_profile(app: "DashboardApp", name: str) -> None:
    """Go over to another profile; where it cannot be reached, say why and stay."""
    if name != app.profiles.present:
        app.say(f"connecting to {sanitise(name)}; this table stays until then")
        app.run_worker(_open(app, name), group=PROFILE_GROUP, exclusive=True, exit_on_error=False)


async def _open(app: "DashboardApp", name: str) -> None:
    try:
        await app.profiles.open(name)
    except SesTuiError as error:
        reason = sanitise(str(error))
        app.say(f"Still here, since {sanitise(name)} cannot be used: {reason}", warning=True)
    else:
        app.exit()
