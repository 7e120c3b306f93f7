"""What requests are signed with: found before a screen is taken, and anew once it is refused.

Whoever renews a session does so in another terminal, by a program that writes new keys to a file.
botocore reads such a file once, so it would sign with the old ones for as long as it runs.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiobotocore.credentials import AioCredentials
from aiobotocore.session import AioSession
from botocore.exceptions import NoCredentialsError

from ses_tui.aws.errors import fetching_credentials, refuses_credentials
from ses_tui.aws.mfa_prompt import ask_terminals_only
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.session import find_region
from ses_tui.core.errors import CredentialsError
from ses_tui.core.sanitise import sanitise


async def resolve_credentials(session: AioSession, options: ConnectionOptions) -> str:
    """Fetch the credentials now and tell where they are from, as in `sso` or `env`.

    On the plain terminal, where botocore may ask for an MFA code. Raises what botocore raises, and
    `EOFError` where it would ask and there is no terminal.
    """
    if options.access_key is not None:
        return "given"
    ask_terminals_only(session)
    credentials = await _find(session)
    with fetching_credentials():
        await credentials.get_frozen_credentials()
    return str(credentials.method)


def refuse_questions(session: AioSession, options: ConnectionOptions) -> None:
    """Have no provider of credentials ask anything from now on: a screen may be up.

    What would have asked for an MFA code, which freezes the screen, raises `CredentialsError`
    instead; a program that fetches credentials finds no terminal that it could take keys from.
    """
    named = {"--use": options.name, "--profile": options.profile}
    way = next((f" {option} {name}" for option, name in named.items() if name), "")

    def refuse(question: str) -> str:
        raise CredentialsError(
            "the credentials need an MFA code, for which a plain terminal is needed: "
            f"leave and start `ses-tui{sanitise(way)}`"
        )

    apart = partial(
        asyncio.create_subprocess_exec, stdin=asyncio.subprocess.DEVNULL, start_new_session=True
    )
    for provider in session.get_component("credential_provider").providers:
        if hasattr(provider, "_prompter"):
            provider._prompter = refuse
        if hasattr(provider, "_popen"):
            provider._popen = apart


async def renew_when_refused(session: AioSession, options: ConnectionOptions) -> None:
    """Have all clients that `session` makes from now on sign with what the profile has by then,
    whenever AWS has refused what it had before. Nothing is asked."""
    if options.access_key is not None:
        return

    async def find_anew() -> Any:
        anew = AioSession(profile=options.profile)
        find_region(anew, options)
        refuse_questions(anew, options)
        return await _find(anew)

    credentials = RenewableCredentials(await _find(session), find_anew)
    session._credentials = credentials
    session.register("after-call", credentials.note_answer)


class RenewableCredentials(AioCredentials):  # type: ignore[misc]
    """Hands out the keys of others, which are replaced once they were refused."""

    def __init__(self, found: Any, find: Callable[[], Awaitable[Any]]) -> None:
        super().__init__("", "", method=found.method)
        self._found = found
        self._find = find
        self._refused = False
        self._finding = asyncio.Lock()

    def note_answer(self, parsed: dict[str, Any], **_: Any) -> None:
        """Take note of whether an answer, to any call, refuses them."""
        if refuses_credentials(parsed.get("Error", {})):
            self._refused = True

    async def get_frozen_credentials(self) -> Any:
        """The keys of this moment. Raises what botocore raises, and `SesTuiError`."""
        if self._refused:
            async with self._finding:
                if self._refused:
                    self._found = await self._find()
                    self._refused = False
        try:
            with fetching_credentials():
                return await self._found.get_frozen_credentials()
        except Exception:
            self._refused = True
            raise

    async def get_account_id(self) -> str | None:
        """The account they are of, where that is known: DynamoDB has an endpoint for each."""
        account: str | None = (await self.get_frozen_credentials()).account_id
        return account


async def _find(session: AioSession) -> Any:
    with fetching_credentials():
        credentials = await session.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    return credentials
