from hypothesis import given
from hypothesis import strategies as st

from ses_tui.core.list_columns import Column
from ses_tui.core.query import Query
from ses_tui.core.zone import UTC_ZONE
from ses_tui.ui.columns import columns_for
from ses_tui.ui.event_row import event_row, heading
from ses_tui.ui.highlight import Highlight
from ses_tui.ui.tones import Tone, line_width
from tests.ui.fakes import make_bounce


def names(width: int, skipped: int = 0) -> list[Column]:
    return [column for column, _ in columns_for(width, dated=False, skipped=skipped).cells][2:]


def test_what_matters_most_has_room_first() -> None:
    assert names(78) == [Column.RECIPIENT, Column.REASON]
    assert names(98) == [Column.RECIPIENT, Column.REASON]
    assert names(118) == [Column.RECIPIENT, Column.SENDER, Column.REASON]
    assert names(158) == [Column.RECIPIENT, Column.SENDER, Column.SET, Column.REASON]


def test_sideways_leads_through_every_column() -> None:
    for width in (58, 78, 98, 118, 158):
        seen: set[Column] = set()
        skipped = 0
        while True:
            columns = columns_for(width, dated=False, skipped=skipped)
            seen |= {column for column, _ in columns.cells}
            if not columns.more:
                break
            skipped += 1
        assert seen == set(Column)


def test_a_reason_that_was_cut_is_whole_after_one_step_at_80() -> None:
    bounce = make_bounce(1)
    cut = event_row(bounce, columns_for(78, dated=False), UTC_ZONE, "11-23")
    whole = event_row(bounce, columns_for(78, dated=False, skipped=1), UTC_ZONE, "11-23")
    assert "…" in cut[-1].text
    assert "550 5.1.1 nobody of that name here, case 1 " in whole[-1].text


@given(st.integers(58, 200), st.integers(0, 9), st.booleans(), st.text(max_size=60))
def test_every_row_is_as_wide_as_its_columns(
    width: int, skipped: int, dated: bool, text: str
) -> None:
    columns = columns_for(width, dated, skipped)
    event = make_bounce(1, recipient=f"{text}@x.test", sender=text, diagnostic=text)
    row = event_row(event, columns, UTC_ZONE, "11-23", marked=True)
    assert line_width(row) == line_width(heading(columns)) <= width
    assert row[0].text == "*"


@given(st.text(min_size=1, max_size=8), st.text(max_size=30))
def test_what_is_brought_out_changes_no_text(word: str, around: str) -> None:
    event = make_bounce(1, diagnostic=around + word + around)
    row = event_row(event, columns_for(158, dated=False), UTC_ZONE, "11-23")
    quoted = '"' + word.replace('"', "") + '"'
    highlight = Highlight(Query.parse(quoted))
    brought_out = highlight.row(row)
    assert "".join(span.text for span in brought_out) == "".join(span.text for span in row)
    assert any(span.tone is Tone.HIGHLIGHT for span in brought_out)


def test_words_of_every_term_are_brought_out_but_for_excluded_ones() -> None:
    row = event_row(make_bounce(1), columns_for(158, dated=False), UTC_ZONE, "11-23")
    highlight = Highlight(Query.parse("NOBODY domain:inbox* -case since:2h", now_ms=10**12))
    texts = [span.text for span in highlight.row(row) if span.tone is Tone.HIGHLIGHT]
    assert texts == ["inbox", "nobody"]
