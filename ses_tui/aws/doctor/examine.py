"""One examination: every check at once, and none that hides another."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from aiobotocore.session import AioSession

from recorder.model.clock import Clock
from ses_tui.aws.credentials import resolve_credentials
from ses_tui.aws.doctor.calls import CallError, ServiceCalls
from ses_tui.aws.doctor.check import Check, skipped
from ses_tui.aws.doctor.credentials import CREDENTIALS, REGION
from ses_tui.aws.doctor.installation import Installation
from ses_tui.aws.doctor.registry import CHECKS
from ses_tui.aws.errors import explained
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.session import find_region
from ses_tui.aws.table_check import command_line
from ses_tui.core.errors import CredentialsError
from ses_tui.core.health_check import CheckResult, Verdict


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, and where."""

    options: ConnectionOptions
    """With the region, if one was found."""
    results: tuple[CheckResult, ...]


async def examine(options: ConnectionOptions, clock: Clock) -> Examination:
    """Runs every check.

    May ask for an MFA code on the terminal. Without credentials or a region nothing else can be
    asked, and the rest is skipped. Raises `UsageError` for what is no endpoint.
    """
    async with AsyncExitStack() as resources:
        session = AioSession(profile=options.profile)
        resolved = options
        try:
            with explained(options):
                resolved = replace(options, region=find_region(session, options))
        except CredentialsError as error:
            return Examination(resolved, _without(REGION, error))
        try:
            with explained(resolved):
                origin = await resolve_credentials(session, resolved)
        except CredentialsError as error:
            return Examination(resolved, _without(CREDENTIALS, error))
        with explained(resolved):
            calls = ServiceCalls(session, resolved, resources)
            await calls.open()
        installation = Installation(calls, resolved, clock, command_line(resolved), origin)
        return Examination(resolved, await run_checks(installation))


async def run_checks(
    installation: Installation, checks: Sequence[Check] = CHECKS
) -> tuple[CheckResult, ...]:
    """The results of all, in order."""
    results = await asyncio.gather(*(_run(check, installation) for check in checks))
    return tuple(result for of_check in results for result in of_check)


async def _run(check: Check, installation: Installation) -> Sequence[CheckResult]:
    try:
        async with asyncio.timeout(check.seconds):
            return await check.run(installation)
    except CallError as error:
        return (skipped(check.name, error),)
    except TimeoutError:
        return (
            CheckResult(
                check.name,
                Verdict.SKIPPED,
                f"no answer within {check.seconds:.0f} s",
                ("check the network, and ask again",),
            ),
        )
    except Exception as error:
        # An answer that nobody foresaw must not hide what the other checks found.
        return (
            CheckResult(check.name, Verdict.SKIPPED, f"the answer is not understood: {error!r}"),
        )


def _without(name: str, error: CredentialsError) -> tuple[CheckResult, ...]:
    finding, _, fix = str(error).partition(": ")
    others = [check.name for check in CHECKS if check.name != name]
    return (
        CheckResult(name, Verdict.FAIL, finding, (fix,) if fix else ()),
        *(CheckResult(other, Verdict.SKIPPED, f"needs the {name}") for other in others),
    )
