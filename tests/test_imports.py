"""The one-way arrows, seen at run time: what a fresh interpreter has loaded after one import."""

import json
import subprocess
import sys

import pytest

AWS_LIBRARIES = {"boto3", "botocore", "aiobotocore", "aws_lambda_powertools"}
SCREEN_LIBRARIES = {"textual", "rich", "click"}


def loaded_by(module: str) -> set[str]:
    code = (
        f"import importlib, pkgutil, sys, json; package = importlib.import_module({module!r});"
        "[importlib.import_module(m.name) for m in"
        " pkgutil.walk_packages(getattr(package, '__path__', []), package.__name__ + '.')];"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    return set(json.loads(output.stdout))


@pytest.mark.parametrize("module", ["recorder.model", "ses_tui.core"])
def test_model_and_core_load_no_library_of_aws_or_the_screen(module: str) -> None:
    assert not loaded_by(module) & (AWS_LIBRARIES | SCREEN_LIBRARIES)


def test_the_lambda_loads_nothing_of_the_dashboard() -> None:
    assert not loaded_by("recorder") & (SCREEN_LIBRARIES | {"ses_tui", "aiobotocore"})


def test_reading_the_table_loads_no_screen() -> None:
    assert not loaded_by("ses_tui.aws") & SCREEN_LIBRARIES


def test_the_first_picture_waits_for_no_screen_that_it_does_not_show() -> None:
    code = (
        "import sys, json; import ses_tui.ui.app, ses_tui.ui.screens.live;"
        "print(json.dumps(sorted(sys.modules)))"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    first = set(json.loads(output.stdout))
    assert not first & {
        "ses_tui.core.explanation",
        "ses_tui.core.health",
        "ses_tui.ui.palette",
        "ses_tui.ui.screens.help",
        "ses_tui.ui.screens.message",
        "ses_tui.ui.screens.write",
        "ses_tui.ui.story",
    }
