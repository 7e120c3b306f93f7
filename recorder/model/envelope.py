"""Finds SES events in whatever Lambda, SNS, SQS or EventBridge wrapped around them.

Nothing here raises and nothing is fetched: a URL inside a message is text like any other.
"""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, TypeGuard

from recorder.model.event import EVENT_TYPES
from recorder.model.event_types import (
    NOT_SENDING_TYPES,
    TYPE_OBJECTS,
    inferred_type,
    stated_type,
    type_object,
    type_of_detail,
)
from recorder.model.fields import elements_of, text_of
from recorder.model.json_text import Damaged, Document, Piece, read_pieces, write_json
from recorder.model.nesting import is_too_deep


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One SES event, not yet taken apart."""

    payload: dict[str, Any]
    """The JSON object of SES; `eventType` is added where only `detail-type` told the type."""
    region: str | None = None
    """Where the envelope came from, for a payload that names no region itself."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """What is no mail event: to be acknowledged and counted, nothing more."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unparseable:
    """What claims to be a mail event and cannot be read: to be kept whole for a person to see."""

    reason: str
    text: str
    """As it was received, envelope included; reads the same when sent again.

    Of an invocation the whole body, once; of a text with several documents the damaged one.
    """


Content: TypeAlias = MailEvent | Ignored | Unparseable


@dataclass(frozen=True, slots=True)
class EnvelopeRecord:
    """One record of an invocation, the unit that succeeds or fails."""

    item_identifier: str | None
    """The `messageId` of an SQS record, as `batchItemFailures` wants it; `None` for others."""
    contents: tuple[Content, ...]


_CONFIRMATIONS: Final = frozenset({"SubscriptionConfirmation", "UnsubscribeConfirmation"})
_NOTIFICATION_TYPES: Final = (*_CONFIRMATIONS, "Notification")
_BATCHES: Final = ("Records", "records", "Messages", "requestPayload")
"""What holds further documents: a Lambda event, Firehose's among them; the answer to SQS's
ReceiveMessage, as the AWS CLI prints it; an invocation that Lambda gave up and sent to a failure
destination."""
_SES_SOURCE: Final = "aws.ses"
_MAIL_FIELDS: Final = frozenset({"messageId", "destination", "sourceArn", "sendingAccountId"})
"""An object `mail` with any of these is one of SES's."""
_LARGE_NAMES: Final = frozenset({"NotificationType", "EventType", "Mail"})
_OTHERS_NAMES: Final = frozenset({"Tags", "LinkTags"})
"""What holds names that are not SES's, but the sender's own."""
_MAXIMUM_DEPTH: Final = 16
"""Steps into what is wrapped: SNS takes two, its document and the text inside. EventBridge in SNS
in SQS takes four; a dead letter sent on adds some."""


def read_invocation(event: object) -> tuple[EnvelopeRecord, ...]:
    """The records of a Lambda event: a batch of SQS or SNS records, or one event by itself."""
    if isinstance(event, dict) and "Records" in event and "mail" not in event:
        records = elements_of(event["Records"])
    else:
        records = event if isinstance(event, list) else [event]
    return tuple(map(_read_record, records))


def read_text(text: str) -> tuple[Content, ...]:
    """What one body holds: any envelope or none, JSON arrays, several documents one a line."""
    pieces = tuple(read_pieces(text))
    contents = _contents_of_pieces(pieces, None, 0)
    return tuple(_with_text(contents, text) if len(pieces) == 1 else contents)


def _read_record(record: object) -> EnvelopeRecord:
    identifier = None
    if _is_sqs_record(record):
        identifier = text_of(record.get("messageId"), None)
        record = record.get("body") or ""
    if isinstance(record, str):
        return EnvelopeRecord(identifier, tuple(_with_text(read_text(record), record)))
    if is_too_deep(record):
        contents: list[Content] = [Unparseable("JSON nested too deeply", "")]
    else:
        contents = _contents_of(record, None, 0)
    if any(isinstance(content, Unparseable) for content in contents):
        contents = _with_text(contents, _as_text(record))
    return EnvelopeRecord(identifier, tuple(contents))


