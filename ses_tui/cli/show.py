"""`ses-tui show`: what became of one message, for each of its recipients."""

import asyncio
import json
import re
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from ses_tui.cli.command_line import complain
from ses_tui.cli.options import GlobalOptions, global_options, pass_options
from ses_tui.cli.progress_line import sign_of_life
from ses_tui.core.json_lines import json_line
from ses_tui.core.sanitise import sanitise

if TYPE_CHECKING:
    from recorder.model.event import Event
    from ses_tui.aws.options import ConnectionOptions
    from ses_tui.core.message_story import MessageStory, RecipientStory
    from ses_tui.core.source import Original
    from ses_tui.core.zone import Zone

_HEADER_FORM: Final = re.compile(r"<?([^@<>\s]+)@(?:[a-z0-9-]+\.)?amazonses\.com>?", re.IGNORECASE)
_GAP_WIDTH: Final = 13
"""Cells for the time since the last event, as in `+23 min 59 s`."""


@click.command()
@click.argument("message_id")
@click.option("--json", "as_json", is_flag=True, help="One JSON object in one line.")
@click.option("--raw", is_flag=True, help="Add the SES events as they were received.")
@global_options
@pass_options
def show(options: GlobalOptions, message_id: str, as_json: bool, raw: bool) -> None:
    """Tell what became of a message, for each of its recipients.

    MESSAGE_ID is that of SES; the Message-ID header that a recipient sees is understood, too.

    \b
      ses-tui show 010001890abcdef0-11111111-2222-3333-4444-555555555555-000000
      ses-tui show 010001890abcdef0-11111111-2222-3333-4444-555555555555-000000 --json --raw
    """
    from recorder.model.clock import SystemClock
    from ses_tui.cli.ascii_output import write_ascii_if_asked
    from ses_tui.core.errors import CheckFailedError
    from ses_tui.core.message_story import tell_story

    if not as_json:
        write_ascii_if_asked(options.settings)
    connection = options.connection
    asked = message_ids(message_id)
    with sign_of_life(f"asking table {sanitise(connection.table)}"):
        message_id, events, originals = asyncio.run(_read(connection, asked, raw))
    if not events:
        raise CheckFailedError(
            f"nothing is stored of message {message_id!r} in table {connection.table!r}: it may be "
            "of another account or region, older than the table keeps events, or sent under a "
            "configuration set that publishes none" + _hint(message_id)
        )
    story = tell_story(message_id, events)
    now = SystemClock().now_ms()
    if as_json:
        sys.stdout.write(json_line(story_json(story, originals, now)))
    else:
        lines = story_lines(story, originals, options.time_zone, now)
        sys.stdout.writelines(line + "\n" for line in lines)


def _hint(message_id: str) -> str:
    """What to type instead of an address, which is no message id."""
    from ses_tui.core.query.fields import names_address

    if not names_address(message_id):
        return ""
    return f"; mail to an address is found by `ses-tui search to:{message_id}`"


def message_ids(text: str) -> tuple[str, ...]:
    """The ids that may be meant, likeliest first.

    SES makes the header `<id@region.amazonses.com>` of an id; an id may have that form, too.
    """
    text = text.strip()
    match = _HEADER_FORM.fullmatch(text)
    return (match[1], text.strip("<>")) if match else (text,)


def story_json(
    story: "MessageStory", originals: "Sequence[Original] | None", now: int
) -> dict[str, Any]:
    """The public JSON of a message at `now` (ms); `originals` is `None` unless asked for."""
    from recorder.model.event import event_to_json
    from ses_tui.core.explanation import recipient_sentence
    from ses_tui.core.zone import UTC_ZONE

    document: dict[str, Any] = {
        "message_id": story.message_id,
        "recipients": [
            {
                "recipient": part.recipient,
                "status": str(part.status),
                "sentence": recipient_sentence(part, now, UTC_ZONE),
                "event_ids": [event.event_id for event in part.events],
            }
            for part in story.recipients
        ],
        "events": [event_to_json(event) for event in story.events],
    }
    if originals is not None:
        document["originals"] = [
            {"event_id": original.event_id, "cut": original.cut, "payload": original.payload}
            for original in originals
        ]
    return document


