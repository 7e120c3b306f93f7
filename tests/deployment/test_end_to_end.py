"""A mail is sent, and `ses-tui` tells what became of it: through all that the template deploys."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tests import payloads
from tests.cli.conftest import CommandLineRunner, bare_environment
from tests.cli.test_tail import wait_for
from tests.deployment.deployment import Deployment, deploy
from tests.deployment.local_cloud import LocalCloud

SENDER = "orders@harbour.example"
CUSTOMER = "maria@customers.example"
BROKEN = '{"notificationType": "Bounce", "mail": {"messageId": "cut off in the mid'
_PATIENCE_SECONDS = 60.0


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait for what other processes bring about."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not seen in {_PATIENCE_SECONDS:.0f} s: {what}"
        time.sleep(0.1)


def command_line(stack: Deployment) -> CommandLineRunner:
    """`ses-tui` as a user of the stack would call it."""
    return CommandLineRunner(
        bare_environment(
            AWS_ENDPOINT_URL_DYNAMODB=stack.cloud.endpoint_url, **stack.cloud.environment
        )
    )


def publish(stack: Deployment, *documents: object) -> None:
    """What SES would publish to the topic."""
    topic = stack.cloud.client("sns")
    for document in documents:
        text = document if isinstance(document, str) else json.dumps(document)
        topic.publish(TopicArn=stack.outputs["EventTopicArn"], Message=text)


def bodies_in(stack: Deployment, queue: str) -> list[str]:
    """What waits in one of the stack's queues."""
    answer = stack.cloud.client("sqs").receive_message(
        QueueUrl=stack.outputs[queue], MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return [message["Body"] for message in answer.get("Messages", ())]


def stored_events(stack: Deployment) -> int:
    """Event items in the stack's table."""
    pages = stack.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=stack.table)
    return sum(item["pk"]["S"].startswith("M#") for page in pages for item in page["Items"])


def rates(stack: Deployment) -> Any:
    """What `ses-tui rates --json` prints."""
    done = command_line(stack)("rates", "--json", "--window", "1h", "--table", stack.table)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def counted(stack: Deployment) -> dict[str, int]:
    """Events by type, as the rates say."""
    return {name: count for name, count in rates(stack)["counts"].items() if count}


