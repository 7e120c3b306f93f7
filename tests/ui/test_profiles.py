"""Going over to another profile, with somebody else opening the way there."""

import asyncio

from ses_tui.core.errors import CredentialsError
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import make_event


class FakeProfiles:
    names = ("production", "staging")
    present = "production"
    none_because = ""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer = asyncio.Event()
        self.error: CredentialsError | None = None

    async def open(self, name: str) -> None:
        self.asked.append(name)
        await self.answer.wait()
        if self.error is not None:
            raise self.error


def said(board: Dashboard) -> list[str]:
    return [notification.message for notification in board.app._notifications]


async def test_the_present_table_stays_until_the_other_can_be_read(dashboard: Open) -> None:
    profiles = FakeProfiles()
    async with dashboard(make_event(0), profiles=profiles) as board:
        await board.press("P")
        assert "production  (now)" in board.text
        await board.press("enter")
        assert profiles.asked == []
        await board.press("P", *"stag", "enter")
        assert profiles.asked == ["staging"]
        assert board.app.is_running
        await board.feed(make_event(1))
        assert "reader1@" in board.text
        profiles.answer.set()
        await board.pilot.pause()
        assert board.app._exit


async def test_where_the_other_fails_it_says_why_and_stays(dashboard: Open) -> None:
    profiles = FakeProfiles()
    profiles.error = CredentialsError("the token has expired: run `aws sso login`")
    profiles.answer.set()
    async with dashboard(make_event(0), profiles=profiles, size=(160, 48)) as board:
        await board.press("P", *"stag", "enter")
        assert said(board)[-1].startswith("Still here, since staging cannot be used")
        assert "aws sso login" in said(board)[-1]
        await board.feed(make_event(1))
        assert "reader1@" in board.text


async def test_without_profiles_the_key_says_so(dashboard: Open) -> None:
    async with dashboard(make_event(0)) as board:
        await board.press("P")
        assert said(board)[-1] == "There is no other profile here."
