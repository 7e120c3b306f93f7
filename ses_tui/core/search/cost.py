"""What reading costs: requests, bytes, and dollars on demand."""

from dataclasses import dataclass
from typing import Final

DOLLARS_A_MILLION_READ_UNITS: Final = 0.125
"""On demand in us-east-1 (AWS price list); other regions are up to a half dearer."""
BYTES_A_READ_UNIT: Final = 8_192
"""Eventually consistent reads, as all of a search are: half a unit for 4 KB or a part of it."""
LEAST_UNITS: Final = 0.5
"""Of a request, and of each item that is asked for by its key."""
QUERY_BYTES: Final = 1_048_576
"""DynamoDB ends an answer there."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What some reads cost; costs add up."""

    requests: int = 0
    read_bytes: int = 0
    read_units: float = 0.0

    @property
    def dollars(self) -> float:
        """About what they cost on demand."""
        return self.read_units * DOLLARS_A_MILLION_READ_UNITS / 1_000_000

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.requests + other.requests,
            self.read_bytes + other.read_bytes,
            self.read_units + other.read_units,
        )

    @property
    def text(self) -> str:
        """In words, as in `41 requests, 3.2 MB, $0.0001`."""
        plural = "" if self.requests == 1 else "s"
        return (
            f"{self.requests:,} request{plural}, {_size(self.read_bytes)}, {dollars(self.dollars)}"
        )


NOTHING: Final = Cost()


def queries(requests: int, read_bytes: int) -> Cost:
    """Of so many queries that read so many bytes together; large answers take more queries."""
    requests = max(requests, -(-read_bytes // QUERY_BYTES))
    units = max(requests * LEAST_UNITS, read_bytes / BYTES_A_READ_UNIT)
    return Cost(requests, read_bytes, units)


def items_by_key(count: int, bytes_an_item: int, in_request: int) -> Cost:
    """Of reading so many items by their keys, some in each request."""
    units = count * max(LEAST_UNITS, -(-bytes_an_item // 4_096) * LEAST_UNITS)
    return Cost(-(-count // in_request), count * bytes_an_item, units)


def units_of(read_bytes: int) -> float:
    """Read units of one query's answer."""
    return max(1, -(-read_bytes // 4_096)) * LEAST_UNITS


def dollars(amount: float) -> str:
    """As in `$0.04`, with more digits for less, and `under $0.0001`."""
    if amount >= 0.1:
        return f"${amount:,.2f}"
    return "under $0.0001" if amount < 0.0001 else f"${amount:.4f}".rstrip("0")


def _size(count: int) -> str:
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")):
        if count >= unit:
            return f"{count / unit:,.1f} {name}"
    return f"{count:,} bytes"
