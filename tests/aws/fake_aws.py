"""An AWS account of a few dictionaries, which remembers what it was asked."""

from collections.abc import Callable
from typing import Any

from recorder.model.clock import Clock
from recorder.model.table import table_definition
from ses_tui.aws.doctor.calls import SERVICES, CallError, Trouble
from ses_tui.aws.doctor.installation import Installation
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.aws_command import AwsCommandLine
from tests.events import FrozenClock

REGION = "eu-west-1"
ACCOUNT = "111122223333"
STREAM = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ses-events/stream/2026-11-23"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:mail"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:mail"
DEAD = f"arn:aws:sqs:{REGION}:{ACCOUNT}:mail-dead"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:record"
UNPARSEABLE_URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/mail-unparseable"
EVERY_TYPE = (
    *("SEND", "DELIVERY", "DELIVERY_DELAY", "BOUNCE", "COMPLAINT", "REJECT"),
    "RENDERING_FAILURE",
)
DATE = "Mon, 23 Nov 2026 12:00:00 GMT"

Answer = dict[str, Any] | Trouble | Callable[..., dict[str, Any]]


class FakeAws:
    """`AwsCalls`: an answer, a trouble or a function for each `service.Operation`."""

    def __init__(self, **changes: Answer) -> None:
        """`changes` are answers by operation; the rest is that of a healthy installation."""
        self.answers: dict[str, Answer] = healthy() | changes
        self.actions: set[str] = set()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.is_aws = True

    async def call(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        """The answer prepared for the operation."""
        self.actions.add(f"{SERVICES[service][1]}:{operation}")
        self.asked.append((operation, arguments))
        answer = self.answers[operation]
        if isinstance(answer, Trouble):
            raise CallError(service, operation, answer, "said so")
        return answer(**arguments) if callable(answer) else answer

    def installation(self, clock: Clock | None = None) -> Installation:
        """What a check is given."""
        options = ConnectionOptions(region=REGION)
        return Installation(self, options, clock or FrozenClock(), AwsCommandLine(), "sso")


def healthy() -> dict[str, Answer]:
    """A deployed recorder with one configuration set and one identity."""
    definition = table_definition("ses-events")
    table = {
        **definition,
        "TableStatus": "ACTIVE",
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "LatestStreamArn": STREAM,
        "DeletionProtectionEnabled": True,
    }
    return {
        "GetCallerIdentity": {"Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/ana"},
        "DescribeTable": {
            "Table": table,
            "ResponseMetadata": {"HTTPHeaders": {"date": DATE}},
        },
        "DescribeTimeToLive": {
            "TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "x"}
        },
        "DescribeContinuousBackups": {
            "ContinuousBackupsDescription": {
                "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}
            }
        },
        "Query": {"Items": []},
        "GetItem": {},
        "DescribeStream": {"StreamDescription": {"Shards": [{"ShardId": "shardId-1"}]}},
        "GetShardIterator": {"ShardIterator": "here"},
        "GetRecords": {"Records": []},
        "ListEventSourceMappings": mappings,
        "GetFunctionConfiguration": {
            "Environment": {
                "Variables": {
                    "SES_TABLE": "ses-events",
                    "SES_UNPARSEABLE_QUEUE_URL": UNPARSEABLE_URL,
                }
            }
        },
        "GetAccount": {"EnforcementStatus": "HEALTHY", "SendingEnabled": True},
        "GetSuppressedDestination": Trouble.NOT_FOUND,
        "GetMetricData": {"MetricDataResults": []},
        "ListConfigurationSets": {"ConfigurationSets": ["orders"]},
        "GetConfigurationSetEventDestinations": {
            "EventDestinations": [to_topic(*EVERY_TYPE), to_bus("BOUNCE")]
        },
        "ListIdentities": {"Identities": ["shop.example", "quiet.example"]},
        "GetIdentityNotificationAttributes": {
            "NotificationAttributes": {
                "shop.example": {
                    "BounceTopic": TOPIC,
                    "ComplaintTopic": TOPIC,
                    "DeliveryTopic": TOPIC,
                },
                "quiet.example": {"ForwardingEnabled": True},
            }
        },
        "ListSubscriptionsByTopic": {
            "Subscriptions": [
                {"Protocol": "sqs", "Endpoint": QUEUE, "SubscriptionArn": f"{TOPIC}:1"}
            ]
        },
        "ListRules": {"Rules": [{"Name": "mail", "EventPattern": '{"source":["aws.ses"]}'}]},
        "ListTargetsByRule": {"Targets": [{"Arn": QUEUE}]},
        "GetQueueUrl": lambda **asked: {"QueueUrl": f"https://sqs/{asked['QueueName']}"},
        "GetQueueAttributes": {
            "Attributes": {
                "ApproximateNumberOfMessages": "0",
                "RedrivePolicy": f'{{"deadLetterTargetArn":"{DEAD}","maxReceiveCount":5}}',
            }
        },
    }


def mappings(**asked: Any) -> dict[str, Any]:
    """One function for the queue, another for the stream."""
    if asked["EventSourceArn"] == STREAM:
        function = FUNCTION.replace("record", "roll_up")
        return {
            "EventSourceMappings": [
                {
                    "UUID": "mapping-1",
                    "FunctionArn": function,
                    "State": "Enabled",
                    "ParallelizationFactor": 1,
                    "TumblingWindowInSeconds": 60,
                }
            ]
        }
    return {
        "EventSourceMappings": [{"UUID": "mapping-2", "FunctionArn": FUNCTION, "State": "Enabled"}]
    }


def to_topic(*types: str, enabled: bool = True) -> dict[str, Any]:
    """An event destination to the topic."""
    return {
        "Name": "to-recorder",
        "Enabled": enabled,
        "MatchingEventTypes": list(types),
        "SnsDestination": {"TopicArn": TOPIC},
    }


def to_bus(*types: str) -> dict[str, Any]:
    """An event destination to the default event bus."""
    return {
        "Name": "to-bus",
        "Enabled": True,
        "MatchingEventTypes": list(types),
        "EventBridgeDestination": {
            "EventBusArn": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
        },
    }
