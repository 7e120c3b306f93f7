"""What a client of botocore sends and gets, counted at its own hooks."""

from dataclasses import dataclass, field
from typing import Any, Final

import orjson

_OPERATIONS: Final = (
    *("Query", "Scan", "GetItem", "BatchGetItem"),
    *("PutItem", "UpdateItem", "BatchExecuteStatement", "BatchWriteItem"),
)

Body = bytes


@dataclass(slots=True)
class Traffic:
    """Requests and their answers since the beginning, or since `forget`."""

    keep: bool = True
    """Whether the bodies are kept, too."""
    requests: int = 0
    """How many there were, retries included."""
    bytes: int = 0
    """Of bodies, both ways."""
    asked: list[Body] = field(default_factory=list)
    """Bodies of the requests."""
    answers: list[Body] = field(default_factory=list)
    """Bodies of the answers, as they came."""

    def watch(self, events: Any) -> None:
        """Count what goes through these hooks: `client.meta.events`, or those of a session."""
        events.register_first("before-send.dynamodb", self._note_request)
        for operation in _OPERATIONS:
            # Before `raw_answers` takes the body of a query away.
            events.register_first(f"before-parse.dynamodb.{operation}", self._note_answer)

    def forget(self) -> None:
        """Begin anew."""
        self.requests = self.bytes = 0
        self.asked.clear()
        self.answers.clear()

    def scanned(self) -> int:
        """Items that scans and queries read, whether or not a filter let them through."""
        return sum(orjson.loads(body).get("ScannedCount", 0) for body in self.answers)

    def _note_request(self, request: Any, **_: Any) -> None:
        self.requests += 1
        self._note(self.asked, request.body or b"")

    def _note_answer(self, response_dict: dict[str, Any], **_: Any) -> None:
        self._note(self.answers, response_dict["body"])

    def _note(self, bodies: list[Body], body: Body) -> None:
        self.bytes += len(body)
        if self.keep:
            bodies.append(body)
