"""Copies what cannot be read to a queue, whole, for a person to look at."""

import json
import re
from collections.abc import Callable
from typing import Any, Final, Protocol, TypeAlias

from recorder.model.envelope import Unparseable

MAXIMUM_BODY_BYTES: Final = 1_040_000
"""SQS takes 1 MiB (1,048,576 bytes) a message, attributes included."""
_MAXIMUM_REASON_CHARACTERS: Final = 500

# What SQS takes in a body and an attribute ("SendMessage"): XML 1.0 characters.
_REFUSED: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

CopyUnparseable: TypeAlias = Callable[[Unparseable], None]
"""Keeps a copy, or raises whatever the client behind it raises."""


class SQSClient(Protocol):
    """The one call of boto3's SQS client that is used."""

    def send_message(self, **arguments: Any) -> dict[str, Any]:
        """One message."""
        ...


class UnparseableQueue:
    """The queue of unparseable bodies.

    A message's body is the text as it came, so that it can be sent to the recorder's queue again.
    Attributes: `reason`; `encoding` with the value `json` where the text holds characters that SQS
    refuses and the body is therefore a JSON string of it; `cut` with the number of bytes that the
    body had where it was over the size that SQS takes and only its beginning is there.
    """

    def __init__(self, make_client: Callable[[], SQSClient], queue_url: str) -> None:
        """The client is made on first use, which most processes never come to."""
        self._make_client = make_client
        self._client: SQSClient | None = None
        self._queue_url = queue_url

    def __call__(self, content: Unparseable) -> None:
        """Send a copy. Raises what the client raises."""
        if self._client is None:
            self._client = self._make_client()
        self._client.send_message(QueueUrl=self._queue_url, **message_of(content))


def message_of(content: Unparseable) -> dict[str, Any]:
    """Body and attributes of the copy, as `SendMessage` takes them."""
    reason = _REFUSED.sub("?", content.reason)[:_MAXIMUM_REASON_CHARACTERS]
    attributes = {"reason": reason or "unknown"}
    body = content.text
    if not body or _REFUSED.search(body):
        body = json.dumps(body)
        attributes["encoding"] = "json"
    encoded = body.encode()
    if len(encoded) > MAXIMUM_BODY_BYTES:
        attributes["cut"] = str(len(encoded))
        body = encoded[:MAXIMUM_BODY_BYTES].decode("utf-8", "ignore")
    return {
        "MessageBody": body,
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    }
