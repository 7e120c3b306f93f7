"""What a client of botocore sends and gets, counted at its own hooks."""

from dataclasses import dataclass, field
from typing import Any, Final

import orjson

_OPERATIONS: Final = (
    *("Query", "Scan", "GetItem", "BatchGetItem"),
    *("PutItem", "UpdateItem", "BatchExecuteStatement", "BatchWriteItem"),
)


@dataclass(slots=True)
class Traffic:
    """Requests and their answers since the beginning, or since `forget`."""

    asked: list[bytes] = field(default_factory=list)
    """Bodies of all requests, retries included."""
    answers: list[bytes] = field(default_factory=list)
    """Bodies of all answers, as they came."""

    @property
    def requests(self) -> int:
        """How many there were."""
        return len(self.asked)

    @property
    def bytes(self) -> int:
        """Both ways, without headers."""
        return sum(map(len, self.asked)) + sum(map(len, self.answers))

    def watch(self, events: Any) -> None:
        """Count what goes through these hooks: `client.meta.events`, or those of a session."""
        events.register_first("before-send.dynamodb", self._note_request)
        for operation in _OPERATIONS:
            # Before `raw_answers` takes the body of a query away.
            events.register_first(f"before-parse.dynamodb.{operation}", self._note_answer)

    def forget(self) -> None:
        """Begin anew."""
        self.asked = []
        self.answers = []

    def scanned(self) -> int:
        """Items that scans and queries read, whether or not a filter let them through."""
        return sum(orjson.loads(body).get("ScannedCount", 0) for body in self.answers)

    def _note_request(self, request: Any, **_: Any) -> None:
        self.asked.append(request.body or b"")

    def _note_answer(self, response_dict: dict[str, Any], **_: Any) -> None:
        self.answers.append(response_dict["body"])
