"""What each check of the doctor says of answers and refusals of AWS."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiobotocore.session import AioSession
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from ses_tui.aws import table_check
from ses_tui.aws.doctor import (
    account,
    clock,
    credentials,
    event_destinations,
    reading,
    stream,
    table,
)
from ses_tui.aws.doctor.calls import CallError, ServiceCalls, Trouble, trouble_of
from ses_tui.aws.doctor.check import Check
from ses_tui.aws.doctor.examine import run_checks
from ses_tui.aws.doctor.installation import Installation
from ses_tui.aws.doctor.registry import ACTIONS, CHECKS
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.health_check import CheckResult, Verdict
from tests.aws.fake_aws import (
    EVERY_TYPE,
    FUNCTION,
    QUEUE,
    TOPIC,
    Answer,
    FakeAws,
    healthy,
    mappings,
    to_bus,
    to_topic,
)
from tests.aws.pages import options_of
from tests.engine import TestTable
from tests.events import NOON, FrozenClock

DESTINATIONS = event_destinations.CHECK


async def ask(check: Check, aws: FakeAws | None = None) -> dict[str, CheckResult]:
    results = await run_checks((aws or FakeAws()).installation(), [check])
    return {result.name: result for result in results}


async def destinations(**changes: Answer) -> dict[str, CheckResult]:
    return await ask(DESTINATIONS, FakeAws(**changes))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
async def test_a_check_calls_what_it_declares_and_nothing_else(check: Check) -> None:
    aws = FakeAws()
    await check.run(aws.installation())
    assert aws.actions == set(check.actions)


def test_every_action_only_reads() -> None:
    verbs = ("Get", "List", "Describe", "Query")
    assert all(action.partition(":")[2].startswith(verbs) for action in ACTIONS)


def test_the_doctor_may_do_what_the_check_of_the_table_does() -> None:
    assert set(table_check.ACTIONS) <= ACTIONS


async def test_a_healthy_account() -> None:
    results = await run_checks(FakeAws().installation())
    ill = [r for r in results if r.verdict is not Verdict.OK]
    assert {r.name for r in ill} == {"heartbeat", "consumer lag", "summaries"}


async def test_without_any_permission_every_check_has_a_line() -> None:
    aws = FakeAws(**dict.fromkeys(healthy(), Trouble.DENIED))
    results = await run_checks(aws.installation())
    verdicts = {result.name: result.verdict for result in results}
    assert {name for name, verdict in verdicts.items() if verdict is Verdict.FAIL} == {
        "read items",
        "read table",
        "read index rcpt",
        "read index prob",
    }
    assert {check.name for check in CHECKS} - set(verdicts) == {DESTINATIONS.name}
    refused = [result for result in results if "no permission" in result.finding]
    assert len(refused) > 10
    assert "no permission for ses:GetAccount" in {result.finding for result in refused}


async def test_one_failing_check_hides_no_other() -> None:
    async def burst(_: Installation) -> Sequence[CheckResult]:
        raise KeyError("nobody foresaw this")

    async def hang(_: Installation) -> Sequence[CheckResult]:
        await asyncio.Event().wait()
        return ()

    checks = [
        Check("burst", (), burst),
        Check("hang", (), hang, seconds=0.01),
        credentials.CHECK,
    ]
    results = await run_checks(FakeAws().installation(), checks)
    assert [result.name for result in results] == ["burst", "hang", "credentials", "region"]
    assert "nobody foresaw this" in results[0].finding
    assert results[1].finding == "no answer within 0 s"
    assert results[2].verdict is Verdict.OK


async def test_checks_run_at_the_same_time() -> None:
    both = asyncio.Barrier(2)

    async def meet(_: Installation) -> Sequence[CheckResult]:
        await both.wait()
        return (CheckResult("met", Verdict.OK, "there"),)

    results = await run_checks(FakeAws().installation(), [Check("one", (), meet)] * 2)
    assert [result.finding for result in results] == ["there", "there"]


async def test_whose_credentials_these_are() -> None:
    found = (await ask(credentials.CHECK))["credentials"]
    assert found.finding.endswith("assumed-role/Reader/ana, from sso")
    refused = FakeAws(GetCallerIdentity=Trouble.CREDENTIALS)
    assert (await ask(credentials.CHECK, refused))["credentials"].verdict is Verdict.FAIL
    away = FakeAws(GetCallerIdentity=Trouble.UNREACHABLE)
    assert (await ask(credentials.CHECK, away))["credentials"].verdict is Verdict.SKIPPED


@pytest.mark.parametrize(
    ("ahead", "verdict", "words"),
    [
        (0, Verdict.OK, "agrees"),
        (-9_000, Verdict.OK, "agrees"),
        (42_000, Verdict.WARN, "42 s ahead of"),
        (-400_000, Verdict.FAIL, "400 s behind"),
    ],
)
async def test_clock(ahead: int, verdict: Verdict, words: str) -> None:
    installation = FakeAws().installation(FrozenClock(NOON + ahead + 500))
    result = (await clock.CHECK.run(installation))[0]
    assert result.verdict is verdict
    assert words in result.finding


async def test_a_refusal_tells_the_time_too() -> None:
    def refuse(**_: Any) -> dict[str, Any]:
        raise CallError(
            "dynamodb",
            "DescribeTable",
            Trouble.CREDENTIALS,
            "set the clock",
            "Mon, 23 Nov 2026 11:00:00 GMT",
        )

    found = await ask(clock.CHECK, FakeAws(DescribeTable=refuse))
    assert found["clock"].verdict is Verdict.FAIL
    assert "ahead of" in found["clock"].finding


async def test_unlike_tables_fail_in_the_line_of_their_part() -> None:
    description = healthy()["DescribeTable"]
    assert isinstance(description, dict)
    del description["Table"]["GlobalSecondaryIndexes"][1]
    description["Table"]["BillingModeSummary"] = {}
    found = await ask(table.CHECK, FakeAws(DescribeTable=description))
    assert {name: result.verdict for name, result in found.items()} == {
        "table": Verdict.WARN,
        "index prob": Verdict.FAIL,
        "stream": Verdict.OK,
    }


async def test_protection() -> None:
    found = await ask(table.PROTECTION_CHECK)
    assert found["protection"].verdict is Verdict.OK
    denied = FakeAws(DescribeContinuousBackups=Trouble.DENIED)
    found = await ask(table.PROTECTION_CHECK, denied)
    assert found["protection"].verdict is Verdict.SKIPPED
    emulator = FakeAws()
    emulator.is_aws = False
    assert (await ask(table.PROTECTION_CHECK, emulator))["protection"].verdict is Verdict.SKIPPED


async def test_a_read_that_is_not_allowed_fails() -> None:
    for check in reading.CHECKS:
        found = await ask(check, FakeAws(Query=Trouble.DENIED, GetItem=Trouble.DENIED))
        assert found[check.name].verdict is Verdict.FAIL
        assert f"allow {check.actions[0]}" in found[check.name].fix[0]


async def test_the_stream_is_needed_by_one_source_only() -> None:
    found = await ask(stream.READ_CHECK, FakeAws(GetRecords=Trouble.DENIED))
    assert found["read stream"].verdict is Verdict.WARN
    assert "dynamodb:GetRecords" in found["read stream"].finding


@pytest.mark.parametrize(
    ("changes", "verdict", "fix"),
    [
        ({}, Verdict.OK, None),
        ({"State": "Disabled"}, Verdict.FAIL, "--uuid mapping-1 --enabled"),
        ({"ParallelizationFactor": 2}, Verdict.FAIL, "--parallelization-factor 1"),
        ({"TumblingWindowInSeconds": 0}, Verdict.FAIL, "--tumbling-window-in-seconds 60"),
        (
            {"LastProcessingResult": "PROBLEM: Function call failed"},
            Verdict.WARN,
            "aws logs tail /aws/lambda/roll_up",
        ),
    ],
)
async def test_how_the_stream_is_consumed(
    changes: dict[str, Any], verdict: Verdict, fix: str | None
) -> None:
    def changed(**arguments: Any) -> dict[str, Any]:
        answer = mappings(**arguments)
        answer["EventSourceMappings"][0] |= changes
        return answer

    found = await ask(stream.CONSUMER_CHECK, FakeAws(ListEventSourceMappings=changed))
    assert found["stream consumer"].verdict is verdict
    assert fix is None or fix in " ".join(found["stream consumer"].fix)


async def test_nobody_consumes_the_stream() -> None:
    nothing: Answer = {"EventSourceMappings": []}
    found = await ask(stream.CONSUMER_CHECK, FakeAws(ListEventSourceMappings=nothing))
    assert found["stream consumer"].verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        ({}, Verdict.OK, "HEALTHY"),
        ({"ProductionAccessEnabled": False}, Verdict.OK, "sandbox"),
        ({"EnforcementStatus": "PROBATION"}, Verdict.WARN, "under review"),
        ({"EnforcementStatus": "SHUTDOWN"}, Verdict.WARN, "paused"),
        ({"SendingEnabled": False}, Verdict.WARN, "paused"),
    ],
)
def test_account(answer: dict[str, Any], verdict: Verdict, words: str) -> None:
    result = account.judge_account(answer)
    assert result.verdict is verdict
    assert words in result.finding


async def test_events_that_reach_the_table() -> None:
    found = await destinations()
    assert {name: result.verdict for name, result in found.items()} == dict.fromkeys(
        [
            *("event destinations", "set orders", "identity shop.example"),
            *("queue mail", "queue mail-dead", "queue mail-unparseable"),
        ],
        Verdict.OK,
    )
    assert "topic mail, queue mail, function record" in found["set orders"].finding


async def test_events_by_the_event_bus() -> None:
    sets: Answer = {"EventDestinations": [to_bus(*EVERY_TYPE)]}
    found = await destinations(GetConfigurationSetEventDestinations=sets)
    assert found["set orders"].verdict is Verdict.OK
    assert "rule mail, queue mail, function record" in found["set orders"].finding
    rules: Answer = {
        "Rules": [{"Name": "mail", "State": "DISABLED", "EventPattern": '{"source":["aws.ses"]}'}]
    }
    found = await destinations(GetConfigurationSetEventDestinations=sets, ListRules=rules)
    assert found["set orders"].verdict is Verdict.WARN
    assert found["set orders"].fix == ("aws events enable-rule --name mail",)
    found = await destinations(GetConfigurationSetEventDestinations=sets, ListRules=Trouble.DENIED)
    assert found["set orders"].verdict is Verdict.SKIPPED
    assert "events:ListRules" in found["set orders"].finding


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        (
            {"ListSubscriptionsByTopic": {"Subscriptions": []}},
            Verdict.WARN,
            "topic mail has no subscriber",
        ),
        (
            {
                "ListSubscriptionsByTopic": {
                    "Subscriptions": [
                        {
                            "Protocol": "sqs",
                            "Endpoint": QUEUE,
                            "SubscriptionArn": "PendingConfirmation",
                        }
                    ]
                }
            },
            Verdict.WARN,
            "has not confirmed",
        ),
        (
            {
                "ListSubscriptionsByTopic": {
                    "Subscriptions": [{"Protocol": "email", "Endpoint": "a@b.example"}]
                }
            },
            Verdict.WARN,
            "subscribed by email",
        ),
        ({"ListSubscriptionsByTopic": Trouble.NOT_FOUND}, Verdict.WARN, "topic mail is gone"),
        ({"ListSubscriptionsByTopic": Trouble.DENIED}, Verdict.SKIPPED, "no permission"),
        ({"ListEventSourceMappings": {"EventSourceMappings": []}}, Verdict.WARN, "no function"),
        (
            {
                "ListEventSourceMappings": {
                    "EventSourceMappings": [
                        {"UUID": "m", "FunctionArn": FUNCTION, "State": "Disabled"}
                    ]
                }
            },
            Verdict.WARN,
            "switched off",
        ),
        ({"ListEventSourceMappings": Trouble.DENIED}, Verdict.SKIPPED, "queue mail"),
        ({"GetFunctionConfiguration": {}}, Verdict.WARN, "which is no recorder"),
        (
            {"GetFunctionConfiguration": {"Environment": {"Variables": {"SES_TABLE": "other"}}}},
            Verdict.WARN,
            "records to table other",
        ),
        ({"GetFunctionConfiguration": Trouble.DENIED}, Verdict.SKIPPED, "function record"),
    ],
)
async def test_where_a_way_ends(changes: dict[str, Answer], verdict: Verdict, words: str) -> None:
    only_topic: Answer = {"EventDestinations": [to_topic(*EVERY_TYPE)]}
    found = await destinations(GetConfigurationSetEventDestinations=only_topic, **changes)
    assert found["set orders"].verdict is verdict
    assert words in found["set orders"].finding
    assert found["event destinations"].verdict is verdict


async def test_a_function_subscribed_without_a_queue() -> None:
    subscription = {"Protocol": "lambda", "Endpoint": FUNCTION, "SubscriptionArn": "arn:1"}
    found = await destinations(ListSubscriptionsByTopic={"Subscriptions": [subscription]})
    assert found["set orders"].verdict is Verdict.OK


async def test_without_sets_the_identities_are_still_looked_at() -> None:
    found = await destinations(ListConfigurationSets=Trouble.DENIED)
    assert found["configuration sets"].verdict is Verdict.SKIPPED
    assert found["identity shop.example"].verdict is Verdict.OK


async def test_each_thing_is_asked_about_once() -> None:
    aws = FakeAws(ListConfigurationSets={"ConfigurationSets": [f"set-{n}" for n in range(9)]})
    await ask(DESTINATIONS, aws)
    operations = [operation for operation, _ in aws.asked]
    assert operations.count("ListSubscriptionsByTopic") == 1
    assert operations.count("GetFunctionConfiguration") == 1
    assert operations.count("ListEventSourceMappings") == 1


async def test_sets_beyond_the_time_are_counted() -> None:
    aws = FakeAws(ListConfigurationSets={"ConfigurationSets": [f"set-{n}" for n in range(9)]})
    now = FrozenClock()

    def slow(**_: Any) -> dict[str, Any]:
        now.advance(4_000)
        return {"EventDestinations": [to_topic(*EVERY_TYPE)]}

    aws.answers["GetConfigurationSetEventDestinations"] = slow
    results = await DESTINATIONS.run(aws.installation(now))
    unread = next(result for result in results if result.name == "configuration sets")
    assert (unread.verdict, unread.finding) == (Verdict.SKIPPED, "6 of 9 were not looked at")
    assert "set set-2" in {result.name for result in results}


async def test_a_set_is_asked_about_again_when_ses_is_too_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(event_destinations, "PAUSE_SECONDS", 0)
    refusals = iter([True, True, False])

    def busy(**_: Any) -> dict[str, Any]:
        if next(refusals):
            raise CallError("sesv2", "GetConfigurationSetEventDestinations", Trouble.BUSY, "slow")
        return {"EventDestinations": [to_topic(*EVERY_TYPE)]}

    found = await destinations(GetConfigurationSetEventDestinations=busy)
    assert found["set orders"].verdict is Verdict.OK


async def test_without_ses_there_is_one_line() -> None:
    found = await destinations(
        ListConfigurationSets=Trouble.NO_SERVICE, ListIdentities=Trouble.NO_SERVICE
    )
    assert [(name, result.finding) for name, result in found.items()] == [
        ("event destinations", "no SES at this endpoint")
    ]


async def test_messages_that_were_given_up() -> None:
    def waiting(**asked: Any) -> dict[str, Any]:
        number = "0" if asked["QueueUrl"].endswith("/mail") else "3"
        policy = f'{{"deadLetterTargetArn":"{QUEUE}-dead"}}'
        return {"Attributes": {"ApproximateNumberOfMessages": number, "RedrivePolicy": policy}}

    found = await destinations(GetQueueAttributes=waiting)
    assert found["queue mail"].verdict is Verdict.OK
    assert found["queue mail-dead"].finding == "3 messages could not be recorded"
    assert found["queue mail-unparseable"].finding == "3 messages could not be read"
    backlog: Answer = {"Attributes": {"ApproximateNumberOfMessages": "250000"}}
    found = await destinations(GetQueueAttributes=backlog)
    assert found["queue mail"].finding == "has no dead-letter queue"


async def test_listings_are_read_to_their_end() -> None:
    def subscriptions(**asked: Any) -> dict[str, Any]:
        if "NextToken" in asked:
            subscription = {"Protocol": "sqs", "Endpoint": QUEUE, "SubscriptionArn": TOPIC}
            return {"Subscriptions": [subscription]}
        return {"Subscriptions": [], "NextToken": "more"}

    found = await destinations(ListSubscriptionsByTopic=subscriptions)
    assert found["set orders"].verdict is Verdict.OK


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Query")


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (refused("AccessDeniedException"), Trouble.DENIED),
        (refused("AuthorizationError"), Trouble.DENIED),
        (refused("ExpiredTokenException"), Trouble.CREDENTIALS),
        (refused("InvalidClientTokenId"), Trouble.CREDENTIALS),
        (refused("ResourceNotFoundException"), Trouble.NOT_FOUND),
        (refused("QueueDoesNotExist.NonExistentQueue"), Trouble.NOT_FOUND),
        (refused("TooManyRequestsException"), Trouble.BUSY),
        (refused("ValidationException"), Trouble.OTHER),
        (refused("UnknownOperationException"), Trouble.NO_SERVICE),
        (ReadTimeoutError(endpoint_url="https://x"), Trouble.UNREACHABLE),
        (EndpointConnectionError(endpoint_url="https://x"), Trouble.UNREACHABLE),
    ],
)
def test_what_an_error_means(error: Exception, trouble: Trouble) -> None:
    assert trouble_of(error, ConnectionOptions(region="eu-west-1")) is trouble


async def test_beside_an_emulator_nothing_is_asked_of_aws(table: TestTable) -> None:
    async with AsyncExitStack() as resources:
        calls = ServiceCalls(AioSession(), options_of(table), resources)
        await calls.open()
        assert not calls.is_aws
        for service, operation in (("sts", "GetCallerIdentity"), ("sesv2", "GetAccount")):
            with pytest.raises(CallError) as caught:
                await calls.call(service, operation)
            assert caught.value.trouble is Trouble.NO_SERVICE
        with pytest.raises(CallError) as caught:
            await calls.call("dynamodb", "DescribeTable", TableName="absent")
        assert caught.value.trouble is Trouble.NOT_FOUND
        assert caught.value.server_date
