"""A policy as IAM reads it: which calls it allows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, Self

from tests.template.stack import Stack

EVERYTHING: Final = "*"
"""The resource of a call for which AWS knows none."""
_KNOWN: Final = {"Sid", "Effect", "Action", "Resource"}


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that has to be allowed."""

    action: str
    """As in `dynamodb:Query`."""
    resource: str
    """An ARN, or `EVERYTHING`."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Pairs of an action and a pattern of resources; what none names is refused."""

    allowances: frozenset[tuple[str, str]]

    @classmethod
    def of_template(cls, stack: Stack, name: str, arns: Mapping[str, str]) -> Self:
        """The managed policy `name`; `arns` stand for what the stack would make.

        Raises `ValueError` for what is not understood here, such as a condition: to pass over it
        would allow more than AWS does.
        """
        text = json.dumps(stack.properties(name)["PolicyDocument"]["Statement"])
        for placeholder, arn in arns.items():
            text = text.replace(placeholder, arn)
        if "<" in text:
            raise ValueError(f"nothing stands for a resource in {text}")
        allowances = set()
        for statement in json.loads(text):
            if statement.keys() - _KNOWN or statement["Effect"] != "Allow":
                raise ValueError(f"not understood: {statement}")
            for action in _listed(statement["Action"]):
                allowances |= {(action, resource) for resource in _listed(statement["Resource"])}
        return cls(frozenset(allowances))

    @property
    def actions(self) -> frozenset[str]:
        """Every action that is allowed on something."""
        return frozenset(action for action, _ in self.allowances)

    def allows(self, call: Call) -> bool:
        """Whether `call` may be made."""
        return any(
            fnmatchcase(call.action, action) and fnmatchcase(call.resource, resource)
            for action, resource in self.allowances
        )

    def without(self, action: str, resource_end: str = "") -> Self:
        """The same less an action, on resources that end so."""
        return type(self)(
            frozenset(
                (allowed, resource)
                for allowed, resource in self.allowances
                if allowed != action or not resource.endswith(resource_end)
            )
        )


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
