"""What the answers of a client say about the time."""

from email.utils import parsedate_to_datetime
from typing import Any

from ses_tui.core.server_clock import ServerClock


def parse_date(header: str) -> int | None:
    """The moment (ms) of a Date header; `None` for what is none."""
    try:
        return int(parsedate_to_datetime(header).timestamp() * 1000)
    except (ValueError, TypeError):
        return None


def compare_with_answers(client: Any, clock: ServerClock) -> None:
    """Have `clock` compared with the Date of every answer to `client`."""

    def compare(parsed: dict[str, Any], **_: Any) -> None:
        headers = parsed.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        moment = parse_date(headers.get("date", ""))
        if moment is not None:
            clock.compare(moment)

    client.meta.events.register("after-call.dynamodb", compare)
