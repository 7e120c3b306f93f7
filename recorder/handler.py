"""The entry points of the three Lambda functions."""

import os
from functools import cache
from typing import Any, Final

import boto3.session
from botocore.config import Config

from recorder.functions import LambdaContext, RecorderFunctions
from recorder.model.settings import read_settings
from recorder.observability import PowertoolsObserver
from recorder.unparseable import UnparseableQueue
from recorder.whole_answers import refuse_broken_answers
from recorder.writer import DEFAULT_CONCURRENCY

# One attempt: the recorder tries again itself, item by item and inside the time Lambda leaves.
# Parameters are built by code that tests cover, so botocore need not look at each of them again.
TABLE_CONFIGURATION: Final = Config(
    connect_timeout=2,
    read_timeout=8,
    retries={"mode": "standard", "total_max_attempts": 1},
    max_pool_connections=DEFAULT_CONCURRENCY,
    parameter_validation=False,
)
_QUEUE_CONFIGURATION: Final = Config(
    connect_timeout=2, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 1}
)


@cache
def functions() -> RecorderFunctions:
    """The functions of this process, built once from its environment.

    Raises `ValueError` for a setting that cannot be meant; botocore's `NoRegionError` without a
    region.
    """
    settings = read_settings(os.environ)
    queue_url = settings.unparseable_queue_url
    return RecorderFunctions(
        refuse_broken_answers(
            boto3.session.Session().client("dynamodb", config=TABLE_CONFIGURATION)
        ),
        settings,
        copy_unparseable=UnparseableQueue(_make_queue_client, queue_url) if queue_url else None,
        observer=PowertoolsObserver(settings.table),
    )


def record(event: object, context: LambdaContext | None = None) -> dict[str, Any]:
    """Store SES events; see `RecorderFunctions.record`."""
    return functions().record(event, context)


def roll_up(event: dict[str, Any], context: LambdaContext | None = None) -> dict[str, Any]:
    """Rollups and feed pages from the table's stream; see `RecorderFunctions.roll_up`."""
    return functions().roll_up(event, context)


def tick(event: object, context: LambdaContext | None = None) -> None:
    """Once a minute: heartbeat and summaries; see `RecorderFunctions.tick`."""
    functions().tick(event, context)


def _make_queue_client() -> Any:
    return refuse_broken_answers(boto3.session.Session().client("sqs", config=_QUEUE_CONFIGURATION))


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # Lambda gives a starting process more CPU than the invocations that follow.
    functions()
