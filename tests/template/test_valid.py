"""The template is one that SAM and CloudFormation take, with every way that it can be deployed."""

import json
from pathlib import Path

import pytest

from tests.template.stack import REGION, TEMPLATE, Stack, translated

WAYS = [
    {},
    {"ConfigurationSetName": "transactional"},
    {"ConfigurationSetName": "none"},
    {"EventSource": "identity"},
    {"EventSource": "event-bridge"},
    {"EventSource": "event-bridge", "ConfigurationSetName": "none"},
    {"ExistingTopicArn": f"arn:aws:sns:{REGION}:123456789012:bounces"},
    {
        "ExistingTableName": "old",
        "ExistingTableStreamArn": f"arn:aws:dynamodb:{REGION}:123456789012:table/old/stream/1",
    },
    {"EncryptionKey": "create"},
    {"EncryptionKey": f"arn:aws:kms:{REGION}:123456789012:key/1"},
    {"AlertsEmail": "alerts@example.com", "NoEventsAlarmMinutes": "30"},
    {"ReputationAlarms": "false"},
]


def findings(template: Path) -> list[str]:
    # Takes a second to load, which every process that only collects tests would wait for.
    from cfnlint import api
    from cfnlint.config import ManualArgs

    configuration = ManualArgs(regions=[REGION])
    return [str(match) for match in api.lint_file(template, configuration)]


def test_the_sam_template_passes_cfn_lint() -> None:
    assert findings(TEMPLATE) == []


def test_what_sam_makes_of_it_passes_cfn_lint(tmp_path: Path) -> None:
    template = tmp_path / "translated.json"
    template.write_text(json.dumps(translated()))
    assert findings(template) == []


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_way_refers_only_to_what_it_makes(way: dict[str, str]) -> None:
    stack = Stack(**way)
    assert (
        stack.outputs["Command"]
        == f"ses-tui --table {stack.outputs['TableName']} --region {REGION}"
    )
