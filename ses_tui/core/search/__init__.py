"""Searching what is stored: the cheapest plan for a query, its cost, and how far it is."""

from ses_tui.core.search.budget import Budget, Verdict
from ses_tui.core.search.cost import Cost
from ses_tui.core.search.emptiness import EmptinessFacts, nothing_found, why_nothing
from ses_tui.core.search.plan import SearchFacts, SearchPlan, Way, needs_facts, plan_search
from ses_tui.core.search.progress import DEFAULT_LIMIT, Ending, NewestEvents, SearchBatch

__all__ = [
    "DEFAULT_LIMIT",
    "Budget",
    "Cost",
    "EmptinessFacts",
    "Ending",
    "NewestEvents",
    "SearchBatch",
    "SearchFacts",
    "SearchPlan",
    "Verdict",
    "Way",
    "needs_facts",
    "nothing_found",
    "plan_search",
    "why_nothing",
]
