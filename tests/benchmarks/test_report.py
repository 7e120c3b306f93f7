"""What is told of a run of the benchmark. Nothing here measures, and nothing depends on time."""

from math import inf

import orjson
import pytest

from benchmarks.__main__ import chosen, parts_of
from benchmarks.conditions import Conditions
from benchmarks.figure import Figure, Verdict, percentile_95
from benchmarks.part_process import ROOT, MeasuredPart, measure_part
from benchmarks.parts import PARTS, Part
from benchmarks.report import Report, document_of, page_of, reasons_in, table_of

MET = Figure(4, "pages", "events/s", (300_000.0, 260_000.0, 280_000.0), at_least=250_000)
MISSED = Figure(3, "record over naive", "times", (9.5, 9.0, 10.0), at_least=12)
LATE = Figure(6, "seen, p95", "s", (inf,), at_most=3, note="of 0 events")
NOTED = Figure(6, "pictures", "a second", (2.9,))
UNKNOWN = Figure(6, "memory: all of it", "", (), note="not done within 9 s")


def report_of(*figures: Figure) -> Report:
    told = Conditions("2026-11-29 03:00 UTC", "2 x Processor", 0.1, {"Python": "3.11"})
    return Report(told, [MeasuredPart("one", figures, 1.0)], quick=False, seconds=60.0)


def test_a_verdict_is_that_of_the_median_and_a_ratio_is_over_the_target() -> None:
    met, missed = Verdict.MET, Verdict.MISSED
    assert [MET.verdict, MISSED.verdict, LATE.verdict] == [met, missed, missed]
    assert [NOTED.verdict, UNKNOWN.verdict] == [Verdict.NOTED, Verdict.NOT_MEASURED]
    assert (MET.ratio, NOTED.ratio, UNKNOWN.ratio) == (1.12, None, None)
    assert Figure(6, "lost", "events", (0.0,), at_most=0).verdict is met
    assert (percentile_95(range(1, 101)), percentile_95(())) == (96, inf)


def test_the_table_tells_everything_of_a_figure() -> None:
    head, *lines = table_of(report_of(MET, MISSED, LATE, NOTED, UNKNOWN)).splitlines()
    assert head.split() == ["figure", "target", "ratio", "verdict", "median", "spread", "n", "unit"]
    rows = [" ".join(line.split()) for line in lines]
    assert rows == [
        "record over naive ≥ 12 0.79 MISSED 9.5 9 - 10 3 times",
        "pages ≥ 250,000 1.12 met 280,000 260,000 - 300,000 3 events/s",
        "seen, p95 ≤ 3 inf MISSED never 1 s (of 0 events)",
        "pictures 2.9 1 a second",
        "memory: all of it not measured (not done within 9 s)",
        "",
        "one 1.0 s 1.7 %",
        "",
        "1 of 3 targets met, 1 not measured; 1.0 min; load at the start 0.1",
    ]


def test_a_part_that_was_cut_short_is_named_in_table_verdict_and_page() -> None:
    told = report_of(MET).conditions
    late = MeasuredPart("widgets", (UNKNOWN,), 30.0, "not done within 30 s")
    report = Report(told, [MeasuredPart("one", (MET,), 15.0), late], quick=False, seconds=60.0)
    rows = [" ".join(line.split()) for line in table_of(report).splitlines()]
    assert "widgets 30.0 s 50.0 % not done within 30 s" in rows
    assert ", 1 not measured, cut short: widgets; 1.0 min" in rows[-1]
    page = page_of(report, {})
    assert "| one | 15.0 | 25 % |  |\n| widgets | 30.0 | 50 % | not done within 30 s |" in page
    assert "cut short: widgets" in page


def test_the_page_marks_what_is_missed_and_says_why() -> None:
    reasons = reasons_in(
        "# Performance\n\n- **record over naive**: the engine takes\n  1.5 ms.\n- **other**: no.\n"
    )
    page = page_of(report_of(MET, MISSED, LATE), reasons)
    assert "- **record over naive**: the engine takes 1.5 ms.\n" in page
    assert "- **seen, p95**: no reason is known yet.\n" in page
    assert "| record over naive | ≥ 12 | 0.79 | **MISSED** | 9.5 | 9 - 10 | 3 | times |" in page
    assert page.index("## Recorder") < page.index("## Rollups") < page.index("## Live tail")
    assert "Python 3.11" in page
    assert "busy" not in page


def test_the_document_holds_every_run_and_verdict() -> None:
    document = orjson.loads(orjson.dumps(document_of(report_of(MET, UNKNOWN))))
    met, unknown = document["figures"]
    assert (met["runs"], met["median"], met["verdict"]) == (list(MET.runs), 280_000.0, "met")
    assert (unknown["median"], unknown["verdict"]) == (None, "not measured")
    assert document["conditions"]["machine"] == "2 x Processor"


def test_every_part_can_be_chosen_and_measures() -> None:
    names = [part.name for part in PARTS]
    assert len(set(names)) == len(names)
    assert chosen(",".join(names)) == list(PARTS)
    for name in names:
        assert "def measure(quick: bool)" in (ROOT / "benchmarks" / f"{name}.py").read_text()
    assert parts_of(quick=False) == list(PARTS)
    assert {part.name for part in parts_of(quick=True)} < set(names)
    with pytest.raises(ValueError, match="no part is called nothing: choose of recorder"):
        chosen("recorder,nothing")


def test_a_part_that_fails_keeps_what_it_measured_and_says_why() -> None:
    part = Part("failing_part", 60, 60, package="tests.benchmarks")
    measured = measure_part(part, quick=True, allowed_seconds=60)
    first, rest = measured.figures
    assert first == Figure(3, "before it fails, quickly", "s", (1.0, inf), at_most=2, note="once")
    assert rest.verdict is Verdict.NOT_MEASURED
    assert (rest.name, rest.note) == ("failing_part: the rest", "RuntimeError: the disk is full")


def test_a_part_that_is_not_done_in_time_is_ended() -> None:
    part = Part("failing_part", 60, 60, package="tests.benchmarks")
    measured = measure_part(part, quick=False, allowed_seconds=0)
    assert [figure.note for figure in measured.figures] == ["not done within 0 s"]
