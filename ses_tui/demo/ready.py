"""What the backend tells its parent once the table is there and the past is in it."""

from dataclasses import asdict, dataclass
from typing import Self

import orjson


@dataclass(frozen=True, slots=True)
class Ready:
    """The way to the table; as JSON it is the one line on the backend's standard output."""

    endpoint_url: str
    table: str
    region: str
    access_key_id: str
    secret_access_key: str
    engine: str
    """Name and version, for the header."""

    def to_line(self) -> str:
        """One line of JSON."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Reads what `to_line` wrote. Raises `ValueError` or `TypeError` for anything else."""
        return cls(**orjson.loads(line))
