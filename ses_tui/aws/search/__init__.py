"""Searches of one table: a way of reading each, and what they share."""

from ses_tui.aws.search.table_search import TableSearch

__all__ = ["TableSearch"]
