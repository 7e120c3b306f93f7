"""Which events reach the table is told of each publisher."""

import json
import shlex
from typing import Any

import pytest

from ses_tui.core.aws_command import AwsCommandLine
from ses_tui.core.event_publisher import EVENT_BUS, NEEDED_TYPES, Destination, Publisher
from ses_tui.core.event_routes import (
    Arrival,
    Route,
    judge_publisher,
    judge_routes,
    rule_types,
)
from ses_tui.core.health_check import CheckResult, Verdict

TOPIC = "arn:aws:sns:eu-west-1:111122223333:mail"
HERE = Route(Arrival.HERE, "topic mail, queue mail, function record")
AWS = AwsCommandLine()


def publisher(
    *types: str, target: str = TOPIC, kind: str = "set", enabled: bool = True
) -> Publisher:
    destination = Destination(target, frozenset(types), "to-recorder", enabled)
    return Publisher(kind, "orders", (destination,))


def judge(which: Publisher, *routes: Route, target: str = TOPIC) -> CheckResult:
    return judge_publisher(which, {target: routes}, AWS)


def test_a_set_that_publishes_what_is_needed_is_well() -> None:
    result = judge(publisher(*NEEDED_TYPES), HERE)
    assert result.verdict is Verdict.OK
    assert "function record" in result.finding


def test_opens_and_clicks_are_the_owners_choice() -> None:
    assert judge(publisher(*NEEDED_TYPES, "OPEN"), HERE).verdict is Verdict.OK


def test_without_sends_the_rates_are_of_something_else() -> None:
    types = [name for name in NEEDED_TYPES if name != "SEND"]
    result = judge(publisher(*types), HERE)
    assert result.verdict is Verdict.WARN
    assert "missing: SEND: rates are of deliveries and bounces" in result.finding
    command = shlex.split(result.fix[0])
    assert command[:3] == ["aws", "sesv2", "update-configuration-set-event-destination"]
    document = json.loads(command[command.index("--event-destination") + 1])
    assert set(document["MatchingEventTypes"]) == set(NEEDED_TYPES)
    assert document["SnsDestination"] == {"TopicArn": TOPIC}


def test_another_missing_type_leaves_the_rates_alone() -> None:
    types = [name for name in NEEDED_TYPES if name != "REJECT"]
    result = judge(publisher(*types), HERE)
    assert result.finding.endswith("missing: REJECT")


def test_an_identity_has_only_three_types() -> None:
    result = judge(publisher("BOUNCE", "COMPLAINT", "DELIVERY", kind="identity"), HERE)
    assert result.verdict is Verdict.OK
    result = judge(publisher("BOUNCE", "COMPLAINT", kind="identity"), HERE)
    assert result.verdict is Verdict.WARN
    assert "--notification-type Delivery" in result.fix[0]


def test_two_destinations_together_are_enough() -> None:
    first, second = (
        Destination(TOPIC, frozenset(NEEDED_TYPES[:3])),
        Destination("arn:other", frozenset(NEEDED_TYPES[3:])),
    )
    which = Publisher("set", "orders", (first, second))
    assert judge_publisher(which, {TOPIC: [HERE], "arn:other": [HERE]}, AWS).verdict is Verdict.OK


def test_a_way_that_ends_elsewhere_says_where_and_what_to_do() -> None:
    away = Route(Arrival.ELSEWHERE, "topic mail, function x, which records to table other")
    result = judge(publisher(*NEEDED_TYPES), away)
    assert result.verdict is Verdict.WARN
    assert "does not reach this table: topic mail" in result.finding
    nowhere = Route(Arrival.NOWHERE, "topic mail has no subscriber", ("subscribe it",))
    assert judge(publisher(*NEEDED_TYPES), nowhere).fix == ("subscribe it",)


def test_one_way_that_arrives_is_enough() -> None:
    away = Route(Arrival.NOWHERE, "topic mail, subscribed by email")
    assert judge(publisher(*NEEDED_TYPES), away, HERE).verdict is Verdict.OK


def test_what_cannot_be_followed_is_not_judged() -> None:
    unknown = Route(Arrival.UNKNOWN, "queue mail, then not known", ("allow it",))
    result = judge(publisher(*NEEDED_TYPES), unknown)
    assert (result.verdict, result.fix) == (Verdict.SKIPPED, ("allow it",))


def test_a_destination_that_is_switched_off_publishes_nothing() -> None:
    which = publisher("SEND", enabled=False)
    result = judge(which, HERE)
    assert result.verdict is Verdict.WARN
    assert "to-recorder is switched off" in result.finding
    assert '"Enabled":true' in result.fix[0]
    assert judge_routes([which], {TOPIC: [HERE]}).verdict is Verdict.WARN


def test_a_publisher_without_destinations() -> None:
    result = judge_publisher(Publisher("set", "orders", ()), {}, AWS)
    assert (result.verdict, result.finding) == (
        Verdict.WARN,
        "publishes to no topic and no event bus",
    )


def test_a_rule_lets_its_types_through_and_no_others() -> None:
    rule = Route(Arrival.HERE, "rule mail, queue mail", types=frozenset({"BOUNCE"}))
    result = judge(publisher(*NEEDED_TYPES, target=EVENT_BUS), rule, target=EVENT_BUS)
    assert result.verdict is Verdict.WARN
    assert result.finding.startswith("BOUNCE by rule mail")
    assert "the rule" in result.fix[0]


@pytest.mark.parametrize(
    ("pattern", "types"),
    [
        ({"source": ["aws.ses"]}, None),
        ({"source": ["aws.ses"], "detail-type": ["Email Bounced"]}, {"BOUNCE"}),
        ({"detail-type": ["Email Sent", "Email Opened"]}, {"SEND", "OPEN"}),
        ({"source": ["aws.ec2"]}, set()),
        ({"detail-type": ["EC2 Instance State-change Notification"]}, set()),
        ({"account": ["111122223333"]}, None),
        ({"source": [{"prefix": "aws."}]}, None),
        ({"source": ["aws.ses"], "detail-type": [{"prefix": "Email"}]}, None),
        ({}, set()),
    ],
)
def test_types_of_a_rule(pattern: dict[str, Any], types: set[str] | None) -> None:
    assert rule_types(pattern) == (None if types is None else frozenset(types))


@pytest.mark.parametrize(
    ("arrivals", "verdict"),
    [
        ([Arrival.HERE, Arrival.NOWHERE], Verdict.OK),
        ([Arrival.UNKNOWN, Arrival.NOWHERE], Verdict.SKIPPED),
        ([Arrival.ELSEWHERE], Verdict.WARN),
        ([], Verdict.WARN),
    ],
)
def test_whether_anything_comes_in(arrivals: list[Arrival], verdict: Verdict) -> None:
    routes = {f"arn:{n}": [Route(arrival, "way")] for n, arrival in enumerate(arrivals)}
    publishers = [publisher("SEND", target=target) for target in routes]
    result = judge_routes(publishers, routes)
    assert result.verdict is verdict
    assert bool(result.fix) == (verdict is Verdict.WARN)
