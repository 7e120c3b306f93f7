"""The recorder's template on a local AWS, as `sam build && sam deploy` would put it there."""

import io
import json
import re
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.deployment.local_cloud import PROJECT, LocalCloud

RECORDER = PROJECT / "recorder"
BUCKET = "packages"
_PATIENCE_SECONDS = 90.0


def build_package() -> bytes:
    """The functions' package, built by the template's own recipe, for this machine's Python."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                "make",
                "--silent",
                f"--directory={RECORDER}",
                "package",
                f"ARTIFACTS_DIR={folder}",
                f"PYTHON={sys.executable}",
                f"LAMBDA_PYTHON={sysconfig.get_python_version()}",
                f"LAMBDA_PLATFORM={_platform()}",
            ],
            check=True,
        )
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            for file in sorted(Path(folder).rglob("*")):
                package.write(file, file.relative_to(folder))
        return archive.getvalue()


@dataclass(frozen=True)
class Deployment:
    """One stack of the template."""

    cloud: LocalCloud
    name: str
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """Its table's name."""
        return self.outputs["TableName"]

    def invoke(self, function: str, event: object = None) -> Any:
        """What a function answers; raises `AssertionError` with its error."""
        answer = self.cloud.client("lambda").invoke(
            FunctionName=self.outputs[function], Payload=json.dumps(event or {})
        )
        body = answer["Payload"].read()
        assert "FunctionError" not in answer, body
        return json.loads(body or b"null")

    def delete(self) -> None:
        """Remove the stack; what the template retains stays."""
        cloudformation = self.cloud.client("cloudformation")
        cloudformation.delete_stack(StackName=self.name)
        _wait_for_stack(cloudformation, self.name, "DELETE_COMPLETE")


def upload_package(cloud: LocalCloud, package: bytes) -> None:
    """Put the package where a deployment takes it from."""
    s3 = cloud.client("s3")
    s3.create_bucket(
        Bucket=BUCKET,
        CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name},
    )
    s3.put_object(Bucket=BUCKET, Key="recorder.zip", Body=package)


def deploy(cloud: LocalCloud, name: str, **parameters: str) -> Deployment:
    """Create the stack. The local stream names no shard, so that `SingleShard` is on."""
    template = _packaged((RECORDER / "template.yaml").read_text())
    given = {"SingleShard": "1", "BatchingWindowSeconds": "1"} | parameters
    cloudformation = cloud.client("cloudformation")
    s3 = cloud.client("s3")
    s3.put_object(Bucket=BUCKET, Key="template.yaml", Body=template.encode())
    cloudformation.create_stack(
        StackName=name,
        TemplateURL=f"{cloud.endpoint_url}/{BUCKET}/template.yaml",
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    stack = _wait_for_stack(cloudformation, name, "CREATE_COMPLETE")
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    return Deployment(cloud, name, outputs)


def _packaged(template: str) -> str:
    """The template with the package's place in it."""
    template, replaced = re.subn(
        r"^( +CodeUri:) \.$", rf"\1 s3://{BUCKET}/recorder.zip", template, flags=re.MULTILINE
    )
    assert replaced == 1
    return template


def _platform() -> str:
    return f"manylinux2014_{sysconfig.get_platform().rpartition('-')[2]}"


def _wait_for_stack(cloudformation: Any, name: str, wanted: str) -> Any:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        except cloudformation.exceptions.ClientError:
            assert wanted == "DELETE_COMPLETE"
            return None
        if stack["StackStatus"] == wanted:
            return stack
        assert stack["StackStatus"].endswith("_IN_PROGRESS"), _reasons(cloudformation, name)
        assert time.monotonic() < deadline, f"{name} is still {stack['StackStatus']}"
        time.sleep(0.2)


def _reasons(cloudformation: Any, name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return "\n".join(
        f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
        for event in events
        if event.get("ResourceStatusReason")
    )
