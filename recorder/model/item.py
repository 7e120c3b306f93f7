"""An event as a DynamoDB item and back; attribute names are short because each byte is paid for."""

from binascii import a2b_base64
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, Final, TypeAlias

import orjson

from recorder.model import keys
from recorder.model.event import Event
from recorder.model.fields import object_of
from recorder.model.json_text import read_json
from recorder.model.original import CompressedOriginal, OriginalError, expand_original
from recorder.model.tags import tags_of

Item: TypeAlias = dict[str, dict[str, Any]]

SCHEMA_VERSION: Final = 1

_TEXT: Final = {
    "event_type": "y",
    "recipient": "a",
    "recipient_raw": "ar",
    "sender": "f",
    "subject": "su",
    "configuration_set": "cs",
    "identity": "i",
    "account_id": "ac",
    "region": "rg",
    "bounce_type": "bt",
    "bounce_subtype": "bs",
    "complaint_type": "ct",
    "complaint_subtype": "cb",
    "delay_type": "dt",
    "smtp_status": "ss",
    "diagnostic": "dc",
    "reporting_mta": "rm",
    "remote_mta_ip": "ri",
    "feedback_id": "fb",
    "link": "l",
    "user_agent": "ua",
    "ip_address": "ip",
    "reject_reason": "rr",
    "failure_reason": "fr",
}
_NUMBERS: Final = {
    "recorded_at": "r",
    "event_time": "t",
    "sent_time": "st",
    "processing_ms": "pm",
}
TAGS_ATTRIBUTE: Final = "tg"
HISTORIC_ATTRIBUTE: Final = "h"
NOT_COUNTED_ATTRIBUTE: Final = "n"
ORIGINAL_ATTRIBUTE: Final = "o"
ORIGINAL_DICTIONARY_ATTRIBUTE: Final = "ov"
ORIGINAL_CUT_ATTRIBUTE: Final = "oc"
VERSION_ATTRIBUTE: Final = "v"

_POSITION: Final = {name: position for position, name in enumerate(Event._fields)}
_TEXT_BY_FIELD: Final = tuple(_TEXT.get(name, "") for name in Event._fields)
"""Empty for a field that is no text, which is the name of no attribute."""
_texts_of: Final = attrgetter(*_TEXT)
_numbers_of: Final = attrgetter(*_NUMBERS)

FILLABLE_ATTRIBUTES: Final = frozenset(_TEXT.values()) - {"y", "a", "ar"} | {
    "t",
    "st",
    "pm",
}
"""What a later form of a stored event may add where it is missing: no key, no `recorded_at`. An
item without the raw recipient says that it equals the recipient, so that is no gap either. Tags
are apart, since the original may hold them."""


def to_item(event: Event, *, partition_key: str, expires_at: int | None) -> Item:
    """The item of `event`; `expires_at` is in epoch seconds, `None` keeps it for ever."""
    item: Item = {
        "pk": {"S": partition_key},
        "sk": {"S": keys.event_sort_key(event.event_type, event.event_time, event.event_id)},
        VERSION_ATTRIBUTE: {"N": str(SCHEMA_VERSION)},
    }
    for attribute, text in zip(_TEXT.values(), _texts_of(event), strict=True):
        if text is not None:
            item[attribute] = {"S": text}
    if event.recipient_raw is not None and event.recipient_raw == event.recipient:
        del item["ar"]
    for attribute, number in zip(_NUMBERS.values(), _numbers_of(event), strict=True):
        if number is not None:
            item[attribute] = {"N": str(number)}
    if event.message_id is not None and not keys.shows_message_id(event.message_id):
        item["m"] = {"S": event.message_id}
    if event.tags:
        item[TAGS_ATTRIBUTE] = tags_attribute(event.tags)
    if event.historic:
        item[HISTORIC_ATTRIBUTE] = {"N": "1"}
    if not event.counted:
        item[NOT_COUNTED_ATTRIBUTE] = {"N": "1"}
    if expires_at is not None:
        item["x"] = {"N": str(expires_at)}
    for attribute, key in keys.index_keys(event).items():
        item[attribute] = {"S": key}
    return item


