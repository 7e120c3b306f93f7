"""Whoever has the template's reader policy can do all that looks, and it holds nothing else."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from subprocess import CompletedProcess
from typing import Any, cast
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from recorder.model.clock import SystemClock
from recorder.model.keys import folded_key
from recorder.model.rollup import HOUR_MS, MINUTE_MS
from recorder.model.table import expiry_definition
from ses_tui.aws.connection import open_connection
from ses_tui.aws.doctor.calls import Trouble
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.search.carry_out import Phase
from ses_tui.core.source import SourceKind
from ses_tui.ui.app import DashboardApp
from ses_tui.ui.screens.search import SearchScreen
from tests import payloads
from tests.aws.fake_aws import (
    ACCOUNT,
    DEAD,
    EVERY_TYPE,
    FUNCTION,
    QUEUE,
    REGION,
    STREAM,
    TOPIC,
    healthy,
    mappings,
    to_bus,
    to_topic,
)
from tests.cli.conftest import CommandLineRunner, bare_environment
from tests.engine import TestTable, fresh_table
from tests.events import FrozenClock
from tests.faults.fence import Answer, Answers, Fence, fenced
from tests.faults.policy import Policy
from tests.template import stack as template
from tests.template.stack import Stack
from tests.truth.pipeline import Pipeline

PATIENCE_SECONDS = 30.0
ACCOUNT_ARN = f"arn:aws:{{}}:{REGION}:{ACCOUNT}"
ANN, BOB = "ann@customer.example", "bob@customer.example"
MESSAGE = payloads.new_message_id()
STACKS = {"sns": Stack(), "event-bridge": Stack(EventSource="event-bridge")}
PUBLISHED = {"sns": to_topic(*EVERY_TYPE), "event-bridge": to_bus(*EVERY_TYPE)}
SEARCHES = (
    f"to:{ANN}",
    f"id:{MESSAGE}",
    "type:bounce",
    "domain:customer.example",
    "outcome:bounced",
    "text:nothing",
    "diagnostic:*mailbox*",
)
COMMANDS = (
    "doctor --json",
    "tail --for 2s --source stream --json",
    f"search to:{ANN} --since 1h --csv",
    "search type:bounce diagnostic:*mailbox* --since 1h --json",
    f"show {MESSAGE} --json --raw",
    "rates --window 1h --by domain",
    "table check",
)
_RUNS_AT_MOST = 3
OF_THE_ENGINE = (
    *("DescribeTable", "DescribeTimeToLive", "GetItem", "Query"),
    *("DescribeStream", "GetRecords", "GetShardIterator"),
)


def policy_of(stack: Stack, table: TestTable) -> Policy:
    """The reader's, of a stack in the account of `tests.aws.fake_aws` around `table`."""
    described = table.client.describe_table(TableName=table.name)["Table"]
    arns = {
        template.ACCOUNT: ACCOUNT,
        "<Table.StreamArn>": described["LatestStreamArn"],
        "<Table.Arn>": described["TableArn"],
        "<RecordFunction.Arn>": FUNCTION,
        "<Queue.Arn>": QUEUE,
        "<DeadLetterQueue.Arn>": DEAD,
        "<UnparseableQueue.Arn>": f"{QUEUE}-unparseable",
        "<EventTopic>": TOPIC,
        "<EventRule.Arn>": f"{ACCOUNT_ARN.format('events')}:rule/mail",
    }
    return Policy.of_template(stack, "ReaderPolicy", arns)


def account_of(way: str) -> Answers:
    """A healthy account whose mail is published in one way, and in which Ann is suppressed."""
    suppressed = {"EmailAddress": ANN, "Reason": "BOUNCE", "LastUpdateTime": time.time()}
    answers: dict[str, Answer] = {
        name: answer
        for name, answer in healthy().items()
        if name not in OF_THE_ENGINE and not isinstance(answer, Trouble)
    }
    answers |= {
        "GetConfigurationSetEventDestinations": {"EventDestinations": [PUBLISHED[way]]},
        "GetSuppressedDestination": {"SuppressedDestination": suppressed},
        "ListEventSourceMappings": lambda **asked: mappings(
            EventSourceArn=STREAM if "/stream/" in asked["EventSourceArn"] else QUEUE
        ),
    }
    if way != "sns":
        answers["GetIdentityNotificationAttributes"] = {"NotificationAttributes": {}}
    return answers


