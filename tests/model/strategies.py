"""Events of any content, for properties that hold for all of them."""

from hypothesis import strategies as st

from recorder.model.event import EVENT_TYPES, Event
from recorder.model.identity import make_event_id

TEXT = st.text(min_size=1, max_size=40)
"""Text as a parsed event holds it: never empty, no lone surrogates, anything else."""
MOMENTS = st.integers(0, 4_102_444_800_000)
ADDRESSES = st.builds("{}@{}".format, TEXT, TEXT).map(str.lower) | TEXT.map(str.lower)


def _optional(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | strategy


@st.composite
def events(draw: st.DrawFn) -> Event:
    """An event such as the recorder makes; every optional field may be missing."""
    recipient = draw(_optional(ADDRESSES))
    message_id = draw(_optional(TEXT))
    event_type = draw(st.sampled_from(EVENT_TYPES) | TEXT)
    text = _optional(TEXT)
    return Event(
        event_id=make_event_id(message_id, event_type, recipient, draw(st.text(max_size=5))),
        event_type=event_type,
        message_id=message_id,
        event_time=draw(st.none() | MOMENTS),
        recorded_at=draw(MOMENTS),
        historic=draw(st.booleans()),
        sent_time=draw(st.none() | MOMENTS),
        recipient=recipient,
        recipient_raw=recipient and draw(TEXT | st.just(recipient)),
        sender=draw(text),
        subject=draw(text),
        configuration_set=draw(text),
        identity=draw(text),
        bounce_type=draw(text),
        smtp_status=draw(text),
        diagnostic=draw(text),
        processing_ms=draw(st.none() | st.integers(-(10**15), 10**15)),
        user_agent=draw(text),
        tags=draw(
            st.none() | st.dictionaries(TEXT, st.lists(TEXT, max_size=3), min_size=1, max_size=3)
        ),
        counted=draw(st.booleans()),
    )
