"""What an examination found: one line a check, and what to do about each that is not well."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ses_tui.core.finding_text import Finding, findings_text


class Verdict(StrEnum):
    """How a check ended, from well to ill; `SKIPPED` means that nobody could tell."""

    OK = "OK"
    SKIPPED = "SKIPPED"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found. `fix` holds a step each: prose, or a command to run."""

    name: str
    verdict: Verdict
    finding: str
    fix: tuple[str, ...] = ()


def tally(results: Iterable[CheckResult]) -> str:
    """How many of each, as in `12 OK, 1 WARN, 4 SKIPPED`."""
    verdicts = [result.verdict for result in results]
    counted = ((verdict, verdicts.count(verdict)) for verdict in Verdict)
    return ", ".join(f"{number} {verdict}" for verdict, number in counted if number)


def checks_text(results: Sequence[CheckResult], width: int | None) -> str:
    """The results for a terminal of `width` columns, or a line each; sanitised."""
    rows = [Finding(r.verdict, r.name, r.finding, r.fix) for r in results]
    return findings_text(rows, width)


def check_to_json(result: CheckResult) -> dict[str, Any]:
    """One entry of `doctor --json`."""
    return {
        "name": result.name,
        "verdict": result.verdict.value,
        "finding": result.finding,
        "fix": list(result.fix),
    }