def fill(table: TestTable) -> None:
    """A few minutes of mail, counted and paged: one message that bounced for one of two."""
    clock = FrozenClock(time.time_ns() // 1_000_000 - 3 * MINUTE_MS)
    pipeline = Pipeline(table, clock, shard_splits_at=0)
    # Summaries of the week before are complete, so that nobody looks through each of its minutes.
    complete = {
        "s": clock.now - 8 * 24 * HOUR_MS,
        "m": clock.now - MINUTE_MS,
        "h": clock.now - HOUR_MS,
    }
    table.client.put_item(
        TableName=table.name,
        Item=folded_key()
        | {name: {"N": str(at - at % MINUTE_MS)} for name, at in complete.items()},
    )
    table.client.update_time_to_live(**expiry_definition(table.name))
    at = datetime.fromtimestamp(clock.now / 1000, UTC).isoformat(timespec="milliseconds")
    at = at.replace("+00:00", "Z")
    of_one: dict[str, Any] = {"time": at, "message_id": MESSAGE}
    pipeline.record(
        [
            payloads.send(recipients=[ANN, BOB], **of_one),
            payloads.delivery(recipients=[BOB], sent=at, **of_one),
            payloads.bounce(recipients=[ANN], sent=at, **of_one),
            *(
                payloads.delivery(recipients=[f"reader{n}@inbox.example"], time=at, sent=at)
                for n in range(60)
            ),
        ]
    )
    clock.advance(3 * MINUTE_MS)
    pipeline.tick()


class Walk:
    """A dashboard that a reader walks through."""

    def __init__(self, app: DashboardApp, pilot: Pilot[None]) -> None:
        self.app = app
        self._pilot = pilot

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():
                await self._pilot.pause(0.02)

    async def sees(self, *words: str) -> None:
        """Wait until all that is on screen."""
        try:
            await self.until(lambda: all(each in self.text for each in words))
        except TimeoutError:
            raise AssertionError(f"no {words} in\n{self.text}") from None

    async def search(self, query: str) -> None:
        """To the end."""
        self.app.search_for(query)
        await self.until(lambda: isinstance(self.app.screen, SearchScreen))
        search = cast(SearchScreen, self.app.screen)
        await self.until(lambda: search.state.query.text == query)
        await self.until(lambda: search.state.phase is Phase.DONE)

    @property
    def text(self) -> str:
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())


@asynccontextmanager
async def walking(fence: Fence, table: TestTable) -> AsyncIterator[Walk]:
    """A dashboard that is led to `fence`, and has shown what there is."""
    options = ConnectionOptions(
        table=table.name,
        region=table.credentials["region_name"],
        access_key=table.credentials["aws_access_key_id"],
        secret_key=table.credentials["aws_secret_access_key"],
    )
    with patch.dict(os.environ, fence.environment):
        connection = await open_connection(options, SystemClock())
        app = DashboardApp(connection=connection, clock=SystemClock(), utc=True, at_once=True)
        try:
            async with app.run_test(size=(160, 48)) as pilot:
                walk = Walk(app, pilot)
                await walk.until(lambda: len(app.feed.store))
                yield walk
        finally:
            await connection.close()


async def walk_through(fence: Fence, table: TestTable) -> None:
    """Every screen, and what each of them reads."""
    async with walking(fence, table) as walk:
        await walk.press("i", "]", "i", "d", "d", "g", "pageup", "G")
        await walk.press(*"/to:ann*", "enter", "enter")
        await walk.sees("Bounce", "550 5.1.1", BOB)
        await walk.press("]", "]", "[", "J")
        await walk.sees('"sendingAccountId"')
        await walk.press("q", "r")
        await walk.sees(ANN, "1 message: 1 bounced", "ON IT since")
        await walk.press("h")
        await walk.sees("customer.example", "HEALTHY")
        await walk.press(*"2]]R")
        await walk.press("q", "question_mark")
        await walk.sees("Quit from anywhere")
        await walk.press("q", "colon")
        await walk.sees("Read the stream itself")
        await walk.press("escape")
        for query in SEARCHES:
            await walk.search(f"{query} since:1h")
        walk.app.reader.use(SourceKind.STREAM)
        await walk.press("l")
        await walk.sees("stream  UTC   QUIET")
        await walk.until(lambda: any("GetRecords" in call.action for call in fence.asked))


@pytest.fixture(scope="module")
def filled(engine_url: str) -> Iterator[TestTable]:
    """A table with a little of everything."""
    with fresh_table(engine_url) as table:
        fill(table)
        yield table


@dataclass
class Walked:
    """What came of all that looks."""

    fence: Fence
    outputs: dict[str, CompletedProcess[str]]


@pytest.fixture(scope="module")
def walked(filled: TestTable) -> dict[str, Walked]:
    """Every screen and every command that looks, where SNS brings the mail; EventBridge makes a
    difference to `doctor` alone."""
    return {way: walk_all(way, filled, screens=way == "sns") for way in STACKS}


