"""Policies allow what the code calls, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from recorder.functions import RecorderFunctions
from recorder.model.rollup import MINUTE_MS
from recorder.model.settings import RecorderSettings
from recorder.unparseable import UnparseableQueue
from tests import payloads
from tests.engine import TestTable
from tests.recorder.support import NOW, StillClock, items_of, stream_event
from tests.repair.support import DAY_MS, HOUR_MS, Installation, busy_hour
from tests.template.actions import WatchedActions, actions_named_in
from tests.template.stack import ACCOUNT, REGION, Stack

PROJECT = Path(__file__).parents[2]
TABLE = "<Table.Arn>"
ROLES = {"RecordRole": "Record", "RollUpRole": "RollUp", "TickRole": "Tick"}
QUEUE_READER = {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}
STREAM_READER = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}
DISCARDED_RECORDS = {"s3:ListBucket", "s3:PutObject"}
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
LAMBDA_ITSELF = {
    "RecordRole": LOGS | QUEUE_READER,
    "RollUpRole": LOGS | STREAM_READER | DISCARDED_RECORDS,
    "TickRole": LOGS,
}
"""What Lambda does under a function's role: logs, queue, stream, records that were given up."""
NO_RESOURCE = {
    "cloudwatch:GetMetricData",
    "events:ListRules",
    "lambda:ListEventSourceMappings",
    "ses:DeleteSuppressedDestination",
    "ses:GetAccount",
    "ses:GetIdentityNotificationAttributes",
    "ses:GetSuppressedDestination",
    "ses:ListConfigurationSets",
    "ses:ListIdentities",
}
"""Actions that AWS's "Service Authorization Reference" gives no resource type for."""
SETTING_UP = {"dynamodb:CreateTable", "dynamodb:UpdateTimeToLive"}
"""For `ses-tui table create`, which whoever deploys without the template runs once."""
READING = ("BatchGet", "Describe", "Get", "List", "Query")


@pytest.fixture(scope="module")
def stack() -> Stack:
    return Stack()


def allowed(statements: list[dict[str, Any]], resource: str | None = None) -> set[str]:
    """The actions that statements allow, on one resource if it is given."""
    found: set[str] = set()
    for statement in statements:
        assert statement["Effect"] == "Allow"
        if resource is None or resource in as_list(statement["Resource"]):
            found |= set(as_list(statement["Action"]))
    return found


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def of_role(stack: Stack, role: str) -> list[dict[str, Any]]:
    (policy,) = stack.properties(role)["Policies"]
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements


def of_policy(stack: Stack, policy: str) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = stack.properties(policy)["PolicyDocument"]["Statement"]
    return statements


@pytest.fixture
def unparseable_queue() -> Iterator[Any]:
    """A boto3 client of SQS that takes one message."""
    client = boto3.client(
        "sqs", region_name=REGION, aws_access_key_id="key", aws_secret_access_key="secret"
    )
    with Stubber(client) as stubber:
        stubber.add_response(
            "send_message",
            {},
            {"QueueUrl": "url"} | dict.fromkeys(("MessageBody", "MessageAttributes"), ANY),
        )
        yield client
        stubber.assert_no_pending_responses()


def functions_on(table: TestTable, clock: StillClock, **more: Any) -> RecorderFunctions:
    settings = RecorderSettings(table=table.name)
    return RecorderFunctions(table.client, settings, clock=clock, retrier=clock.retrier(), **more)


def test_record_may_do_what_it_does(table: TestTable, unparseable_queue: Any, stack: Stack) -> None:
    functions = functions_on(
        table,
        StillClock(),
        copy_unparseable=UnparseableQueue(lambda: unparseable_queue, "url"),
    )
    bounced: dict[str, Any] = {
        "recipients": ["a@example.org"],
        "message_id": "0100-1",
        "feedback_id": "f",
    }
    bare = payloads.bounce(status=None, diagnostic=None, **bounced)
    watched = WatchedActions(table.client, unparseable_queue)
    for bodies in ([payloads.send(), bare, '{"eventType":"Send"'], [payloads.bounce(**bounced)]):
        assert functions.record(payloads.sqs_event(*bodies)) == {"batchItemFailures": []}
    called = set(watched.called)
    assert items_of(table)[0]["dc"]["S"].startswith("smtp; 550"), "the later form fills gaps"
    statements = of_role(stack, "RecordRole")
    assert allowed(statements) == called | LAMBDA_ITSELF["RecordRole"]
    assert allowed(statements, "<UnparseableQueue.Arn>") == {"sqs:SendMessage"}
    assert allowed(statements, "<Queue.Arn>") == QUEUE_READER
    assert allowed(statements, TABLE) == called - {"sqs:SendMessage"}


