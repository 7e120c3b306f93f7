"""A still clock, clients that fail on demand, and short ways to what a table holds."""

import base64
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from recorder.functions import RecorderFunctions
from recorder.model.envelope import Unparseable
from recorder.model.event import Event
from recorder.model.item import Item, from_item
from recorder.model.keys import CONFIGURATION_KEY, FEED_PREFIX, PAGES_END
from recorder.model.settings import RecorderSettings
from recorder.model.timestamps import parse_timestamp
from recorder.retry import Retrier
from tests.engine import TestTable

NOW = parse_timestamp("2026-11-23T06:00:05.000Z") or 0


class StillClock:
    """A clock that moves only when told to, or when somebody sleeps on it."""

    def __init__(self, now_ms: int = NOW) -> None:
        self.now = now_ms
        self.seconds = 1_000.0
        self._lock = threading.Lock()

    def now_ms(self) -> int:
        return self.now

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.seconds += seconds

    def retrier(self) -> Retrier:
        """Pauses that pass at once and always have their full length."""
        return Retrier(self.sleep, lambda: 0.999)


class Context:
    """The context of an invocation whose time runs on a still clock."""

    aws_request_id = "request-1"

    def __init__(self, clock: StillClock, seconds: float = 20.0) -> None:
        self._clock = clock
        self._end = clock.seconds + seconds

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._end - self._clock.seconds) * 1000))


def client_error(code: str, status: int = 400, operation: str = "Call") -> ClientError:
    """An error as botocore raises it."""
    response: Any = {
        "Error": {"Code": code, "Message": code},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, operation)


def read_timeout() -> ReadTimeoutError:
    """What botocore raises when no answer comes in time."""
    return ReadTimeoutError(endpoint_url="http://127.0.0.1:1")


class WatchedClient:
    """Passes calls on, counts them, and lets a rule stand in for any of them.

    The rule gets the name of the call, its arguments and a function that makes the real call.
    """

    def __init__(self, client: Any, rule: "Rule | None" = None) -> None:
        self.client = client
        self.rule = rule
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(self.client, name)

        def call(**arguments: Any) -> Any:
            with self._lock:
                self.calls.append((name, arguments))
            if self.rule is None:
                return real(**arguments)
            return self.rule(name, arguments, lambda: real(**arguments))

        return call


def names_a_day(name: str, arguments: dict[str, Any]) -> bool:
    """Whether a call names a day on which events are recorded."""
    return name == "update_item" and arguments["Key"]["pk"] == {"S": CONFIGURATION_KEY}


Rule = Callable[[str, dict[str, Any], Callable[[], Any]], Any]


class RandomFaults:
    """A rule under which calls throttle, break, time out before or after, or succeed in part."""

    def __init__(self, seed: int, share: float) -> None:
        self._random = random.Random(seed)
        self._share = share
        self._lock = threading.Lock()

    def __call__(self, name: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        with self._lock:
            healthy = self._random.random() >= self._share
            fault = self._random.randrange(6)
            cut = self._random.random()
        if healthy:
            return real()
        if fault == 0:
            raise client_error("ProvisionedThroughputExceededException")
        if fault == 1:
            raise client_error("InternalServerError", 500)
        if fault == 2:
            raise read_timeout()
        if fault == 3:
            real()
            raise read_timeout()
        if fault == 4:
            raise client_error("AccessDeniedException")
        return self._partly(name, arguments, real, cut)

    def _partly(
        self, name: str, arguments: dict[str, Any], real: Callable[[], Any], cut: float
    ) -> Any:
        if name == "batch_execute_statement":
            statements = arguments["Statements"]
            kept = statements[: int(len(statements) * cut)]
            refused = len(statements) - len(kept)
            answer: dict[str, Any] = {"Responses": []}
            if kept:
                arguments["Statements"] = kept
                answer = real()
            codes = ("ThrottlingError", "InternalServerError", "ProvisionedThroughputExceeded")
            error = {"Error": {"Code": codes[int(cut * 3)], "Message": ""}}
            return {"Responses": [*answer["Responses"], *[error] * refused]}
        raise client_error("ThrottlingException")


class ListObserver:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []

    def recorded(self, report: Any, request_id: str | None) -> None:
        self.heard.append(("recorded", report))

    def rolled_up(self, batch: Any, rollups: Any, result: Any, request_id: str | None) -> None:
        self.heard.append(("rolled_up", (batch, result)))

    def ticked(self, written: bool, fold: Any, request_id: str | None) -> None:
        self.heard.append(("ticked", written))

    @property
    def last(self) -> Any:
        return self.heard[-1][1]


class CopyList:
    """A queue for unparseable bodies that only keeps them."""

    def __init__(self, error: Exception | None = None) -> None:
        self.copies: list[Unparseable] = []
        self.error = error

    def __call__(self, content: Unparseable) -> None:
        if self.error is not None:
            raise self.error
        self.copies.append(content)


def functions_on(
    table: TestTable,
    *,
    client: Any = None,
    clock: StillClock | None = None,
    observer: ListObserver | None = None,
    copy_unparseable: CopyList | None = None,
    **settings: Any,
) -> RecorderFunctions:
    """The recorder over a test's table, on a clock that stands still."""
    clock = clock or StillClock()
    return RecorderFunctions(
        client or table.client,
        RecorderSettings(table=table.name, **settings),
        clock=clock,
        observer=observer,
        copy_unparseable=copy_unparseable,
        retrier=clock.retrier(),
    )


def items_of(table: TestTable, prefix: str = "M#") -> list[Item]:
    """Every item whose partition key starts with `prefix`."""
    items: list[Item] = []
    for page in table.client.get_paginator("scan").paginate(
        TableName=table.name, ConsistentRead=True
    ):
        items += [item for item in page["Items"] if item["pk"]["S"].startswith(prefix)]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def page_items_of(table: TestTable) -> list[Item]:
    """Every feed page."""
    return [item for item in items_of(table, FEED_PREFIX) if item["sk"]["S"] < PAGES_END]


def events_of(table: TestTable) -> list[Event]:
    """Every stored event."""
    return [from_item(item) for item in items_of(table)]


def failed_ids(answer: Mapping[str, Any]) -> list[str]:
    """What `batchItemFailures` names."""
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def stream_event(
    items: Sequence[Item],
    *,
    shard_id: str | None = "shardId-1",
    first_number: int = 100,
    event_name: str = "INSERT",
) -> dict[str, Any]:
    """A Lambda event of a table's stream, with one record for each item, numbered by tens."""
    event: dict[str, Any] = {
        "Records": [
            {
                "eventID": f"{number:032x}",
                "eventName": event_name,
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "ApproximateCreationDateTime": NOW / 1000,
                    "Keys": {"pk": item["pk"], "sk": item["sk"]},
                    "NewImage": {name: _as_json(value) for name, value in item.items()},
                    "SequenceNumber": str(number),
                    "StreamViewType": "NEW_IMAGE",
                },
            }
            for number, item in enumerate_by_tens(items, first_number)
        ],
        "window": {"start": "2026-11-23T06:00:00Z", "end": "2026-11-23T06:01:00Z"},
        "state": {},
        "isFinalInvokeForWindow": False,
        "isWindowTerminatedEarly": False,
    }
    if shard_id is not None:
        event["shardId"] = shard_id
    return event


def enumerate_by_tens(items: Sequence[Item], first: int) -> list[tuple[int, Item]]:
    """Items with sequence numbers as a stream gives them: rising, with gaps."""
    return [(first + 10 * position, item) for position, item in enumerate(items)]


def _as_json(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value
