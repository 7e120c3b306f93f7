"""The published recorder and its query page, built anew for the comparison as their design has it.

Two tables, bounces and deliveries, by recipient and message id, with an index on the time of
sending alone. Lambda gets one SNS record a call, makes a boto3 resource in it and puts an item for
each recipient. Its query page scans both tables with a filter for everything but one whole address.
What is kinder here than there: tables on demand, a time range to the second, no log, and scans in
pieces, since DynamoDB Local takes the longer for each page of a scan the more rows there are.
"""

import json
import time
from collections.abc import Mapping
from datetime import datetime
from itertools import product
from typing import Any, Final

import boto3

from recorder.model.event import BOUNCE, Event
from recorder.model.item import Item

BOUNCES: Final = "SES_BOUNCES"
DELIVERIES: Final = "SES_DELIVERIES"
_UNKNOWN: Final = "UNKNOWN"
_KEPT_SECONDS: Final = 120 * 86_400


def create_tables(client: Any) -> None:
    """Both tables, as its template has them but for the billing."""
    for name in (BOUNCES, DELIVERIES):
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "recipientAddress", "KeyType": "HASH"},
                {"AttributeName": "sesMessageId", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "recipientAddress", "AttributeType": "S"},
                {"AttributeName": "sesMessageId", "AttributeType": "S"},
                {"AttributeName": "sesTimestamp", "AttributeType": "N"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "sesTimestamp-index",
                    "KeySchema": [{"AttributeName": "sesTimestamp", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )


def row_of(event: Event) -> tuple[str, Item]:
    """Table and item of a bounce or delivery, as its functions leave them."""
    texts = {
        "recipientAddress": event.recipient_raw or event.recipient or _UNKNOWN,
        "sesMessageId": event.message_id or "",
        "sender": event.sender or _UNKNOWN,
        "reportingMTA": event.reporting_mta or _UNKNOWN,
    }
    numbers = {
        "sesTimestamp": (event.sent_time or event.recorded_at) // 1000,
        "expiry": event.recorded_at // 1000 + _KEPT_SECONDS,
    }
    event_second = (event.event_time or event.recorded_at) // 1000
    if event.event_type == BOUNCE:
        texts["bounceType"] = event.bounce_type or _UNKNOWN
        texts["bounceSubType"] = event.bounce_subtype or _UNKNOWN
        texts["diagnosticCode"] = event.diagnostic or _UNKNOWN
        numbers["bounceTimestamp"] = event_second
    else:
        texts["smtpResponse"] = event.diagnostic or _UNKNOWN
        numbers["deliveryTimestamp"] = event_second
        numbers["processingTime"] = event.processing_ms or 0
    item: Item = {name: {"S": value} for name, value in texts.items()}
    item |= {name: {"N": str(value)} for name, value in numbers.items()}
    return BOUNCES if event.event_type == BOUNCE else DELIVERIES, item


def record(event: Mapping[str, Any]) -> None:
    """The Lambda function: the first record of an SNS event, with boto3's default session."""
    notification = json.loads(event["Records"][0]["Sns"]["Message"])
    mail = notification["mail"]
    resource = boto3.resource("dynamodb")
    common = {
        "sesMessageId": mail["messageId"],
        "sesTimestamp": _seconds(mail["timestamp"]),
        "sender": mail["source"].lower(),
        "expiry": int(time.time()) + _KEPT_SECONDS,
    }
    if notification["notificationType"] == "Bounce":
        bounce = notification["bounce"]
        for recipient in bounce["bouncedRecipients"]:
            resource.Table(BOUNCES).put_item(
                Item=common
                | {
                    "recipientAddress": recipient["emailAddress"],
                    "reportingMTA": bounce.get("reportingMTA", _UNKNOWN),
                    "bounceType": bounce["bounceType"],
                    "bounceSubType": bounce["bounceSubType"],
                    "bounceTimestamp": _seconds(bounce["timestamp"]),
                    "diagnosticCode": recipient.get("diagnosticCode", _UNKNOWN),
                }
            )
    elif notification["notificationType"] == "Delivery":
        delivery = notification["delivery"]
        for address in delivery["recipients"]:
            resource.Table(DELIVERIES).put_item(
                Item=common
                | {
                    "recipientAddress": address,
                    "reportingMTA": delivery["reportingMTA"],
                    "smtpResponse": delivery["smtpResponse"],
                    "deliveryTimestamp": _seconds(delivery["timestamp"]),
                    "processingTime": delivery["processingTimeMillis"],
                }
            )


def find_recipients(client: Any, pieces: int, part: str, since: int, until: int) -> list[Item]:
    """What its page shows for `*part*` sent between two times (ms): all rows are read for it."""
    condition = "contains(recipientAddress, :part)"
    return _scanned(client, pieces, since, until, condition, {":part": part})


def newest_rows(client: Any, pieces: int, since: int, until: int, count: int) -> list[Item]:
    """The newest of all rows sent between two times (ms): again a scan, sorted by the page."""
    rows = _scanned(client, pieces, since, until)
    return sorted(rows, key=lambda row: int(row["sesTimestamp"]["N"]), reverse=True)[:count]


def _scanned(
    client: Any,
    pieces: int,
    since: int,
    until: int,
    condition: str = "",
    texts: Mapping[str, str] = {},
) -> list[Item]:
    """All rows for which that holds; so many pieces of each table are scanned one by one."""
    conditions = ["sesTimestamp BETWEEN :since AND :until", *filter(None, [condition])]
    values: dict[str, Any] = {name: {"S": text} for name, text in texts.items()}
    values |= {":since": {"N": str(since // 1000)}, ":until": {"N": str(until // 1000)}}
    rows: list[Item] = []
    for table, piece in product((BOUNCES, DELIVERIES), range(pieces)):
        for answer in client.get_paginator("scan").paginate(
            TableName=table,
            Segment=piece,
            TotalSegments=pieces,
            FilterExpression=" AND ".join(conditions),
            ExpressionAttributeValues=values,
        ):
            rows += answer["Items"]
    return rows


def _seconds(timestamp: str) -> int:
    return int(datetime.fromisoformat(timestamp).timestamp())
