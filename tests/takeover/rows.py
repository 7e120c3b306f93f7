"""Rows as the published recorder writes them, made of what SES says."""

from typing import Any

from recorder.model.event import BOUNCE, Event
from tests.engine import TestTable

TABLES = ("SES_BOUNCES", "SES_DELIVERIES")

UNKNOWN = {"S": "UNKNOWN"}


def create_tables(table: TestTable) -> None:
    """That recorder's two tables, beside ours."""
    for name in TABLES:
        table.client.create_table(
            TableName=name,
            AttributeDefinitions=[
                {"AttributeName": "recipientAddress", "AttributeType": "S"},
                {"AttributeName": "sesMessageId", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "recipientAddress", "KeyType": "HASH"},
                {"AttributeName": "sesMessageId", "KeyType": "RANGE"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )


def row_of(event: Event, *, first_version: bool = False, expiry: int = 1) -> dict[str, Any]:
    """The row that recorder makes of the event: whole seconds, the sender in lower case."""
    row: dict[str, Any] = {
        "recipientAddress": text_or_unknown(event.recipient_raw),
        "sesMessageId": {"S": event.message_id},
        "sesTimestamp": seconds(event.sent_time),
        "reportingMTA": text_or_unknown(event.reporting_mta),
        "sender": {"S": f"harbour shop <{event.sender}>"},
    }
    if event.event_type == BOUNCE:
        row["bounceType"] = {"S": event.bounce_type}
        row["bounceSubType"] = {"S": event.bounce_subtype}
        row["diagnosticCode"] = text_or_unknown(event.diagnostic)
        if not first_version:
            row["bounceTimestamp"] = seconds(event.event_time)
    else:
        row["smtpResponse"] = {"S": event.diagnostic or ""}
        row["processingTime"] = {"N": str(event.processing_ms)}
        row["deliveryTimestamp"] = seconds(event.event_time)
    if not first_version:
        row["expiry"] = {"N": str(expiry)}
    return row


def text_or_unknown(text: str | None) -> dict[str, str]:
    return UNKNOWN if text is None else {"S": text}


def seconds(moment: int | None) -> dict[str, str]:
    assert moment is not None
    return {"N": str(moment // 1000)}
