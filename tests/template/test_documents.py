"""What the documents say of parameters, outputs and permissions is what the template has."""

import re
from pathlib import Path

import pytest

from tests.template.stack import Stack, translated
from tests.template.test_permissions import ROLES, allowed, of_policy, of_role

DOCUMENTS = Path(__file__).parents[2] / "docs"
WAYS: list[dict[str, str]] = [
    {"EncryptionKey": "create"},
    {"EventSource": "event-bridge", "EncryptionKey": "create"},
]


def section(document: str, heading: str) -> str:
    """The text below a heading, up to the next one."""
    text = (DOCUMENTS / document).read_text()
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.S | re.M)
    assert found is not None, heading
    return found[1]


def actions_in(text: str) -> set[str]:
    return set(re.findall(r"`([a-z0-9]+:[A-Z]\w+)`", text))


def test_every_parameter_is_explained() -> None:
    rows = re.findall(r"^\| (`.+?) \|", section("deploy.md", "Parameters"), re.M)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == set(translated()["Parameters"])


def test_every_alarm_is_named() -> None:
    text = section("deploy.md", "Alerts")
    alarms = Stack(NoEventsAlarmMinutes="5").of_type("AWS::CloudWatch::Alarm")
    for alarm in alarms.values():
        assert alarm["AlarmName"].removeprefix("mail-") in text


@pytest.mark.parametrize(
    ("heading", "policy"),
    [("Reader: to look", "ReaderPolicy"), ("Operator: to change", "OperatorPolicy")],
)
def test_every_action_of_a_policy_has_its_reason(heading: str, policy: str) -> None:
    rows = [line for line in section("permissions.md", heading).splitlines() if line[:1] == "|"]
    expected: set[str] = set().union(*(allowed(of_policy(Stack(**way), policy)) for way in WAYS))
    assert actions_in("\n".join(rows)) == expected


def test_what_the_functions_may_is_told() -> None:
    expected = set().union(*(allowed(of_role(Stack(), role)) for role in ROLES))
    assert actions_in(section("permissions.md", "The functions")) == expected


def test_outputs_that_the_documents_name_exist() -> None:
    outputs = set(translated()["Outputs"])
    text = "".join((DOCUMENTS / name).read_text() for name in ("deploy.md", "permissions.md"))
    for name in set(re.findall(r"\b(\w+(?:PolicyArn|FunctionName))\b", text)):
        assert name in outputs
    assert "Command" in outputs
