"""Every difference between a table and the definition is named, with what to do."""

import json
import shlex
from copy import deepcopy
from typing import Any

import pytest

from recorder.model.table import table_definition
from ses_tui.core.aws_command import AwsCommandLine
from ses_tui.core.table_difference import (
    Severity,
    TableDifference,
    compare_expiry,
    compare_protection,
    compare_table,
)
from ses_tui.core.table_remedy import TableRemedies

REMEDIES = TableRemedies("mail events", AwsCommandLine("eu-west-1", "team", None))


def described(**changes: Any) -> dict[str, Any]:
    """What DescribeTable says of a table as defined."""
    definition = table_definition("mail-events")
    return {
        **{k: definition[k] for k in ("KeySchema", "AttributeDefinitions", "StreamSpecification")},
        "TableStatus": "ACTIVE",
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "GlobalSecondaryIndexes": [
            {**index, "IndexStatus": "ACTIVE"}
            for index in deepcopy(definition["GlobalSecondaryIndexes"])
        ],
        **changes,
    }


def with_index(number: int, **changes: Any) -> dict[str, Any]:
    table = described()
    table["GlobalSecondaryIndexes"][number] |= changes
    return table


def only(differences: tuple[TableDifference, ...]) -> TableDifference:
    assert len(differences) == 1, differences
    return differences[0]


def test_a_table_as_defined_has_no_difference() -> None:
    assert compare_table(described(), REMEDIES) == ()
    assert compare_table(described(TableStatus="UPDATING"), REMEDIES) == ()


def test_the_order_of_an_answer_means_nothing() -> None:
    table = described()
    table["KeySchema"].reverse()
    table["AttributeDefinitions"].reverse()
    table["GlobalSecondaryIndexes"].reverse()
    for index in table["GlobalSecondaryIndexes"]:
        index["Projection"]["NonKeyAttributes"].reverse()
    assert compare_table(table, REMEDIES) == ()


@pytest.mark.parametrize(
    ("table", "part", "severity", "words"),
    [
        (described(TableStatus="CREATING"), "table", Severity.BROKEN, "is CREATING"),
        (
            described(KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}]),
            "table",
            Severity.BROKEN,
            "keys are pk S; needed: pk S, sk S",
        ),
        (
            described(
                LocalSecondaryIndexes=[{"IndexName": "by-time"}],
            ),
            "table",
            Severity.DIFFERENT,
            "by-time",
        ),
        (described(BillingModeSummary={}), "table", Severity.DIFFERENT, "PROVISIONED"),
        (
            described(
                SSEDescription={
                    "InaccessibleEncryptionDateTime": 1,
                    "KMSMasterKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/k",
                }
            ),
            "table",
            Severity.BROKEN,
            "key/k cannot be used",
        ),
        (
            with_index(0, IndexStatus="CREATING"),
            "index rcpt",
            Severity.BROKEN,
            "is CREATING",
        ),
        (
            with_index(1, KeySchema=[{"AttributeName": "pp", "KeyType": "HASH"}]),
            "index prob",
            Severity.BROKEN,
            "keys are pp S; needed: pp S, ps S",
        ),
        (
            with_index(0, Projection={"ProjectionType": "KEYS_ONLY"}),
            "index rcpt",
            Severity.BROKEN,
            "projects KEYS_ONLY; needed: INCLUDE; lacks attributes: y t r",
        ),
        (
            with_index(0, Projection={"ProjectionType": "ALL"}),
            "index rcpt",
            Severity.DIFFERENT,
            "projects ALL",
        ),
        (described(StreamSpecification={}), "stream", Severity.BROKEN, "is off"),
        (
            described(StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}),
            "stream",
            Severity.BROKEN,
            "holds KEYS_ONLY; needed: NEW_IMAGE",
        ),
        (
            described(
                StreamSpecification={
                    "StreamEnabled": True,
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                }
            ),
            "stream",
            Severity.DIFFERENT,
            "holds NEW_AND_OLD_IMAGES",
        ),
    ],
)
def test_a_difference_is_named(
    table: dict[str, Any], part: str, severity: Severity, words: str
) -> None:
    difference = only(compare_table(table, REMEDIES))
    assert (difference.part, difference.severity) == (part, severity)
    assert words in difference.finding
    assert difference.fix


