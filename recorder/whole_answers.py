"""Answers of AWS that are not whole are errors, where botocore would take them for empty ones."""

from typing import Any, Final

from botocore.exceptions import ResponseStreamingError

_BEFORE_PARSE: Final = "before-parse"


def refuse_broken_answers(client: Any) -> Any:
    """Have a boto3 `client` of a JSON service raise `ResponseStreamingError` for such answers.

    botocore looks neither at the length that an answer declares nor, in its standard retry mode, at
    DynamoDB's checksum, and reads a body that is no JSON as one without members. So a connection
    that breaks in the headers would say that an item is not there. Returns `client`.
    """
    client.meta.events.register(_BEFORE_PARSE, _refuse_if_broken)
    return client


def _refuse_if_broken(response_dict: dict[str, Any], **_: Any) -> None:
    """Handles botocore's event `before-parse`; what AWS itself calls an error is left alone."""
    if response_dict["status_code"] >= 300:
        return
    headers, body = response_dict["headers"], response_dict["body"]
    declared = headers.get("content-length")
    if "content-encoding" not in headers and declared and declared != str(len(body)):
        raise ResponseStreamingError(error=f"it ended after {len(body)} of {declared} bytes")
    # Every JSON service answers with an object at least (Smithy, "AWS JSON 1.0 protocol").
    if body[:1] != b"{" or body.rstrip()[-1:] != b"}":
        raise ResponseStreamingError(error=f"its {len(body)} bytes are no JSON object")
