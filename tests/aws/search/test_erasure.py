"""Nothing of one person is left, and nothing of anybody else is lost."""

import json
import zlib
from typing import Any

import pytest

from recorder.model.event import Event
from recorder.model.item import Item, attach_original, from_item, to_item
from recorder.model.keys import message_key
from recorder.model.original import compress_original, expand_original
from recorder.model.page import decode_page
from ses_tui.aws.erasure import Erasure
from ses_tui.core.erasure import ErasureReport, Person
from tests.aws.pages import options_of, put_items, write_heartbeat, write_page
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event

ANN = "ann@x.example"
OTHERS = ["joann@x.example", "ann@x.example.org", "bob@y.example"]


def item_of(event: Event, original: dict[str, Any] | None = None) -> Item:
    item = to_item(event, partition_key=message_key(event.message_id or ""), expires_at=None)
    if original is not None:
        attach_original(item, compress_original(original, keep_headers=True, keep_subject=True))
    return item


@pytest.fixture
def events(table: TestTable) -> list[Event]:
    """Ann's events of every kind among those of others."""
    events = [
        make_event("Send", recipient=ANN, recipient_raw="Ann <Ann@X.example>", message_id="m-1"),
        make_event("Bounce", recipient=ANN, message_id="m-1", bounce_type="Permanent"),
        make_event("Open", recipient=ANN, message_id="opened-only"),
        make_event("Send", recipient="bob@y.example", message_id="m-1"),
        make_event("Send", recipient="joann@x.example", message_id="m-2"),
        make_event("Send", recipient="ann@x.example.org", message_id="m-3"),
        make_event(
            "Bounce", recipient="bob@y.example", message_id="m-4", diagnostic=f"for <{ANN}>: no"
        ),
    ]
    destination = {"eventType": "Send", "mail": {"destination": ["Ann <Ann@X.example>", *OTHERS]}}
    for event in events:
        shared = destination if event.recipient == "bob@y.example" else None
        table.client.put_item(TableName=table.name, Item=item_of(event, shared))
    write_page(table, events[:4], at=NOON + 1_000)
    write_page(table, events[:3], at=NOON + 2_000)
    write_page(table, [events[0]], at=NOON + 3_000, heartbeats=[NOON])
    write_page(table, events[4:6], at=NOON + 4_000)
    write_page(table, events[6:], at=NOON + 5_000)
    write_heartbeat(table, NOON)
    table.client.put_item(
        TableName=table.name, Item={"pk": {"S": "S#20261123"}, "sk": {"S": "t#12"}, "S": {"N": "4"}}
    )
    return events


async def erase(table: TestTable, address: str, *, dry_run: bool = False) -> ErasureReport:
    async with Erasure(options_of(table), FrozenClock()) as erasure:
        return await erasure.run(Person(address), dry_run=dry_run)


def items(table: TestTable) -> list[Item]:
    found: list[Item] = table.client.scan(TableName=table.name, ConsistentRead=True)["Items"]
    return found


def everything_said(table: TestTable) -> str:
    """All text of the table, packed or not."""
    said: list[str] = []
    for item in items(table):
        for name, value in item.items():
            if name == "z":
                said += map(repr, decode_page(value["B"]).events)
            elif name == "o":
                said.append(expand_original(value["B"], int(item["ov"]["N"])))
            else:
                said.append(repr(value))
    return "\n".join(said).lower()


async def test_all_of_one_person_and_nothing_else(table: TestTable, events: list[Event]) -> None:
    counters = [item for item in items(table) if item["pk"]["S"][:2] in ("S#", "H#")]
    report = await erase(table, "Ann@X.Example")
    assert (report.events_deleted, report.messages) == (3, 2)
    assert report.page_entries_removed == 7
    assert report.pages_rewritten == 4
    assert report.items_rewritten == 2
    said = everything_said(table)
    for other in OTHERS:
        assert other in said
        said = said.replace(other, "")
    assert ANN not in said
    assert "ann <" not in said, "the name beside an address goes with it"
    kept = [from_item(item) for item in items(table) if item["pk"]["S"].startswith("M#")]
    assert {event.event_id for event in kept} == {e.event_id for e in events if e.recipient != ANN}
    paged = [
        event
        for item in items(table)
        if item["pk"]["S"].startswith("F#")
        for event in decode_page(item["z"]["B"]).events
    ]
    assert {event.event_id for event in paged} == {e.event_id for e in kept}
    pages = [item for item in items(table) if item["pk"]["S"].startswith("F#")]
    assert [int(p["n"]["N"]) for p in pages] == [
        len(decode_page(p["z"]["B"]).events) for p in pages
    ]
    assert [beat for p in pages for beat in decode_page(p["z"]["B"]).heartbeats] == [NOON]
    assert counters == [item for item in items(table) if item["pk"]["S"][:2] in ("S#", "H#")]