def story(stack: Deployment, message_id: str, *options: str) -> Any:
    """What `ses-tui show --json` prints."""
    done = command_line(stack)("show", message_id, "--json", "--table", stack.table, *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def facts(events: Iterable[dict[str, Any]]) -> Counter[tuple[str, str, str]]:
    """What tells the expected events apart."""
    return Counter(
        (event["event_type"], event["message_id"], event["recipient"]) for event in events
    )


def send_mail(cloud: LocalCloud, *recipients: str) -> str:
    """Send by the SES API; the message id."""
    answer = cloud.client("ses").send_email(
        Source=SENDER,
        Destination={"ToAddresses": list(recipients)},
        Message={"Subject": {"Data": "Your order"}, "Body": {"Text": {"Data": "It is coming."}}},
    )
    message_id: str = answer["MessageId"]
    return message_id


def notify_by(stack: Deployment) -> None:
    """Let the sender's notifications go to the stack's topic."""
    ses = stack.cloud.client("ses")
    ses.verify_email_identity(EmailAddress=SENDER)
    ses.verify_domain_identity(Domain=CUSTOMER.partition("@")[2])
    for kind in ("Bounce", "Complaint", "Delivery"):
        ses.set_identity_notification_topic(
            Identity=SENDER, NotificationType=kind, SnsTopic=stack.outputs["EventTopicArn"]
        )


@pytest.fixture(scope="module")
def stacks(cloud: LocalCloud) -> tuple[Deployment, Deployment]:
    """Two stacks side by side: the one under test and a bystander fed by EventBridge."""
    return (
        deploy(cloud, "mail-a", EventSource="identity"),
        deploy(cloud, "mail-b", EventSource="event-bridge"),
    )


def tailed(stack: Deployment, count: int, act: Callable[[], None]) -> list[dict[str, Any]]:
    """What `ses-tui tail --json` prints of `count` events that `act` causes."""
    run = command_line(stack)
    options = ("--json", f"--count={count}", "--for=60s", "--interval=1s", "--table")
    with run.running("tail", *options, stack.table) as process:
        # A stack that is slow to begin is called late before.
        wait_for(process.stderr, "waiting for events")
        act()
        output, _ = process.communicate(timeout=90)
    return [json.loads(line) for line in output.splitlines()]


def test_what_became_of_mails_is_shown(stacks: tuple[Deployment, Deployment]) -> None:
    stack, bystander = stacks
    notify_by(stack)
    sent: list[str] = []
    composed = payloads.new_message_id()
    about_customer: dict[str, Any] = {"message_id": composed, "recipients": [CUSTOMER]}
    documents = [
        payloads.send(**about_customer),
        payloads.delivery_delay(**about_customer),
        payloads.open_event(**about_customer),
        payloads.click(**about_customer),
    ]

    def act() -> None:
        sent.append(send_mail(stack.cloud, "Bounce+Label-7@Simulator.AmazonSES.com"))
        sent.append(send_mail(stack.cloud, "complaint@simulator.amazonses.com", CUSTOMER))
        publish(stack, *documents)

    events = tailed(stack, 8, act)

    assert facts(events) == Counter(
        [
            ("Bounce", sent[0], "bounce+label-7@simulator.amazonses.com"),
            ("Delivery", sent[1], "complaint@simulator.amazonses.com"),
            ("Complaint", sent[1], "complaint@simulator.amazonses.com"),
            ("Delivery", sent[1], CUSTOMER),
            ("Send", composed, CUSTOMER),
            ("DeliveryDelay", composed, CUSTOMER),
            ("Open", composed, CUSTOMER),
            ("Click", composed, CUSTOMER),
        ]
    )
    bounce = next(event for event in events if event["event_type"] == "Bounce")
    assert bounce["recipient_raw"] == "Bounce+Label-7@Simulator.AmazonSES.com"
    assert (bounce["bounce_type"], bounce["smtp_status"]) == ("Permanent", "5.1.1")

    told = story(stack, sent[1])
    assert {one["recipient"]: one["status"] for one in told["recipients"]} == {
        "complaint@simulator.amazonses.com": "complaint",
        CUSTOMER: "delivered",
    }
    assert facts(told["events"]) == Counter(
        {fact: n for fact, n in facts(events).items() if fact[1] == sent[1]}
    )

    stack.invoke("TickFunctionName")
    figures = rates(stack)
    assert {name: count for name, count in figures["counts"].items() if count} == {
        "Send": 1,
        "Delivery": 2,
        "DeliveryDelay": 1,
        "Bounce": 1,
        "Complaint": 1,
        "Open": 1,
        "Click": 1,
    }
    # The bounce and the complaint are the mailbox simulator's.
    assert figures["bounces"]["permanent"] == 0
    assert figures["bounces"]["excluded"] == 1
    assert figures["complaints"] == 0
    assert stored_events(bystander) == 0


@pytest.mark.long
def test_what_comes_again_changes_nothing(stacks: tuple[Deployment, Deployment]) -> None:
    stack, _ = stacks
    message_id = payloads.new_message_id()
    documents = [
        make(message_id=message_id, recipients=[CUSTOMER])
        for make in (payloads.send, payloads.delivery, payloads.click)
    ]
    tailed(stack, 3, lambda: publish(stack, *documents))
    before, stored = counted(stack), stored_events(stack)
    marker = payloads.send(message_id=payloads.new_message_id(), recipients=[CUSTOMER])

    (event,) = tailed(stack, 1, lambda: publish(stack, *documents, *documents, marker))

    assert event["message_id"] == marker["mail"]["messageId"]
    eventually(lambda: not waiting(stack), "the queue is empty")
    assert stored_events(stack) == stored + 1
    assert counted(stack) == before | {"Send": before["Send"] + 1}


def waiting(stack: Deployment) -> int:
    """Messages in the stack's queue, being worked on or not."""
    attributes = stack.cloud.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs["QueueUrl"],
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
        ],
    )["Attributes"]
    return sum(map(int, attributes.values()))


