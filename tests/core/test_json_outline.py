"""JSON as lines: everything there, foldable, searchable, and obeyed by no terminal."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ses_tui.core.json_outline import Outline, outline_of
from ses_tui.core.original_outline import original_lines
from ses_tui.core.sanitise import sanitise
from ses_tui.core.source import Original
from ses_tui.core.zone import UTC_ZONE
from tests.events import NOON, make_event

DOCUMENT = {"mail": {"to": ["ann@x.example", "bob@x.example"], "id": "m-1"}, "none": []}

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab\x1b\u202e\n漢", max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("k\x1b", max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


def seen(outline: Outline) -> list[str]:
    return ["  " * outline.lines[i].depth + outline.text(i) for i in outline.seen]


@given(values, st.lists(st.integers(0, 30), max_size=6))
def test_all_of_a_document_is_there_safe_and_can_be_unfolded(
    document: Any, folds: list[int]
) -> None:
    lines = outline_of(document)
    text = "".join(line.text for line in lines)
    assert text == sanitise(text)
    if "\u202e" not in json.dumps(document, ensure_ascii=False):
        assert json.loads(text) == document
    outline = Outline(lines)
    for fold in folds:
        outline.fold_at(fold % len(lines))
    assert all(not outline.is_folded(i) or lines[i].end is not None for i in range(len(lines)))
    for index in range(len(lines)):
        outline.reveal(index)
        assert index in outline.seen
    for index in range(len(lines)):
        if outline.is_folded(index):
            outline.fold_at(index)
    assert list(outline.seen) == list(range(len(lines)))


def test_a_fold_says_what_it_holds_and_a_line_inside_folds_what_it_lies_in() -> None:
    outline = Outline(outline_of(DOCUMENT))
    assert seen(outline)[2] == '    "to": ['
    assert outline.fold_at(3) == 2
    assert seen(outline) == [
        "{",
        '  "mail": {',
        '    "to": [ … 2 entries ],',
        '    "id": "m-1"',
        "  },",
        '  "none": []',
        "}",
    ]
    assert outline.fold_at(1) == 1
    assert seen(outline) == ["{", '  "mail": { … 2 entries },', '  "none": []', "}"]


def test_what_is_looked_for_is_found_behind_folds_and_round_the_end() -> None:
    outline = Outline(outline_of(DOCUMENT))
    outline.fold_at(2)
    found = outline.find("BOB@", 0, 1)
    assert found == 4
    outline.reveal(found)
    assert found in outline.seen
    assert outline.find("bob@", found, 1) == found
    assert outline.find("example", 0, -1) == 4
    assert outline.find("zzz", 0, 1) is None
    assert outline.count("x.example") == 2


def test_each_notification_has_its_original_once_or_says_why_not() -> None:
    bounces = [
        make_event("Bounce", at=NOON + 2_000, recipient=who, feedback_id="f")
        for who in ("ann@x.example", "bob@x.example")
    ]
    send, cut, broken = (
        make_event("Send", recipient="ann@x.example"),
        make_event("Open", at=NOON + 3_000),
        make_event("Click", at=NOON + 4_000),
    )
    lines = original_lines(
        [*bounces, send, cut, broken],
        [
            Original(bounces[0].event_id, {"a": 1}),
            Original(cut.event_id, '{"event' + "\x1b" * 2_000, cut=True),
            Original(broken.event_id, "the original cannot be read: damaged"),
        ],
        UTC_ZONE,
    )
    texts = [line.text for line in lines]
    assert texts[0].startswith("Send  2026-11-23 12:00:00.000 +0000  ann@x.example")
    assert texts[1].startswith("no original is stored")
    assert texts[2].endswith("2 recipients")
    assert texts[3:6] == ["{", '"a": 1', "}"]
    assert lines[3].end == 5
    assert texts[7].startswith("cut: ")
    assert sum(len(text) for text in texts[8:11]) == len('{"event') + 2_000
    assert texts[-1] == "the original cannot be read: damaged"
    assert all(text == sanitise(text) for text in texts)
