"""The columns that the list of events can show."""

from enum import StrEnum


class Column(StrEnum):
    """What a column shows; the value is its heading."""

    TIME = "TIME"
    TYPE = "TYPE"
    RECIPIENT = "RECIPIENT"
    SENDER = "SENDER"
    SET = "SET"
    REASON = "REASON OR SUBJECT"
    IDENTITY = "IDENTITY"
    MESSAGE = "MESSAGE ID"


COLUMNS_BY_NAME = {
    column.name.lower(): column for column in Column if column not in (Column.TIME, Column.TYPE)
}
"""Those that can be chosen; time and type always come first."""