def test_a_body_that_cannot_be_read_is_kept_whole(
    stacks: tuple[Deployment, Deployment],
) -> None:
    stack, _ = stacks
    good = payloads.bounce(message_id=payloads.new_message_id(), recipients=[CUSTOMER])

    (event,) = tailed(stack, 1, lambda: publish(stack, BROKEN, "hello there", good))

    assert event["message_id"] == good["mail"]["messageId"]
    eventually(lambda: bool(bodies_in(stack, "UnparseableQueueUrl")), "the unparseable body")
    assert [BROKEN in body for body in bodies_in(stack, "UnparseableQueueUrl")] == [True]
    assert bodies_in(stack, "DeadLetterQueueUrl") == []


@pytest.mark.long
def test_a_body_that_cannot_be_stored_ends_in_the_dead_letter_queue(
    stacks: tuple[Deployment, Deployment],
) -> None:
    """Here the copy of an unreadable body has nowhere to go."""
    stack, _ = stacks
    functions, queues = stack.cloud.client("lambda"), stack.cloud.client("sqs")
    name = stack.outputs["RecordFunctionName"]
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    nowhere = variables | {"SES_UNPARSEABLE_QUEUE_URL": stack.outputs["QueueUrl"] + "-is-gone"}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": nowhere})
    queues.set_queue_attributes(
        QueueUrl=stack.outputs["QueueUrl"], Attributes={"VisibilityTimeout": "3"}
    )
    known = len(bodies_in(stack, "UnparseableQueueUrl"))
    broken = BROKEN.replace("cut off", "nowhere to go")
    good = payloads.send(message_id=payloads.new_message_id(), recipients=[CUSTOMER])

    (event,) = tailed(stack, 1, lambda: publish(stack, broken, good))

    assert event["message_id"] == good["mail"]["messageId"]
    eventually(lambda: bool(bodies_in(stack, "DeadLetterQueueUrl")), "the dead letter")
    assert bodies_in(stack, "DeadLetterQueueUrl") == [broken]
    assert len(bodies_in(stack, "UnparseableQueueUrl")) == known
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def put_through_the_rule(stack: Deployment, event: object) -> None:
    """Let the stack's rule hand `event` to its target.

    Nobody but AWS may put events of `aws.` sources, so another source stands for SES, and the
    rule is told to pass on what SES's would have been.
    """
    events = stack.cloud.client("events")
    (rule,) = (
        rule
        for rule in events.list_rules()["Rules"]
        if stack.name in rule["Name"] and "EventPattern" in rule
    )
    (target,) = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
    source = "tried.locally"
    pattern = json.loads(rule["EventPattern"]) | {"source": [source]}
    events.put_rule(Name=rule["Name"], EventPattern=json.dumps(pattern))
    events.put_targets(Rule=rule["Name"], Targets=[target | {"Input": json.dumps(event)}])
    detail_type = payloads.DETAIL_TYPES["Delivery"]
    events.put_events(Entries=[{"Source": source, "DetailType": detail_type, "Detail": "{}"}])


def test_events_come_by_event_bridge(stacks: tuple[Deployment, Deployment]) -> None:
    other, stack = stacks
    before = stored_events(other)
    document = payloads.delivery(message_id=payloads.new_message_id(), recipients=[CUSTOMER])

    envelope = payloads.eventbridge_event(document)

    (event,) = tailed(stack, 1, lambda: put_through_the_rule(stack, envelope))

    assert event["message_id"] == document["mail"]["messageId"]
    assert stored_events(other) == before


@pytest.mark.long
def test_a_table_outlives_its_stack_and_serves_the_next(cloud: LocalCloud) -> None:
    first = deploy(cloud, "mail-c", EventSource="identity")
    old = payloads.send(message_id=payloads.new_message_id(), recipients=[CUSTOMER])
    tailed(first, 1, lambda: publish(first, old))

    first.delete()
    stack = deploy(
        cloud,
        "mail-c",
        EventSource="identity",
        ExistingTableName=first.table,
        ExistingTableStreamArn=first.outputs["TableStreamArn"],
    )

    assert stack.table == first.table
    assert facts(story(stack, old["mail"]["messageId"])["events"])
    new = payloads.delivery(message_id=old["mail"]["messageId"], recipients=[CUSTOMER])
    (event,) = tailed(stack, 1, lambda: publish(stack, new))
    assert event["event_type"] == "Delivery"
    assert counted(stack) == {"Send": 1, "Delivery": 1}
