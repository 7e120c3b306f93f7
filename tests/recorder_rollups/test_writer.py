"""What the writer sends and what its rows hold."""

import pytest
from botocore.exceptions import ClientError

from recorder.model.keys import rollup_keys
from recorder.model.rollup import MAXIMUM_COUNTERS_IN_ROW, MINUTE_MS, OTHER, Family, tally
from recorder.rollup_writer import REMEMBERED_ROWS
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event
from tests.recorder_rollups.support import SHARD, Recorder, numbered
from tests.simulator.memory_table import MemoryTable


@pytest.fixture
def memory() -> MemoryTable:
    return MemoryTable()


@pytest.fixture
def recorder(memory: MemoryTable) -> Recorder:
    return Recorder(memory, FrozenClock())


def test_a_row_holds_counters_watermark_and_expiry(recorder: Recorder) -> None:
    records = numbered([make_event("Send"), make_event("Send"), make_event("Open")])
    result = recorder.write(records)
    item = recorder.item(rollup_keys(NOON, Family.TYPE, SHARD))
    assert item is not None
    assert item["w"] == {"S": "102"}
    assert item["x"] == {"N": str((NOON + MINUTE_MS) // 1000 + 3 * 86_400)}
    assert recorder.row(NOON, Family.TYPE) == {"S|": 2, "O|": 1}
    assert recorder.row(NOON, Family.DOMAIN) == {"S|customer.example": 2, "O|customer.example": 1}
    assert result.rows == result.updates == 5
    assert result.late_minutes == 0


def test_a_batch_that_counts_nothing_writes_nothing(
    recorder: Recorder, memory: MemoryTable
) -> None:
    assert recorder.write(numbered([make_event("Open", counted=False)])).rows == 0
    assert recorder.write([]).rows == 0
    assert not memory.calls


def test_the_same_batch_again_sends_nothing_while_the_process_lives(
    recorder: Recorder, memory: MemoryTable
) -> None:
    records = numbered([make_event("Send"), make_event("Delivery")])
    recorder.write(records)
    memory.calls.clear()
    assert recorder.write(records).updates == 0
    assert recorder.row(NOON, Family.TYPE) == {"S|": 1, "D|": 1}


def test_a_new_process_finds_out_what_a_row_has_counted(memory: MemoryTable) -> None:
    records = numbered(make_event("Send") for _ in range(5))
    Recorder(memory, FrozenClock()).write(records[:3])
    cold = Recorder(memory, FrozenClock())
    result = cold.write(records[1:])
    assert cold.row(NOON, Family.TYPE) == {"S|": 5}
    assert result.updates == 2 * result.rows


def test_a_process_that_was_overtaken_counts_only_what_is_new(memory: MemoryTable) -> None:
    first, second = (Recorder(memory, FrozenClock()) for _ in range(2))
    records = numbered(make_event("Send") for _ in range(9))
    first.write(records[:3])
    second.write(records[:6])
    first.write(records[2:])
    assert first.row(NOON, Family.TYPE) == {"S|": 9}


def test_a_lost_answer_is_not_counted_twice(memory: MemoryTable) -> None:
    class LosesAnswers:
        lost = 0

        def update_item(self, **arguments: object) -> object:
            answer = memory.update_item(**arguments)
            self.lost += 1
            if self.lost % 2:
                raise ConnectionError
            return answer

    client = LosesAnswers()
    recorder = Recorder(client, FrozenClock())
    recorder.write(numbered([make_event("Send")]))
    assert client.lost > 1
    assert Recorder(memory, FrozenClock()).row(NOON, Family.TYPE) == {"S|": 1}


def test_an_error_that_does_not_pass_is_raised_and_the_rest_is_counted(
    memory: MemoryTable,
) -> None:
    class Refuses:
        def update_item(self, **arguments: object) -> object:
            if "#t#" in str(arguments["Key"]):
                error = {"Error": {"Code": "AccessDeniedException", "Message": ""}}
                raise ClientError(error, "UpdateItem")
            return memory.update_item(**arguments)

    records = numbered([make_event("Send")])
    with pytest.raises(ClientError):
        Recorder(Refuses(), FrozenClock(), workers=4).write(records)
    healthy = Recorder(memory, FrozenClock())
    assert healthy.row(NOON, Family.DOMAIN) == {"S|customer.example": 1}
    healthy.write(records)
    assert healthy.row(NOON, Family.TYPE) == {"S|": 1}
    assert healthy.row(NOON, Family.DOMAIN) == {"S|customer.example": 1}


def test_sequence_numbers_compare_as_numbers(recorder: Recorder, memory: MemoryTable) -> None:
    records = numbered((make_event("Send") for _ in range(4)), first=98)
    recorder.write(records[:2])
    Recorder(memory, FrozenClock()).write(records)
    assert recorder.row(NOON, Family.TYPE) == {"S|": 4}


def test_which_names_a_full_row_holds_does_not_depend_on_the_batches(memory: MemoryTable) -> None:
    events = [
        make_event("Send", recipient=f"a@host{number % 150}.example") for number in range(450)
    ]
    records = numbered(events)
    whole = Recorder(memory, FrozenClock())
    whole.write(records, "whole")
    for start in range(0, 450, 7):
        # Every other batch comes to a process that knows nothing of the row.
        process = whole if start % 2 else Recorder(memory, FrozenClock())
        process.write(records[start : start + 7], "pieces")
    row = whole.row(NOON, Family.DOMAIN, "whole")
    assert row == whole.row(NOON, Family.DOMAIN, "pieces")
    assert len(row) == MAXIMUM_COUNTERS_IN_ROW + 1
    assert row[f"S|{OTHER}"] == 150
    assert row["S|host99.example"] == 3
    assert row.total() == 450


def test_a_late_minute_is_marked_after_its_rows(memory: MemoryTable) -> None:
    order: list[str] = []

    class Watched:
        def update_item(self, **arguments: object) -> object:
            order.append("row")
            return memory.update_item(**arguments)

        def put_item(self, **arguments: object) -> object:
            order.append("mark")
            return memory.put_item(**arguments)

    clock = FrozenClock(NOON + 2 * MINUTE_MS + 1)
    late = numbered([make_event("Send"), make_event("Send", at=NOON + MINUTE_MS)])
    assert Recorder(Watched(), clock).write(late).late_minutes == 1
    assert order[-1] == "mark"
    assert order.count("mark") == 1


def test_a_retry_that_changes_no_row_still_marks(memory: MemoryTable) -> None:
    records = numbered([make_event("Send")])
    recorder = Recorder(memory, FrozenClock())
    recorder.write(records)
    recorder.clock.advance(5 * MINUTE_MS)
    result = recorder.write(records)
    assert (result.updates, result.late_minutes) == (0, 1)


def test_what_is_remembered_is_bounded(recorder: Recorder) -> None:
    minutes = REMEMBERED_ROWS // 2
    for number in range(minutes):
        at = NOON - number * MINUTE_MS
        recorder.write(numbered([make_event("Send", at=at)], first=number * 10))
    assert len(recorder.writer._remembered) <= REMEMBERED_ROWS
    recorder.write(numbered([make_event("Send")], first=minutes * 10))
    assert recorder.row(NOON, Family.TYPE) == {"S|": 2}


def test_rows_are_written_on_dynamodb_local_by_several_threads(table: TestTable) -> None:
    events = [
        make_event(kind, at=NOON + number * 500, recipient=f"a@h#{number % 130}.example")
        for number in range(400)
        for kind in ("Send", "Delivery")
    ]
    records = numbered(events, first=10**20 - 300)
    clock = FrozenClock()
    for start in range(0, len(records), 90):
        # Overlapping batches, each to a new process.
        Recorder(table.client, clock, table_name=table.name, workers=8).write(
            records[max(0, start - 30) : start + 90]
        )
    recorder = Recorder(table.client, clock, table_name=table.name)
    for (minute, family), counters in tally(events).items():
        row = recorder.row(minute, family)
        assert row.total() == counters.total()
        assert len(row) <= MAXIMUM_COUNTERS_IN_ROW + 2