def walk_all(way: str, table: TestTable, *, screens: bool) -> Walked:
    policy = policy_of(STACKS[way], table)
    with fenced(policy, table, account_of(way), ACCOUNT_ARN) as fence:
        run = CommandLineRunner(environment_of_reader(fence, table))
        with ThreadPoolExecutor(2) as at_once:
            commands = COMMANDS if screens else COMMANDS[:1]
            done = {each: at_once.submit(run_in_time, run, each) for each in commands}
            if screens:
                asyncio.run(walk_through(fence, table))
        return Walked(fence, {each: ended.result() for each, ended in done.items()})


def run_in_time(run: CommandLineRunner, command: str) -> CompletedProcess[str]:
    """On a busy machine a check of `doctor` may run out of its seconds, and has then asked less."""
    for _ in range(_RUNS_AT_MOST):
        done = run(*command.split())
        if "no answer within" not in done.stdout:
            break
    return done


def environment_of_reader(fence: Fence, table: TestTable) -> dict[str, str]:
    return bare_environment(
        SES_TABLE=table.name,
        AWS_REGION=table.credentials["region_name"],
        AWS_ACCESS_KEY_ID=table.credentials["aws_access_key_id"],
        AWS_SECRET_ACCESS_KEY=table.credentials["aws_secret_access_key"],
        **fence.environment,
    )


@pytest.mark.parametrize("way", STACKS)
def test_nothing_that_looks_is_refused(walked: dict[str, Walked], way: str) -> None:
    assert walked[way].fence.strange == []
    assert walked[way].fence.refused == set()
    for command, done in walked[way].outputs.items():
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        assert "no permission" not in done.stdout + done.stderr


@pytest.mark.parametrize("way", STACKS)
def test_whatever_is_taken_out_of_it_is_missed(walked: dict[str, Walked], way: str) -> None:
    """So the policy holds nothing else, and a call that it lacks would have been noticed."""
    policy = walked[way].fence.policy
    asked = walked["sns"].fence.asked | walked[way].fence.asked
    of_topic = {call for call in asked if call.action.startswith("sns:")}
    asked -= set() if way == "sns" else of_topic
    assert all(map(policy.allows, asked))
    for position in (0, 1):
        for name in {allowance[position] for allowance in policy.allowances}:
            rest = (each for each in policy.allowances if each[position] != name)
            less = Policy(frozenset(rest))
            assert not all(map(less.allows, asked)), f"{name} is not needed"


@pytest.mark.parametrize(
    ("action", "resource_end", "command"),
    [
        ("dynamodb:Query", "", "rates"),
        ("dynamodb:Query", "/index/*", f"search to:{ANN} --since 1h"),
        ("dynamodb:GetItem", "", "tail --for 1s"),
        ("dynamodb:BatchGetItem", "", f"search to:{ANN} --since 1h --json"),
        ("dynamodb:DescribeTable", "", "table check"),
    ],
)
def test_a_command_that_lacks_one_says_so(
    filled: TestTable, action: str, resource_end: str, command: str
) -> None:
    policy = policy_of(STACKS["sns"], filled).without(action, resource_end)
    with fenced(policy, filled, account_of("sns"), ACCOUNT_ARN) as fence:
        done = CommandLineRunner(environment_of_reader(fence, filled))(*command.split())
    assert {call.action for call in fence.refused} == {action}
    assert (done.returncode, done.stdout) == (3, "")
    assert f"no permission for {action} on table/{filled.name}" in done.stderr
    assert "give --profile NAME" in done.stderr


async def test_a_screen_that_lacks_some_says_so_and_the_others_go_on(filled: TestTable) -> None:
    policy = policy_of(STACKS["sns"], filled).without("dynamodb:Query", "/index/*")
    for action in ("ses:GetSuppressedDestination", "ses:GetAccount", "cloudwatch:GetMetricData"):
        policy = policy.without(action)
    with fenced(policy, filled, account_of("sns"), ACCOUNT_ARN) as fence:
        async with walking(fence, filled) as walk:
            await walk.press(*"/to:ann*", "enter", "r", "enter")
            await walk.sees(
                f"permission for dynamodb:Query on table/{filled.name}/index/rcpt: ask for",
                "Suppression list: no permission: ses:GetSuppressedDestination",
            )
            await walk.press("h")
            await walk.sees(
                "customer.example",
                "no permission for ses:GetAccount",
                "no permission for cloudwatch:GetMetricData",
            )
            await walk.press("l")
            await walk.sees("QUIET", "2 of 64 shown")
