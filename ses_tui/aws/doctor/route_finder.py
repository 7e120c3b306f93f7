"""Following events from a topic or the event bus to the function that takes them."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Final

from recorder.model.json_text import read_json
from ses_tui.aws.doctor.calls import CallError, Trouble, listed
from ses_tui.aws.doctor.check import skipped
from ses_tui.aws.doctor.installation import Installation
from ses_tui.core.event_routes import Arrival, Route, rule_types

ACTIONS: Final = (
    "sns:ListSubscriptionsByTopic",
    "events:ListRules",
    "events:ListTargetsByRule",
    "lambda:ListEventSourceMappings",
    "lambda:GetFunctionConfiguration",
)
_TABLE_VARIABLE: Final = "SES_TABLE"
_UNPARSEABLE_VARIABLE: Final = "SES_UNPARSEABLE_QUEUE_URL"


class RouteFinder:
    """Finds the routes of one installation; asks about each topic, queue and function once."""

    def __init__(self, installation: Installation) -> None:
        self._calls = installation.calls
        self._aws = installation.aws
        self._table = installation.table.rpartition("/")[2]
        self._ends: dict[str, asyncio.Task[Route]] = {}
        self.queues: set[str] = set()
        """ARNs of the queues that lead to the table."""
        self.unparseable_urls: set[str] = set()
        """Queues that the functions on the way copy unparseable messages to."""

    async def from_topic(self, arn: str) -> tuple[Route, ...]:
        """One route a subscription. Never raises for what cannot be known."""
        name = _last(arn)
        try:
            subscriptions = [
                subscription
                async for subscription in listed(
                    self._calls, "sns", "ListSubscriptionsByTopic", "Subscriptions", TopicArn=arn
                )
            ]
        except CallError as error:
            if error.trouble is Trouble.NOT_FOUND:
                fix = ("create the topic again, or choose another",)
                return (Route(Arrival.NOWHERE, f"topic {name} is gone", fix),)
            return (_unknown(f"topic {name}", error),)
        if not subscriptions:
            fix = ("subscribe the recorder's queue to it",)
            return (Route(Arrival.NOWHERE, f"topic {name} has no subscriber", fix),)
        routes = await asyncio.gather(*map(self._subscription, subscriptions))
        return tuple(_behind(f"topic {name}", route) for route in routes)

    async def from_event_bus(self) -> tuple[Route, ...]:
        """One route for each target of each rule on SES's events. Never raises, either."""
        routes: list[Route] = []
        try:
            async for rule in listed(self._calls, "events", "ListRules", "Rules"):
                types = rule_types(_pattern(rule))
                if types is None or types:
                    routes += [replace(route, types=types) for route in await self._rule(rule)]
        except CallError as error:
            routes.append(_unknown("event bus", error))
        return tuple(routes)

    async def _rule(self, rule: dict[str, Any]) -> list[Route]:
        name = f"rule {rule['Name']}"
        if rule.get("State") == "DISABLED":
            fix = (self._aws.command("events", "enable-rule", "--name", rule["Name"]),)
            return [Route(Arrival.NOWHERE, f"{name} is switched off", fix)]
        return [_behind(name, route) for route in await self._targets(rule["Name"])]

    async def _targets(self, rule: str) -> list[Route]:
        try:
            arns = [
                target["Arn"]
                async for target in listed(
                    self._calls, "events", "ListTargetsByRule", "Targets", Rule=rule
                )
            ]
        except CallError as error:
            return [_unknown("its targets", error)]
        return await asyncio.gather(*map(self._end, arns))

    async def _subscription(self, subscription: dict[str, str]) -> Route:
        endpoint = subscription.get("Endpoint", "")
        if subscription.get("Protocol") not in ("sqs", "lambda"):
            return Route(Arrival.ELSEWHERE, f"subscribed by {subscription.get('Protocol')}")
        if subscription.get("SubscriptionArn") == "PendingConfirmation":
            fix = ("confirm the subscription, or subscribe again from the queue's own account",)
            return Route(Arrival.NOWHERE, f"{_last(endpoint)} has not confirmed", fix)
        return await self._end(endpoint)

    async def _end(self, arn: str) -> Route:
        return await self._once(arn, self._find_end(arn))

    async def _find_end(self, arn: str) -> Route:
        service = arn.split(":")[2] if arn.count(":") >= 5 else ""
        if service == "sqs":
            return await self._queue(arn)
        if service == "lambda":
            return await self._function(arn)
        return Route(Arrival.ELSEWHERE, f"{service or 'target'} {_last(arn)}")

    async def _queue(self, arn: str) -> Route:
        name = f"queue {_last(arn)}"
        try:
            mappings = [
                mapping
                async for mapping in listed(
                    self._calls,
                    "lambda",
                    "ListEventSourceMappings",
                    "EventSourceMappings",
                    token="Marker",
                    EventSourceArn=arn,
                )
            ]
        except CallError as error:
            return _unknown(name, error)
        if not mappings:
            fix = ("deploy the recorder again: its function must read this queue",)
            return Route(Arrival.NOWHERE, f"{name}, which no function reads", fix)
        mapping = mappings[0]
        if mapping.get("State") in ("Disabled", "Disabling"):
            update = ("lambda", "update-event-source-mapping", "--uuid", mapping["UUID"])
            fix = (self._aws.command(*update, "--enabled"),)
            return Route(Arrival.NOWHERE, f"{name}, whose function is switched off", fix)
        function = mapping["FunctionArn"]
        route = _behind(name, await self._once(function, self._function(function)))
        if route.arrival is not Arrival.ELSEWHERE:
            self.queues.add(arn)
        return route

    async def _function(self, arn: str) -> Route:
        name = f"function {_function_name(arn)}"
        try:
            answer = await self._calls.call("lambda", "GetFunctionConfiguration", FunctionName=arn)
        except CallError as error:
            if error.trouble is Trouble.NOT_FOUND:
                return Route(Arrival.NOWHERE, f"{name} is gone", ("deploy the recorder again",))
            return _unknown(name, error)
        variables = answer.get("Environment", {}).get("Variables", {})
        table = variables.get(_TABLE_VARIABLE)
        if table is None:
            return Route(Arrival.ELSEWHERE, f"{name}, which is no recorder")
        if str(table).rpartition("/")[2] != self._table:
            return Route(Arrival.ELSEWHERE, f"{name}, which records to table {table}")
        if url := variables.get(_UNPARSEABLE_VARIABLE):
            self.unparseable_urls.add(url)
        return Route(Arrival.HERE, name)

    async def _once(self, arn: str, finding: Coroutine[Any, Any, Route]) -> Route:
        if arn in self._ends:
            finding.close()
        else:
            self._ends[arn] = asyncio.ensure_future(finding)
        return await asyncio.shield(self._ends[arn])


def _unknown(name: str, error: CallError) -> Route:
    result = skipped(name, error)
    return Route(Arrival.UNKNOWN, f"{name}, then not known: {result.finding}", result.fix)


def _behind(name: str, route: Route) -> Route:
    return replace(route, path=f"{name}, {route.path}")


def _pattern(rule: dict[str, Any]) -> dict[str, Any]:
    try:
        pattern = read_json(rule.get("EventPattern") or "{}")
    except ValueError:
        return {}
    return pattern if isinstance(pattern, dict) else {}


def _last(arn: str) -> str:
    return arn.rpartition(":")[2]


def _function_name(arn: str) -> str:
    """Of an ARN such as `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:VERSION]`."""
    parts = arn.split(":")
    return parts[6] if len(parts) > 6 else arn