async def test_counts_are_right_with_segments_side_by_side(table: TestTable) -> None:
    events = [make_event(recipient=ANN) for _ in range(60)]
    put_items(table, events)
    for number in range(6):
        own = events[number * 10 : number * 10 + 10]
        write_page(table, own, at=NOON - number * 86_400_000, heartbeats=[NOON])
    report = await erase(table, ANN)
    assert (report.events_deleted, report.messages) == (60, 60)
    assert (report.page_entries_removed, report.pages_rewritten) == (60, 6)


@pytest.mark.usefixtures("events")
async def test_a_second_run_finds_nothing(table: TestTable) -> None:
    await erase(table, ANN)
    before = items(table)
    report = await erase(table, ANN)
    assert not report.found_anything
    assert items(table) == before


@pytest.mark.usefixtures("events")
async def test_a_dry_run_counts_and_changes_nothing(table: TestTable) -> None:
    before = items(table)
    planned = await erase(table, ANN, dry_run=True)
    assert items(table) == before
    done = await erase(table, ANN)
    assert planned.events_deleted == done.events_deleted
    assert planned.pages_rewritten == done.pages_rewritten
    assert planned.items_rewritten == done.items_rewritten


async def test_what_changes_meanwhile_is_left_to_another_run(
    table: TestTable, events: list[Event]
) -> None:
    class Interfering(Person):
        """Somebody fills the item in between reading and writing."""

        def changes_of(self, item: Item) -> Item:
            changes = super().changes_of(item)
            if "dc" in changes:
                key = {"pk": item["pk"], "sk": item["sk"]}
                table.client.update_item(
                    TableName=table.name,
                    Key=key,
                    UpdateExpression="SET dc = :text",
                    ExpressionAttributeValues={":text": {"S": f"now <{ANN}> again"}},
                )
            return changes

    async with Erasure(options_of(table), FrozenClock()) as erasure:
        report = await erasure.run(Interfering(ANN), dry_run=False)
    assert report.changed_meanwhile == 1
    assert (await erase(table, ANN)).items_rewritten == 1
    assert ANN not in everything_said(table).replace("joann@x.example", "").replace(
        "ann@x.example.org", ""
    )


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("to ann@x.example.", "to erased."),
        ("<ANN@X.EXAMPLE>", "<erased>"),
        ("joann@x.example", "joann@x.example"),
        ("ann@x.example.org", "ann@x.example.org"),
        ("ann@x.examples", "ann@x.examples"),
        ("?to=ann%40x.example&x", "?to=erased&x"),
        ("?u=https%3A%2F%2Fy%2F%3Fto%3Dann%2540x.example", "?u=https%3A%2F%2Fy%2F%3Fto%3Derased"),
        ("mailto:ann@x.example,ann@x.example", "mailto:erased,erased"),
    ],
)
def test_an_address_that_stands_by_itself(text: str, without: str) -> None:
    assert Person(" Ann@x.example ").removed_from(text) == without


@pytest.mark.parametrize("domain", ["b\u00fccher.example", "xn--bcher-kva.example"])
def test_a_domain_in_punycode_and_decoded_is_one(domain: str) -> None:
    person = Person(f"Ann+x@{domain}")
    assert person.owns({"a": {"S": "ann+x@xn--bcher-kva.example"}})
    text = "ann+x@B\u00fccher.example ann%2Bx%40xn--bcher-kva.example joann+x@b\u00fccher.example"
    assert person.removed_from(text) == "erased erased joann+x@b\u00fccher.example"


def test_a_cut_original_that_names_the_person_is_dropped() -> None:
    item = item_of(make_event(recipient="bob@y.example"), {"mail": {"destination": [ANN] * 500}})
    whole = expand_original(item["o"]["B"], 1)
    assert json.loads(whole)
    compressor = zlib.compressobj(wbits=-15)
    item["o"] = {"B": compressor.compress(whole[:300].encode()) + compressor.flush()}
    item["oc"] = {"N": "1"}
    changes = Person(ANN).changes_of(item)
    assert expand_original(changes["o"]["B"], 1) == "{}"
    assert changes["oc"] == {"N": "1"}
