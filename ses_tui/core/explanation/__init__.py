"""What became of a mail, in plain words, each explanation with its source."""

from ses_tui.core.explanation.explain import explain
from ses_tui.core.explanation.explanation import Explanation, Source
from ses_tui.core.explanation.sentence import recipient_sentence
from ses_tui.core.explanation.status import explain_status

__all__ = ["Explanation", "Source", "explain", "explain_status", "recipient_sentence"]
