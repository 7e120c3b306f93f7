import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.terminal import run_in_terminal

ROOT = Path(__file__).parents[2]
PACKAGES = ("recorder", "ses_tui")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def files_of_packages() -> Iterator[str]:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and ".aws-sam" not in path.parts:
                yield path.relative_to(ROOT).as_posix()


def test_a_wheel_holds_every_file_of_both_packages_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = {name for name in opened.namelist() if ".dist-info/" not in name}
    assert names == set(files_of_packages())


def test_every_dependency_says_why_it_is_there() -> None:
    document = (ROOT / "docs" / "dependencies.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    for requirement in [*project["dependencies"], *(one for extra in extras for one in extra)]:
        name = requirement.partition(">")[0]
        assert f"| `{name}` |" in document, f"{name} is not in docs/dependencies.md"


@pytest.mark.long
def test_a_wheel_in_an_empty_environment_shows_the_demo(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    binaries = tmp_path / "venv" / "bin"
    pip = str(binaries / "pip")
    install = [pip, "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    subprocess.run(install, check=True)
    command = (str(binaries / "python"), "-P", str(binaries / "ses-tui"))
    with run_in_terminal("demo", "--history", "200", size=(100, 30), command=command) as terminal:
        terminal.wait_for_text(r"LIVE")
        terminal.type("q")
        assert terminal.wait_for_end() == 0
