"""With masking on, no address of any event gets into anything that is written."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.model.event import EVENT_TYPES, Event, event_to_json
from ses_tui.cli.options import GlobalOptions
from ses_tui.cli.search import print_events
from ses_tui.cli.show import story_json, story_lines
from ses_tui.cli.tail import LinePrinter
from ses_tui.core.event_csv import csv_line
from ses_tui.core.event_text import reason_of
from ses_tui.core.json_lines import json_line
from ses_tui.core.masking import MASKING, masked_address, masked_document, masked_text
from ses_tui.core.message_story import tell_story
from ses_tui.core.query import Query
from ses_tui.core.sanitise import sanitise, visible
from ses_tui.core.source import Original, SourceKind
from ses_tui.core.view import View
from ses_tui.core.zone import UTC_ZONE
from ses_tui.ui.copies import Program, copies_of
from tests.ui.fakes import NOON, make_event

SECRETS = ("Marigold", "pimpernel", "foxglove.tansy", "o'Quince+tag", "häuslein", "betony=x.test")


MASKED = GlobalOptions(mask="true", given={"mask": "--mask"})


@pytest.fixture
def masked() -> Iterator[None]:
    MASKING.ask(True)
    yield
    MASKING.reset()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ann.lee@inbox.test", "a***@inbox.test"),
        ("550 5.1.1 <ann@inbox.test>: unknown", "550 5.1.1 <a***@inbox.test>: unknown"),
        ("a@x.test", "***@x.test"),
        ('"a b"@x.test', "a***@x.test"),
        ('"q\\"x"@x.test', "q***@x.test"),
        ("smtp; 550 ann@x.test,bob@x.test", "smtp; 550 a***@x.test,b***@x.test"),
        ("https://x.test/?to=ann%40y.test&n=1", "https://x.test/?to=a***%40y.test&n=1"),
        ("?u=x&to=ann%2540y.test", "?u=x&to=a***%2540y.test"),
        ("https://x.test/u/ann@y.test", "https://x.test/u/a***@y.test"),
        ("bounce+ann=y.test@list.test", "b***@list.test"),
        ("meet @ 5", "meet @ 5"),
        ("no address", "no address"),
    ],
)
def test_addresses_in_text(text: str, shown: str) -> None:
    assert masked_text(text) == shown
    assert masked_text(shown) == shown


@pytest.mark.parametrize("text", ['/:/00"@', '/"a/b c"@x.test', 'to="ann.b"@x.test'])
def test_quotes_hide_as_much_at_the_first_time(text: str) -> None:
    once = masked_text(text)
    assert masked_text(once) == once
    assert not any(part in once for part in ("00", "a/", "ann"))


@given(st.text() | st.text(alphabet='a@"\\ <>.%2540/?=＠'))
@settings(max_examples=200, deadline=None)
def test_to_mask_twice_changes_nothing(text: str) -> None:
    once = masked_text(text)
    assert masked_text(once) == once


def test_a_long_text_is_masked_in_no_time() -> None:
    for text in ("a" * 100_000 + "@", "@" * 50_000, '\\"' * 50_000 + '"@', "a%40" * 25_000):
        assert masked_text(text)


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("Ann Lee <ann@x.test>", "a***@x.test"),
        ('"Lee, Ann" <ann@x.test>, bob@y.test', "a***@x.test, b***@y.test"),
        ("ann lee@x.test", "a***@x.test"),
        ("ann", "a***"),
        ("ann@x.test Ann Lee", "a***@x.test"),
        ("ann%40x.test", "a***"),
    ],
)
def test_a_field_of_addresses_leaves_names_out(field: str, shown: str) -> None:
    assert masked_address(field) == shown


@st.composite
def events(draw: st.DrawFn) -> Event:
    """An event whose every text holds an address somewhere."""
    local = draw(st.sampled_from(SECRETS))
    wrapped = draw(
        st.sampled_from(
            ["{}@x.test", "smtp; 550 <{}@x.test>: no", "https://y.test/{}@x.test?u={}%40x.test",
             "to {}@x.test, and {}@y.test.", "[{}@x.test]", "mailto:{}@x.test", "a\n{}@x.test\x1b"]
        )
    )  # fmt: skip
    text = wrapped.replace("{}", local)
    return make_event(
        draw(st.integers(0, 99)),
        draw(st.sampled_from(EVENT_TYPES)),
        recipient=f"{local}@x.test".lower(),
        recipient_raw=f"{local} {local} <{local}@x.test>",
        sender=f"{local}@x.test",
        identity=f"{local}@x.test",
        **dict.fromkeys(
            ("subject", "bounce_subtype", "smtp_status", "diagnostic", "reporting_mta", "link",
             "user_agent", "reject_reason", "failure_reason", "configuration_set", "complaint_type",
             "delay_type"), text
        ),
        tags={text: [text]},
    )  # fmt: skip


def outputs(event: Event, capture: pytest.CaptureFixture[str]) -> Iterator[str]:
    """Everything that is made of an event without a screen."""
    story = tell_story(event.message_id or "", [event])
    payload = {
        "mail": {
            "source": f"{event.sender}",
            "destination": [event.recipient_raw],
            "headers": [{"name": "To", "value": event.recipient_raw}],
            "tags": event.tags,
        },
        "bounce": {"bouncedRecipients": [{"emailAddress": event.recipient_raw}]},
    }
    originals = [Original(event.event_id, payload)]
    yield "\n".join(story_lines(story, originals, UTC_ZONE, NOON))
    yield json_line(story_json(story, originals, NOON))
    for copy in copies_of(event, View(), SourceKind.POLL, UTC_ZONE, Program()):
        yield copy.text + copy.beginning
    for as_json, as_csv in ((False, False), (True, False), (False, True)):
        print_events([event], MASKED, as_json, as_csv)
    for as_json in (False, True):
        LinePrinter(MASKED, as_json, None, lambda _: True).print([event])
    yield capture.readouterr().out


def assert_hidden(text: str) -> None:
    lowered = text.lower().replace("\\", "")
    for secret in SECRETS:
        assert secret.lower() not in lowered, secret
        assert json.dumps(secret.lower())[1:-1] not in lowered


@pytest.mark.usefixtures("masked")
def test_no_address_gets_into_any_output(capsys: pytest.CaptureFixture[str]) -> None:
    @given(events())
    @settings(max_examples=60, deadline=None)
    def every_output(event: Event) -> None:
        MASKING.ask(True)
        text = "".join(outputs(event, capsys))
        assert_hidden(text)
        assert "x.test" in text

    every_output()


@pytest.mark.usefixtures("masked")
def test_no_address_gets_into_a_file(tmp_path: Path) -> None:
    from ses_tui.core.ticket_report import ReportHead, report_lines

    event = make_event(1, "Bounce", recipient="marigold@x.test", sender="pimpernel@y.test",
                       diagnostic="550 <Marigold@x.test> no")  # fmt: skip
    head = ReportHead("to:marigold@x.test", "the last hour", UTC_ZONE, NOON)
    text = "".join(line for line, _ in report_lines([event], head)) + csv_line(event)
    assert_hidden(text)
    assert "m***@x.test" in text


@pytest.mark.usefixtures("masked")
def test_a_name_without_its_domain_is_hidden_where_it_is_known_whose() -> None:
    event = make_event(1, "Bounce", recipient="marigold+news@x.test",
                       diagnostic='550 mailbox "Marigold" unknown, marigold%2Bnews, marigolds',
                       link="https://x.test/u/Marigold", subject="Dear marigold+news")  # fmt: skip
    lines = "\n".join(story_lines(tell_story("message", [event]), None, UTC_ZONE, NOON))
    for text in (lines, reason_of(event), json_line(event_to_json(event)), csv_line(event)):
        assert "marigold" not in text.lower().replace("marigolds", "")
        assert "marigolds" in text
    payload = {
        "mail": {"commonHeaders": {"subject": "Hi Marigold", "to": ["M <marigold@x.test>"]}},
        "bounce": {"bounceType": "Permanent", "bouncedRecipients": [
            {"emailAddress": "permanent@x.test", "diagnosticCode": "no such permanent"}]},
    }  # fmt: skip
    assert masked_document(payload) == {
        "mail": {"commonHeaders": {"subject": "Hi M***", "to": ["m***@x.test"]}},
        "bounce": {"bounceType": "Permanent", "bouncedRecipients": [
            {"emailAddress": "p***@x.test", "diagnosticCode": "no such p***"}]},
    }  # fmt: skip


@pytest.mark.usefixtures("masked")
def test_what_is_typed_is_shown_and_finds_its_mail() -> None:
    event = make_event(1, recipient="marigold@x.test")
    assert visible("to:marigold@x.test") == "to:marigold@x.test"
    assert sanitise("marigold@x.test") == "m***@x.test"
    assert Query.parse("to:marigold@x.test").matches(event)


@pytest.mark.usefixtures("masked")
def test_json_stays_json() -> None:
    event = make_event(
        1, message_id='odd"@id', recipient='"a\\" b"@x.test', tags={"k": ["v@y.test"]}
    )
    document: dict[str, Any] = json.loads(json_line(event_to_json(event)))
    assert document["message_id"] == "o***@id"
    assert document["event_id"] == event.event_id
    assert document["recipient"] == "a***@x.test"
    assert document["tags"] == {"k": ["***@y.test"]}
    assert document == masked_document(document)
