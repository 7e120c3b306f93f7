"""What has to become of items and pages so that nothing of one person is left in them.

A person is an address. Events of which it is the recipient go. In what is kept of others the
address is replaced where it stands by itself: in texts, and in originals, since the original of a
notification names all recipients of its mail. Keys, and everything that is counted, stay.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from recorder.model.addresses import split_addresses
from recorder.model.domain_names import encoded_domain, readable_domains
from recorder.model.event import Event
from recorder.model.item import (
    ORIGINAL_ATTRIBUTE,
    ORIGINAL_CUT_ATTRIBUTE,
    ORIGINAL_DICTIONARY_ATTRIBUTE,
    TAGS_ATTRIBUTE,
    Item,
)
from recorder.model.original import OriginalError, compress_original, expand_original
from recorder.model.page import PageError, decode_page, encode_page
from ses_tui.core.address_fields import ADDRESS_KEYS, key_within
from ses_tui.core.coded_text import DecodedText, base64_words, decode

ERASED: Final = "erased"
_TEXT_ATTRIBUTES: Final = ("ar", "su", "dc", "l", "ua", "rr", "fr", TAGS_ATTRIBUTE)
"""Where a stranger's text may quote an address. The sender's is the owner's own."""
_TEXT_FIELDS: Final = (
    "recipient_raw",
    "subject",
    "diagnostic",
    "link",
    "user_agent",
    "reject_reason",
    "failure_reason",
)


class UnreadableError(ValueError):
    """An original or a page that cannot be read, so that nobody knows whom it names."""


@dataclass(frozen=True, slots=True)
class ErasedPage:
    """What is left of a page."""

    events: tuple[Event, ...]
    heartbeats: tuple[int, ...]
    removed: int
    """How many events were the person's."""

    @property
    def body(self) -> bytes:
        """The page's new body."""
        return encode_page(self.events, self.heartbeats)


