"""A query with a name, to be asked again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """What a reader has saved, or what the configuration names."""

    name: str
    query: str
