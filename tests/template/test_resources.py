"""What the recorder's correctness and its owner's peace rest on, in the deployed resources."""

import json
from typing import Any

import pytest

from recorder.functions import RecorderFunctions
from recorder.model.settings import RecorderSettings, read_settings
from recorder.model.table import expiry_definition, table_definition
from recorder.observability import NAMESPACE, SERVICE, TABLE_DIMENSION
from recorder.repair import REPAIRED_AFTER_MS
from recorder.unparseable import MAXIMUM_BODY_BYTES
from tests.template.stack import ACCOUNT, NAME, REGION, Stack

FOURTEEN_DAYS = 14 * 86_400
QUEUES = ("Queue", "DeadLetterQueue", "UnparseableQueue")
EVENT_NAMES = {
    "Email Sent",
    "Email Delivered",
    "Email Bounced",
    "Email Complaint Received",
    "Email Rejected",
    "Email Opened",
    "Email Clicked",
    "Email Rendering Failed",
    "Email Delivery Delayed",
    "Email Subscribed",
}


@pytest.fixture(scope="module")
def stack() -> Stack:
    return Stack()


def test_the_table_is_the_one_that_the_code_defines(stack: Stack) -> None:
    table = stack.properties("Table")
    definition = table_definition(f"{NAME}-events")
    definition["StreamSpecification"].pop("StreamEnabled")
    assert {name: table[name] for name in definition} == definition
    expiry = expiry_definition("")["TimeToLiveSpecification"]
    assert table["TimeToLiveSpecification"] == expiry
    protections = {
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": "true"},
        "DeletionProtectionEnabled": "true",
    }
    assert table.keys() - definition.keys() == {*protections, "TimeToLiveSpecification"}
    assert {name: table[name] for name in protections} == protections
    assert stack.resources["Table"]["DeletionPolicy"] == "Retain"
    assert stack.resources["Table"]["UpdateReplacePolicy"] == "Retain"


def test_the_stream_is_counted_by_one_reader_a_shard_that_knows_its_shard(stack: Stack) -> None:
    mapping = stack.properties("RollUpFunctionStream")
    assert mapping["ParallelizationFactor"] == 1
    assert mapping["TumblingWindowInSeconds"] == 60
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["EventSourceArn"] == "<Table.StreamArn>"


def test_a_failing_batch_of_the_stream_is_split_and_tried_until_it_is_nearly_gone(
    stack: Stack,
) -> None:
    mapping = stack.properties("RollUpFunctionStream")
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["MaximumRetryAttempts"] == -1
    assert mapping["MaximumRecordAgeInSeconds"] == 82_800
    bucket = stack.properties("FailedRecordsBucket")
    assert mapping["DestinationConfig"]["OnFailure"] == {"Destination": "<FailedRecordsBucket.Arn>"}
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 14


def test_roll_up_answers_as_a_window_with_partial_failures_wants_it() -> None:
    nothing: Any = object()
    answer = RecorderFunctions(nothing, RecorderSettings()).roll_up(
        {"shardId": "shardId-1", "Records": [], "isFinalInvokeForWindow": True}
    )
    assert answer == {"state": {}, "batchItemFailures": []}


def record_of_stream(partition_key: str, event_name: str = "INSERT") -> dict[str, Any]:
    return {"eventName": event_name, "dynamodb": {"Keys": {"pk": {"S": partition_key}}}}


def passes(pattern: Any, record: Any) -> bool:
    """Whether Lambda's event filter lets a record through; equality and prefixes only."""
    if isinstance(pattern, dict):
        return all(name in record and passes(pattern[name], record[name]) for name in pattern)
    return any(
        record.startswith(rule["prefix"]) if isinstance(rule, dict) else record == rule
        for rule in pattern
    )


def test_only_new_events_and_heartbeats_come_to_the_stream_function(stack: Stack) -> None:
    (rule,) = stack.properties("RollUpFunctionStream")["FilterCriteria"]["Filters"]
    pattern = json.loads(rule["Pattern"])
    assert passes(pattern, record_of_stream("M#0100-1"))
    assert passes(pattern, record_of_stream("H#202611230600"))
    assert not passes(pattern, record_of_stream("M#0100-1", "MODIFY"))
    assert not passes(pattern, record_of_stream("M#0100-1", "REMOVE"))
    for own in ("F#20261123#0", "R#2026112306#3", "S#2026112306", "C#"):
        assert not passes(pattern, record_of_stream(own))


@pytest.mark.parametrize("mapping", ["RecordFunctionQueue", "RollUpFunctionStream"])
def test_large_batches_are_gathered_for_a_second_at_least(stack: Stack, mapping: str) -> None:
    # Lambda refuses more than 10 records without a batching window.
    assert stack.properties(mapping)["BatchSize"] > 10
    assert int(stack.properties(mapping)["MaximumBatchingWindowInSeconds"]) >= 1


