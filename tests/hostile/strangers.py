"""Payloads in which values are of other types, sizes and times than SES documents."""

import json
from typing import Any, Final

from tests.payloads import Payload, every_type

TIMES: Final[tuple[Any, ...]] = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59-12:00",
    "1969-12-31T23:59:59.999Z",
    "2026-11-23T24:00:00Z",
    "20261123T060000Z",
    1_795_413_610,
    -1,
)
"""The first stands for no time at all in many languages."""

VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    5,
    -1.5,
    10**30,
    float("nan"),
    float("inf"),
    "",
    "\x00",
    "\ud800",
    "\ufeff \u2028",
    "é" * 3_000,
    [],
    [None, [None], [[]]],
    {},
    {"emailAddress": {"emailAddress": None}},
    [{"emailAddress": 5, "status": [], "diagnosticCode": {}}] * 3,
)


def strange_payloads() -> list[Payload]:
    """Events with `TIMES` for their times and with `VALUES` for the rest, of every third type, so
    that any three of a kind come in all of them."""
    payloads: list[Payload] = []
    for kind, values, is_meant in (("time", TIMES, _is_time), ("value", VALUES, _is_other)):
        for number, value in enumerate(values):
            made = list(every_type(message_id=f"{kind}-{number}").values())[number % 3 :: 3]
            payloads += [_replaced(payload, value, is_meant) for payload in made]
    return payloads


def strange_texts() -> list[str]:
    """More than a dict can hold: names twice, numbers past every size, a huge list of names."""
    payload = every_type(message_id="text")["Bounce"]
    text = json.dumps(payload)
    many = every_type(message_id="many", recipients=[f"u{n}@inbox.test" for n in range(120)])
    tags = {f"tag{number}": ["v" * 200] for number in range(2_000)}
    return [
        '{"eventType": "Send", "mail": {"messageId": "twice-1"}, ' + text[1:],
        text.replace('"bounceType"', '"size": ' + "9" * 400 + ', "bounceType"'),
        text.replace('"bounceType"', '"size": 1e999, "rate": NaN, "bounceType"'),
        text.replace('"bounceType"', '"size": ' + "9" * 5_000 + ', "bounceType"'),
        json.dumps(many["Bounce"]),
        json.dumps(every_type(message_id="tags", tags=tags)["Send"]),
        json.dumps(every_type(message_id="m" * 3_000)["Send"]),
        json.dumps(every_type(message_id="~ # %\n\x00")["Delivery"]),
    ]


def _is_time(name: str) -> bool:
    return name.lower().endswith(("timestamp", "time", "date"))


def _is_other(name: str) -> bool:
    return not _is_time(name) and name not in ("eventType", "messageId")


def _replaced(value: Any, new: Any, is_meant: Any) -> Any:
    """`value` with `new` for what the names say, but for objects, which are gone into."""
    if not isinstance(value, dict):
        return value
    return {
        name: new
        if not isinstance(inner, dict) and is_meant(name)
        else _replaced(inner, new, is_meant)
        for name, inner in value.items()
    }
