"""Whose credentials these are, and which region."""

from collections.abc import Sequence
from typing import Final

from ses_tui.aws.doctor.calls import CallError, Trouble
from ses_tui.aws.doctor.check import Check, failed, skipped
from ses_tui.aws.doctor.installation import Installation
from ses_tui.aws.endpoint import without_password
from ses_tui.core.health_check import CheckResult, Verdict

CREDENTIALS: Final = "credentials"
REGION: Final = "region"


async def _run(installation: Installation) -> Sequence[CheckResult]:
    return (await _identity(installation), _region(installation))


async def _identity(installation: Installation) -> CheckResult:
    origin = f"from {installation.credentials_from}"
    try:
        answer = await installation.calls.call("sts", "GetCallerIdentity")
    except CallError as error:
        if error.trouble is Trouble.CREDENTIALS:
            return failed(CREDENTIALS, error)
        # Everybody may ask STS, so that nothing is wrong with the credentials themselves.
        unknown = skipped(CREDENTIALS, error)
        return CheckResult(
            CREDENTIALS, Verdict.SKIPPED, f"{origin}; whose is not known: {unknown.finding}"
        )
    return CheckResult(CREDENTIALS, Verdict.OK, f"{answer['Arn']}, {origin}")


def _region(installation: Installation) -> CheckResult:
    options = installation.options
    place = f", endpoint {without_password(options.endpoint)}" if options.endpoint else ""
    return CheckResult(REGION, Verdict.OK, f"{options.region}{place}")


CHECK: Final = Check(CREDENTIALS, ("sts:GetCallerIdentity",), _run)
