import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_tui.core.configuration import (
    ConfigurationError,
    ConfigurationFile,
    read_configuration_file,
)
from ses_tui.core.configuration.statement_lines import statement_lines
from ses_tui.core.saved_search import SavedSearch


def read(path: Path, text: str) -> ConfigurationFile:
    path.write_text(text)
    return read_configuration_file(path)


def faults(path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        read(path, text)
    assert raised.value.exit_code == 2
    assert str(path) in str(raised.value)
    return [str(problem) for problem in raised.value.problems]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_everything_a_file_can_say(path: Path) -> None:
    file = read(
        path,
        """
        default_profile = "production"
        poll_interval = "5s"
        columns = ["recipient", "reason"]
        signals.bell = false
        [profiles]
        production = { table = "mail", region = "eu-west-1", thresholds.bounce_high = "4%" }
        [profiles.laptop]
        endpoint_url = "http://127.0.0.1:8000"
        [keys]
        pause = "ctrl+t"
        [searches]
        "bounces at gmail" = "type:bounce domain:gmail.com since:2h"
        """,
    )
    assert file.values == {
        "poll_interval": 5.0,
        "columns": ("recipient", "reason"),
        "signals.bell": False,
    }
    assert file.default_profile == "production"
    assert file.profiles["production"] == {
        "table": "mail",
        "region": "eu-west-1",
        "thresholds.bounce_high": 0.04,
    }
    assert file.profiles["laptop"] == {"endpoint_url": "http://127.0.0.1:8000"}
    assert file.keys == {"pause": "ctrl+t"}
    query = "type:bounce domain:gmail.com since:2h"
    assert file.searches == (SavedSearch("bounces at gmail", query),)


def test_all_faults_at_once_each_with_its_line_and_the_nearest_name(path: Path) -> None:
    assert faults(
        path,
        """\
default_profile = "prod"
pol_interval = "2s"
theme = "darc"
bell = false
columns = [
  "recipient",
  "resaon",
]
[thresholds]
bounce_high = 5
[profiles.production]
table = "x y"
""",
    ) == [
        'line 1: default_profile = "prod": there is no table [profiles.prod]',
        'line 2: pol_interval = "2s": there is no such key; did you mean poll_interval?',
        'line 3: theme = "darc": did you mean dark?',
        "line 4: bell = false: there is no such key; did you mean signals.bell?",
        'line 5: columns = ["recipient", "resaon"]: there is no \'resaon\': did you mean reason?',
        'line 10: thresholds.bounce_high = 5: write a percentage, as in "5%"',
        'line 12: profiles.production.table = "x y": '
        "give 3 to 255 letters, digits, `_`, `-` and `.`, or an ARN",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("mouse = 1", "write true or false"),
        ('poll_interval = "0s"', "from 1s to 60s"),
        ("frames_per_second = 900", "from 0.2 to 10"),
        ('endpoint_url = "file:///bin/sh"', "http://HOST:PORT"),
        ('endpoint_url = "http://me:secret@host"', "without a name and a password"),
        ('searches.x = "typ:bounce"', "did you mean type?"),
        ('searches = "x"', "[searches]"),
        ("profiles.a = 1", "[profiles.a]"),
        ('profiles.a.keys.pause = "x"', "there is no such key"),
        ("keys.pause = 1", 'as in "ctrl+t"'),
        ("default_profile = [1]", "write text"),
        ('command = "rm -rf ~"', "there is no such key"),
        ("x = = 1", "no TOML"),
        ("table = ses-events", 'stands in "quotation marks"'),
        ('[profile.prod]\ntable = "x"', "did you mean [profiles.prod]?"),
        ("window = \"1h\"\nwindow = '1h'\n", "no TOML"),
    ],
)
def test_what_a_file_cannot_say(path: Path, line: str, words: str) -> None:
    (fault,) = faults(path, line)
    assert words in fault
    assert fault.startswith("line ")


def test_control_characters_of_somebody_elses_file_reach_no_terminal(path: Path) -> None:
    (fault,) = faults(path, '"\\u001b]0;x\\u0007" = "\\u001b[31m"')
    assert fault.isprintable()


def test_no_file_is_no_fault_unless_it_was_named(path: Path) -> None:
    assert read_configuration_file(path) == ConfigurationFile()
    with pytest.raises(ConfigurationError, match="no such file"):
        read_configuration_file(path, must_exist=True)
    below_a_device = Path(os.devnull) / "home" / "config.toml"
    assert read_configuration_file(below_a_device) == ConfigurationFile()
    path.write_bytes(b'theme = "dark"\n# caf\xe9')
    with pytest.raises(ConfigurationError, match="line 2 is not written in UTF-8"):
        read_configuration_file(path)
    with pytest.raises(ConfigurationError, match="directory"):
        read_configuration_file(path.parent)


VALUES = st.sampled_from(
    ["1", '"x # y"', '"""a\n[b]\nc = 1"""', "[\n1,\n\n2]", "{ a = 1, b.c = 2 }", "'''\n='''"]
)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), VALUES, st.sampled_from(["", "\n", "# z = 1\n"]))))
def test_each_statement_is_found_on_its_line(parts: list[tuple[bool, str, str]]) -> None:
    text = ""
    table: tuple[str, ...] = ()
    expected: dict[tuple[str, ...], int] = {}
    for number, (in_a_table, value, between) in enumerate(parts):
        text += between
        if in_a_table:
            table = ("t", f"n{number}")
            expected[table] = text.count("\n") + 1
            text += f"[t.n{number}]  # [no.table]\n"
        expected[*table, f"k{number}"] = text.count("\n") + 1
        text += f"k{number} = {value}\n"
    lines = statement_lines(text)
    assert {path: lines.get(path) for path in expected} == expected
