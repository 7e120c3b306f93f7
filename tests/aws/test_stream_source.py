"""The feed out of the table's stream: a fake one for every mishap, DynamoDB Local for the truth."""

import random
from collections import Counter

import pytest

from recorder.functions import RecorderFunctions
from recorder.model.event import Event
from recorder.model.item import to_item
from recorder.model.keys import message_key
from recorder.model.settings import RecorderSettings
from ses_tui.aws.connection import open_connection
from ses_tui.aws.stream_source import StreamSource
from ses_tui.core.errors import CredentialsError, TableError
from ses_tui.core.feed_state import Condition, FeedMemory
from ses_tui.core.source import FeedBatch, SourceKind
from ses_tui.demo.stream_consumer import StreamConsumer
from tests.aws.fake_stream import FakeShard, FakeStream
from tests.aws.fake_table import FakeTable
from tests.aws.pages import options_of, put_items
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event

SECOND = 1_000
MINUTE = 60_000
HOUR = 60 * MINUTE


@pytest.fixture
def pages(clock: FrozenClock) -> FakeTable:
    return FakeTable(clock)


@pytest.fixture
def stream() -> FakeStream:
    return FakeStream()


@pytest.fixture
def source(pages: FakeTable, stream: FakeStream, clock: FrozenClock) -> StreamSource:
    async def opened() -> object:
        return stream.opened()

    return StreamSource(pages, opened, clock, "test")  # type: ignore[arg-type]


def ids_of(batch: FeedBatch) -> list[str]:
    return [event.event_id for event in batch.events]


def ids(*events: Event) -> list[str]:
    return [event.event_id for event in events]


async def test_history_comes_from_pages_and_the_present_from_the_stream(
    source: StreamSource, pages: FakeTable, stream: FakeStream, clock: FrozenClock
) -> None:
    old, before, new = make_event(at=NOON - HOUR), make_event(at=NOON - 900), make_event(at=NOON)
    pages.put_page([old], at=NOON - HOUR)
    stream.insert(old, before)
    assert ids_of(await source.start(10)) == ids(old)
    stream.insert(new)
    clock.advance(300)
    assert ids_of(await source.poll()) == ids(new)
    # What was inserted just before the start comes with its page, and nothing comes again.
    pages.put_page([before, new], at=NOON + SECOND)
    clock.advance(2 * SECOND)
    assert ids_of(await source.poll()) == ids(before)
    clock.advance(30 * SECOND)
    assert (await source.poll()).events == ()


async def test_what_is_inserted_while_the_history_is_read_is_not_lost(
    source: StreamSource, pages: FakeTable, stream: FakeStream, clock: FrozenClock
) -> None:
    event = make_event(at=NOON)

    def inserting(call: int) -> bool:
        if call == 2:
            stream.insert(event)
        return False

    pages.fails = inserting
    await source.start(10)
    clock.advance(300)
    assert ids_of(await source.poll()) == ids(event)


