"""`ses-tui config`, the file it is about, and the page that describes it."""

import os
import re
import stat
import tomllib
from pathlib import Path

import pytest

from ses_tui.core.configuration import SETTINGS, read_configuration_file
from ses_tui.core.configuration.configuration_file import (
    DEFAULT_PROFILE,
    KEYS,
    PROFILES,
    SEARCHES,
)
from ses_tui.core.configuration.documents import example_text
from ses_tui.ui.keymap import faults_of
from tests.cli.conftest import CommandLineRunner

DOCUMENT = Path(__file__).parents[2] / "docs" / "configuration.md"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}


def test_a_file_from_the_first_day_to_the_first_mistake(
    bare: CommandLineRunner, home: dict[str, str]
) -> None:
    assert bare("config", "check", **home).returncode == 0
    file = Path(bare("config", "path", **home).stdout.rstrip("\n"))
    assert not file.exists()
    assert bare("config", "init", **home).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text('table = "mine"\n' + file.read_text())
    again = bare("config", "init", **home)
    assert (again.returncode, "--force" in again.stderr) == (2, True)
    shown = bare("config", "show", "--theme", "light", SES_TUI_WINDOW="6h", **home).stdout
    for line in (
        r'table = "mine" +# file, line 1',
        r'theme = "light" +# command line, --theme',
        r'window = "6h" +# SES_TUI_WINDOW',
        r'zone = "local" +# default',
    ):
        assert re.search(f"^{line}$", shown, re.MULTILINE), line
    file.write_text('tabel = "mine"\n[keys]\npause = "j"\npuse = "x"\n')
    checked = bare("config", "check", SES_TUI_MOUSE="maybe", **home)
    assert checked.returncode == 1
    for words in (
        "line 1: tabel",
        "did you mean table?",
        "line 3: keys.pause",
        "j is taken by down",
        "line 4: keys.puse",
        "did you mean pause?",
        "SES_TUI_MOUSE",
    ):
        assert words in checked.stderr
    for command in (["tail"], ["rates"], []):
        broken = bare(*command, **home)
        assert (broken.returncode, broken.stdout) == (2, ""), command
        assert "did you mean table?" in broken.stderr
    assert bare("config", "init", "--force", **home).returncode == 0
    assert file.read_text() == example_text()


def test_a_file_that_was_named_has_to_be_there(bare: CommandLineRunner, tmp_path: Path) -> None:
    missing = str(tmp_path / "none.toml")
    for done in (bare("--config", missing, "tail"), bare("tail", SES_TUI_CONFIG=missing)):
        assert done.returncode == 2
        assert f"no such file: `ses-tui --config {missing} config init`" in done.stderr


def test_what_is_no_file_is_not_written_over(bare: CommandLineRunner, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = bare("--config", str(pipe), "config", "init", "--force")
    assert (done.returncode, "is no file" in done.stderr) == (2, True)
    assert pipe.is_fifo()


def test_a_profile_leads_to_its_table(bare: CommandLineRunner, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[profiles.staging]\ntable = "there"\nendpoint_url = "http://127.0.0.1:1"\n')
    done = bare(
        "rates",
        "--use=staging",
        SES_TABLE="elsewhere",
        SES_TUI_CONFIG=str(file),
        AWS_REGION="eu-west-1",
        AWS_ACCESS_KEY_ID="a",
        AWS_SECRET_ACCESS_KEY="b",
    )
    assert done.returncode == 4
    assert "http://127.0.0.1:1" in done.stderr
    assert "elsewhere" not in done.stderr


def uncommented(text: str) -> str:
    return re.sub(r"^#(?! )", "", text, flags=re.MULTILINE)


def test_the_example_shows_every_setting_and_its_lines_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(example_text())
    assert read_configuration_file(file).values == {}
    text = uncommented(example_text())
    default = re.search(r"^default_profile.*\n", text, re.MULTILINE)
    assert default
    file.write_text(default[0] + text.replace(default[0], ""))
    read = read_configuration_file(file, check_keys=faults_of)
    assert set(read.values) == set(SETTINGS)
    for key, setting in SETTINGS.items():
        if setting.default not in (None, ()):
            assert read.values[key] == setting.default, key


def test_the_page_describes_every_setting_and_no_other() -> None:
    text = DOCUMENT.read_text()
    rows = set(re.findall(r"^\| `.*\|$", text, re.MULTILINE))
    expected = set()
    for setting in SETTINGS.values():
        default = setting.default not in (None, ()) and setting.kind.to_file(setting.default)
        cells = (
            f"`{setting.key}`",
            setting.meaning,
            setting.kind.form,
            f"`{default}`" if default else "",
            f"`{setting.variable}`",
            f"`{setting.option}`" if setting.option else "",
        )
        expected.add(f"| {' | '.join(cells)} |")
    others = rows - expected
    assert expected <= rows
    assert {re.findall(r"^\| `\[?(\w+)", row)[0] for row in others} == {
        *(DEFAULT_PROFILE, KEYS, PROFILES, SEARCHES)
    }


def test_the_file_of_the_page_is_right(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```", DOCUMENT.read_text(), re.DOTALL | re.MULTILINE)
    tomllib.loads(block)
    file = tmp_path / "config.toml"
    file.write_text(block)
    read_configuration_file(file, check_keys=faults_of)
