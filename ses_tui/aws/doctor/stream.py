"""The table's stream: whether it may be read, and whether one serial consumer reads it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ses_tui.aws.doctor.calls import CallError, Trouble, listed
from ses_tui.aws.doctor.check import Check, skipped
from ses_tui.aws.doctor.installation import Installation
from ses_tui.core.health_check import CheckResult, Verdict

READ: Final = "read stream"
CONSUMER: Final = "stream consumer"
_NO_STREAM: Final = "there is no stream"


async def _run_read(installation: Installation) -> Sequence[CheckResult]:
    arn = (await installation.described()).stream_arn
    if arn is None:
        return (CheckResult(READ, Verdict.SKIPPED, _NO_STREAM),)
    calls = installation.calls
    try:
        answer = await calls.call("dynamodbstreams", "DescribeStream", StreamArn=arn)
        shards = answer["StreamDescription"]["Shards"]
        if shards:
            position = await calls.call(
                "dynamodbstreams",
                "GetShardIterator",
                StreamArn=arn,
                ShardId=shards[-1]["ShardId"],
                ShardIteratorType="LATEST",
            )
            await calls.call(
                "dynamodbstreams", "GetRecords", ShardIterator=position["ShardIterator"], Limit=1
            )
    except CallError as error:
        result = skipped(READ, error)
        if error.trouble is Trouble.DENIED:
            finding = f"{result.finding}: only the source `stream` needs it"
            return (CheckResult(READ, Verdict.WARN, finding, result.fix),)
        return (result,)
    return (CheckResult(READ, Verdict.OK, f"allowed; shards: {len(shards)}"),)


async def _run_consumer(installation: Installation) -> Sequence[CheckResult]:
    arn = (await installation.described()).stream_arn
    if arn is None:
        return (CheckResult(CONSUMER, Verdict.SKIPPED, _NO_STREAM),)
    mappings = [
        mapping
        async for mapping in listed(
            installation.calls,
            "lambda",
            "ListEventSourceMappings",
            "EventSourceMappings",
            token="Marker",
            EventSourceArn=arn,
        )
    ]
    if not mappings:
        return (
            CheckResult(
                CONSUMER,
                Verdict.FAIL,
                "no function reads the stream: no feed and no figures",
                ("deploy the recorder for this table, or again if the stream is new",),
            ),
        )
    return tuple(judge_mapping(installation, mapping) for mapping in mappings)


def judge_mapping(installation: Installation, mapping: Mapping[str, Any]) -> CheckResult:
    """Whether a function reads as exact counting needs it: one reader a shard, with its shard id.

    Lambda names the shard only with a tumbling window, and reads serially only with factor 1.
    """
    function = str(mapping.get("FunctionArn", "")).rpartition(":")[2]
    identifier = str(mapping.get("UUID", ""))

    def update(*words: str) -> str:
        return installation.aws.command(
            "lambda", "update-event-source-mapping", "--uuid", identifier, *words
        )

    state = mapping.get("State", "Enabled")
    problems: list[tuple[Verdict, str, str]] = []
    if state not in ("Enabled", "Enabling", "Updating", "Creating"):
        problems.append((Verdict.FAIL, f"is {state}", update("--enabled")))
    factor = mapping.get("ParallelizationFactor", 1)
    if factor != 1:
        fix = update("--parallelization-factor", "1")
        problems.append((Verdict.FAIL, f"counts twice with factor {factor}", fix))
    # An emulator may not know tumbling windows; its consumer is told by the environment.
    if installation.calls.is_aws and not mapping.get("TumblingWindowInSeconds"):
        fix = update("--tumbling-window-in-seconds", "60")
        problems.append((Verdict.FAIL, "has no tumbling window, so no shard ids", fix))
    last = str(mapping.get("LastProcessingResult", ""))
    if last.startswith("PROBLEM"):
        log = f"/aws/lambda/{function}"
        problems.append(
            (Verdict.WARN, f"ended with {last}", installation.aws.command("logs", "tail", log))
        )
    if not problems:
        return CheckResult(CONSUMER, Verdict.OK, f"{function} reads, serially")
    verdict = Verdict.FAIL if any(p[0] is Verdict.FAIL for p in problems) else Verdict.WARN
    texts = ", ".join(text for _, text, _ in problems)
    return CheckResult(CONSUMER, verdict, f"{function} {texts}", tuple(fix for *_, fix in problems))


READ_CHECK: Final = Check(
    READ,
    (
        "dynamodb:DescribeTable",
        "dynamodb:DescribeStream",
        "dynamodb:GetShardIterator",
        "dynamodb:GetRecords",
    ),
    _run_read,
)
CONSUMER_CHECK: Final = Check(
    CONSUMER, ("dynamodb:DescribeTable", "lambda:ListEventSourceMappings"), _run_consumer
)
