"""How far this machine's clock is from that of AWS, by the Date header of an answer."""

from collections.abc import Sequence
from typing import Final

from ses_tui.aws.doctor.calls import CallError
from ses_tui.aws.doctor.check import Check, skipped
from ses_tui.aws.doctor.installation import Installation
from ses_tui.aws.server_date import parse_date
from ses_tui.core.health_check import CheckResult, Verdict

NAME: Final = "clock"
NOTICED_MS: Final = 10_000
"""Ages on the screen are off by as much; the header has whole seconds and the answer takes time."""
REFUSED_MS: Final = 300_000
"""AWS refuses requests whose signature is five minutes off (Signature Version 4)."""
_HALF_A_SECOND_MS: Final = 500
"""The header leaves out what is below a second."""


async def _run(installation: Installation) -> Sequence[CheckResult]:
    asked = installation.clock.now_ms()
    try:
        date = (await installation.described()).date
    except CallError as error:
        date = error.server_date
        if not date:
            return (skipped(NAME, error),)
    answered = installation.clock.now_ms()
    server = parse_date(date)
    if server is None:
        return (CheckResult(NAME, Verdict.SKIPPED, "the answer does not say when it was given"),)
    return (judge_clock((asked + answered) // 2 - server - _HALF_A_SECOND_MS),)


def judge_clock(ahead_ms: int) -> CheckResult:
    """What a clock means that is ahead of the server's by so much; negative is behind."""
    apart = abs(ahead_ms)
    direction = "ahead of" if ahead_ms > 0 else "behind"
    if apart < NOTICED_MS:
        return CheckResult(NAME, Verdict.OK, "agrees with the server's within some seconds")
    verdict = Verdict.FAIL if apart >= REFUSED_MS else Verdict.WARN
    effect = "AWS refuses requests" if verdict is Verdict.FAIL else "ages on the screen are wrong"
    return CheckResult(
        NAME,
        verdict,
        f"{apart // 1000} s {direction} the server's: {effect}",
        ("set the clock of this machine, for instance with `timedatectl set-ntp true`",),
    )


CHECK: Final = Check(NAME, ("dynamodb:DescribeTable",), _run)
