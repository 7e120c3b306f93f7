"""What a check is, and what it says of a call that failed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ses_tui.aws.doctor.calls import CallError, Trouble
from ses_tui.aws.doctor.installation import Installation
from ses_tui.core.health_check import CheckResult, Verdict

Run: TypeAlias = Callable[[Installation], Awaitable[Sequence[CheckResult]]]
SECONDS: Final = 4.0


@dataclass(frozen=True, slots=True)
class Check:
    """One question, and one line of answer or some. Checks know nothing of each other."""

    name: str
    actions: tuple[str, ...]
    """Every AWS action that it calls; what a policy must allow."""
    run: Run
    """Raises `CallError` for what it cannot tell."""
    seconds: float = SECONDS
    """How long it may take."""


def skipped(name: str, error: CallError) -> CheckResult:
    """Nobody can tell, because of `error`. What keeps the table away has a line of its own."""
    if error.service.startswith("DynamoDB"):
        if error.trouble is Trouble.NOT_FOUND:
            return CheckResult(name, Verdict.SKIPPED, "the table is not known")
        if error.trouble is Trouble.UNREACHABLE:
            return CheckResult(name, Verdict.SKIPPED, "DynamoDB cannot be reached")
    return CheckResult(name, Verdict.SKIPPED, _finding(error), _fix(error))


def failed(name: str, error: CallError) -> CheckResult:
    """It does not work, because of `error`."""
    return CheckResult(name, Verdict.FAIL, _finding(error), _fix(error))


def _finding(error: CallError) -> str:
    match error.trouble:
        case Trouble.DENIED:
            return f"no permission for {error.action}"
        case Trouble.NO_SERVICE:
            return f"no {error.service} at this endpoint"
        case Trouble.BUSY:
            return f"{error.service} is too busy for {error.action}"
        case Trouble.UNREACHABLE:
            return f"{error.service} cannot be reached: {error}"
        case Trouble.CREDENTIALS:
            return str(error).partition(": ")[0]
    return f"{error.action}: {error}"


def _fix(error: CallError) -> tuple[str, ...]:
    match error.trouble:
        case Trouble.DENIED:
            return (f"allow {error.action}: the recorder's reader policy holds it",)
        case Trouble.BUSY:
            return ("try again in a minute",)
        case Trouble.UNREACHABLE:
            return ("check the network, --region and --endpoint-url",)
        case Trouble.CREDENTIALS:
            return tuple(filter(None, [str(error).partition(": ")[2]]))
        case Trouble.OTHER if error.service.startswith("DynamoDB"):
            return ("check --endpoint-url; `ses-tui table check` says more of the table",)
    return ()