async def test_only_new_events_and_heartbeats_count(
    source: StreamSource, stream: FakeStream, clock: FrozenClock
) -> None:
    await source.start(0)
    event, old_mail = make_event(), make_event(historic=True)
    expired = to_item(make_event(), partition_key="M#gone", expires_at=NOON // 1000 - 1)
    stream.insert(event, old_mail)
    stream.put(expired)
    stream.put({"pk": {"S": "R#2026112312#0"}, "sk": {"S": "00#t#shard"}})
    changed = to_item(make_event(), partition_key=message_key("m"), expires_at=None)
    stream.put(changed, name="MODIFY")
    stream.put({"pk": {"S": "M#broken"}, "sk": {"S": "0#x"}})
    stream.beat(NOON - SECOND)
    clock.advance(300)
    batch = await source.poll()
    assert batch.events == (event._replace(recipient_raw=event.recipient),)
    assert batch.paged_heartbeat == NOON - SECOND
    assert batch.events_unreadable == 1
    assert FeedMemory().after(batch).state(NOON).condition is Condition.LIVE


async def test_parents_are_read_to_the_end_before_their_children(
    source: StreamSource, stream: FakeStream, clock: FrozenClock
) -> None:
    stream.shards_an_answer = 1
    stream.records_an_answer = 2
    await source.start(0)
    first = [make_event(at=NOON + i) for i in range(5)]
    stream.insert(*first)
    stream.split("shard-0", "shard-1", "shard-2")
    left, right = make_event(at=NOON + 10), make_event(at=NOON + 11)
    stream.insert(left, shard="shard-1")
    stream.insert(right, shard="shard-2")
    stream.split("shard-1", "shard-3")
    grandchild = make_event(at=NOON + 12)
    stream.insert(grandchild, shard="shard-3")
    read: list[str] = []
    for _ in range(8):
        clock.advance(300)
        read += ids_of(await source.poll())
    assert read[:5] == ids(*first)
    assert read[5:7] == ids(left, right)
    assert read[7:] == ids(grandchild)
    reads = [name for operation, name in stream.calls if operation == "GetRecords"]
    assert reads.index("shard-1") > max(i for i, name in enumerate(reads) if name == "shard-0")


async def test_a_shard_that_was_closed_before_the_start_is_not_read(
    source: StreamSource, stream: FakeStream, clock: FrozenClock
) -> None:
    stream.insert(make_event(at=NOON - HOUR))
    stream.split("shard-0", "shard-1")
    await source.start(0)
    event = make_event()
    stream.insert(event, shard="shard-1")
    for _ in range(3):
        clock.advance(61 * SECOND)
        batch = await source.poll()
        assert ids_of(batch) in ([], ids(event))
    assert ("GetRecords", "shard-0") not in stream.calls


async def test_an_iterator_that_expired_is_renewed_where_it_was(
    source: StreamSource, stream: FakeStream, clock: FrozenClock
) -> None:
    await source.start(0)
    first, second = make_event(at=NOON), make_event(at=NOON + 1)
    stream.insert(first)
    clock.advance(300)
    await source.poll()
    stream.expire()
    stream.insert(second)
    clock.advance(300)
    assert (await source.poll()).events == ()
    clock.advance(300)
    assert ids_of(await source.poll()) == ids(second)
    assert ("GetShardIterator", "shard-0 AFTER_SEQUENCE_NUMBER") in stream.calls


async def test_records_that_are_gone_come_by_pages(
    source: StreamSource, pages: FakeTable, stream: FakeStream, clock: FrozenClock
) -> None:
    await source.start(0)
    first, lost, later = (make_event(at=NOON + i) for i in range(3))
    stream.insert(first)
    clock.advance(300)
    await source.poll()
    stream.insert(lost, later)
    stream.shards["shard-0"].trimmed = 2
    stream.expire()
    pages.put_page([first, lost], at=NOON + SECOND)
    read: list[str] = []
    for _ in range(10):
        clock.advance(300)
        read += ids_of(await source.poll())
    assert sorted(read) == sorted(ids(lost, later))


async def test_who_was_away_goes_on_with_the_present(
    source: StreamSource, pages: FakeTable, stream: FakeStream, clock: FrozenClock
) -> None:
    await source.start(0)
    clock.advance(300)
    await source.poll()
    missed = [make_event(at=NOON + i * SECOND) for i in range(60)]
    stream.insert(*missed)
    for event in missed:
        pages.put_page([event], at=event.recorded_at)
    clock.advance(HOUR)
    stream.calls.clear()
    assert sorted(ids_of(await source.poll())) == sorted(ids(*missed))
    assert ("GetShardIterator", "shard-0 LATEST") in stream.calls
    fresh = make_event(at=clock.now)
    stream.insert(fresh)
    clock.advance(300)
    assert ids_of(await source.poll()) == ids(fresh)


async def test_a_refusing_stream_is_left_alone_for_a_while_and_explained(
    source: StreamSource, pages: FakeTable, stream: FakeStream, clock: FrozenClock
) -> None:
    await source.start(0)
    stream.errors["GetRecords"] = ["LimitExceededException"] * 4
    stream.calls.clear()
    event = make_event(at=NOON + SECOND)
    stream.insert(event)
    pages.put_page([event], at=NOON + 1500)
    hindrances: list[str | None] = []
    read: list[str] = []
    for _ in range(20):
        clock.advance(300)
        batch = await source.poll()
        read += ids_of(batch)
        hindrances.append(batch.hindrance)
    assert read == ids(event)
    said = next(filter(None, hindrances))
    assert "another reader" in said
    assert "LimitExceededException" in said
    assert "--source poll" in said
    assert len(stream.calls) <= 5
    for _ in range(20):
        clock.advance(300)
        batch = await source.poll()
    assert batch.hindrance is None


async def test_a_failed_read_loses_nothing_and_repeats_nothing(
    source: StreamSource, pages: FakeTable, stream: FakeStream, clock: FrozenClock
) -> None:
    stream.shards["shard-1"] = FakeShard()
    await source.start(0)
    events = [make_event(at=NOON + i) for i in range(4)]
    stream.insert(*events[:2])
    stream.insert(*events[2:], shard="shard-1")
    clock.advance(3 * SECOND)
    stream.errors["GetRecords"] = ["AccessDeniedException"]
    with pytest.raises(CredentialsError, match="GetRecords"):
        await source.poll()
    calls = pages.calls
    pages.fails = lambda call: call == calls + 1
    with pytest.raises(TableError, match="dead"):
        await source.poll()
    assert ids_of(await source.poll()) == ids(*events)


async def test_a_stream_that_is_gone_is_looked_for_anew(
    source: StreamSource, pages: FakeTable, stream: FakeStream, clock: FrozenClock
) -> None:
    await source.start(0)
    clock.advance(61 * SECOND)
    stream.errors["DescribeStream"] = ["ResourceNotFoundException"]
    with pytest.raises(TableError, match="stream is gone"):
        await source.poll()
    await source.poll()
    event = make_event(at=clock.now)
    stream.insert(event)
    clock.advance(300)
    assert ids_of(await source.poll()) == ids(event)


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_is_missing_or_doubled_whatever_happens(
    source: StreamSource, pages: FakeTable, stream: FakeStream, clock: FrozenClock, seed: int
) -> None:
    """Splits, expiries, refusals, errors and absences for ten minutes, pages a few seconds late."""
    chance = random.Random(seed)
    await source.start(0)
    events: list[Event] = []
    open_shards, unpaged = ["shard-0"], list[Event]()
    read: Counter[str] = Counter()

    async def poll() -> None:
        try:
            batch = await source.poll()
        except TableError:
            return
        read.update(ids_of(batch))

    for _ in range(1_200):
        clock.advance(500)
        if chance.random() < 0.003:
            clock.advance(chance.randrange(10, 200) * SECOND)
        for shard in open_shards:
            if chance.random() < 0.5:
                event = make_event(at=clock.now - chance.randrange(400))
                stream.insert(event, shard=shard)
                events.append(event)
                unpaged.append(event)
        if chance.random() < 0.2 and unpaged:
            pages.put_page(unpaged, at=clock.now, seen_from=clock.now + chance.randrange(3_000))
            unpaged.clear()
        if chance.random() < 0.01 and len(stream.shards) < 12:
            parent = open_shards.pop(chance.randrange(len(open_shards)))
            children = [f"shard-{len(stream.shards) + i}" for i in range(chance.randrange(1, 3))]
            stream.split(parent, *children)
            open_shards += children
        if chance.random() < 0.02:
            stream.expire()
        if chance.random() < 0.05:
            operation = chance.choice(["GetRecords", "GetShardIterator", "DescribeStream"])
            stream.errors[operation] = [
                chance.choice(["LimitExceededException", "InternalServerError"])
            ]
        failing = chance.random() < 0.02
        pages.fails = lambda _, failing=failing: failing  # type: ignore[misc]
        await poll()
    pages.fails = lambda _: False
    stream.errors.clear()
    if unpaged:
        pages.put_page(unpaged, at=clock.now)
    for _ in range(200):
        clock.advance(500)
        await poll()
    assert read == Counter(event.event_id for event in events)


async def test_stream_and_poller_give_the_same_on_dynamodb(
    table: TestTable, clock: FrozenClock
) -> None:
    """Events go through the recorder's own functions, the consumer's included."""
    functions = RecorderFunctions(table.client, RecorderSettings(table=table.name))
    arn = table.client.describe_table(TableName=table.name)["Table"]["LatestStreamArn"]
    consumer = StreamConsumer(
        table.streams_client, arn, functions.roll_up, batch_size=50, window_seconds=0
    )
    clock.now = functions._clock.now_ms()
    connection = await open_connection(options_of(table), clock)
    try:
        stream, poller = (connection.source_of(kind) for kind in reversed(SourceKind))
        assert connection.source_of(SourceKind.STREAM) is stream
        read = {stream: list[Event](), poller: list[Event]()}
        for source in read:
            await source.start(0)
        put: list[Event] = []
        for _ in range(4):
            events = [make_event(at=clock.now, subject="s" * 20) for _ in range(40)]
            put_items(table, events)
            put += events
            while consumer.step():
                pass
            clock.advance(3 * SECOND)
            for source, found in read.items():
                found += (await source.poll()).events
        functions.tick({})
        clock.advance(3 * SECOND)
        batch = await stream.poll()
        assert batch.paged_heartbeat is not None
        assert sorted(read[stream]) == sorted(read[poller])
        assert sorted(ids(*read[stream])) == sorted(ids(*put))
    finally:
        await connection.close()


async def test_a_table_without_a_stream_says_so(table: TestTable, clock: FrozenClock) -> None:
    table.client.update_table(TableName=table.name, StreamSpecification={"StreamEnabled": False})
    connection = await open_connection(options_of(table), clock)
    try:
        with pytest.raises(TableError, match=r"no stream.*--source poll"):
            await connection.source_of(SourceKind.STREAM).start(10)
        assert (await connection.source_of(SourceKind.POLL).start(10)).events == ()
    finally:
        await connection.close()