def _contents_of_pieces(pieces: Iterable[Piece], region: str | None, depth: int) -> list[Content]:
    contents: list[Content] = []
    for piece in pieces:
        if isinstance(piece, Document):
            contents += _with_text(_contents_of(piece.value, region, depth), piece.text)
        elif isinstance(piece, Damaged):
            contents.append(Unparseable(piece.reason, piece.text))
        else:
            contents.append(Ignored("plain text"))
    return contents or [Ignored("empty body")]


def _contents_of(document: object, region: str | None, depth: int) -> list[Content]:
    """What `document` holds, the text of anything unparseable still to be filled in.

    `depth` counts the steps taken into it: their bound is the bound of recursion.
    """
    if depth > _MAXIMUM_DEPTH:
        return [Unparseable("too many envelopes around it", "")]
    if isinstance(document, list):
        contents: list[Content] = []
        for element in _flattened(document):
            contents += _contents_of(element, region, depth + 1)
        return contents or [Ignored("empty array")]
    if isinstance(document, str):
        return _contents_of_pieces(read_pieces(document), region, depth + 1)
    if not isinstance(document, dict):
        return [Ignored("JSON that is no object")]
    for key in _BATCHES:
        if key in document and "mail" not in document:
            return _contents_of(elements_of(document[key]), region, depth + 1)
    if _is_sqs_record(document):
        return _contents_of(document.get("body") or "", region, depth + 1)
    if "Body" in document and "ReceiptHandle" in document:
        return _contents_of(document["Body"] or "", region, depth + 1)
    if isinstance(document.get("Sns"), dict):
        return _contents_of_notification(document["Sns"], depth)
    if (encoded := _encoded_data(document)) is not None:
        return _contents_of(encoded, region, depth + 1)
    if _is_notification(document):
        return _contents_of_notification(document, depth)
    if "detail" in document and ("detail-type" in document or "source" in document):
        return _contents_of_eventbridge(document, depth)
    return [_classify(document, region)]


def _contents_of_notification(document: dict[str, Any], depth: int) -> list[Content]:
    """What the document of an SNS notification carries in its `Message`, or is itself."""
    kind = text_of(document.get("Type"))
    if kind in _CONFIRMATIONS:
        return [Ignored(f"SNS {kind}")]
    region = _region_of_arn(document.get("TopicArn"))
    if "Message" not in document:
        return [_classify(document, region)]
    return _contents_of(document.get("Message") or "", region, depth + 1)


def _contents_of_eventbridge(document: Mapping[str, Any], depth: int) -> list[Content]:
    detail_type = text_of(document.get("detail-type")) or ""
    source = text_of(document.get("source"))
    detail = document["detail"]
    region = text_of(document.get("region"))
    claims_mail = detail_type.lower().startswith("email ")
    if source not in (None, _SES_SOURCE):
        return [Ignored(f"EventBridge event of {source}")]
    if isinstance(detail, str):
        return _contents_of(detail, region, depth + 1)
    if isinstance(detail, dict) and (claims_mail or isinstance(detail.get("mail"), dict)):
        return [_classify(_with_type(detail, detail_type), region, claims_mail=claims_mail)]
    if claims_mail:
        return [Unparseable("EventBridge event whose detail is no object", "")]
    return [Ignored(f"EventBridge event of type {detail_type}")]


def _with_type(detail: dict[str, Any], detail_type: str) -> dict[str, Any]:
    """`detail` with the `eventType` that `detail-type` means, where nothing inside tells one."""
    if stated_type(detail) is not None:
        return detail
    event_type = type_of_detail(detail_type) or inferred_type(detail) or detail_type
    return detail | {"eventType": event_type}


