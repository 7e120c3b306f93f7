"""How much a search may cost before somebody is asked, and at most."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ses_tui.core.search.cost import dollars
from ses_tui.core.search.plan import SearchPlan

ASK_OVER_DOLLARS: Final = 0.05
REFUSE_OVER_DOLLARS: Final = 1.0
ASK_OVER_REQUESTS: Final = 20_000
"""Minutes, whatever they cost."""


class Verdict(StrEnum):
    """Whether a plan may be carried out."""

    FINE = "fine"
    ASK = "ask"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits in dollars. They hold while a search runs, too, since an estimate may be wrong."""

    ask_over: float = ASK_OVER_DOLLARS
    refuse_over: float = REFUSE_OVER_DOLLARS

    def verdict(self, plan: SearchPlan) -> Verdict:
        """What the estimate means. Where nothing is known, the search begins and is watched."""
        if plan.estimate is None:
            return Verdict.FINE
        if plan.estimate.dollars > self.refuse_over:
            return Verdict.REFUSE
        if plan.estimate.dollars > self.ask_over or plan.estimate.requests > ASK_OVER_REQUESTS:
            return Verdict.ASK
        return Verdict.FINE

    def most_dollars(self, *, agreed: bool) -> float:
        """What a search may cost before it stops by itself."""
        return self.refuse_over if agreed else min(self.ask_over, self.refuse_over)

    def refusal(self, plan: SearchPlan) -> str:
        """Why a plan is refused, and the ways out of it that are everywhere."""
        return (
            f"this search would {plan.description}, and the limit is {dollars(self.refuse_over)}: "
            "narrow the range with since: and until:, or give a recipient (to:) or message id (id:)"
        )
