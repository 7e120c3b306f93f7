"""`ses-tui show`: what became of one message, for each of its recipients."""

import asyncio
import json
import re
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from ses_tui.cli.options import GlobalOptions, global_options, pass_options
from ses_tui.core.json_lines import json_line

if TYPE_CHECKING:
    from recorder.model.event import Event
    from ses_tui.aws.options import ConnectionOptions
    from ses_tui.core.message_story import MessageStory
    from ses_tui.core.source import Original
    from ses_tui.core.zone import Zone

_HEADER_FORM: Final = re.compile(r"<?([^@<>\s]+)@(?:[a-z0-9-]+\.)?amazonses\.com>?", re.IGNORECASE)


@click.command()
@click.argument("message_id")
@click.option("--json", "as_json", is_flag=True, help="One JSON object in one line.")
@click.option("--raw", is_flag=True, help="Add the SES events as they were received.")
@global_options
@pass_options
def show(options: GlobalOptions, message_id: str, as_json: bool, raw: bool) -> None:
    """Tell what became of a message, for each of its recipients.

    MESSAGE_ID is that of SES; the Message-ID header that a recipient sees is understood, too.
    """
    from ses_tui.core.errors import CheckFailedError
    from ses_tui.core.message_story import tell_story

    connection = options.connection
    asked = message_ids(message_id)
    message_id, events, originals = asyncio.run(_read(connection, asked, raw))
    if not events:
        raise CheckFailedError(
            f"nothing is stored of message {message_id!r} in table {connection.table!r}: it may be "
            "of another account or region, older than the table keeps events, or sent under a "
            "configuration set that publishes none"
        )
    story = tell_story(message_id, events)
    if as_json:
        sys.stdout.write(json_line(story_json(story, originals)))
    else:
        sys.stdout.writelines(line + "\n" for line in story_lines(story, originals, options.zone))


def message_ids(text: str) -> tuple[str, ...]:
    """The ids that may be meant, likeliest first.

    SES makes the header `<id@region.amazonses.com>` of an id; an id may have that form, too.
    """
    text = text.strip()
    match = _HEADER_FORM.fullmatch(text)
    return (match[1], text.strip("<>")) if match else (text,)


def story_json(story: "MessageStory", originals: "Sequence[Original] | None") -> dict[str, Any]:
    """The public JSON of a message; `originals` is `None` where they were not asked for."""
    from recorder.model.event import event_to_json

    document: dict[str, Any] = {
        "message_id": story.message_id,
        "recipients": [
            {
                "recipient": part.recipient,
                "status": str(part.status),
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
    story: "MessageStory", originals: "Sequence[Original] | None", zone: "Zone"
) -> Iterator[str]:
    """The story for a person; every line sanitised."""
    from ses_tui.core.event_text import display

    yield f"message    {display(story.message_id)}"
    for title, name in (
        ("from", "sender"),
        ("subject", "subject"),
        ("set", "configuration_set"),
        ("identity", "identity"),
    ):
        value = next(filter(None, (getattr(event, name) for event in story.events)), None)
        if value is not None:
            yield f"{title:<10} {display(value)}"
    for part in story.recipients:
        yield ""
        yield f"{display(part.recipient) or '(no recipient named)'}: {part.status}"
        for event in part.events:
            yield from _event_lines(event, zone)
    for original in originals or ():
        yield ""
        cut = " (cut: it was too large)" if original.cut else ""
        yield f"original of event {display(original.event_id)}{cut}"
        for line in json.dumps(original.payload, indent=2, ensure_ascii=False).split("\n"):
            yield f"  {display(line)}"


def _event_lines(event: "Event", zone: "Zone") -> Iterator[str]:
    """One event: when, what and why, then the words of the other server whole."""
    from ses_tui.core.event_text import classification_of, display, type_label, type_mark
    from ses_tui.core.message_story import happened_at

    head = f"  {zone.format_full(happened_at(event))}  {type_mark(event)} {type_label(event)}"
    yield f"{head}  {classification_of(event)}".rstrip()
    for words in (
        event.diagnostic,
        event.reject_reason,
        event.failure_reason,
        event.link,
        event.user_agent,
    ):
        if words:
            yield f"      {display(words)}"


async def _read(
    connection_options: "ConnectionOptions", asked: "Sequence[str]", raw: bool
) -> "tuple[str, tuple[Event, ...], tuple[Original, ...] | None]":
    """The first id of which something is stored, what that is, and the originals."""
    from recorder.model.clock import SystemClock
    from ses_tui.aws.connection import open_connection

    connection = await open_connection(connection_options, SystemClock())
    try:
        for message_id in asked:
            events = await connection.messages.read_message(message_id)
            if events:
                originals = await connection.messages.read_originals(message_id) if raw else None
                return message_id, events, originals
        return asked[0], (), None
    finally:
        await connection.close()
