"""Who publishes mail events and where to, and the commands that change it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from recorder.model.json_text import write_json
from ses_tui.core.aws_command import AwsCommandLine

EVENT_BUS: Final = "event bus"
"""Stands for the default event bus where others have the ARN of a topic."""

NEEDED_TYPES: Final = (
    "SEND",
    "DELIVERY",
    "DELIVERY_DELAY",
    "BOUNCE",
    "COMPLAINT",
    "REJECT",
    "RENDERING_FAILURE",
)
"""OPEN and CLICK rewrite mails and SUBSCRIPTION is for contact lists: the owner's choice."""
IDENTITY_TYPES: Final = ("BOUNCE", "COMPLAINT", "DELIVERY")
"""All that the topics of an identity can have."""


@dataclass(frozen=True, slots=True)
class Destination:
    """What a publisher sends to one target."""

    target: str
    """ARN of a topic, or `EVENT_BUS`."""
    types: frozenset[str]
    name: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Publisher:
    """A configuration set, or an identity with topics."""

    kind: str
    """`set` or `identity`."""
    name: str
    destinations: tuple[Destination, ...]

    @property
    def label(self) -> str:
        """What its line is called."""
        return f"{self.kind} {self.name}"


def add_types(
    publisher: Publisher, destination: Destination, missing: Iterable[str], aws: AwsCommandLine
) -> tuple[str, ...]:
    """Steps that make it publish the missing types to that destination, too."""
    if publisher.kind == "identity":
        return tuple(
            aws.command(
                "ses",
                "set-identity-notification-topic",
                "--identity",
                publisher.name,
                "--notification-type",
                event_type.capitalize(),
                "--sns-topic",
                destination.target,
            )
            for event_type in missing
        )
    if destination.target == EVENT_BUS:
        return (
            f"add {', '.join(missing)} to its destination {destination.name} and to the rule "
            "that takes its events",
        )
    return _update(publisher, destination, destination.types.union(missing), aws)


def switch_on(
    publisher: Publisher, destination: Destination, aws: AwsCommandLine
) -> tuple[str, ...]:
    """Steps that make it publish to that destination again."""
    if destination.target == EVENT_BUS:
        return (f"switch its destination {destination.name} on",)
    return _update(publisher, destination, destination.types, aws)


def _update(
    publisher: Publisher, destination: Destination, types: Iterable[str], aws: AwsCommandLine
) -> tuple[str, ...]:
    document = {
        "Enabled": True,
        "MatchingEventTypes": sorted(types),
        "SnsDestination": {"TopicArn": destination.target},
    }
    return (
        aws.command(
            "sesv2",
            "update-configuration-set-event-destination",
            "--configuration-set-name",
            publisher.name,
            "--event-destination-name",
            destination.name,
            "--event-destination",
            write_json(document),
        ),
    )
