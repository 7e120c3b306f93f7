"""The recorder's settings, read from the environment once per process."""

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_TABLE = "ses-events"
DEFAULT_RETENTION_DAYS = 90
_SECONDS_A_DAY = 86_400
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class RecorderSettings:
    """What an owner can change about the recorder."""

    table: str = DEFAULT_TABLE
    retention_days: int = DEFAULT_RETENTION_DAYS
    """0 keeps events for ever."""
    keep_headers: bool = False
    keep_subject: bool = False
    unparseable_queue_url: str | None = None
    single_shard: bool = False
    """For an engine whose stream events carry no `shardId` because it runs one serial shard."""

    def expires_at(self, recorded_at: int) -> int | None:
        """Epoch seconds at which an event recorded at `recorded_at` (ms) may go."""
        if self.retention_days == 0:
            return None
        return recorded_at // 1000 + self.retention_days * _SECONDS_A_DAY


def read_settings(environment: Mapping[str, str]) -> RecorderSettings:
    """Settings from `SES_*` variables. Raises `ValueError` that names variable and value."""
    days = environment.get("SES_RETENTION_DAYS", "").strip() or str(DEFAULT_RETENTION_DAYS)
    if not days.isascii() or not days.isdigit():
        raise ValueError(
            f"SES_RETENTION_DAYS is {days!r}: give a whole number of days, 0 to keep for ever"
        )
    return RecorderSettings(
        table=environment.get("SES_TABLE", "").strip() or DEFAULT_TABLE,
        retention_days=int(days),
        keep_headers=_switch(environment, "SES_KEEP_HEADERS"),
        keep_subject=_switch(environment, "SES_KEEP_SUBJECT"),
        unparseable_queue_url=environment.get("SES_UNPARSEABLE_QUEUE_URL", "").strip() or None,
        single_shard=_switch(environment, "SES_SINGLE_SHARD"),
    )


def _switch(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ValueError(f"{name} is {value!r}: give 1 or 0")
