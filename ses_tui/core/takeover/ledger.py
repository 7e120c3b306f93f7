"""How far a take-over is: what was read, what became of it, and what is left to repair."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from recorder.model.rollup import HOUR_MS
from ses_tui.core.takeover.signiant_row import RowKind

EVENTS_IN_REPAIR: Final = 200_000
"""A repair holds the events it packs in memory, so a long past is repaired in stretches."""


@dataclass(slots=True)
class TableLedger:
    """One table that is taken over."""

    name: str
    read: int = 0
    stored: int = 0
    already_there: int = 0
    recent: int = 0
    """Younger than two hours: left for another run."""
    unreadable: Counter[str] = field(default_factory=Counter)
    """How many rows by the reason why no event could be made of them."""
    position: dict[str, Any] | None = None
    """Key of the last row of which all is done; `None` at the start."""
    finished: bool = False


@dataclass(slots=True)
class Ledger:
    """One take-over; written to a file after every page of rows, so that another run can go on."""

    tables: dict[RowKind, TableLedger]
    events_by_hour: Counter[int] = field(default_factory=Counter)
    """Taken over and in no figure and no feed page yet, by the start of their hour (ms)."""

    def stretches_to_repair(self) -> Iterator[tuple[int, int]]:
        """Stretches [since, until) (ms) that hold all of them, each about `EVENTS_IN_REPAIR`."""
        since = until = None
        events = 0
        for hour, count in sorted(self.events_by_hour.items()):
            if since is not None and until is not None and events + count > EVENTS_IN_REPAIR:
                yield since, until
                since, events = None, 0
            since = hour if since is None else since
            until = hour + HOUR_MS
            events += count
        if since is not None and until is not None:
            yield since, until

    def forget_repaired(self, since: int, until: int) -> None:
        """The stretch is in order now."""
        for hour in [hour for hour in self.events_by_hour if since <= hour < until]:
            del self.events_by_hour[hour]

    def to_json(self) -> str:
        """As the file holds it."""
        return json.dumps(
            {
                "version": 1,
                "tables": {
                    kind.value: {
                        name: getattr(table, name) for name in TableLedger.__dataclass_fields__
                    }
                    for kind, table in self.tables.items()
                },
                "events_by_hour": self.events_by_hour,
            }
        )


def ledger_of_json(text: str, names: Mapping[RowKind, str]) -> Ledger | None:
    """The ledger of a file, if it is about the tables called `names`; `None` if it is broken.

    To begin anew does no harm: it only takes longer.
    """
    try:
        document = json.loads(text)
        tables = {
            RowKind(kind): TableLedger(**{**values, "unreadable": Counter(values["unreadable"])})
            for kind, values in document["tables"].items()
        }
        hours = Counter({int(hour): int(n) for hour, n in document["events_by_hour"].items()})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    if {kind: table.name for kind, table in tables.items()} != dict(names):
        return None
    return Ledger(tables, hours)
