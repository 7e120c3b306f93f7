"""The last success and failure of a recipient, further back than anybody looks at."""

from ses_tui.aws.connection import open_connection
from ses_tui.core.search.earlier_mail import read_earlier_mail
from tests.aws.pages import options_of, put_items
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event

DAY = 86_400_000
ANN = "ann@customer.example"


async def test_the_newest_of_each_before_a_moment(table: TestTable) -> None:
    mails = [make_event(at=NOON - n * DAY, recipient=ANN) for n in range(5, 8)]
    failed = make_event("Bounce", at=NOON - 40 * DAY, recipient=ANN, bounce_type="Permanent")
    opened = make_event("Open", at=NOON - DAY, recipient=ANN, message_id=mails[0].message_id)
    later = make_event("Bounce", at=NOON, recipient=ANN, bounce_type="Permanent")
    others = [make_event("Send", at=NOON - n * DAY, recipient=ANN) for n in range(8, 30)]
    put_items(table, [*mails, failed, opened, later, *others])
    connection = await open_connection(options_of(table), FrozenClock())
    try:
        found = await read_earlier_mail(connection.search, ANN, NOON - 2 * DAY)
        assert found.last_success is not None
        assert found.last_success.event_id == mails[0].event_id
        assert found.last_failure is not None
        assert found.last_failure.event_id == failed.event_id
        assert found.looked_back_to is None
        many = [make_event(at=NOON - 3 * DAY - n, recipient=ANN) for n in range(120)]
        put_items(table, many)
        found = await read_earlier_mail(connection.search, ANN, NOON - 2 * DAY)
        assert found.last_failure is None
        assert found.looked_back_to == many[99].recorded_at
    finally:
        await connection.close()