def test_roll_up_and_tick_may_do_what_they_do(table: TestTable, stack: Stack) -> None:
    clock = StillClock()
    functions = functions_on(table, clock)
    functions.record(payloads.sqs_event(payloads.send(), payloads.bounce()))
    first, *rest = items_of(table)
    roll_up = WatchedActions(table.client)
    functions.roll_up(stream_event([first]))
    # Late for its minute, so that the next tick has a summary to make again.
    clock.now = NOW + 10 * MINUTE_MS
    functions.roll_up(stream_event(rest, first_number=500))
    rolled_up = set(roll_up.called)
    tick = WatchedActions(table.client)
    functions.tick({})
    functions.tick({})
    clock.now = NOW + 12 * MINUTE_MS
    functions.tick({})
    for role, called in (("RollUpRole", rolled_up), ("TickRole", tick.called)):
        statements = of_role(stack, role)
        assert allowed(statements, TABLE) == called
        assert allowed(statements) == called | LAMBDA_ITSELF[role]
    assert allowed(of_role(stack, "RollUpRole"), "<Table.StreamArn>") == STREAM_READER


def test_an_operator_may_repair(table: TestTable, stack: Stack) -> None:
    installation = Installation(table)
    now = installation.clock.now_ms()
    hour = now - now % HOUR_MS - HOUR_MS
    installation.begin_folding(hour)
    installation.store(busy_hour(hour))
    watched = WatchedActions(table.client)
    report = installation.repair(now - DAY_MS, now)
    assert report.minutes_repaired
    assert report.pages_written
    both = of_policy(stack, "ReaderPolicy") + of_policy(stack, "OperatorPolicy")
    assert watched.called <= allowed(both, TABLE)
    # Ingest records as the function does, and repairs.
    assert allowed(of_role(stack, "RecordRole"), TABLE) <= allowed(both, TABLE)


def test_a_reader_may_do_what_the_dashboard_does_and_nothing_else(stack: Stack) -> None:
    called = actions_named_in([PROJECT / "ses_tui" / "aws", PROJECT / "ses_tui" / "cli"])
    reader = allowed(of_policy(stack, "ReaderPolicy"))
    operator = allowed(of_policy(stack, "OperatorPolicy"))
    # Of one topic or rule only: which, is a matter of where events come from.
    reader |= allowed(of_policy(Stack(EventSource="event-bridge"), "ReaderPolicy"))
    for action in reader | operator:
        assert action.startswith(("kms:", "s3:")) or "*" not in action
    assert {
        action: files
        for action, files in called.items()
        if action not in reader | operator | SETTING_UP
    } == {}
    assert (
        reader
        == {action for action in called if action.partition(":")[2].startswith(READING)}
        - SETTING_UP
    )
    assert all(action.partition(":")[2].startswith(READING) for action in reader)


def test_indexes_are_read_and_never_written(stack: Stack) -> None:
    for policy in ("ReaderPolicy", "OperatorPolicy"):
        assert allowed(of_policy(stack, policy), f"{TABLE[:-1]}>/index/*") <= {"dynamodb:Query"}
    assert allowed(of_policy(stack, "ReaderPolicy"), f"{TABLE}/index/*") == {"dynamodb:Query"}


WAYS: list[dict[str, str]] = [{}, {"EventSource": "event-bridge"}, {"EncryptionKey": "create"}]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_nothing_is_allowed_wholesale(way: dict[str, str]) -> None:
    stack = Stack(**way)
    policies = [of_role(stack, role) for role in ROLES]
    policies += [of_policy(stack, policy) for policy in ("ReaderPolicy", "OperatorPolicy")]
    for statement in (one for policy in policies for one in policy):
        actions = set(as_list(statement["Action"]))
        assert not any("*" in action for action in actions)
        for resource in as_list(statement["Resource"]):
            if resource == "*":
                assert actions <= NO_RESOURCE
            else:
                assert resource.startswith(
                    ("<", f"arn:aws:ses:{REGION}:{ACCOUNT}:", f"arn:aws:lambda:{REGION}:{ACCOUNT}:")
                )
    for resource_policy in ("TopicPolicy", "AlertsTopicPolicy", "QueuePolicy"):
        for statement in (
            stack.resources.get(resource_policy, {})
            .get("Properties", {})
            .get("PolicyDocument", {})
            .get("Statement", ())
        ):
            assert "*" not in as_list(statement["Action"]) + as_list(statement["Resource"])
            assert statement["Principal"].keys() == {"Service"}


def test_every_function_has_a_role_of_its_own(stack: Stack) -> None:
    functions = stack.of_type("AWS::Lambda::Function")
    assert {function["Role"] for function in functions.values()} == {
        f"<{role}.Arn>" for role in ROLES
    }
    for role in ROLES:
        properties = stack.properties(role)
        assert "ManagedPolicyArns" not in properties
        (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_with_a_key_every_role_and_policy_may_use_it() -> None:
    stack = Stack(EncryptionKey="create")
    for role in ROLES:
        assert "kms:Decrypt" in allowed(of_role(stack, role), "<Key.Arn>")
    assert allowed(of_policy(stack, "ReaderPolicy"), "<Key.Arn>") == {"kms:Decrypt"}
    assert "kms:GenerateDataKey" in allowed(of_role(stack, "RecordRole"), "<Key.Arn>")


def test_managed_policies_are_within_what_iam_takes() -> None:
    import json

    stack = Stack(EncryptionKey="create")
    for policy in ("ReaderPolicy", "OperatorPolicy"):
        text = json.dumps(stack.properties(policy)["PolicyDocument"], separators=(",", ":"))
        # Real ARNs are longer than the names that stand for them here: 150 characters at most.
        assert len(text) + 150 * text.count("<") <= 6_144