def story_lines(
    story: "MessageStory", originals: "Sequence[Original] | None", zone: "Zone", now: int
) -> Iterator[str]:
    """The story for a person at `now` (ms); every line sanitised."""
    from ses_tui.core.event_text import display, display_address, display_words
    from ses_tui.core.masking import MASKING, masked_document

    yield f"message    {display(story.message_id)}"
    for title, said in (
        ("from", (display_address(event.sender) for event in story.events)),
        ("subject", (display_words(event, event.subject) for event in story.events)),
        ("set", (display(event.configuration_set) for event in story.events)),
        ("identity", (display(event.identity) for event in story.events)),
    ):
        if value := next(filter(None, said), ""):
            yield f"{title:<10} {value}"
    for part in story.recipients:
        yield ""
        yield from _recipient_lines(part, zone, now)
    for original in originals or ():
        yield ""
        cut = " (cut: it was too large)" if original.cut else ""
        yield f"original of event {display(original.event_id)}{cut}"
        payload = masked_document(original.payload) if MASKING.on else original.payload
        for line in json.dumps(payload, indent=2, ensure_ascii=False).split("\n"):
            yield f"  {display(line)}"


def _recipient_lines(part: "RecipientStory", zone: "Zone", now: int) -> Iterator[str]:
    """Status, what became of it in a sentence, then each event with the time since the last."""
    from ses_tui.core.event_text import display_address
    from ses_tui.core.explanation import recipient_sentence
    from ses_tui.core.explanation.spans import span_in_words
    from ses_tui.core.message_story import happened_at

    yield f"{display_address(part.recipient) or '(no recipient named)'}: {part.status}"
    yield f"  {recipient_sentence(part, now, zone)}"
    before: int | None = None
    for event in part.events:
        moment = happened_at(event)
        gap = "" if before is None else f"+{span_in_words(moment - before)}"
        yield from _event_lines(event, gap, zone)
        before = moment


def _event_lines(event: "Event", gap: str, zone: "Zone") -> Iterator[str]:
    """One event: when, what and why, the other server's words whole, then what they mean."""
    from ses_tui.core.event_text import (
        classification_of,
        display,
        display_words,
        type_label,
        type_mark,
    )
    from ses_tui.core.explanation import explain
    from ses_tui.core.message_story import happened_at

    time = f"{zone.format_full(happened_at(event))}  {gap:<{_GAP_WIDTH}}"
    head = f"  {time}  {type_mark(event)} {type_label(event)}"
    yield f"{head}  {classification_of(event)}".rstrip()
    for words in (
        event.diagnostic,
        event.reject_reason,
        event.failure_reason,
        event.link,
        event.user_agent,
    ):
        if words:
            yield f"      {display_words(event, words)}"
    if explanation := explain(event):
        code = f"{explanation.code}: " if explanation.code else ""
        yield display(f"      means   {code}{explanation.summary}. {explanation.meaning}")
        yield f"      do      {explanation.advice}"
        yield f"      source  {explanation.source.title}, {explanation.source.address}"


async def _read(
    connection_options: "ConnectionOptions", asked: "Sequence[str]", raw: bool
) -> "tuple[str, tuple[Event, ...], tuple[Original, ...] | None]":
    """The first id of which something is stored, what that is, and the originals."""
    from recorder.model.clock import SystemClock
    from ses_tui.aws.connection import open_connection
    from ses_tui.core.source import NEWER_RECORDER

    connection = await open_connection(connection_options, SystemClock())
    try:
        for message_id in asked:
            events = await connection.messages.read_message(message_id)
            if events:
                originals = await connection.messages.read_originals(message_id) if raw else None
                if connection.met_newer_recorder:
                    complain(NEWER_RECORDER)
                return message_id, events, originals
        return asked[0], (), None
    finally:
        await connection.close()
