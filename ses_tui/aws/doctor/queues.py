"""The queues on the way to the table: what waits in them, and what was given up."""

from collections.abc import Iterable
from typing import Any, Final

from recorder.model.json_text import read_json
from ses_tui.aws.doctor.calls import CallError
from ses_tui.aws.doctor.check import skipped
from ses_tui.aws.doctor.installation import Installation
from ses_tui.core.health_check import CheckResult, Verdict

ACTIONS: Final = ("sqs:GetQueueUrl", "sqs:GetQueueAttributes")
BACKLOG: Final = 10_000
"""More than a recorder takes in some ten seconds."""
_WAITING: Final = "ApproximateNumberOfMessages"


async def examine(
    installation: Installation, arns: Iterable[str], unparseable_urls: Iterable[str]
) -> list[CheckResult]:
    """A line for each queue, its dead-letter queue, and each queue of unparseable messages."""
    results: list[CheckResult] = []
    for arn in sorted(arns):
        results += await _queue(installation, arn)
    for url in sorted(unparseable_urls):
        name = f"queue {url.rpartition('/')[2]}"
        try:
            waiting = int((await _attributes(installation, url))[_WAITING])
        except CallError as error:
            results.append(skipped(name, error))
        else:
            results.append(_given_up(name, waiting, "could not be read"))
    return results


async def _queue(installation: Installation, arn: str) -> list[CheckResult]:
    name = f"queue {arn.rpartition(':')[2]}"
    try:
        attributes = await _attributes(installation, await _url(installation, arn))
        result = _judge_backlog(name, int(attributes[_WAITING]))
        dead = _dead_letter_arn(attributes)
    except CallError as error:
        return [skipped(name, error)]
    if dead is None:
        fix = ("give the queue a redrive policy, as the recorder's template does",)
        return [result, CheckResult(name, Verdict.WARN, "has no dead-letter queue", fix)]
    dead_name = f"queue {dead.rpartition(':')[2]}"
    try:
        dead_attributes = await _attributes(installation, await _url(installation, dead))
    except CallError as error:
        return [result, skipped(dead_name, error)]
    waiting = int(dead_attributes[_WAITING])
    return [result, _given_up(dead_name, waiting, "could not be recorded")]


def _judge_backlog(name: str, waiting: int) -> CheckResult:
    if waiting < BACKLOG:
        return CheckResult(name, Verdict.OK, f"{waiting:,} messages wait")
    fix = "the function `record` is slow or fails: read its log, and see its errors and throttles"
    return CheckResult(name, Verdict.WARN, f"{waiting:,} messages wait", (fix,))


def _given_up(name: str, waiting: int, why: str) -> CheckResult:
    if not waiting:
        return CheckResult(name, Verdict.OK, "empty")
    fix = "the log of the function `record` says why; what is mended can be sent to the queue again"
    return CheckResult(name, Verdict.WARN, f"{waiting:,} messages {why}", (fix,))


async def _url(installation: Installation, arn: str) -> str:
    *_, account, name = arn.split(":")
    answer = await installation.calls.call(
        "sqs", "GetQueueUrl", QueueName=name, QueueOwnerAWSAccountId=account
    )
    return str(answer["QueueUrl"])


async def _attributes(installation: Installation, url: str) -> dict[str, Any]:
    answer = await installation.calls.call(
        "sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=[_WAITING, "RedrivePolicy"]
    )
    attributes: dict[str, Any] = answer["Attributes"]
    return attributes


def _dead_letter_arn(attributes: dict[str, Any]) -> str | None:
    try:
        policy = read_json(attributes.get("RedrivePolicy", ""))
        return str(policy["deadLetterTargetArn"])
    except (ValueError, KeyError, TypeError):
        return None
