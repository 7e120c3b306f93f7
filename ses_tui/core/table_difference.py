"""How an existing table differs from the definition, and what to do about each difference."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from recorder.model.table import expiry_definition, table_definition
from ses_tui.core.table_remedy import TableRemedies

Description = Mapping[str, Any]
"""An answer of DynamoDB, or a part of one."""


class Severity(StrEnum):
    """What a difference does."""

    BROKEN = "BROKEN"
    """Something does not work."""
    DIFFERENT = "DIFFERENT"
    """Everything works, at another price or with less shown."""
    WARNING = "WARNING"
    """As defined, but without a protection that the template switches on."""


@dataclass(frozen=True, slots=True)
class TableDifference:
    """One difference. `part` is `table`, `index <name>`, `stream`, `expiry` or `protection`."""

    part: str
    severity: Severity
    finding: str
    fix: tuple[str, ...]


def compare_table(table: Description, remedies: TableRemedies) -> tuple[TableDifference, ...]:
    """Every difference of keys, billing, indexes and stream; `table` is from DescribeTable."""
    return (
        *_status(table),
        *_encryption(table),
        *_keys(table, remedies),
        *_billing(table, remedies),
        *_indexes(table, remedies),
        *_stream(table, remedies),
    )


def compare_protection(
    table: Description, backups: Description | None, remedies: TableRemedies
) -> tuple[TableDifference, ...]:
    """Protections that are off. `backups` is the `ContinuousBackupsDescription`, if known."""
    found: list[tuple[str, str]] = []
    if not table.get("DeletionProtectionEnabled", False):
        found.append(("deletion protection is off", remedies.protect_from_deletion()))
    if backups is not None:
        recovery = backups.get("PointInTimeRecoveryDescription", {})
        if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
            found.append(("point-in-time recovery is off", remedies.recover_points_in_time()))
    return tuple(
        TableDifference("protection", Severity.WARNING, text, (fix,)) for text, fix in found
    )


def _status(table: Description) -> Iterator[TableDifference]:
    status = table["TableStatus"]
    if status not in ("ACTIVE", "UPDATING"):
        yield TableDifference(
            "table", Severity.BROKEN, f"is {status}", ("wait until it is ACTIVE, then ask again",)
        )


def _encryption(table: Description) -> Iterator[TableDifference]:
    """Every table is encrypted, with AWS's own key or another; that one may become unusable."""
    encryption = table.get("SSEDescription", {})
    if "InaccessibleEncryptionDateTime" in encryption:
        yield TableDifference(
            "table",
            Severity.BROKEN,
            f"its key {encryption.get('KMSMasterKeyArn', '')} cannot be used; "
            "after seven days DynamoDB archives the table",
            ("enable the key again in KMS, and let DynamoDB use it",),
        )


def _keys(table: Description, remedies: TableRemedies) -> Iterator[TableDifference]:
    defined = table_definition("")
    wanted, found = _key_text(defined, defined), _key_text(table, table)
    if wanted != found:
        yield TableDifference(
            "table",
            Severity.BROKEN,
            f"keys are {found}; needed: {wanted}",
            remedies.new_table("keys of a table cannot change"),
        )
    if extra := [index["IndexName"] for index in table.get("LocalSecondaryIndexes", ())]:
        yield TableDifference(
            "table",
            Severity.DIFFERENT,
            f"local indexes that nobody reads and every write pays for: {', '.join(extra)}",
            remedies.new_table("local indexes of a table cannot change"),
        )


def _billing(table: Description, remedies: TableRemedies) -> Iterator[TableDifference]:
    # A table that never was on demand has no summary of it.
    mode = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    if mode != table_definition("")["BillingMode"]:
        yield TableDifference(
            "table",
            Severity.DIFFERENT,
            f"billing mode is {mode}: it may refuse writes of a campaign; needed: PAY_PER_REQUEST",
            (remedies.pay_per_request(),),
        )


