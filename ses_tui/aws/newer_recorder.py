"""Items of a version that this program does not know: the recorder is deployed before it."""

from collections.abc import Mapping
from typing import Any, Final

from recorder.model.item import SCHEMA_VERSION, VERSION_ATTRIBUTE
from recorder.model.keys import FEED_PREFIX, MESSAGE_PREFIX
from recorder.model.page import PAGE_VERSION

_KNOWN: Final = {MESSAGE_PREFIX: SCHEMA_VERSION, FEED_PREFIX: PAGE_VERSION}
"""By the beginning of the partition key; other items have no version, or one of their own."""


def is_of_newer_recorder(item: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether an event or a feed page says that it is of a later version than is known here."""
    version = str(item.get(VERSION_ATTRIBUTE, {}).get("N", ""))
    known = _KNOWN.get(str(item.get("pk", {}).get("S", ""))[: len(MESSAGE_PREFIX)])
    return known is not None and version.isdecimal() and int(version) > known
