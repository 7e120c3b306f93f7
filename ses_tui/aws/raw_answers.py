"""Answers of `Query`, parsed past botocore.

Its parser walks the shape of every attribute in Python, about 70 microseconds an item: a week of
summaries then takes a third of a second, and a megabyte of feed pages holds up the event loop.
Requests, signatures, retries, checksums and every answer that is an error stay botocore's.
"""

import asyncio
from functools import partial
from typing import Any, Final

import orjson
from botocore.parsers import ResponseParserError

try:
    # Twenty times as fast: a tenth of what it takes to read pages.
    from pybase64 import b64decode

    _decode_base64 = partial(b64decode, validate=True)
except ImportError:
    from binascii import a2b_base64

    _decode_base64 = partial(a2b_base64, strict_mode=True)

_BODY: Final = "UnparsedBody"
_PARSE_ASIDE_BYTES: Final = 100_000
"""Above this, parsing takes longer than handing it to a thread."""


def leave_queries_unparsed(client: Any) -> None:
    """Have `client` hand over the bodies of its queries' answers; `parse_query` reads them."""
    client.meta.events.register("before-parse.dynamodb.Query", _set_body_aside)


async def parse_query(answer: dict[str, Any]) -> dict[str, Any]:
    """What the query found, as botocore would give it. Raises `ResponseParserError`.

    A large one is parsed in a thread. Bytes are decoded at the top level of items, and no item of
    the table holds any further down.
    """
    body: bytes | None = answer.pop(_BODY, None)
    if body is None:
        return answer
    if len(body) > _PARSE_ASIDE_BYTES:
        return answer | await asyncio.to_thread(_parse, body)
    return answer | _parse(body)


def _set_body_aside(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    """Handles botocore's event `before-parse`, of which the latter dictionary is the outcome."""
    if response_dict["status_code"] < 300:
        customized_response_dict[_BODY] = response_dict["body"]
        response_dict["body"] = b"{}"


def _parse(body: bytes) -> dict[str, Any]:
    try:
        document: dict[str, Any] = orjson.loads(body)
        if b'"B":' in body:
            for item in document["Items"]:
                for value in item.values():
                    if "B" in value:
                        value["B"] = _decode_base64(value["B"])
    except (ValueError, TypeError, KeyError) as error:
        raise ResponseParserError(f"the answer to a query cannot be read: {error}") from error
    return document