class Person:
    """One address, without regard to case, wherever it stands by itself.

    Its domain may be written in Punycode or decoded, and all of it in codes, as in links. So may
    what other addresses are made of it: where bounces go to (`bounce+ann=x.example@`), and a sender
    that somebody forwards for (`SRS0=…=x.example=ann@`).
    """

    def __init__(self, address: str) -> None:
        local, _, domain = address.strip().lower().rpartition("@")
        domain = encoded_domain(domain)
        readable = readable_domains(domain)
        self.address = f"{local}@{domain}"
        self._forms = frozenset((self.address, f"{local}@{readable}"))
        name, host = re.escape(local.strip('"')), f"(?:{re.escape(domain)}|{re.escape(readable)})"
        # Of `joann@x.example` and `ann@x.example.org`, `ann@x.example` is no part.
        self._pattern = re.compile(
            rf'(?:(?<![\w.+%-])"?{name}"?@{host}|(?<![\w.%]){name}={host}|(?<==){host}={name}(?=@))'
            r"(?![\w-])(?!\.\w)",
            re.IGNORECASE | re.UNICODE,
        )

    def owns(self, item: Item) -> bool:
        """Whether an event's item is about this person."""
        return item.get("a", {}).get("S", "").lower() in self._forms

    def changes_of(self, item: Item) -> Item:
        """The attributes of another one's item that have to change; empty where none has.

        Raises `UnreadableError` for an original that cannot be read.
        """
        changes: Item = {}
        for name in _TEXT_ATTRIBUTES:
            text = item.get(name, {}).get("S")
            if text is not None and (without := self.removed_from(text)) != text:
                changes[name] = {"S": without}
        if ORIGINAL_ATTRIBUTE in item:
            changes |= self._changes_of_original(item)
        return changes

    def rest_of_page(self, body: bytes) -> ErasedPage | None:
        """The page without this person; `None` where it holds nothing of them.

        Raises `UnreadableError`.
        """
        try:
            page = decode_page(body)
        except PageError as error:
            raise UnreadableError(str(error)) from error
        events = page.events
        own = [event for event in events if (event.recipient or "").lower() in self._forms]
        kept = tuple(map(self._without_mentions, (e for e in events if e not in own)))
        if not own and kept == events:
            return None
        return ErasedPage(kept, page.heartbeats, len(own))

    def removed_from(self, text: str) -> str:
        """`text` with the address replaced, in whatever code; base64 that holds it, as a whole."""
        decoded = decode(self._pattern.sub(ERASED, text))
        found = self._pattern.finditer(decoded.text)
        text = decoded.replaced((each.start(), each.end(), ERASED) for each in found)
        meanings = base64_words(text) if "/" in text or "?" in text else ()
        named = [(start, end, ERASED) for start, end, meant in meanings if self._is_named_in(meant)]
        return DecodedText(text, text, range(len(text) + 1)).replaced(named) if named else text

    def _is_named_in(self, text: str) -> bool:
        return self._pattern.search(decode(text).text) is not None

    def _without_mentions(self, event: Event) -> Event:
        texts: dict[str, Any] = {}
        for name in _TEXT_FIELDS:
            text = getattr(event, name)
            if text is not None and (without := self.removed_from(text)) != text:
                texts[name] = without
        tags = self._without(event.tags)
        return event if not texts and tags == event.tags else event._replace(**texts, tags=tags)

    def _changes_of_original(self, item: Item) -> Item:
        version = int(item.get(ORIGINAL_DICTIONARY_ATTRIBUTE, {}).get("N", "0"))
        try:
            text = expand_original(item[ORIGINAL_ATTRIBUTE]["B"], version)
        except OriginalError as error:
            raise UnreadableError(str(error)) from error
        try:
            document = orjson.loads(text)
        except orjson.JSONDecodeError:
            document = None
        if not isinstance(document, dict):
            # It was cut, and no part of it can be relied on: nobody is kept in half a text.
            return self._dropped_original() if self.removed_from(text) != text else {}
        without = self._without(document)
        if without == document:
            return {}
        original = compress_original(without, keep_headers=True, keep_subject=True)
        if original.cut or ORIGINAL_CUT_ATTRIBUTE in item:
            return self._dropped_original()
        return {
            ORIGINAL_ATTRIBUTE: {"B": original.body},
            ORIGINAL_DICTIONARY_ATTRIBUTE: {"N": str(original.dictionary_version)},
        }

    def _dropped_original(self) -> Item:
        """An original of nothing, which says that it was cut."""
        empty = compress_original({}, keep_headers=False, keep_subject=False)
        return {
            ORIGINAL_ATTRIBUTE: {"B": empty.body},
            ORIGINAL_DICTIONARY_ATTRIBUTE: {"N": str(empty.dictionary_version)},
            ORIGINAL_CUT_ATTRIBUTE: {"N": "1"},
        }

    def _without(self, value: Any, key: str = "") -> Any:
        if isinstance(value, str):
            return (
                self._left_of_addresses(value) if key in ADDRESS_KEYS else self.removed_from(value)
            )
        if isinstance(value, dict):
            return {
                self.removed_from(name): self._without(one, key_within(value, name))
                for name, one in value.items()
            }
        if isinstance(value, Sequence) and not isinstance(value, bytes):
            return [self._without(one, key) for one in value]
        return value

    def _left_of_addresses(self, text: str) -> str:
        """A field of addresses without the person's, and the name beside it."""
        if self.removed_from(text) == text:
            return text
        addresses = split_addresses(text)
        return ", ".join(ERASED if self._is_named_in(each) else each for each in addresses)


@dataclass(slots=True)
class ErasureReport:
    """What was found and done, or with `dry_run` what would have been."""

    dry_run: bool
    items_scanned: int = 0
    events_deleted: int = 0
    messages: int = 0
    """Of which at least one event was the person's."""
    items_rewritten: int = 0
    """Other recipients' events whose original or text named the person."""
    pages_rewritten: int = 0
    page_entries_removed: int = 0
    unreadable: int = 0
    """Originals and pages that cannot be read; nobody knows whom they name."""
    changed_meanwhile: int = 0
    """Items that somebody else changed at the same time; another run sees to them."""

    @property
    def found_anything(self) -> bool:
        """Whether there is anything of the person."""
        return bool(self.events_deleted or self.items_rewritten or self.pages_rewritten)
