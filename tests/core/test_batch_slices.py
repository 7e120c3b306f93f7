from hypothesis import given
from hypothesis import strategies as st

from ses_tui.core.batch_slices import slices_of
from ses_tui.core.source import FeedBatch, Gap
from tests.ui.fakes import make_event


@given(st.integers(0, 40), st.integers(1, 12))
def test_slices_say_together_what_the_batch_says(count: int, most: int) -> None:
    events = tuple(map(make_event, range(count)))
    batch = FeedBatch(events, 5, 6, 7, 3, 9, (Gap(1, 2),), "slow")
    slices = list(slices_of(batch, most))
    assert tuple(event for piece in slices for event in piece.events) == events
    assert all(len(piece.events) <= most for piece in slices)
    assert all(piece.events for piece in slices[1:])
    assert sum(piece.pages_read for piece in slices) == 3
    assert sum(piece.events_unreadable for piece in slices) == 9
    for piece in slices:
        said = (piece.paged_heartbeat, piece.unpaged, piece.read_at, piece.hindrance)
        assert said == (5, 6, 7, "slow")
        assert piece.gaps == batch.gaps
