"""One SES event as it was published becomes one event for each affected recipient."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson

from recorder.model.addresses import bare_address, decode_words, recipient_of, split_addresses
from recorder.model.counting import SUPPRESSION_LIST_SUBTYPES
from recorder.model.event import (
    CLICK,
    COUNTED_PER_NOTIFICATION,
    EVENT_TYPES,
    OPEN,
    REJECT,
    RENDERING_FAILURE,
    SEND,
    Event,
)
from recorder.model.event_types import (
    NOT_SENDING_TYPES,
    RECIPIENT_LISTS,
    folded,
    inferred_type,
    stated_type,
    type_object,
)
from recorder.model.fields import (
    LONG_TEXT,
    SHORT_TEXT,
    elements_of,
    object_of,
    text_of,
    whole_number_of,
)
from recorder.model.identity import HAS_FEEDBACK_ID, make_event_id, short_hash
from recorder.model.keys import message_key, orphan_key
from recorder.model.nesting import is_too_deep
from recorder.model.tags import tags_of
from recorder.model.timestamps import parse_timestamp

_TEXT_FIELDS: Final = (
    ("bounce_type", "bounceType", SHORT_TEXT),
    ("bounce_subtype", "bounceSubType", SHORT_TEXT),
    ("complaint_type", "complaintFeedbackType", SHORT_TEXT),
    ("complaint_subtype", "complaintSubType", SHORT_TEXT),
    ("delay_type", "delayType", SHORT_TEXT),
    ("reporting_mta", "reportingMTA", SHORT_TEXT),
    ("remote_mta_ip", "remoteMtaIp", SHORT_TEXT),
    ("feedback_id", "feedbackId", SHORT_TEXT),
    ("link", "link", LONG_TEXT),
    ("user_agent", "userAgent", LONG_TEXT),
    ("ip_address", "ipAddress", SHORT_TEXT),
    ("failure_reason", "errorMessage", LONG_TEXT),
)
"""Fields of an event by their names in the type's object. No two types mean different things by one
of these names, so that a type which SES adds later gets its fields too."""
_STATUS_WITH_COMMENT: Final = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})\s*\(.*\)", re.DOTALL)
"""RFC 3464 lets a server add a comment: `5.0.0 (permanent failure)`."""
_TERMS: Final = {
    form: name
    for name in (
        *("Permanent", "Transient", "Undetermined"),
        *("General", "NoEmail", "Suppressed", "MailboxFull", "MessageTooLarge"),
        *("ContentRejected", "AttachmentRejected", "CustomTimeoutExceeded"),
        *SUPPRESSION_LIST_SUBTYPES,
    )
    for form in (name, folded(name))
}
"""Rates count by them, and SES itself writes them in capitals elsewhere, as in
`ON_TENANT_SUPPRESSION_LIST` (SES developer guide, tenant-level suppression)."""
_TERM_FIELDS: Final = ("bounce_type", "bounce_subtype", "complaint_subtype", "delay_type")
_WITHOUT_OWN_TIME: Final = frozenset({SEND, REJECT, RENDERING_FAILURE})
_CONFIGURATION_SET_TAG: Final = "ses:configuration-set"
_CONFIGURATION_SET_HEADER: Final = "x-ses-configuration-set"


class UnparseablePayload(ValueError):  # noqa: N818
    """A payload that is no SES event, or of which too little is left to tell what it says."""


@dataclass(frozen=True, slots=True)
class ParsedPayload:
    """What one SES event says."""

    events: tuple[Event, ...]
    """One for each affected recipient, in the order of the payload; never empty."""
    payload: Mapping[str, Any]

    @property
    def partition_key(self) -> str:
        """Where the events belong: without a message id, in a partition named after the payload.

        Raises `UnparseablePayload`.
        """
        message_id = self.events[0].message_id
        if message_id is None:
            return orphan_key(hash_payload(self.payload))
        return message_key(message_id)


def parse_payload(
    payload: Mapping[str, Any],
    *,
    recorded_at: int,
    historic: bool = False,
    keep_subject: bool = False,
    region: str | None = None,
) -> ParsedPayload:
    """The events of `payload`, the JSON object that SES published, of either generation.

    Any field may be missing, null or of another type than SES documents. `recorded_at` (ms) and
    `historic` are passed on; `region` is used where the payload names none. Raises
    `UnparseablePayload`.
    """
    event_type = _event_type(payload)
    body = type_object(payload, event_type)
    mail = payload.get("mail")
    if not isinstance(mail, dict):
        if body is None or event_type not in EVENT_TYPES:
            raise UnparseablePayload(f"{event_type} event without a mail object")
        mail = {}
    body = body or {}

    message_id = text_of(mail.get("messageId"), LONG_TEXT)
    message_id = message_id and message_id.strip()
    sent_time = parse_timestamp(mail.get("timestamp"))
    if event_type in _WITHOUT_OWN_TIME:
        event_time = sent_time
    else:
        event_time = parse_timestamp(body.get("timestamp"))
    shared = _shared_fields(event_type, mail, body, region)
    if keep_subject:
        shared["subject"] = _subject(mail)
    discriminator = None
    if message_id is not None:
        discriminator = _discriminator(event_type, event_time, body)
    if discriminator is None:
        discriminator = hash_payload(payload)

    events: dict[str, Event] = {}
    for raw, entry in _recipients(event_type, mail, body):
        recipient = raw and recipient_of(raw)
        event_id = make_event_id(message_id, event_type, recipient, discriminator)
        if event_id in events:
            continue
        events[event_id] = Event(
            event_id=event_id,
            event_type=event_type,
            message_id=message_id,
            event_time=event_time,
            recorded_at=recorded_at,
            historic=historic,
            sent_time=sent_time,
            recipient=text_of(recipient, LONG_TEXT),
            recipient_raw=text_of(raw, LONG_TEXT),
            smtp_status=_status(entry),
            diagnostic=text_of(entry.get("diagnosticCode") or body.get("smtpResponse"), LONG_TEXT),
            counted=not events or event_type not in COUNTED_PER_NOTIFICATION,
            **shared,
        )
    return ParsedPayload(tuple(events.values()), payload)


def hash_payload(payload: Mapping[str, Any]) -> str:
    """The payload's own identity, for where SES gave none, whatever the order of its keys.

    16 characters. Raises `UnparseablePayload`.
    """
    try:
        canonical = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        if is_too_deep(payload):
            raise UnparseablePayload("payload is nested too deeply") from error
        canonical = json.dumps(payload, sort_keys=True, default=repr).encode()
    return short_hash(canonical)


def _event_type(payload: Mapping[str, Any]) -> str:
    event_type = stated_type(payload) or inferred_type(payload)
    if event_type is None:
        raise UnparseablePayload("nothing tells the type of the event")
    if event_type in NOT_SENDING_TYPES:
        raise UnparseablePayload(f"{event_type} is no event of a sent mail")
    return event_type


def _shared_fields(
    event_type: str, mail: Mapping[str, Any], body: Mapping[str, Any], region: str | None
) -> dict[str, Any]:
    """Whatever is the same for every recipient, except times and subject."""
    tags = tags_of(mail.get("tags"))
    arn = text_of(mail.get("sourceArn")) or ""
    arn_parts = arn.split(":", 5)
    fields: dict[str, Any] = {
        "sender": _sender(mail),
        "configuration_set": _configuration_set(mail, tags),
        "identity": arn.partition("identity/")[2].strip() or None,
        "account_id": text_of(mail.get("sendingAccountId")),
        "region": (arn_parts[3] if len(arn_parts) > 3 else "") or text_of(region),
        "tags": tags,
    }
    for field, name, limit in _TEXT_FIELDS:
        if name in body:
            fields[field] = text_of(body[name], limit)
    for field in _TERM_FIELDS:
        if term := fields.get(field):
            fields[field] = _TERMS.get(term) or _TERMS.get(folded(term.strip()), term)
    if complaint_type := fields.get("complaint_type"):
        # Copied from the provider's report; IANA's MARF registry has every name in lower case.
        fields["complaint_type"] = complaint_type.strip().lower().replace("_", "-")
    if "processingTimeMillis" in body:
        fields["processing_ms"] = whole_number_of(body["processingTimeMillis"])
    if event_type == REJECT:
        fields["reject_reason"] = text_of(body.get("reason"), LONG_TEXT)
    return fields


def _discriminator(event_type: str, event_time: int | None, body: Mapping[str, Any]) -> str | None:
    """What tells two events of one type for one recipient of one mail apart, if SES says it."""
    if event_type in _WITHOUT_OWN_TIME:
        return ""
    if event_type not in EVENT_TYPES:
        return None
    if event_type in HAS_FEEDBACK_ID:
        feedback_id = text_of(body.get("feedbackId"), None)
        if feedback_id is not None:
            return feedback_id.strip()
    if event_time is None:
        return None
    if event_type in (OPEN, CLICK):
        values = (text_of(body.get(name), None) for name in ("ipAddress", "userAgent", "link"))
        return "|".join([str(event_time), *(value or "" for value in values)])
    return str(event_time)


def _recipients(
    event_type: str, mail: Mapping[str, Any], body: Mapping[str, Any]
) -> Iterator[tuple[str | None, Mapping[str, Any]]]:
    """Each affected recipient as written, with the entry that says what happened to it.

    A recipient without an address is one only if its entry says something or is all there is: what
    became of a mail must not be lost because nobody knows whose it was.
    """
    found = False
    for element in elements_of(_recipient_list(event_type, mail, body)):
        entry = object_of(element)
        written = elements_of(entry.get("emailAddress") if entry else element)
        addresses = [text for each in written if (text := text_of(each, limit=None)) is not None]
        for address in addresses:
            found = True
            for one in split_addresses(address):
                yield one, entry
        if not addresses and any(text_of(entry.get(n)) for n in ("status", "diagnosticCode")):
            found = True
            yield None, entry
    if not found:
        yield None, {}


def _status(entry: Mapping[str, Any]) -> str | None:
    """The status code alone, so that one code is one name to searches and counters."""
    status = text_of(entry.get("status"))
    if status is None:
        return None
    status = status.strip()
    with_comment = _STATUS_WITH_COMMENT.fullmatch(status)
    return with_comment[1] if with_comment else status


def _recipient_list(event_type: str, mail: Mapping[str, Any], body: Mapping[str, Any]) -> object:
    """The list that names the recipients of this type.

    The mail's destination never stands in for the recipients of a bounce, complaint, delivery or
    delay: it would blame people to whom nothing happened.
    """
    key = RECIPIENT_LISTS.get(event_type)
    if key is not None:
        return body.get(key)
    if event_type not in EVENT_TYPES:
        for name, value in body.items():
            if name.lower().endswith("recipients") and value:
                return value
    return mail.get("destination")


def _sender(mail: Mapping[str, Any]) -> str | None:
    source = text_of(mail.get("source"), LONG_TEXT)
    if source is None:
        headers = object_of(mail.get("commonHeaders"))
        for element in elements_of(headers.get("from")):
            source = text_of(element, LONG_TEXT)
            if source is not None:
                break
        else:
            return None
    return _first_address(source)


@lru_cache(maxsize=256)
def _first_address(source: str) -> str:
    """Many mails have few senders."""
    return bare_address(split_addresses(source)[0])


def _subject(mail: Mapping[str, Any]) -> str | None:
    subject = text_of(object_of(mail.get("commonHeaders")).get("subject"), LONG_TEXT)
    if subject is None:
        subject = _header(mail, "subject")
    return subject and text_of(decode_words(subject), LONG_TEXT)


def _header(mail: Mapping[str, Any], name: str) -> str | None:
    """The value of the first header called `name` (lower case), if headers are there at all."""
    for element in elements_of(mail.get("headers")):
        header = object_of(element)
        label = header.get("name")
        if isinstance(label, str) and label.strip().lower() == name:
            value = text_of(header.get("value"), LONG_TEXT)
            return value and value.strip()
    return None


def _configuration_set(mail: Mapping[str, Any], tags: Mapping[str, list[str]] | None) -> str | None:
    values = tags.get(_CONFIGURATION_SET_TAG) if tags else None
    return values[0] if values else text_of(_header(mail, _CONFIGURATION_SET_HEADER))
