"""AWS's own view of the account: reputation out of CloudWatch, the account out of SES."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiobotocore.session import AioSession
from botocore.exceptions import BotoCoreError

from recorder.model.clock import Clock
from ses_tui.aws.calls import Calls
from ses_tui.aws.doctor.calls import AwsCalls, CallError, ServiceCalls, Trouble
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.ses_client import SesClient, load_service
from ses_tui.core.account_view import AccountView, ReputationFigure, SendingAccount
from ses_tui.core.errors import SesTuiError
from ses_tui.core.sanitise import sanitise

SERVICES: Final = ("cloudwatch", "sesv2")
_ENDPOINT_VARIABLES: Final = (
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_CLOUDWATCH",
    "AWS_ENDPOINT_URL_SESV2",
)
_METRICS: Final = {"bounces": "Reputation.BounceRate", "complaints": "Reputation.ComplaintRate"}
_LOOK_BACK: Final = timedelta(hours=24)
_PERIOD_SECONDS: Final = 300
_LOCAL: Final = "AWS's own view: not available on a local engine"


class AwsAccountReader:
    """Makes its clients when first asked, and shares them from then on."""

    def __init__(
        self, open_calls: Callable[[], Awaitable[AwsCalls]] | None, calls: Calls, clock: Clock
    ) -> None:
        """`open_calls` is `None` where the table is in an emulator without these services."""
        self._open_calls = open_calls
        self._calls = calls
        self._clock = clock
        self._services: AwsCalls | None = None
        self._opening = asyncio.Lock()

    async def read(self) -> AccountView:
        """What AWS says now; each part that it does not say is a hindrance."""
        now = self._clock.now_ms()
        if self._open_calls is None:
            return AccountView(now, hindrances=(_LOCAL,))
        try:
            async with self._opening:
                if self._services is None:
                    self._services = await self._calls.run(self._open(self._open_calls))
            account, figures = await asyncio.gather(
                self._account(self._services), self._reputation(self._services, now)
            )
        except (SesTuiError, BotoCoreError) as error:
            return AccountView(now, hindrances=(f"AWS's own view: {sanitise(str(error))}",))
        # Where the credentials have ended, both parts say the same.
        hindrances = dict.fromkeys(found for found in (figures, account) if isinstance(found, str))
        rates = {} if isinstance(figures, str) else figures
        return AccountView(
            now,
            rates.get("bounces"),
            rates.get("complaints"),
            None if isinstance(account, str) else account,
            tuple(hindrances),
        )

    async def _open(self, open_calls: Callable[[], Awaitable[AwsCalls]]) -> AwsCalls:
        return await open_calls()

    async def _account(self, services: AwsCalls) -> SendingAccount | str:
        try:
            answer = await self._calls.run(services.call("sesv2", "GetAccount"))
        except CallError as error:
            return _hindrance(error, "account")
        return sending_account(answer)

    async def _reputation(
        self, services: AwsCalls, now_ms: int
    ) -> Mapping[str, ReputationFigure] | str:
        now = datetime.fromtimestamp(now_ms / 1000, UTC)
        try:
            answer = await self._calls.run(
                services.call(
                    "cloudwatch",
                    "GetMetricData",
                    StartTime=now - _LOOK_BACK,
                    EndTime=now,
                    ScanBy="TimestampDescending",
                    MetricDataQueries=[_metric_query(name) for name in _METRICS],
                )
            )
        except CallError as error:
            return _hindrance(error, "rates")
        return reputation_figures(answer) or "AWS's rates: none in CloudWatch in the last 24 h"


def sending_account(answer: Mapping[str, Any]) -> SendingAccount:
    """What an answer to GetAccount says."""
    quota = answer.get("SendQuota", {})
    return SendingAccount(
        enforcement=sanitise(str(answer.get("EnforcementStatus", "HEALTHY"))),
        sending_enabled=bool(answer.get("SendingEnabled", True)),
        sent_in_24_hours=float(quota.get("SentLast24Hours", 0)),
        quota_of_24_hours=float(quota.get("Max24HourSend", 0)),
        in_sandbox=not answer.get("ProductionAccessEnabled", True),
    )


def reputation_figures(answer: Mapping[str, Any]) -> dict[str, ReputationFigure]:
    """The newest value of each metric in an answer to GetMetricData."""
    found: dict[str, ReputationFigure] = {}
    for result in answer.get("MetricDataResults", ()):
        points = list(zip(result.get("Timestamps", ()), result.get("Values", ()), strict=False))
        if points and result.get("Id") in _METRICS:
            at, value = max(points)
            found[result["Id"]] = ReputationFigure(float(value), round(at.timestamp() * 1000))
    return found


def account_calls(
    session: AioSession,
    options: ConnectionOptions,
    resources: AsyncExitStack,
    ses: SesClient,
    *,
    at_aws: bool,
) -> Callable[[], Awaitable[AwsCalls]] | None:
    """Opens the clients, but for that of SES where there is one; `None` where the table is in an
    emulator (not `at_aws`) and nothing in the environment says where these services are."""
    if not at_aws and not any(map(os.environ.get, _ENDPOINT_VARIABLES)):
        return None

    async def open_calls() -> AwsCalls:
        services = ServiceCalls(session, options, resources)
        client = await ses.opened()
        wanted = [each for each in SERVICES if client is None or each != "sesv2"]
        for service in wanted:
            # Descriptions of services are large: read in a thread, so that keys are answered.
            await asyncio.to_thread(load_service, session, service)
        await services.open(wanted)
        if client is not None:
            services.use("sesv2", client)
        return services

    return open_calls


def _metric_query(name: str) -> dict[str, Any]:
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {"Namespace": "AWS/SES", "MetricName": _METRICS[name]},
            "Period": _PERIOD_SECONDS,
            "Stat": "Average",
        },
    }


def _hindrance(error: CallError, what: str) -> str:
    if error.trouble is Trouble.DENIED:
        return f"AWS's {what}: no permission for {error.action}; the stack's reader policy has it"
    if error.trouble is Trouble.CREDENTIALS:
        return f"AWS's own view: {error}"
    if error.trouble is Trouble.NO_SERVICE:
        return f"AWS's {what}: {error.service} is not available there"
    return f"AWS's {what}: {error.service} {error.trouble}: {error}"
