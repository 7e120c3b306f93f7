"""Which mail events reach the table: who publishes which, and where each way ends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeGuard

from ses_tui.core.aws_command import AwsCommandLine
from ses_tui.core.event_publisher import (
    IDENTITY_TYPES,
    NEEDED_TYPES,
    Destination,
    Publisher,
    add_types,
    switch_on,
)
from ses_tui.core.health_check import CheckResult, Verdict

TYPE_OF_DETAIL: Final = {
    "Email Sent": "SEND",
    "Email Delivered": "DELIVERY",
    "Email Delivery Delayed": "DELIVERY_DELAY",
    "Email Bounced": "BOUNCE",
    "Email Complaint Received": "COMPLAINT",
    "Email Rejected": "REJECT",
    "Email Rendering Failed": "RENDERING_FAILURE",
    "Email Opened": "OPEN",
    "Email Clicked": "CLICK",
    "Email Subscribed": "SUBSCRIPTION",
}
"""Event types by EventBridge's detail-type."""


class Arrival(StrEnum):
    """Where a way ends; the best comes first."""

    HERE = "here"
    UNKNOWN = "unknown"
    """A permission is missing to follow it to its end."""
    ELSEWHERE = "elsewhere"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Route:
    """One way from a topic or the event bus."""

    arrival: Arrival
    path: str
    """In words, as in `queue mail-events, function record`."""
    fix: tuple[str, ...] = ()
    types: frozenset[str] | None = None
    """What it lets through; `None` is everything."""

    def through(self, types: Iterable[str]) -> frozenset[str]:
        """Which of `types` it lets through."""
        return frozenset(types) if self.types is None else frozenset(types) & self.types


def rule_types(pattern: Mapping[str, Any]) -> frozenset[str] | None:
    """Which event types the pattern of an EventBridge rule selects; `None` is all of SES's.

    Empty for a rule that has nothing to do with SES, as one on a schedule. A filter that is no list
    of plain names is taken to let everything through, since nobody here can tell.
    """
    sources, details = pattern.get("source"), pattern.get("detail-type")
    if not pattern or (_is_plain(sources) and "aws.ses" not in sources):
        return frozenset()
    if _is_plain(details):
        return frozenset(TYPE_OF_DETAIL[name] for name in details if name in TYPE_OF_DETAIL)
    return None


def judge_publisher(
    publisher: Publisher, routes: Mapping[str, Sequence[Route]], aws: AwsCommandLine
) -> CheckResult:
    """Which of its events reach the table. The fix is that of the route that fails, if one does."""
    reached: set[str] = set()
    maybe: set[str] = set()
    ways: list[tuple[Destination, Route]] = []
    for destination in filter(lambda d: d.enabled, publisher.destinations):
        for route in routes.get(destination.target, ()):
            through = route.through(destination.types)
            if not through:
                continue
            ways.append((destination, route))
            if route.arrival is Arrival.HERE:
                reached |= through
            elif route.arrival is Arrival.UNKNOWN:
                maybe |= through
    if not reached and not maybe:
        return _reaches_nothing(publisher, [route for _, route in ways], aws)
    if not reached:
        unknown = next(route for _, route in ways if route.arrival is Arrival.UNKNOWN)
        finding = f"{_names(maybe)} by {unknown.path}"
        return CheckResult(publisher.label, Verdict.SKIPPED, finding, unknown.fix)
    destination, way = next(pair for pair in ways if pair[1].arrival is Arrival.HERE)
    needed = NEEDED_TYPES if publisher.kind == "set" else IDENTITY_TYPES
    missing = [name for name in needed if name not in reached]
    finding = f"{_names(reached)} by {way.path}"
    if not missing:
        return CheckResult(publisher.label, Verdict.OK, finding)
    rates = publisher.kind == "set" and "SEND" in missing
    effect = ": rates are of deliveries and bounces instead of what was sent" if rates else ""
    return CheckResult(
        publisher.label,
        Verdict.WARN,
        f"{finding}; missing: {', '.join(missing)}{effect}",
        add_types(publisher, destination, missing, aws),
    )


def judge_routes(
    publishers: Sequence[Publisher], routes: Mapping[str, Sequence[Route]]
) -> CheckResult:
    """Whether anything at all comes in."""
    name = "event destinations"
    arrivals = [_arrivals(publisher, routes) for publisher in publishers]
    reaching = sum(Arrival.HERE in found for found in arrivals)
    if reaching:
        return CheckResult(name, Verdict.OK, f"{reaching} of {len(publishers)} reach the table")
    if any(Arrival.UNKNOWN in found for found in arrivals):
        return CheckResult(name, Verdict.SKIPPED, "whether any reaches the table is not known")
    return CheckResult(
        name,
        Verdict.WARN,
        "nothing that SES publishes in this region reaches the table",
        (
            "give the recorder's stack the name of a configuration set, and send mail with that "
            "set; without one, give it the identity that mail is sent as",
        ),
    )


def _arrivals(publisher: Publisher, routes: Mapping[str, Sequence[Route]]) -> set[Arrival]:
    return {
        route.arrival
        for destination in publisher.destinations
        if destination.enabled
        for route in routes.get(destination.target, ())
        if route.through(destination.types)
    }


def _reaches_nothing(
    publisher: Publisher, ways: Sequence[Route], aws: AwsCommandLine
) -> CheckResult:
    off = [destination for destination in publisher.destinations if not destination.enabled]
    fix: tuple[str, ...] = (
        "give it a destination to the recorder's topic, if mail is sent with it",
    )
    if ways:
        finding = f"does not reach this table: {ways[0].path}"
        fix = ways[0].fix or fix
    elif off:
        finding = f"its destination {off[0].name} is switched off"
        fix = switch_on(publisher, off[0], aws)
    elif publisher.destinations:
        finding = "publishes, and nothing here takes it"
    else:
        finding = "publishes to no topic and no event bus"
    return CheckResult(publisher.label, Verdict.WARN, finding, fix)


def _names(types: Iterable[str]) -> str:
    known = [*NEEDED_TYPES, "OPEN", "CLICK", "SUBSCRIPTION"]
    found = set(types)
    return ", ".join([n for n in known if n in found] + sorted(found.difference(known)))


def _is_plain(names: Any) -> TypeGuard[list[str]]:
    return isinstance(names, list) and all(isinstance(name, str) for name in names)
