"""The obvious way to count, which is wrong: what the simulator has to find."""

from typing import Any

from recorder.model.keys import rollup_keys
from recorder.model.rollup import tally
from recorder.stream import StreamedEvent, read_stream_batch
from tests.events import FrozenClock
from tests.simulator.event_source import Process


def plainly_adding(client: Any, table_name: str, clock: FrozenClock) -> Process:
    """A process that adds each batch to its rows without looking at what they have counted."""

    def process(event: dict[str, Any]) -> dict[str, Any]:
        batch = read_stream_batch(event, single_shard=False)
        events = [entry.event for entry in batch.entries if isinstance(entry, StreamedEvent)]
        for (minute, family), counters in tally(events).items():
            partition_key, sort_key = rollup_keys(minute, family, batch.shard_id)
            additions = ", ".join(f"#{index} :{index}" for index in range(len(counters)))
            client.update_item(
                TableName=table_name,
                Key={"pk": {"S": partition_key}, "sk": {"S": sort_key}},
                UpdateExpression=f"ADD {additions}",
                ExpressionAttributeNames={f"#{i}": name for i, name in enumerate(counters)},
                ExpressionAttributeValues={
                    f":{i}": {"N": str(number)} for i, number in enumerate(counters.values())
                },
            )
        return {"batchItemFailures": []}

    return process
