"""The table, its indexes, stream, expiry and protection against the definition."""

from collections.abc import Sequence
from typing import Any, Final

from recorder.model.table import EXPIRY_ATTRIBUTE
from ses_tui.aws.doctor.calls import CallError, Trouble
from ses_tui.aws.doctor.check import Check, failed, skipped
from ses_tui.aws.doctor.installation import Installation
from ses_tui.core.health_check import CheckResult, Verdict
from ses_tui.core.table_difference import (
    Severity,
    TableDifference,
    compare_expiry,
    compare_protection,
    compare_table,
)

TABLE: Final = "table"
EXPIRY: Final = "expiry"
PROTECTION: Final = "protection"
_PARTS: Final = (TABLE, "indexes", "stream")


async def _run(installation: Installation) -> Sequence[CheckResult]:
    try:
        table = (await installation.described()).table
    except CallError as error:
        return _without_description(installation, error)
    differences = compare_table(table, installation.remedies)
    return (
        *_part_results(TABLE, f"{installation.table} is {table['TableStatus']}", differences),
        *_part_results("indexes", _index_names(table), differences),
        *_part_results("stream", "on, with new images", differences),
    )


def _without_description(installation: Installation, error: CallError) -> Sequence[CheckResult]:
    if error.trouble is Trouble.NOT_FOUND:
        result = CheckResult(
            TABLE,
            Verdict.FAIL,
            f"there is no table {installation.table} in {installation.options.region}",
            (
                "deploy the recorder, give another --table, --region or --profile, or:",
                installation.aws.ses_tui("table", "create", "--table", installation.table),
            ),
        )
    elif error.trouble is Trouble.DENIED:
        # The dashboard itself does without.
        result = skipped(TABLE, error)
    else:
        result = failed(TABLE, error)
    others = ("the table is not known",) if result.verdict is Verdict.FAIL else (result.finding,)
    return (result, *(CheckResult(part, Verdict.SKIPPED, *others) for part in _PARTS[1:]))


async def _run_expiry(installation: Installation) -> Sequence[CheckResult]:
    answer = await installation.on_table("DescribeTimeToLive")
    differences = compare_expiry(answer["TimeToLiveDescription"], installation.remedies)
    return _part_results(EXPIRY, f"on, by attribute {EXPIRY_ATTRIBUTE}", differences)


async def _run_protection(installation: Installation) -> Sequence[CheckResult]:
    if not installation.calls.is_aws:
        return (CheckResult(PROTECTION, Verdict.SKIPPED, "an emulator has none"),)
    table = (await installation.described()).table
    backups: dict[str, Any] | None = None
    unknown: list[CheckResult] = []
    try:
        answer = await installation.on_table("DescribeContinuousBackups")
        backups = answer["ContinuousBackupsDescription"]
    except CallError as error:
        unknown.append(skipped(PROTECTION, error))
    differences = compare_protection(table, backups, installation.remedies)
    if not differences and unknown:
        return unknown
    well = "deletion protection and point-in-time recovery are on"
    return (*_part_results(PROTECTION, well, differences), *unknown)


def _part_results(
    part: str, well: str, differences: Sequence[TableDifference]
) -> tuple[CheckResult, ...]:
    """A line for each difference of the part, else one that says it is well."""
    found = [d for d in differences if _part_of(d) == part]
    if not found:
        return (CheckResult(part, Verdict.OK, well),)
    return tuple(
        CheckResult(
            difference.part,
            Verdict.FAIL if difference.severity is Severity.BROKEN else Verdict.WARN,
            difference.finding,
            difference.fix,
        )
        for difference in found
    )


def _part_of(difference: TableDifference) -> str:
    return "indexes" if difference.part.startswith("index ") else difference.part


def _index_names(table: dict[str, Any]) -> str:
    names = sorted(index["IndexName"] for index in table.get("GlobalSecondaryIndexes", ()))
    return f"{', '.join(names)}: keys and projections as defined"


CHECK: Final = Check(TABLE, ("dynamodb:DescribeTable",), _run)
EXPIRY_CHECK: Final = Check(EXPIRY, ("dynamodb:DescribeTimeToLive",), _run_expiry)
PROTECTION_CHECK: Final = Check(
    PROTECTION,
    ("dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable"),
    _run_protection,
)
