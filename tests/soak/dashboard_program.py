"""`ses-tui` as it is, except that it tells the ids of the events it takes into its memory.

`python -m tests.soak.dashboard_program TAKEN KEPT CAPACITY [OPTION…]`: each id goes to the file
TAKEN when it comes in, and those that are in memory at the end to KEPT.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from recorder.model.event import Event
from ses_tui.cli import main
from ses_tui.core.store.event_store import EventStore, StoreChange


def run(taken: Path, kept: Path, capacity: int, arguments: list[str]) -> None:
    """Be `ses-tui` until it is quit."""
    stores: list[EventStore] = []
    add = EventStore.add
    output = taken.open("a", buffering=1 << 16)

    def tell(store: EventStore, events: Iterable[Event]) -> StoreChange:
        if store not in stores:
            stores.append(store)
            store.capacity = capacity
        change = add(store, events)
        output.writelines(f"{event.event_id}\n" for event in change.added)
        output.flush()
        return change

    EventStore.add = tell  # type: ignore[method-assign, assignment]
    try:
        main(arguments, prog_name="ses-tui")
    finally:
        kept.write_text("".join(f"{event.event_id}\n" for store in stores for event in store.live))


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
