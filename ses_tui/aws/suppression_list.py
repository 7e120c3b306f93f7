"""The account's suppression list, by the API of SES version 2."""

from collections.abc import Coroutine
from datetime import datetime
from typing import Any, Final

from ses_tui.aws.doctor.calls import Trouble, trouble_of, words_of
from ses_tui.aws.endpoint import is_aws
from ses_tui.aws.errors import OUTSIDE_ERRORS
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.ses_client import SesClient
from ses_tui.core.errors import CredentialsError, SesTuiError, TableError, UsageError
from ses_tui.core.sanitise import sanitise
from ses_tui.core.suppression import SuppressedAddress, SuppressionAnswer, forms_to_ask

READ_ACTION: Final = "ses:GetSuppressedDestination"
REMOVE_ACTION: Final = "ses:DeleteSuppressedDestination"
_LOCAL: Final = "not available on a local engine"
_NO_SES: Final = (Trouble.NO_SERVICE, Trouble.OTHER)
"""How an emulator without SES answers."""


class AwsSuppressionList:
    """A `SuppressionList` over a client of SES that others may use, too."""

    def __init__(self, ses: SesClient, options: ConnectionOptions) -> None:
        self._ses = ses
        self._options = options

    @property
    def may_remove(self) -> bool:
        """Whether `--allow-write` was given."""
        return self._options.allow_write

    async def find(self, address: str) -> SuppressionAnswer:
        """The entry of `address`: asked for as it is written, then in lower case.

        Raises `SesTuiError`; a missing permission is no error.
        """
        client = await self._ses.opened()
        if client is None:
            return SuppressionAnswer(hindrance=_LOCAL)
        asked: list[str] = []
        for form in forms_to_ask(address):
            asked.append(form)
            try:
                answer = await self._run(client.get_suppressed_destination(EmailAddress=form))
            except _RefusedError as error:
                if error.trouble is Trouble.NOT_FOUND:
                    continue
                if error.trouble is Trouble.DENIED:
                    return SuppressionAnswer(
                        hindrance=f"no permission: {READ_ACTION}; the stack's reader policy has it"
                    )
                if error.trouble in _NO_SES and not is_aws(client.meta.endpoint_url):
                    return SuppressionAnswer(hindrance=_LOCAL)
                raise _read_error(error) from error
            return SuppressionAnswer(tuple(asked), _entry_of(answer, form))
        return SuppressionAnswer(tuple(asked))

    async def remove(self, address: str) -> None:
        """Take an entry off, named exactly as it stands in the list. Raises `SesTuiError`."""
        if not self.may_remove:
            raise UsageError("nothing may be changed: start ses-tui with --allow-write")
        client = await self._ses.opened()
        if client is None:
            raise UsageError("there is no suppression list on a local engine")
        try:
            await self._run(client.delete_suppressed_destination(EmailAddress=address))
        except _RefusedError as error:
            if error.trouble is Trouble.DENIED:
                raise CredentialsError(
                    f"no permission: {REMOVE_ACTION}; the operator policy of the stack has it"
                ) from error
            if error.trouble is Trouble.NOT_FOUND:
                raise TableError(f"{address} is no longer on the suppression list") from error
            raise _read_error(error) from error

    async def _run(self, call: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
        """Raises `_RefusedError` for what SES or the way to it says."""
        return await self._ses.calls.run(_told_apart(call, self._options))


class _RefusedError(SesTuiError):
    """A call that was not answered, with why."""

    def __init__(self, trouble: Trouble, said: str) -> None:
        super().__init__(said)
        self.trouble = trouble


async def _told_apart(
    call: Coroutine[Any, Any, dict[str, Any]], options: ConnectionOptions
) -> dict[str, Any]:
    try:
        return await call
    except OUTSIDE_ERRORS as error:
        trouble = trouble_of(error, options)
        raise _RefusedError(trouble, words_of(error, trouble, options)) from error


def _read_error(error: _RefusedError) -> SesTuiError:
    if error.trouble is Trouble.CREDENTIALS:
        return CredentialsError(str(error))
    return TableError(f"the suppression list does not answer: {error}")


def _entry_of(answer: dict[str, Any], asked: str) -> SuppressedAddress:
    found = answer.get("SuppressedDestination", {})
    since = found.get("LastUpdateTime")
    attributes = found.get("Attributes") or {}
    return SuppressedAddress(
        address=str(found.get("EmailAddress") or asked),
        reason=sanitise(str(found.get("Reason") or "no reason given")),
        since=int(since.timestamp() * 1000) if isinstance(since, datetime) else None,
        message_id=attributes.get("MessageId"),
    )
