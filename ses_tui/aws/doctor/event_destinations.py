"""Which configuration sets and identities publish events that reach the table, and which types."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from ses_tui.aws.doctor import queues, route_finder
from ses_tui.aws.doctor.calls import CallError, Trouble, listed
from ses_tui.aws.doctor.check import Check, skipped
from ses_tui.aws.doctor.installation import Installation
from ses_tui.aws.doctor.route_finder import RouteFinder
from ses_tui.core.event_publisher import EVENT_BUS, Destination, Publisher
from ses_tui.core.event_routes import Route, judge_publisher, judge_routes
from ses_tui.core.health_check import CheckResult, Verdict

NAME: Final = "event destinations"
MOST_SETS: Final = 50
_SECONDS_FOR_SETS: Final = 10.0
"""SES answers about one such question a second."""
_SECONDS: Final = 20.0
PAUSE_SECONDS: Final = 1.1
_ATTEMPTS: Final = 3
_IDENTITIES_A_CALL: Final = 100
_TOPICS: Final = (
    ("BounceTopic", "BOUNCE"),
    ("ComplaintTopic", "COMPLAINT"),
    ("DeliveryTopic", "DELIVERY"),
)


async def _run(installation: Installation) -> Sequence[CheckResult]:
    publishers: list[Publisher] = []
    unknown: list[CheckResult] = []
    for name, reading in (
        ("configuration sets", _sets(installation)),
        ("identity topics", _identities(installation)),
    ):
        try:
            async for entry in reading:
                publishers.append(entry)
        except CallError as error:
            unknown.append(skipped(name, error))
            if error.trouble is Trouble.UNREACHABLE:
                break
        except _NotAllError as error:
            unknown.append(
                CheckResult(name, Verdict.SKIPPED, str(error), ("ask again: SES answers slowly",))
            )
    if not publishers and unknown:
        same = len({result.finding for result in unknown}) == 1
        return [replace(unknown[0], name=NAME)] if same else unknown
    finder = RouteFinder(installation)
    routes = await _routes(finder, publishers)
    results = [judge_publisher(p, routes, installation.aws) for p in publishers]
    return (
        judge_routes(publishers, routes),
        *results,
        *unknown,
        *await queues.examine(installation, finder.queues, finder.unparseable_urls),
    )


class _NotAllError(Exception):
    """There was no time for the rest."""


async def _sets(installation: Installation) -> AsyncIterator[Publisher]:
    calls, clock = installation.calls, installation.clock
    names = [
        name
        async for name in listed(
            calls, "sesv2", "ListConfigurationSets", "ConfigurationSets", PageSize=1000
        )
    ]
    deadline = clock.monotonic() + _SECONDS_FOR_SETS
    for examined, name in enumerate(names):
        if examined >= MOST_SETS or clock.monotonic() > deadline:
            raise _NotAllError(f"{len(names) - examined} of {len(names)} were not looked at")
        destinations = await _destinations(installation, name)
        yield Publisher("set", name, tuple(_set_destinations(destinations)))


async def _destinations(installation: Installation, name: str) -> list[dict[str, Any]]:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            answer = await installation.calls.call(
                "sesv2", "GetConfigurationSetEventDestinations", ConfigurationSetName=name
            )
        except CallError as error:
            if error.trouble is Trouble.NOT_FOUND:
                return []
            if error.trouble is not Trouble.BUSY or attempt == _ATTEMPTS:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return list(answer.get("EventDestinations", ()))
    raise AssertionError("the last attempt raises")


def _set_destinations(destinations: Iterable[dict[str, Any]]) -> Iterable[Destination]:
    """Those to a topic or an event bus; Firehose and the like reach no recorder."""
    for destination in destinations:
        topic = destination.get("SnsDestination", {}).get("TopicArn")
        target = topic or (EVENT_BUS if "EventBridgeDestination" in destination else None)
        if target:
            yield Destination(
                target,
                frozenset(destination.get("MatchingEventTypes", ())),
                destination.get("Name", ""),
                destination.get("Enabled", False),
            )


async def _identities(installation: Installation) -> AsyncIterator[Publisher]:
    """Identities that have a topic; the others send nothing of their own."""
    calls = installation.calls
    names = [name async for name in listed(calls, "ses", "ListIdentities", "Identities", pages=5)]
    for start in range(0, len(names), _IDENTITIES_A_CALL):
        answer = await calls.call(
            "ses",
            "GetIdentityNotificationAttributes",
            Identities=names[start : start + _IDENTITIES_A_CALL],
        )
        for name, attributes in answer.get("NotificationAttributes", {}).items():
            destinations = [
                Destination(attributes[topic], frozenset({event_type}), topic)
                for topic, event_type in _TOPICS
                if attributes.get(topic)
            ]
            if destinations:
                yield Publisher("identity", name, tuple(destinations))


async def _routes(
    finder: RouteFinder, publishers: Iterable[Publisher]
) -> dict[str, tuple[Route, ...]]:
    targets = sorted({d.target for publisher in publishers for d in publisher.destinations})
    found = await asyncio.gather(
        *(
            finder.from_event_bus() if target == EVENT_BUS else finder.from_topic(target)
            for target in targets
        )
    )
    return dict(zip(targets, found, strict=True))


CHECK: Final = Check(
    NAME,
    (
        "ses:ListConfigurationSets",
        "ses:GetConfigurationSetEventDestinations",
        "ses:ListIdentities",
        "ses:GetIdentityNotificationAttributes",
        *route_finder.ACTIONS,
        *queues.ACTIONS,
    ),
    _run,
    seconds=_SECONDS,
)