def from_item(item: Mapping[str, Mapping[str, Any]]) -> Event:
    """The event of an item, from the table, its stream or an index; what is not there is `None`.

    Raises `KeyError` or `ValueError` for an item that is no event.
    """
    # By position: to call `Event` with names takes as long as everything else here.
    values: list[Any] = [
        item[attribute]["S"] if attribute in item else None for attribute in _TEXT_BY_FIELD
    ]
    for name, attribute in _NUMBERS.items():
        if attribute in item:
            values[_POSITION[name]] = int(item[attribute]["N"])
    if values[_POSITION["event_type"]] is None or values[_POSITION["recorded_at"]] is None:
        raise KeyError("an event has a type and a time of recording")
    if values[_POSITION["recipient_raw"]] is None:
        values[_POSITION["recipient_raw"]] = values[_POSITION["recipient"]]
    values[_POSITION["event_id"]] = keys.event_id_of_sort_key(item["sk"]["S"])
    values[_POSITION["message_id"]] = _message_id_in(item)
    values[_POSITION["historic"]] = HISTORIC_ATTRIBUTE in item
    values[_POSITION["tags"]] = tags_in(item)
    values[_POSITION["counted"]] = NOT_COUNTED_ATTRIBUTE not in item
    return Event._make(values)


def _message_id_in(item: Mapping[str, Mapping[str, Any]]) -> str | None:
    if "m" in item:
        message_id: str = item["m"]["S"]
        return message_id
    shown: str = item["pk"]["S"].removeprefix(keys.MESSAGE_PREFIX)
    return None if shown.startswith("~") else shown


def attach_original(item: Item, original: CompressedOriginal) -> None:
    """Put the original into an item made of it. Its tags are then in there and not stored twice:
    they are a quarter of an item, and each KB is a write unit."""
    item[ORIGINAL_ATTRIBUTE] = {"B": original.body}
    item[ORIGINAL_DICTIONARY_ATTRIBUTE] = {"N": str(original.dictionary_version)}
    if original.cut:
        item[ORIGINAL_CUT_ATTRIBUTE] = {"N": "1"}
    else:
        item.pop(TAGS_ATTRIBUTE, None)


def tags_attribute(tags: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Tags as the value of their attribute."""
    return {"S": orjson.dumps(tags).decode()}


def tags_in(item: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]] | None:
    """The tags of an item: its own, else those in its original.

    Whoever reads tags has to ask for the original, too. One that cannot be read tells none.
    """
    if TAGS_ATTRIBUTE in item:
        tags: dict[str, list[str]] = orjson.loads(item[TAGS_ATTRIBUTE]["S"])
        return tags
    if ORIGINAL_ATTRIBUTE not in item or ORIGINAL_CUT_ATTRIBUTE in item:
        return None
    body = item[ORIGINAL_ATTRIBUTE]["B"]
    if isinstance(body, str):
        # Lambda hands binary attributes of a stream over as base64.
        body = a2b_base64(body)
    try:
        text = expand_original(body, int(item[ORIGINAL_DICTIONARY_ATTRIBUTE]["N"]))
    except OriginalError:
        return None
    return tags_of(object_of(read_json(text).get("mail")).get("tags"))


def expiry_of(item: Mapping[str, Mapping[str, Any]]) -> int | None:
    """When an item expires, in epoch seconds; `None` keeps it for ever."""
    return int(item["x"]["N"]) if "x" in item else None


def is_expired(item: Mapping[str, Mapping[str, Any]], now_ms: int) -> bool:
    """Whether an item should be gone: DynamoDB deletes expired items up to days late."""
    return "x" in item and int(item["x"]["N"]) * 1000 <= now_ms