def _indexes(table: Description, remedies: TableRemedies) -> Iterator[TableDifference]:
    definition = table_definition("")
    defined = {index["IndexName"]: index for index in definition["GlobalSecondaryIndexes"]}
    found = {index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes", ())}
    for name, wanted in defined.items():
        if name not in found:
            yield TableDifference(
                f"index {name}",
                Severity.BROKEN,
                "is missing: what it finds is not found",
                (remedies.create_index(wanted),),
            )
        else:
            yield from _index(table, found[name], wanted, remedies)
    for name in found.keys() - defined.keys():
        yield TableDifference(
            f"index {name}",
            Severity.DIFFERENT,
            "nobody reads it and every write pays for it",
            (remedies.delete_index(name),),
        )


def _index(
    table: Description, found: Description, wanted: Description, remedies: TableRemedies
) -> Iterator[TableDifference]:
    part = f"index {wanted['IndexName']}"
    status = found.get("IndexStatus", "ACTIVE")
    if status not in ("ACTIVE", "UPDATING"):
        yield TableDifference(
            part, Severity.BROKEN, f"is {status}", ("wait until it is ACTIVE, then ask again",)
        )
    keys, wanted_keys = _key_text(found, table), _key_text(wanted, table_definition(""))
    if keys != wanted_keys:
        yield TableDifference(
            part,
            Severity.BROKEN,
            f"keys are {keys}; needed: {wanted_keys}",
            remedies.replace_index(wanted, "keys"),
        )
    yield from _projection(part, found["Projection"], wanted, remedies)


def _projection(
    part: str, found: Description, wanted: Description, remedies: TableRemedies
) -> Iterator[TableDifference]:
    kind = found["ProjectionType"]
    needed = wanted["Projection"]["NonKeyAttributes"]
    projected = found.get("NonKeyAttributes", [])
    missing = [] if kind == "ALL" else [name for name in needed if name not in projected]
    extra = [name for name in projected if name not in needed]
    if kind != "ALL" and not missing and not extra:
        return
    texts = [f"projects {kind}; needed: INCLUDE"] if kind != "INCLUDE" else []
    if missing:
        texts.append(f"lacks attributes: {' '.join(missing)}")
    if kind == "ALL":
        texts.append("each write pays for attributes that nobody reads there")
    if extra:
        texts.append(f"has attributes that nobody reads there: {' '.join(sorted(extra))}")
    severity = Severity.BROKEN if missing else Severity.DIFFERENT
    yield TableDifference(
        part, severity, "; ".join(texts), remedies.replace_index(wanted, "projection")
    )


def _stream(table: Description, remedies: TableRemedies) -> Iterator[TableDifference]:
    wanted = table_definition("")["StreamSpecification"]["StreamViewType"]
    stream = table.get("StreamSpecification", {})
    if not stream.get("StreamEnabled", False):
        yield TableDifference(
            "stream",
            Severity.BROKEN,
            f"is off: no feed and no figures; needed: {wanted}",
            remedies.enable_stream(),
        )
    elif (view := stream.get("StreamViewType")) != wanted:
        has_image = view == "NEW_AND_OLD_IMAGES"
        yield TableDifference(
            "stream",
            Severity.DIFFERENT if has_image else Severity.BROKEN,
            f"holds {view}; needed: {wanted}",
            remedies.replace_stream(),
        )


def compare_expiry(expiry: Description, remedies: TableRemedies) -> tuple[TableDifference, ...]:
    """Whether and by what items expire; `expiry` is the description from DescribeTimeToLive."""
    wanted = expiry_definition("")["TimeToLiveSpecification"]["AttributeName"]
    status = expiry.get("TimeToLiveStatus", "DISABLED")
    attribute = expiry.get("AttributeName")
    if status in ("ENABLED", "ENABLING"):
        if attribute == wanted:
            return ()
        severity = Severity.BROKEN
        finding = f"goes by attribute {attribute}; needed: {wanted}"
        fix = remedies.replace_expiry(str(attribute))
    else:
        severity = Severity.DIFFERENT
        finding = f"is {status}: nothing is ever deleted, and storage grows; needed: by {wanted}"
        fix = (remedies.enable_expiry(),)
    return (TableDifference("expiry", severity, finding, fix),)


def _key_text(keyed: Description, table: Description) -> str:
    """Keys with their types, as in `pk S, sk S`."""
    types = {
        attribute["AttributeName"]: attribute["AttributeType"]
        for attribute in table["AttributeDefinitions"]
    }
    schema: Sequence[Description] = keyed["KeySchema"]
    # HASH comes before RANGE in every answer and in the alphabet.
    names = [key["AttributeName"] for key in sorted(schema, key=lambda key: str(key["KeyType"]))]
    return ", ".join(f"{name} {types.get(name, '?')}" for name in names)