def test_the_type_of_a_key_is_a_difference() -> None:
    table = described()
    for attribute in table["AttributeDefinitions"]:
        if attribute["AttributeName"] == "sk":
            attribute["AttributeType"] = "N"
    difference = only(compare_table(table, REMEDIES))
    assert difference.finding == "keys are pk S, sk N; needed: pk S, sk S"
    assert "keys of a table cannot change" in difference.fix[0]


def test_a_missing_and_a_foreign_index_are_two_differences() -> None:
    table = described()
    table["GlobalSecondaryIndexes"][0]["IndexName"] = "other"
    missing, foreign = compare_table(table, REMEDIES)
    assert (missing.part, missing.severity) == ("index rcpt", Severity.BROKEN)
    assert (foreign.part, foreign.severity) == ("index other", Severity.DIFFERENT)
    assert '"Delete":{"IndexName":"other"}' in foreign.fix[0]


def test_lost_and_needless_attributes_of_a_projection_are_named() -> None:
    table = described()
    attributes = table["GlobalSecondaryIndexes"][1]["Projection"]["NonKeyAttributes"]
    attributes.remove("dc")
    attributes.append("raw")
    difference = only(compare_table(table, REMEDIES))
    assert difference.severity is Severity.BROKEN
    assert "lacks attributes: dc" in difference.finding
    assert "nobody reads there: raw" in difference.finding


def test_all_differences_are_named_at_once() -> None:
    table = described(StreamSpecification={}, BillingModeSummary={}, GlobalSecondaryIndexes=[])
    parts = [difference.part for difference in compare_table(table, REMEDIES)]
    assert parts == ["table", "index rcpt", "index prob", "stream"]


def test_a_command_is_quoted_and_goes_the_same_way() -> None:
    table = described()
    del table["GlobalSecondaryIndexes"][0]
    command = shlex.split(only(compare_table(table, REMEDIES)).fix[0])
    assert command[:5] == ["aws", "dynamodb", "update-table", "--table-name", "mail events"]
    assert command[-4:] == ["--region", "eu-west-1", "--profile", "team"]
    attributes = json.loads(command[command.index("--attribute-definitions") + 1])
    assert {attribute["AttributeName"] for attribute in attributes} == {"rp", "rs"}


@pytest.mark.parametrize("status", ["ENABLED", "ENABLING"])
def test_expiry_as_defined(status: str) -> None:
    expiry = {"TimeToLiveStatus": status, "AttributeName": "x"}
    assert compare_expiry(expiry, REMEDIES) == ()


def test_expiry_that_is_off_or_goes_by_something_else() -> None:
    off = only(compare_expiry({"TimeToLiveStatus": "DISABLED"}, REMEDIES))
    assert off.severity is Severity.DIFFERENT
    assert "Enabled=true,AttributeName=x" in off.fix[0]
    other = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    wrong = only(compare_expiry(other, REMEDIES))
    assert wrong.severity is Severity.BROKEN
    assert "Enabled=false,AttributeName=expires" in wrong.fix[1]
    assert "Enabled=true,AttributeName=x" in wrong.fix[2]


def test_protections_that_are_off_are_warnings() -> None:
    off = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}}
    on = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}}
    both = compare_protection(described(), off, REMEDIES)
    assert [d.severity for d in both] == [Severity.WARNING] * 2
    assert "--deletion-protection-enabled" in both[0].fix[0]
    assert "PointInTimeRecoveryEnabled=true" in both[1].fix[0]
    assert compare_protection(described(DeletionProtectionEnabled=True), on, REMEDIES) == ()


def test_a_recovery_that_nobody_knows_of_is_no_difference() -> None:
    assert compare_protection(described(DeletionProtectionEnabled=True), None, REMEDIES) == ()
