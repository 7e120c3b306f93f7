import json

from recorder.model.event import JSON_FIELDS, Event, event_to_json


def test_public_json_has_every_key_in_order_and_no_other() -> None:
    document = event_to_json(Event("ID", "Bounce", None, None, 0, counted=False))
    assert tuple(document) == JSON_FIELDS
    assert "counted" not in document
    assert document["message_id"] is None
    assert document["historic"] is False


def test_times_are_written_in_utc_with_milliseconds() -> None:
    document = event_to_json(Event("ID", "Send", "m", 1_795_413_602_500, 1, sent_time=None))
    assert document["event_time"] == "2026-11-23T06:00:02.500Z"
    assert document["recorded_at"] == "1970-01-01T00:00:00.001Z"
    assert document["sent_time"] is None


def test_public_json_is_json() -> None:
    event = Event("ID", "Send", "m", 1, 2, tags={"campaign": ["autumn", "ö"]})
    assert json.loads(json.dumps(event_to_json(event)))["tags"] == {"campaign": ["autumn", "ö"]}
