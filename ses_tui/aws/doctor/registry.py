"""Every check, in the order of its lines."""

from typing import Final

from ses_tui.aws.doctor import (
    account,
    clock,
    credentials,
    event_destinations,
    reading,
    recorder,
    stream,
    table,
)
from ses_tui.aws.doctor.check import Check

CHECKS: Final[tuple[Check, ...]] = (
    credentials.CHECK,
    clock.CHECK,
    table.CHECK,
    table.EXPIRY_CHECK,
    table.PROTECTION_CHECK,
    *reading.CHECKS,
    stream.READ_CHECK,
    stream.CONSUMER_CHECK,
    recorder.HEARTBEAT_CHECK,
    recorder.SUMMARIES_CHECK,
    *account.CHECKS,
    event_destinations.CHECK,
)

ACTIONS: Final = frozenset(action for check in CHECKS for action in check.actions)
"""Every AWS action that `ses-tui doctor` calls; all of them only read."""
