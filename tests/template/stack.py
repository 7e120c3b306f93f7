"""The template as CloudFormation sees it: SAM translated, parameters filled in, conditions decided.

References stay readable: `Ref` of a resource becomes `<Name>`, an attribute `<Name.Attribute>`.
"""

import copy
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import boto3.session

RECORDER: Final = Path(__file__).parents[2] / "recorder"
TEMPLATE: Final = RECORDER / "template.yaml"
REGION: Final = "eu-west-1"
ACCOUNT: Final = "123456789012"
NAME: Final = "mail"
_PSEUDO: Final = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": NAME,
}
_NO_VALUE: Final = object()


@cache
def translated() -> dict[str, Any]:
    """The template after SAM's transform, with a package where `sam package` would put one."""
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.yaml_helper import yaml_parse

    source = yaml_parse(TEMPLATE.read_text())
    source["Globals"]["Function"]["CodeUri"] = "s3://bucket/package.zip"
    translator = Translator({}, Parser(), boto_session=boto3.session.Session(region_name=REGION))
    template: dict[str, Any] = translator.translate(source, {})
    return template


class Stack:
    """The resources, outputs and parameters of one deployment."""

    def __init__(self, **given: str) -> None:
        template = copy.deepcopy(translated())
        defaults = {
            name: str(parameter["Default"]) for name, parameter in template["Parameters"].items()
        }
        assert given.keys() <= defaults.keys()
        self.parameters = defaults | given
        self._conditions = template["Conditions"]
        self._all = template["Resources"]
        self.resources: dict[str, dict[str, Any]] = {
            name: self._resolve(resource)
            for name, resource in self._all.items()
            if "Condition" not in resource or self.holds(resource["Condition"])
        }
        self.outputs: dict[str, str] = {
            name: self._resolve(output["Value"])
            for name, output in template["Outputs"].items()
            if "Condition" not in output or self.holds(output["Condition"])
        }

    def properties(self, name: str) -> dict[str, Any]:
        """The properties of a resource."""
        properties: dict[str, Any] = self.resources[name]["Properties"]
        return properties

    def of_type(self, resource_type: str) -> dict[str, dict[str, Any]]:
        """The properties of every resource of a type, by name."""
        return {
            name: resource["Properties"]
            for name, resource in self.resources.items()
            if resource["Type"] == resource_type
        }

    def holds(self, condition: str) -> bool:
        """Whether a condition of the template holds."""
        return self._decide(self._conditions[condition])

    def _decide(self, condition: dict[str, Any]) -> bool:
        ((function, arguments),) = condition.items()
        if function == "Condition":
            return self.holds(arguments)
        if function == "Fn::Equals":
            left, right = map(self._resolve, arguments)
            return str(left) == str(right)
        decided = [self._decide(argument) for argument in arguments]
        return {"Fn::And": all(decided), "Fn::Or": any(decided), "Fn::Not": not decided[0]}[
            function
        ]

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            resolved = [self._resolve(element) for element in value]
            return [element for element in resolved if element is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, arguments),) = value.items()
            if function == "Ref":
                return self._reference(arguments)
            if function == "Fn::GetAtt":
                return self._attribute(".".join(arguments))
            if function == "Fn::Sub":
                return self._substitute(arguments)
            if function == "Fn::If":
                condition, yes, no = arguments
                return self._resolve(yes if self.holds(condition) else no)
            assert not function.startswith("Fn::"), function
        resolved_items = ((name, self._resolve(element)) for name, element in value.items())
        return {name: element for name, element in resolved_items if element is not _NO_VALUE}

    def _reference(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self.parameters:
            return self.parameters[name]
        return _PSEUDO.get(name) or self._attribute(name)

    def _attribute(self, name: str) -> str:
        resource = self._all[name.partition(".")[0]]
        assert "Condition" not in resource or self.holds(resource["Condition"]), name
        return f"<{name}>"

    def _substitute(self, arguments: Any) -> str:
        text, values = arguments if isinstance(arguments, list) else (arguments, {})

        def value_of(match: re.Match[str]) -> str:
            name = match[1]
            return str(self._resolve(values[name]) if name in values else self._reference(name))

        return re.sub(r"\$\{([\w:.]+)\}", value_of, text)
