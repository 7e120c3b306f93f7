"""The package of the functions: which files it holds, and that it runs on nothing else."""

import io
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests import payloads
from tests.deployment.deployment import build_package
from tests.engine import TestTable
from tests.template.stack import RECORDER, Stack

REQUIREMENT = re.compile(r"([\w-]+)==(\S+)")
LIBRARIES = {
    "aws_lambda_powertools",
    "boto3",
    "botocore",
    "dateutil",
    "jmespath",
    "orjson",
    "s3transfer",
    "six.py",
    "typing_extensions.py",
    "urllib3",
}
DASHBOARD = ("aiobotocore", "click", "moto", "platformdirs", "ses_tui", "textual")
# Without site-packages and without the folder it is started in: only the package and Python.
ISOLATED = (sys.executable, "-I", "-S", "-c")


def pinned() -> dict[str, str]:
    """Versions in the package's own list of dependencies, by name as in a folder of metadata."""
    lines = (RECORDER / "requirements.txt").read_text().splitlines()
    matches = [REQUIREMENT.fullmatch(line) for line in lines if not line.startswith("#")]
    return {match[1].replace("-", "_"): match[2] for match in matches if match}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked package, built as `sam build` does, for the Python that runs the tests."""
    folder = tmp_path_factory.mktemp("package")
    with zipfile.ZipFile(io.BytesIO(build_package())) as archive:
        archive.extractall(folder)
    return folder


def test_it_holds_the_recorder_and_what_it_needs(package: Path) -> None:
    metadata = {f"{name}-{version}.dist-info" for name, version in pinned().items()}
    assert {path.name for path in package.iterdir()} == {"recorder"} | LIBRARIES | metadata


def test_of_the_recorder_it_holds_code_and_dictionaries(package: Path) -> None:
    held = {
        str(path.relative_to(package / "recorder"))
        for path in (package / "recorder").rglob("*")
        if path.is_file()
    }
    shipped = [*RECORDER.rglob("*.py"), *RECORDER.glob("model/dictionaries/*.txt")]
    wanted = {str(path.relative_to(RECORDER)) for path in shipped}
    assert held == {path for path in wanted if not path.startswith(".aws-sam/")}
    assert "handler.py" in held
    assert "model/dictionaries/ses-events-1.txt" in held


def test_it_is_small_enough_to_start_quickly(package: Path) -> None:
    size = sum(path.stat().st_size for path in package.rglob("*") if path.is_file())
    assert size < 15_000_000
    services = {path.name for path in (package / "botocore" / "data").iterdir() if path.is_dir()}
    assert services == {"dynamodb", "sqs"}


def test_every_entry_point_of_the_template_is_there(package: Path) -> None:
    handlers = [
        function["Handler"] for function in Stack().of_type("AWS::Lambda::Function").values()
    ]
    assert len(handlers) == 3
    program = f"""
import importlib, sys
sys.path.insert(0, {str(package)!r})
for handler in {handlers!r}:
    module, _, name = handler.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name)), handler
print(sorted(set(sys.modules) & set({DASHBOARD!r})))
"""
    answer = subprocess.run(
        [*ISOLATED, program], capture_output=True, text=True, check=False, env={}
    )
    assert (answer.stdout, answer.stderr) == ("[]\n", "")


def test_it_records_by_itself(package: Path, table: TestTable) -> None:
    event = payloads.sqs_event(payloads.send(recipients=["a@example.org"]), ids=["1"])
    program = f"""
import json, sys
sys.path.insert(0, {str(package)!r})
from recorder import handler
event = json.loads(sys.stdin.read())
print(json.dumps(handler.record(event)), file=sys.stderr)
handler.tick({{}})
handler._make_queue_client()
"""
    environment = {
        "AWS_ENDPOINT_URL_DYNAMODB": table.endpoint_url,
        "AWS_ACCESS_KEY_ID": table.credentials["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": table.credentials["aws_secret_access_key"],
        "AWS_DEFAULT_REGION": table.credentials["region_name"],
        "AWS_LAMBDA_FUNCTION_NAME": "record",
        "SES_TABLE": table.name,
    }
    answer = subprocess.run(
        [*ISOLATED, program],
        input=json.dumps(event),
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stderr) == {"batchItemFailures": []}
    items = table.client.scan(TableName=table.name)["Items"]
    kinds = {item["pk"]["S"].partition("#")[0] for item in items}
    assert {"M", "H"} <= kinds


def test_what_is_deployed_is_what_the_project_allows() -> None:
    project = tomllib.loads((RECORDER.parent / "pyproject.toml").read_text())["project"]
    allowed = {one.name: one for one in map(Requirement, project["dependencies"])}
    versions = pinned()
    for name in ("aws-lambda-powertools", "boto3", "orjson"):
        assert allowed[name].specifier.contains(versions[name.replace("-", "_")])
