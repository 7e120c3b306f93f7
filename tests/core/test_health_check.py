"""Findings as lines that a terminal, a pipe and a person can use."""

from ses_tui.core.health_check import CheckResult, Verdict, checks_text, tally

LONG = "word " * 40
COMMAND = "aws dynamodb update-table --table-name mail " + "--option value " * 10
RESULTS = (
    CheckResult("table", Verdict.OK, "as defined"),
    CheckResult("stream", Verdict.FAIL, LONG, ("prose " * 30, COMMAND)),
)


def test_a_pipe_gets_a_line_for_each_text() -> None:
    first, second, prose, command = checks_text(RESULTS, None).splitlines()
    assert first == "OK    table   as defined"
    assert second == f"FAIL  stream  {LONG}"
    assert prose.startswith("      > prose prose")
    assert command == f"      $ {COMMAND}"


def test_a_terminal_gets_wrapped_prose_and_whole_commands() -> None:
    lines = checks_text(RESULTS, 80).splitlines()
    command = f"      $ {COMMAND}"
    assert command in lines
    assert all(len(line) <= 80 for line in lines if line != command)
    assert lines[2].startswith(" " * len("FAIL  stream  ") + "word")


def test_a_very_narrow_terminal_still_gets_everything() -> None:
    text = checks_text(RESULTS, 5)
    assert text.count("word") == 40


def test_nothing_from_outside_reaches_the_terminal_as_it_is() -> None:
    result = CheckResult("set \x1b[31m", Verdict.WARN, "a\nb\x1b]0;x\x07", ("do\x9b2J",))
    text = checks_text([result], 80)
    assert not {"\x1b", "\x07", "\x9b"} & set(text)
    assert len(text.splitlines()) == 2


def test_tally_names_what_there_is() -> None:
    assert tally(RESULTS) == "1 OK, 1 FAIL"
