"""The query language: the same words in the dashboard's filter and on the command line."""

from ses_tui.core.query.query import Query
from ses_tui.core.query.syntax import QueryError

__all__ = ["Query", "QueryError"]
