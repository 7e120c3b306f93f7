"""`ses-tui table check` against DynamoDB Local."""

import json
import shlex
from typing import Any

from botocore import xform_name

from recorder.model.recorded_days import ALL_DAYS_ITEM
from recorder.model.table import expiry_definition, table_definition
from tests.cli.conftest import CommandLineRunner
from tests.engine import TestTable


def check(run: CommandLineRunner, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = run("table", "check", "--json", *arguments)
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def create(table: TestTable, name: str, **changes: Any) -> None:
    """A table that is not quite as defined."""
    table.client.create_table(**(table_definition(name) | changes))
    table.client.update_time_to_live(**expiry_definition(name))


def run_command(table: TestTable, command: str) -> None:
    """What the AWS CLI does of a printed command, without the AWS CLI."""
    program, service, operation, *words = shlex.split(command)
    assert (program, service) == ("aws", "dynamodb")
    arguments: dict[str, Any] = {}
    for name, value in zip(words[::2], words[1::2], strict=True):
        if name not in ("--region", "--endpoint-url"):
            arguments[_camel(name)] = _value(value)
    getattr(table.client, xform_name(_camel(f"--{operation}")))(**arguments)


def _wait_until_settled(table: TestTable, name: str) -> None:
    """As the printed steps say: until what was deleted is gone, and what was made is ACTIVE."""
    while True:
        found = table.client.describe_table(TableName=name)["Table"]
        indexes = found.get("GlobalSecondaryIndexes", ())
        if {found["TableStatus"], *(index["IndexStatus"] for index in indexes)} == {"ACTIVE"}:
            return


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.removeprefix("--").split("-"))


def _value(text: str) -> Any:
    if text[0] in "[{":
        return json.loads(text)
    if "=" in text:
        pairs = dict(pair.split("=") for pair in text.split(","))
        return {k: v == "true" if v in ("true", "false") else v for k, v in pairs.items()}
    return text


def test_a_table_made_by_the_command_is_as_defined(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    assert ses_tui("table", "create", "--table", "made").returncode == 0
    done = ses_tui("table", "check", "--table", "made")
    assert (done.returncode, done.stdout) == (0, "OK  table  made is as defined\n")
    assert table.client.get_item(TableName="made", Key=ALL_DAYS_ITEM).get("Item"), (
        "it says that no day with events is unnamed"
    )


def test_differences_are_named_and_the_commands_mend_them(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    indexes = table_definition("crooked")["GlobalSecondaryIndexes"]
    indexes[1]["Projection"] = {"ProjectionType": "KEYS_ONLY"}
    attributes = [
        attribute
        for attribute in table_definition("crooked")["AttributeDefinitions"]
        if attribute["AttributeName"] not in ("rp", "rs")
    ]
    table.client.create_table(
        **table_definition("crooked")
        | {
            "GlobalSecondaryIndexes": indexes[1:],
            "AttributeDefinitions": attributes,
            "StreamSpecification": {"StreamEnabled": False},
        }
    )
    code, answer = check(ses_tui, "--table", "crooked")
    assert code == 1
    assert [d["part"] for d in answer["differences"]] == [
        "index rcpt",
        "index prob",
        "stream",
        "expiry",
    ]
    for difference in answer["differences"]:
        for step in difference["fix"]:
            if step.startswith("aws "):
                run_command(table, step)
                _wait_until_settled(table, "crooked")
    code, answer = check(ses_tui, "--table", "crooked")
    assert (code, answer["as_defined"], answer["differences"]) == (0, True, [])


def test_a_table_of_other_keys_asks_for_a_new_one(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    create(
        table,
        "numbered",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "N" if name == "sk" else "S"}
            for name in ("pk", "sk", "rp", "rs", "pp", "ps")
        ],
    )
    done = ses_tui("table", "check", "--table", "numbered")
    assert done.returncode == 1
    assert "keys are pk S, sk N; needed: pk S, sk S" in done.stdout
    assert "$ ses-tui table create --table numbered-new" in done.stdout
    assert "differs from the definition in 1 point" in done.stderr


def test_no_table(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("table", "check", "--table", "absent")
    assert (done.returncode, done.stdout) == (4, "")
    assert "there is no table 'absent'" in done.stderr


def test_no_credentials(bare: CommandLineRunner) -> None:
    assert bare("table", "check", "--region", "eu-west-1").returncode == 3
