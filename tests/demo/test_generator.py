import json
from collections import Counter
from itertools import islice
from random import Random

import pytest

from recorder.model.event import EVENT_TYPES, Event
from recorder.model.payload import parse_payload
from ses_tui.demo.generator import INCIDENT_AFTER_MS, INCIDENTS, TrafficGenerator
from ses_tui.demo.mailbox import Customers
from ses_tui.demo.providers import PROVIDERS
from ses_tui.demo.ses_payload import Payload
from ses_tui.demo.shop import KINDS

START = 1_795_400_000_000
HOUR = 3_600_000


def an_hour(seed: int, events_per_second: float = 4) -> list[tuple[int, Payload]]:
    return list(TrafficGenerator(seed, START).events(events_per_second, START + HOUR))


@pytest.fixture(scope="module")
def hour() -> list[tuple[int, Payload]]:
    return an_hour(11)


@pytest.fixture(scope="module")
def parsed(hour: list[tuple[int, Payload]]) -> list[Event]:
    return [
        event
        for at, payload in hour
        for event in parse_payload(payload, recorded_at=at, keep_subject=True).events
    ]


def test_the_same_seed_gives_the_same_events(hour: list[tuple[int, Payload]]) -> None:
    generator = TrafficGenerator(11, START)
    minutes = list(generator.events(4, START + HOUR // 10))
    assert minutes == hour[: len(minutes)]
    assert [*TrafficGenerator(12, START).events(4, START + HOUR // 10)] != minutes


def test_going_on_in_steps_gives_ordered_traffic_without_gap_or_repeat() -> None:
    generator = TrafficGenerator(5, START)
    steps = [list(generator.events(20, START + step * 60_000)) for step in range(1, 11)]
    for number, step in enumerate(steps):
        assert all(START + number * 60_000 <= at < START + (number + 1) * 60_000 for at, _ in step)
    times = [at for step in steps for at, _ in step]
    assert times == sorted(times)
    assert all(len(step) > 300 for step in steps)


def test_without_an_end_it_goes_on_for_ever() -> None:
    times = [at for at, _ in islice(TrafficGenerator(5, START).events(1000), 10_000)]
    assert times == sorted(times)


def test_the_rate_is_the_one_asked_for() -> None:
    generator = TrafficGenerator(3, START)
    for _ in generator.events(8, START + HOUR // 2):
        pass
    settled = sum(1 for _ in generator.events(8, START + HOUR))
    assert settled == pytest.approx(8 * 1800, rel=0.08)


@pytest.mark.parametrize("rate", [0, -1, float("nan")])
def test_a_rate_that_is_not_positive_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="give more than 0"):
        next(TrafficGenerator(1, START).events(rate))


def test_every_payload_is_plain_json(hour: list[tuple[int, Payload]]) -> None:
    assert [payload for _, payload in hour] == json.loads(
        json.dumps([payload for _, payload in hour])
    )


def test_every_event_has_what_its_type_has(parsed: list[Event]) -> None:
    for event in parsed:
        assert event.message_id
        assert event.sender
        assert event.recipient
        assert event.event_time is not None
        assert START <= event.event_time < START + HOUR
        if event.event_type == "Bounce":
            assert event.bounce_type
            assert event.bounce_subtype
            assert event.feedback_id
        if event.event_type == "Delivery":
            assert event.diagnostic
            assert event.processing_ms is not None
            assert event.processing_ms > 0
        if event.event_type == "DeliveryDelay":
            assert event.smtp_status
            assert event.smtp_status.startswith("4.")


def test_traffic_is_mixed_as_in_a_healthy_shop(parsed: list[Event]) -> None:
    types = Counter(event.event_type for event in parsed)
    assert set(types) == set(EVENT_TYPES)
    assert types["Send"] > 0.9 * types["Delivery"] > 0.7 * types["Send"]
    permanent = sum(
        event.bounce_type == "Permanent" and event.bounce_subtype != "OnAccountSuppressionList"
        for event in parsed
    )
    assert 0.002 < permanent / types["Send"] < 0.05
    assert types["Complaint"] / types["Send"] < 0.01
    domains = Counter((event.recipient or "").rpartition("@")[2] for event in parsed)
    assert domains.most_common(1)[0][0] == "gmail.com"
    assert any(domain.startswith("xn--") for domain in domains)
    assert domains["simulator.amazonses.com"] > 0


def test_nothing_becomes_of_a_mail_before_it_was_sent(parsed: list[Event]) -> None:
    for event in parsed:
        assert event.event_time is not None
        assert event.sent_time is not None
        assert event.event_time >= event.sent_time


def test_both_generations_tell_of_one_event_with_one_identity(
    hour: list[tuple[int, Payload]],
) -> None:
    published: set[str] = set()
    notified: set[str] = set()
    for at, payload in hour:
        ids = {event.event_id for event in parse_payload(payload, recorded_at=at).events}
        (notified if "notificationType" in payload else published).update(ids)
    assert notified
    # The last notifications of the hour may come before the hour lets their twins through.
    assert len(notified & published) >= len(notified) - 2


def test_a_mailbox_that_bounced_is_not_sent_to_again(parsed: list[Event]) -> None:
    bounced: dict[str, int] = {}
    suppressed = 0
    for event in parsed:
        if event.bounce_type != "Permanent" or event.recipient is None:
            continue
        if event.bounce_subtype == "OnAccountSuppressionList":
            suppressed += 1
        elif event.smtp_status == "5.1.1" and event.recipient not in bounced:
            bounced[event.recipient] = event.event_time or 0
    assert bounced
    assert suppressed


def test_shares_make_a_whole() -> None:
    assert sum(provider.share for provider in PROVIDERS) == pytest.approx(1)
    assert sum(kind.share for kind in KINDS) == pytest.approx(1)


def test_some_customers_come_again_and_some_come_new() -> None:
    customers = Customers(Random(1), size=50)
    seen = Counter(customers.pick().address for _ in range(1000))
    assert seen.most_common(1)[0][1] > 5
    assert 100 < len(seen) < 400


def hit_by(incident: str, event: Event) -> bool:
    """Whether the event is one of those that the incident changes the number of."""
    if incident == "gmail":
        return event.event_type == "DeliveryDelay" and str(event.recipient).endswith("@gmail.com")
    if incident == "list":
        return event.bounce_type == "Permanent" and event.configuration_set == "marketing"
    return event.event_type == "Send" and event.configuration_set == "transactional"


@pytest.mark.parametrize("incident", INCIDENTS)
def test_an_incident_begins_a_minute_after_it_was_asked_for(incident: str) -> None:
    generator, asked = TrafficGenerator(3, START), START + 5 * 60_000
    happened = list(generator.events(20, asked))
    generator.begin_incident(incident, asked)
    begun = asked + INCIDENT_AFTER_MS
    happened += generator.events(20, begun + 5 * 60_000)
    counts = Counter(
        at >= begun
        for at, payload in happened
        for event in parse_payload(payload, recorded_at=at).events
        if hit_by(incident, event)
    )
    assert counts[False] >= 3
    if incident == "silence":
        assert counts[True] == 0
    else:
        assert counts[True] > 4 * counts[False]