def _classify(payload: dict[str, Any], region: str | None, *, claims_mail: bool = False) -> Content:
    """On which side of the line between mail events, other things and damage `payload` falls.

    `claims_mail` says that the envelope calls it a mail event.
    """
    payload = _with_objects(_in_camel_case(payload))
    stated = stated_type(payload)
    has_mail = isinstance(payload.get("mail"), dict)
    if stated in NOT_SENDING_TYPES:
        return Ignored(f"{stated} is no event of a sent mail")
    if stated in EVENT_TYPES:
        if has_mail or type_object(payload, stated) is not None:
            return MailEvent(payload, region)
        return Unparseable(f"{stated} event without mail and {stated} object", "")
    if "receipt" in payload:
        return Ignored("inbound mail")
    known = has_mail if stated is not None else inferred_type(payload) is not None
    if known:
        return MailEvent(payload, region)
    if claims_mail or (has_mail and not _MAIL_FIELDS.isdisjoint(payload["mail"])):
        return Unparseable("nothing tells the type of the event, or of which mail it is", "")
    return Ignored("JSON that is no event of a sent mail")


def _in_camel_case(payload: dict[str, Any]) -> dict[str, Any]:
    """`payload` with SES's names where a tool on the way, as some in Go, made each begin large."""
    if "mail" in payload or _LARGE_NAMES.isdisjoint(payload):
        return payload
    names: dict[str, Any] = _with_small_names(payload)
    return names


def _with_small_names(value: Any) -> Any:
    """No deeper than `MAXIMUM_NESTING`, like all that is classified."""
    if isinstance(value, list):
        return [_with_small_names(element) for element in value]
    if not isinstance(value, dict):
        return value
    return {
        name[:1].lower() + name[1:]: part if name in _OTHERS_NAMES else _with_small_names(part)
        for name, part in value.items()
    }


def _with_objects(payload: dict[str, Any]) -> dict[str, Any]:
    """`payload` with objects where a tool on the way made JSON text or a list of one of them."""
    objects = {
        name: found
        for name in ("mail", *TYPE_OBJECTS.values())
        if (found := _object_in(payload.get(name))) is not None
    }
    return payload | objects if objects else payload


def _object_in(value: object) -> dict[str, Any] | None:
    """The object that a text or a list holds and nothing else."""
    if isinstance(value, str) and value.lstrip()[:1] == "{":
        pieces = tuple(read_pieces(value))
        value = [piece.value for piece in pieces if isinstance(piece, Document)]
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return value[0]
    return None


def _is_sqs_record(record: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(record, dict) and (
        record.get("eventSource") == "aws:sqs" or ("body" in record and "messageId" in record)
    )


def _is_notification(document: Mapping[str, Any]) -> bool:
    """Also one of which a tool on the way has left nothing but the message."""
    if document.get("Type") in _NOTIFICATION_TYPES:
        return True
    if "Message" not in document:
        return False
    message = document["Message"]
    return "TopicArn" in document or isinstance(message, dict) or _object_in(message) is not None


def _encoded_data(document: Mapping[str, Any]) -> str | None:
    """The text of a record of Kinesis or Firehose, which Lambda gets as base64; of others none."""
    kinesis = document.get("kinesis")
    record = kinesis if isinstance(kinesis, dict) else document
    data = record.get("data")
    if not isinstance(data, str) or (record is document and "recordId" not in document):
        return None
    try:
        return b64decode(data, validate=True).decode("utf-8", "replace")
    except ValueError:
        return None


def _region_of_arn(arn: object) -> str | None:
    parts = (text_of(arn) or "").split(":")
    return parts[3] or None if len(parts) > 3 else None


def _with_text(contents: Iterable[Content], text: str) -> list[Content]:
    """`contents`, `text` in what is unparseable, and that only once: one copy keeps it all."""
    kept: list[Content] = []
    damaged = False
    for content in contents:
        if not isinstance(content, Unparseable):
            kept.append(content)
        elif not damaged:
            damaged = True
            kept.append(replace(content, text=text))
    return kept


def _flattened(elements: list[Any]) -> Iterator[Any]:
    """The elements of arrays within arrays, in order."""
    remaining = elements[::-1]
    while remaining:
        element = remaining.pop()
        if isinstance(element, list):
            remaining += element[::-1]
        else:
            yield element


def _as_text(record: object) -> str:
    """The JSON of a record that came as an object; of an SNS record, its notification."""
    if isinstance(record, dict) and isinstance(record.get("Sns"), dict):
        record = record["Sns"]
    try:
        return write_json(record)
    except RecursionError:
        return "JSON nested too deeply to be written out"