def test_how_the_queue_is_read(stack: Stack) -> None:
    mapping = stack.properties("RecordFunctionQueue")
    assert mapping["BatchSize"] == 100
    assert mapping["MaximumBatchingWindowInSeconds"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 10}
    many = Stack(RecordMaximumConcurrency="40").properties("RecordFunctionQueue")
    assert many["ScalingConfig"] == {"MaximumConcurrency": "40"}
    for function in stack.of_type("AWS::Lambda::Function").values():
        assert "ReservedConcurrentExecutions" not in function


def test_a_message_stays_hidden_until_lambda_has_tried_it(stack: Stack) -> None:
    timeout = stack.properties("RecordFunction")["Timeout"]
    window = stack.properties("RecordFunctionQueue")["MaximumBatchingWindowInSeconds"]
    assert stack.properties("Queue")["VisibilityTimeout"] == 6 * timeout + window


def test_a_repaired_minute_is_one_whose_events_are_all_stored(stack: Stack) -> None:
    # A batch begun in a minute has ended two minutes later, and a repair waits for three.
    assert stack.properties("RecordFunction")["Timeout"] * 1_000 + 60_000 <= REPAIRED_AFTER_MS


def test_what_fails_waits_fourteen_days(stack: Stack) -> None:
    for name in QUEUES:
        queue = stack.properties(name)
        assert queue["MessageRetentionPeriod"] == FOURTEEN_DAYS
        assert queue["MaximumMessageSize"] == 1_048_576 > MAXIMUM_BODY_BYTES
        assert queue["SqsManagedSseEnabled"] is True
    redrive = stack.properties("Queue")["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == "<DeadLetterQueue.Arn>"
    assert redrive["maxReceiveCount"] >= 5


def statements(stack: Stack, policy: str) -> list[dict[str, Any]]:
    document: dict[str, Any] = stack.properties(policy)["PolicyDocument"]
    found: list[dict[str, Any]] = document["Statement"]
    return found


def test_only_ses_of_this_account_may_publish() -> None:
    arn = f"arn:aws:ses:{REGION}:{ACCOUNT}"
    for way, sources in (
        ({"ConfigurationSetName": "transactional"}, f"{arn}:configuration-set/transactional"),
        ({}, f"{arn}:configuration-set/<ConfigurationSet>"),
        ({"EventSource": "identity"}, [f"{arn}:identity/*", f"{arn}:configuration-set/*"]),
    ):
        (statement,) = statements(Stack(**way), "TopicPolicy")
        assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
        assert statement["Action"] == "sns:Publish"
        assert statement["Resource"] == "<EventTopic>"
        assert statement["Condition"] == {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": sources},
        }


@pytest.mark.parametrize(
    ("way", "service", "source"),
    [
        ({}, "sns", "<EventTopic>"),
        ({"EventSource": "event-bridge"}, "events", "<EventRule.Arn>"),
        (
            {"ExistingTopicArn": "arn:aws:sns:eu-west-1:123456789012:bounces"},
            "sns",
            "arn:aws:sns:eu-west-1:123456789012:bounces",
        ),
    ],
)
def test_only_that_topic_or_rule_may_write_to_the_queue(
    way: dict[str, str], service: str, source: str
) -> None:
    stack = Stack(**way)
    policies = stack.of_type("AWS::SQS::QueuePolicy")
    queues = {
        policy["Queues"][0]: policy["PolicyDocument"]["Statement"] for policy in policies.values()
    }
    assert queues.keys() == {"<Queue>", "<DeadLetterQueue>"}
    for name, (statement,) in queues.items():
        assert statement["Principal"] == {"Service": f"{service}.amazonaws.com"}
        assert statement["Action"] == "sqs:SendMessage"
        assert statement["Resource"] == name.replace(">", ".Arn>")
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": source}}


def test_ses_publishes_once_there_is_a_way_to_the_queue() -> None:
    stack = Stack(ConfigurationSetName="transactional")
    resource = stack.resources["TopicDestination"]
    assert set(resource["DependsOn"]) == {"TopicPolicy", "TopicSubscription"}
    assert stack.resources["TopicSubscription"]["DependsOn"] == "QueuePolicy"
    assert resource["Properties"]["ConfigurationSetName"] == "transactional"
    destination = resource["Properties"]["EventDestination"]
    assert destination["SnsDestination"] == {"TopicARN": "<EventTopic>"}
    types = destination["MatchingEventTypes"].split(",")
    assert len(types) == 8
    assert not {"open", "click"} & set(types)
    assert "ConfigurationSet" not in stack.resources


def test_a_configuration_set_that_was_made_outlives_the_stack(stack: Stack) -> None:
    assert stack.properties("ConfigurationSet")["Name"] == NAME
    assert stack.resources["ConfigurationSet"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert stack.outputs["ConfigurationSetToUse"] == "<ConfigurationSet>"


def test_the_event_bus_may_take_the_topics_place() -> None:
    stack = Stack(EventSource="event-bridge")
    pattern = stack.properties("EventRule")["EventPattern"]
    assert pattern == {"source": ["aws.ses"], "detail-type": pattern["detail-type"]}
    assert set(pattern["detail-type"]) == EVENT_NAMES
    destination = stack.properties("EventBridgeDestination")["EventDestination"]
    assert destination["EventBridgeDestination"]["EventBusArn"].endswith(":event-bus/default")
    assert not {"EventTopic", "TopicSubscription", "TopicDestination"} & stack.resources.keys()


@pytest.mark.parametrize(
    "way",
    [
        {"EventSource": "identity"},
        {"ConfigurationSetName": "none"},
        {"ExistingTopicArn": "arn:aws:sns:eu-west-1:123456789012:bounces"},
    ],
)
def test_configuration_sets_can_be_left_alone(way: dict[str, str]) -> None:
    stack = Stack(**way)
    assert not stack.of_type("AWS::SES::ConfigurationSet")
    assert not stack.of_type("AWS::SES::ConfigurationSetEventDestination")
    assert stack.properties("TopicSubscription")["Endpoint"] == "<Queue.Arn>"


def test_no_event_comes_by_two_ways() -> None:
    for source in ("configuration-set", "identity", "event-bridge"):
        stack = Stack(EventSource=source)
        assert ("TopicSubscription" in stack.resources) != ("EventRule" in stack.resources)


def test_the_functions_settings_are_what_the_code_reads(stack: Stack) -> None:
    functions = stack.of_type("AWS::Lambda::Function")
    settings = {
        name: read_settings(function["Environment"]["Variables"])
        for name, function in functions.items()
    }
    usual = RecorderSettings(table="<Table>")
    assert settings["RollUpFunction"] == settings["TickFunction"] == usual
    assert settings["RecordFunction"].unparseable_queue_url == "<UnparseableQueue>"
    changed = Stack(RetentionDays="0", KeepHeaders="1", KeepSubject="1", SingleShard="1")
    for function in changed.of_type("AWS::Lambda::Function").values():
        variables = read_settings(function["Environment"]["Variables"])
        assert variables == RecorderSettings(
            table="<Table>",
            retention_days=0,
            keep_headers=True,
            keep_subject=True,
            unparseable_queue_url=variables.unparseable_queue_url,
            single_shard=True,
        )


def test_a_left_table_is_gone_on_with() -> None:
    stream = "arn:aws:dynamodb:eu-west-1:123456789012:table/left/stream/1"
    stack = Stack(ExistingTableName="left", ExistingTableStreamArn=stream)
    assert not stack.of_type("AWS::DynamoDB::Table")
    for function in stack.of_type("AWS::Lambda::Function").values():
        assert function["Environment"]["Variables"]["SES_TABLE"] == "left"
    assert stack.properties("RollUpFunctionStream")["EventSourceArn"] == stream
    assert stack.outputs["TableName"] == "left"


def test_the_heartbeat_is_written_every_minute(stack: Stack) -> None:
    rule = stack.properties("TickFunctionEveryMinute")
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert rule["Targets"][0]["Arn"] == "<TickFunction.Arn>"


def test_every_function_logs_to_a_group_that_forgets(stack: Stack) -> None:
    groups = stack.of_type("AWS::Logs::LogGroup")
    for function in stack.of_type("AWS::Lambda::Function").values():
        group = groups[function["LoggingConfig"]["LogGroup"].strip("<>")]
        assert int(group["RetentionInDays"]) == 30
        assert group["LogGroupName"].startswith(f"/aws/lambda/{NAME}-")


def test_names_tell_two_stacks_apart(stack: Stack) -> None:
    fixed = [
        value
        for properties in (resource["Properties"] for resource in stack.resources.values())
        for name, value in properties.items()
        if name.endswith("Name") and name != "MetricName" and isinstance(value, str)
    ]
    assert fixed
    for value in fixed:
        assert NAME in value or value.startswith("<"), value


ALARMS = {
    "DeadLetterAlarm",
    "UnparseableAlarm",
    "QueueAgeAlarm",
    "IteratorAgeAlarm",
    "RecordErrorsAlarm",
    "TickErrorsAlarm",
    "HeartbeatAlarm",
    "BounceRateReachedAlarm",
    "ComplaintRateReachedAlarm",
}


def alarms_of(stack: Stack) -> dict[str, dict[str, Any]]:
    return stack.of_type("AWS::CloudWatch::Alarm")


def test_one_mail_for_a_condition_which_says_what_to_run() -> None:
    alarms = alarms_of(Stack(NoEventsAlarmMinutes="60"))
    assert alarms.keys() == ALARMS | {"NoEventsAlarm"}
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == ["<AlertsTopic>"]
        # No mail when it is over, and none for what is unknown.
        assert not {"OKActions", "InsufficientDataActions"} & alarm.keys()
        text = alarm["AlarmDescription"]
        assert len(text) <= 1_024
        assert "Run: " in text, name
        if name != "UnparseableAlarm":
            assert f"--table <Table> --region {REGION}" in text, name
    assert (
        '--query "type:bounce" --window 1h' in alarms["BounceRateReachedAlarm"]["AlarmDescription"]
    )


def test_silence_is_no_alarm_unless_asked_for(stack: Stack) -> None:
    assert alarms_of(stack).keys() == ALARMS
    silence = alarms_of(Stack(NoEventsAlarmMinutes="60"))["NoEventsAlarm"]
    assert (silence["Period"], silence["EvaluationPeriods"]) == (60, "60")
    assert alarms_of(Stack(ReputationAlarms="false")).keys() == {
        name for name in ALARMS if "Rate" not in name
    }


def test_alarms_watch_what_the_code_and_aws_measure(stack: Stack) -> None:
    alarms = alarms_of(Stack(NoEventsAlarmMinutes="60"))
    for name, metric in (("HeartbeatAlarm", "heartbeats_paged"), ("NoEventsAlarm", "stored")):
        alarm = alarms[name]
        assert (alarm["Namespace"], alarm["MetricName"]) == (NAMESPACE, metric)
        dimensions = {one["Name"]: one["Value"] for one in alarm["Dimensions"]}
        assert dimensions == {"service": SERVICE, TABLE_DIMENSION: "<Table>"}
        assert alarm["TreatMissingData"] == "breaching"
    age = alarms["IteratorAgeAlarm"]
    assert (age["Threshold"], age["Statistic"]) == (300_000, "Maximum")
    assert age["Dimensions"] == [{"Name": "FunctionName", "Value": "<RollUpFunction>"}]
    for name, queue in (
        ("DeadLetterAlarm", "DeadLetterQueue"),
        ("UnparseableAlarm", "UnparseableQueue"),
    ):
        alarm = alarms[name]
        assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": f"<{queue}.QueueName>"}]
        assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    for name, metric, threshold in (
        ("BounceRateReachedAlarm", "Reputation.BounceRate", 0.05),
        ("ComplaintRateReachedAlarm", "Reputation.ComplaintRate", 0.001),
    ):
        alarm = alarms[name]
        assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/SES", metric)
        assert float(alarm["Threshold"]) == threshold
        assert alarm["TreatMissingData"] == "ignore"


def test_alerts_are_mailed_to_whom_they_should(stack: Stack) -> None:
    assert "AlertsMail" not in stack.resources
    mail = Stack(AlertsEmail="alerts@example.com").properties("AlertsMail")
    assert mail == {
        "TopicArn": "<AlertsTopic>",
        "Protocol": "email",
        "Endpoint": "alerts@example.com",
    }


ENCRYPTED = {
    "EventTopic": "KmsMasterKeyId",
    "AlertsTopic": "KmsMasterKeyId",
    "Queue": "KmsMasterKeyId",
    "DeadLetterQueue": "KmsMasterKeyId",
    "UnparseableQueue": "KmsMasterKeyId",
}


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("create", "<Key.Arn>"),
        ("arn:aws:kms:eu-west-1:123456789012:key/1", "arn:aws:kms:eu-west-1:123456789012:key/1"),
    ],
)
def test_one_key_may_cover_everything(given: str, key: str) -> None:
    stack = Stack(EncryptionKey=given)
    for name, attribute in ENCRYPTED.items():
        assert stack.properties(name)[attribute] == key
        assert "SqsManagedSseEnabled" not in stack.properties(name)
    assert stack.properties("Table")["SSESpecification"]["KMSMasterKeyId"] == key
    (rule,) = stack.properties("FailedRecordsBucket")["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == key


def test_the_services_that_publish_may_use_the_key() -> None:
    stack = Stack(EncryptionKey="create")
    _, services = stack.properties("Key")["KeyPolicy"]["Statement"]
    assert set(services["Principal"]["Service"]) == {
        f"{name}.amazonaws.com" for name in ("cloudwatch", "events", "ses", "sns")
    }
    assert set(services["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    # A table that stays is worth nothing without its key.
    assert stack.resources["Key"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert "Key" not in Stack().resources
