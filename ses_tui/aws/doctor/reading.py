"""Whether the dashboard may read: one harmless read of each kind, of keys that hold nothing."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from recorder.model.keys import CONFIGURATION_KEY, folded_key
from recorder.model.table import table_definition
from ses_tui.aws.doctor.calls import CallError, Trouble
from ses_tui.aws.doctor.check import Check, failed, skipped
from ses_tui.aws.doctor.installation import Installation
from ses_tui.core.health_check import CheckResult, Verdict

_ABSENT: Final = "ses-tui doctor"
"""A partition that nothing is ever stored in."""


async def _run_get(installation: Installation) -> Sequence[CheckResult]:
    name = "read items"
    try:
        await installation.on_table("GetItem", Key=folded_key())
    except CallError as error:
        return (_refused(name, error),)
    return (CheckResult(name, Verdict.OK, "dynamodb:GetItem is allowed"),)


async def _run_query(
    installation: Installation, name: str, partition: str, **index: Any
) -> Sequence[CheckResult]:
    key = _ABSENT if index else CONFIGURATION_KEY
    try:
        await installation.on_table(
            "Query",
            KeyConditionExpression=f"{partition} = :partition",
            ExpressionAttributeValues={":partition": {"S": key}},
            Limit=1,
            **index,
        )
    except CallError as error:
        return (_refused(name, error),)
    return (CheckResult(name, Verdict.OK, "dynamodb:Query is allowed"),)


def _refused(name: str, error: CallError) -> CheckResult:
    """Without the table or the way to it, nobody can tell what would be allowed."""
    if error.trouble in (Trouble.DENIED, Trouble.OTHER):
        return failed(name, error)
    return skipped(name, error)


def _index_check(index: dict[str, Any]) -> Check:
    name = f"read index {index['IndexName']}"
    run = partial(
        _run_query,
        name=name,
        partition=index["KeySchema"][0]["AttributeName"],
        IndexName=index["IndexName"],
    )
    return Check(name, ("dynamodb:Query",), run)


CHECKS: Final = (
    Check("read items", ("dynamodb:GetItem",), _run_get),
    Check(
        "read table",
        ("dynamodb:Query",),
        partial(_run_query, name="read table", partition="pk"),
    ),
    *map(_index_check, table_definition("")["GlobalSecondaryIndexes"]),
)
