"""The query for the events behind a figure, and why the two may not agree."""

from collections.abc import Iterator
from typing import Final

from recorder.model import event as types
from recorder.model.rollup import HOUR_MS
from recorder.model.timestamps import format_timestamp
from ses_tui.core.health.report import HealthReport
from ses_tui.core.masking import untyped_value
from ses_tui.core.query.syntax import Term
from ses_tui.core.search.emptiness import EmptinessFacts

_KEYS: Final = {"domain": "domain", "identity": "identity", "set": "set", "status": "status"}
_TIMED: Final = {"time": types.DELIVERY, "delay": types.DELIVERY_DELAY}
EXPIRY_MATTERS_FROM: Final = 7 * 24 * HOUR_MS
"""Windows as long as this (ms) may reach back to events that have expired."""
PROBLEMS: Final = (
    types.BOUNCE,
    types.COMPLAINT,
    types.DELIVERY_DELAY,
    types.REJECT,
    types.RENDERING_FAILURE,
)


def problems_query(since: int, until: int) -> str:
    """All problems recorded in [`since`, `until`) (ms)."""
    return _text(_terms_of_types(PROBLEMS), since, until)


def row_query(table: str, name: str, since: int, until: int) -> str | None:
    """The events that a row counts, of [`since`, `until`) (ms).

    `None` where no query can name them: an empty name, or what the cap on names left over. `table`
    is a grouping, `time`, `delay` or `diagnostic`.
    """
    if not name or (name == "other" and table != "diagnostic"):
        return None
    if table in _TIMED:
        return _text([_term("domain", name), *_terms_of_types([_TIMED[table]])], since, until)
    if table == "diagnostic":
        return _text(
            [_term("diagnostic", untyped_value(name)), *_terms_of_types(PROBLEMS)], since, until
        )
    if table == "subtype":
        subtype = name.partition("/")[2]
        return _text([*_subtype_terms(subtype), *_terms_of_types([types.BOUNCE])], since, until)
    of_types = (types.BOUNCE, types.DELIVERY_DELAY) if table == "status" else PROBLEMS
    if '"' in name:
        return None
    return _text(
        [_term(_KEYS[table], untyped_value(name)), *_terms_of_types(of_types)], since, until
    )


def column_query(types_wanted: tuple[str, ...], since: int, until: int) -> str:
    """The events behind a column of a chart, recorded in [`since`, `until`) (ms)."""
    return _text(_terms_of_types(types_wanted), since, until)


def differences(
    report: HealthReport, table: str, facts: EmptinessFacts | None = None
) -> Iterator[str]:
    """Why the events that are found may be more or fewer than the figure says, in words.

    `facts` tell how long events are kept, as far as that is known.
    """
    if surplus := report.surplus.get(table, 0):
        yield (
            f"the figure is at least this, and up to {surplus:,} events more: they were counted "
            "without a name, because one minute's counters hold only so many names"
        )
    if report.rows_have_expired:
        yield "counters older than 3 days have expired without a summary, so the figure is too low"
    if table == "diagnostic":
        yield "the figure counts the newest problems only, as its title says"
    elif table == "time":
        yield "deliveries without a processing time are listed and not counted"
    elif table == "delay":
        yield "delays of which SES does not say when the mail was sent are listed and not counted"
    elif table != "status" and report.figures.bounces.excluded:
        yield "rates leave out the mailbox simulator and suppressed addresses, rows do not"
    if table == "subtype":
        yield "a query names the subtype, and not whether the bounce was permanent"
    if report.window.length >= EXPIRY_MATTERS_FROM:
        yield from _expiry(report, facts)


def _expiry(report: HealthReport, facts: EmptinessFacts | None) -> Iterator[str]:
    counters = "their counters stay for 400 days"
    if facts is None:
        yield f"events older than the table's retention have expired and are not listed, {counters}"
    elif facts.oldest_kept is not None and facts.oldest_kept > report.since:
        days = f"{facts.retention_days} day{'' if facts.retention_days == 1 else 's'}"
        yield f"events are kept for {days}, older ones are no longer listed, and {counters}"


def _terms_of_types(wanted: tuple[str, ...] | list[str]) -> list[Term]:
    return [_term("type", event_type.lower()) for event_type in wanted]


def _subtype_terms(subtype: str) -> list[Term]:
    return [_term("subtype", subtype)] if subtype else []


def _term(key: str, value: str) -> Term:
    return Term(key, value, excluded=False, position=0)


def _text(terms: list[Term], since: int, until: int) -> str:
    times = (_term("since", format_timestamp(since)), _term("until", format_timestamp(until)))
    return " ".join(term.text for term in (*terms, *times))
