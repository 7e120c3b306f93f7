"""One table of the published recorder: described and scanned, never written."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from recorder.model.clock import Clock
from recorder.retry import Deadline, Retrier
from ses_tui.aws.blocking_client import blocking_client
from ses_tui.aws.errors import explained
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.errors import TableError, UsageError
from ses_tui.core.sanitise import sanitise
from ses_tui.core.takeover.signiant_row import KEY_ATTRIBUTES, Row

ROWS_IN_PAGE: Final = 500
_READ_UNIT_BYTES: Final = 8_192
"""Eventually consistent reads: half a unit for 4 KB (DynamoDB, "Read consistency")."""
_PATIENCE_SECONDS: Final = 300.0
"""A small provisioned table may refuse for a while."""


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """What DynamoDB says of a table, some hours old at most."""

    rows: int
    table_bytes: int
    units_a_second: float | None
    """What a scan may use; `None` on demand, where nothing has to be spared."""

    @property
    def seconds(self) -> float | None:
        """How long reading takes at least, where the table's own limit decides."""
        if self.units_a_second is None:
            return None
        return self.table_bytes / _READ_UNIT_BYTES / self.units_a_second


class SourceTable:
    """Reads one table in order, a page of rows at a time."""

    def __init__(
        self,
        options: ConnectionOptions,
        clock: Clock,
        retrier: Retrier,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`options.table` is its name. Raises `SesTuiError`. May ask for an MFA code."""
        self._options = options
        self._clock = clock
        self._retrier = retrier
        self._sleep = sleep
        self._client = blocking_client(options)

    def describe(self) -> SourceDescription:
        """How much there is. Raises `SesTuiError`, also for a table of another kind."""
        with explained(self._options):
            try:
                table = self._call(self._client.describe_table)["Table"]
            except self._client.exceptions.ResourceNotFoundException:
                raise TableError(
                    f"there is no table {self._options.table!r} to take over: `aws dynamodb "
                    "list-tables` names those that are there; --from-region and --from-profile "
                    "lead to another place"
                ) from None
        keys = tuple(key["AttributeName"] for key in table["KeySchema"])
        if keys != KEY_ATTRIBUTES:
            raise UsageError(
                f"table {self._options.table!r} is no table of that recorder: its key is "
                f"{sanitise(', '.join(keys))}, not {', '.join(KEY_ATTRIBUTES)}"
            )
        units = table.get("ProvisionedThroughput", {}).get("ReadCapacityUnits", 0)
        # Half is left to whoever else reads there.
        return SourceDescription(
            table["ItemCount"], table["TableSizeBytes"], units / 2 if units else None
        )

    def pages(
        self, position: dict[str, Any] | None, units_a_second: float | None
    ) -> Iterator[tuple[Sequence[Row], dict[str, Any] | None]]:
        """Rows behind `position`, each page with its own; that of the last is `None`.

        Raises `SesTuiError`.
        """
        arguments: dict[str, Any] = {"Limit": ROWS_IN_PAGE, "ReturnConsumedCapacity": "TOTAL"}
        while True:
            if position is not None:
                arguments["ExclusiveStartKey"] = position
            with explained(self._options):
                answer = self._call(self._client.scan, **arguments)
            position = answer.get("LastEvaluatedKey")
            began = self._clock.monotonic()
            yield answer["Items"], position
            if position is None:
                return
            used = answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)
            if units_a_second:
                rest = used / units_a_second - (self._clock.monotonic() - began)
                if rest > 0:
                    self._sleep(rest)

    def _call(self, operation: Callable[..., dict[str, Any]], **arguments: Any) -> dict[str, Any]:
        end = self._clock.monotonic() + _PATIENCE_SECONDS
        deadline = Deadline(self._clock, lambda: int((end - self._clock.monotonic()) * 1000))
        return self._retrier.call(
            lambda: operation(TableName=self._options.table, **arguments), deadline
        )


def source_options(
    options: ConnectionOptions, table: str, profile: str | None, region: str | None
) -> ConnectionOptions:
    """The way to another table: as to the recorder's own, unless a profile or region is given."""
    if profile is not None:
        options = replace(options, profile=profile, region=None)
    return replace(options, table=table, region=region or options.region)
