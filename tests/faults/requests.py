"""What a request to AWS asks for: read off the wire, as AWS itself would have to."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import botocore.session

from tests.faults.policy import EVERYTHING, Call
from tests.template.actions import actions_of

_SCOPE: Final = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")
"""Of a signature of version 4."""
_TARGETS: Final = {
    "DynamoDB_20120810": "dynamodb",
    "DynamoDBStreams_20120810": "dynamodbstreams",
    "AWSEvents": "events",
    "AmazonSQS": "sqs",
    "GraniteServiceVersion20100801": "cloudwatch",
}
_BY_PATH: Final = {"lambda": "lambda", "ses": "sesv2"}
_BY_FORM: Final = {"ses": "ses", "sns": "sns", "sts": "sts"}
_STATEMENT: Final = re.compile(r'(?:INTO|FROM|UPDATE)\s+"([^"]+)"(?:\."([^"]+)")?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    service: str
    """By botocore's name."""
    operation: str
    arguments: Mapping[str, Any]

    @classmethod
    def read(cls, method: str, url: str, headers: Mapping[str, str], body: bytes) -> "Asked":
        """Raises `ValueError` for what no service here understands."""
        scope = _SCOPE.search(headers.get("Authorization", ""))
        if scope is None:
            raise ValueError(f"nobody has signed {method} {url}")
        if target := headers.get("X-Amz-Target"):
            prefix, _, operation = target.partition(".")
            return cls(_TARGETS[prefix], operation, json.loads(body))
        form = dict(parse_qsl(body.decode(errors="replace")))
        if "Action" in form:
            return cls(_BY_FORM[scope[1]], form["Action"], form)
        service, (_, _, path, query, _) = _BY_PATH[scope[1]], urlsplit(url)
        for verb, pattern, operation in _routes(service):
            if verb == method and (match := pattern.fullmatch(path)):
                given = {name: unquote(value) for name, value in match.groupdict().items()}
                return cls(service, operation, given | dict(parse_qsl(query)))
        raise ValueError(f"{service} has no {method} {url}")

    def calls(self, table_arn: str, account_arn: str) -> Iterator[Call]:
        """Everything that has to be allowed; nothing for who asks whose credentials these are.

        ARNs of tables are made by the pattern of `table_arn`; `account_arn` has a place for a
        service, as in `arn:aws:{}:eu-west-1:123456789012`.
        """
        if self.service == "sts":
            return
        for action in sorted(actions_of(self.service, self.operation, dict(self.arguments))):
            for resource in self._resources(table_arn, account_arn):
                yield Call(action, resource)

    def _resources(self, table_arn: str, account_arn: str) -> Iterator[str]:
        given = self.arguments
        if self.service == "dynamodb":
            for table, index in self._tables():
                name = table.rpartition("/")[2]
                arn = f"{table_arn.rpartition('/')[0]}/{name}"
                yield f"{arn}/index/{index}" if index else arn
        elif "StreamArn" in given:
            yield given["StreamArn"]
        elif "ShardIterator" in given:
            yield next(each for each in given["ShardIterator"].split("|") if each[:4] == "arn:")
        elif "FunctionName" in given:
            yield given["FunctionName"]
        elif "TopicArn" in given:
            yield given["TopicArn"]
        elif queue := given.get("QueueName") or given.get("QueueUrl"):
            yield f"{account_arn.format('sqs')}:{queue.rpartition('/')[2]}"
        elif "Rule" in given:
            yield f"{account_arn.format('events')}:rule/{given['Rule']}"
        elif "ConfigurationSetName" in given:
            yield f"{account_arn.format('ses')}:configuration-set/{given['ConfigurationSetName']}"
        else:
            yield EVERYTHING

    def _tables(self) -> Iterator[tuple[str, str]]:
        """Table and index of everything that a request to DynamoDB touches."""
        given = self.arguments
        statements = [one["Statement"] for one in given.get("Statements", ())]
        for statement in (*statements, *filter(None, [given.get("Statement")])):
            match = _STATEMENT.search(statement)
            assert match is not None, statement
            yield match[1], match[2] or ""
        for table in given.get("RequestItems", ()):
            yield table, ""
        if "TableName" in given:
            yield given["TableName"], given.get("IndexName", "")


@cache
def _routes(service: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Verb and path of each operation of a service that tells them apart so."""
    model = botocore.session.Session().get_service_model(service)
    routes = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path = re.escape(http["requestUri"].partition("?")[0])
        pattern = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", path))
        routes.append((http["method"], pattern, name))
    return routes
