"""The heartbeat: one small item a minute that takes the way of every event, into a feed page."""

from typing import Final

from recorder.dynamodb import DynamoDBClient
from recorder.model.clock import Clock
from recorder.model.keys import heartbeat_key
from recorder.retry import Deadline, Retrier, failure_of

LIFETIME_SECONDS: Final = 86_400


def write_heartbeat(
    client: DynamoDBClient, table_name: str, clock: Clock, retrier: Retrier, deadline: Deadline
) -> bool:
    """Write the heartbeat of this minute; false if it is there already.

    Raises what the client raises when it cannot be written in time.
    """
    now = clock.now_ms()
    item = {
        "pk": {"S": heartbeat_key(now)},
        "sk": {"S": "0"},
        "r": {"N": str(now)},
        "x": {"N": str(now // 1000 + LIFETIME_SECONDS)},
    }
    try:
        retrier.call(
            lambda: client.put_item(
                TableName=table_name,
                Item=item,
                ConditionExpression="attribute_not_exists(pk)",
            ),
            deadline,
        )
    except Exception as error:
        if failure_of(error).code == "ConditionalCheckFailedException":
            return False
        raise
    return True
