"""What the dashboard shows of the account beside its own figures."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ses_tui.aws.doctor.calls import CallError, Trouble
from ses_tui.aws.doctor.check import Check, skipped
from ses_tui.aws.doctor.installation import Installation
from ses_tui.core.health_check import CheckResult, Verdict

ACCOUNT: Final = "SES account"
SUPPRESSION: Final = "suppression list"
REPUTATION: Final = "AWS's own rates"
_NOBODY: Final = "ses-tui-doctor@example.com"
"""An address of a domain that is kept for examples: nobody ever sends to it."""


async def _run_account(installation: Installation) -> Sequence[CheckResult]:
    return (judge_account(await installation.calls.call("sesv2", "GetAccount")),)


def judge_account(answer: Mapping[str, Any]) -> CheckResult:
    """Whether SES lets the account send (the answer to GetAccount)."""
    status = str(answer.get("EnforcementStatus", "HEALTHY"))
    quota = answer.get("SendQuota", {})
    sent = f"{quota.get('SentLast24Hours', 0):,.0f} sent in 24 h"
    if not answer.get("SendingEnabled", True) or status == "SHUTDOWN":
        return CheckResult(
            ACCOUNT,
            Verdict.WARN,
            f"sending is paused ({status})",
            ("see the reputation page of the SES console, which says why and what AWS waits for",),
        )
    if status != "HEALTHY":
        return CheckResult(
            ACCOUNT,
            Verdict.WARN,
            f"under review ({status}), {sent}",
            ("see the reputation page of the SES console, and mend what it names",),
        )
    sandbox = "" if answer.get("ProductionAccessEnabled", True) else ", still in the sandbox"
    return CheckResult(ACCOUNT, Verdict.OK, f"{status}, {sent}{sandbox}")


async def _run_suppression(installation: Installation) -> Sequence[CheckResult]:
    try:
        await installation.calls.call("sesv2", "GetSuppressedDestination", EmailAddress=_NOBODY)
    except CallError as error:
        if error.trouble is not Trouble.NOT_FOUND:
            return (skipped(SUPPRESSION, error),)
    return (CheckResult(SUPPRESSION, Verdict.OK, "may be read"),)


async def _run_reputation(installation: Installation) -> Sequence[CheckResult]:
    now = datetime.fromtimestamp(installation.clock.now_ms() / 1000, UTC)
    await installation.calls.call(
        "cloudwatch",
        "GetMetricData",
        StartTime=now - timedelta(hours=24),
        EndTime=now,
        MetricDataQueries=[
            {
                "Id": "bounces",
                "MetricStat": {
                    "Metric": {"Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate"},
                    "Period": 3600,
                    "Stat": "Average",
                },
            }
        ],
    )
    return (CheckResult(REPUTATION, Verdict.OK, "may be read from CloudWatch"),)


CHECKS: Final = (
    Check(ACCOUNT, ("ses:GetAccount",), _run_account),
    Check(SUPPRESSION, ("ses:GetSuppressedDestination",), _run_suppression),
    Check(REPUTATION, ("cloudwatch:GetMetricData",), _run_reputation),
)
