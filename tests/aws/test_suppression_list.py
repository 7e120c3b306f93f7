"""The suppression list over HTTP: which form of the address is asked for, and who may change it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ses_tui.aws.connection import open_connection
from ses_tui.aws.suppression_list import AwsSuppressionList
from ses_tui.core.errors import CredentialsError, TableError, UsageError
from ses_tui.core.suppression import SuppressedAddress, SuppressionAnswer
from tests.aws.fake_ses import FakeSes, running_ses
from tests.aws.pages import options_of
from tests.engine import TestTable
from tests.events import NOON, FrozenClock

PATH = "/v2/email/suppression/addresses"
BOUNCE = {
    "Reason": "BOUNCE",
    "LastUpdateTime": NOON / 1000,
    "Attributes": {"MessageId": "0100-m", "FeedbackId": "f"},
}


@asynccontextmanager
async def opened(
    table: TestTable, monkeypatch: pytest.MonkeyPatch, **options: Any
) -> AsyncIterator[tuple[AwsSuppressionList, FakeSes]]:
    async with running_ses() as ses:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", ses.url)
        connection = await open_connection(options_of(table, **options), FrozenClock())
        try:
            yield connection.suppression, ses
        finally:
            await connection.close()


async def test_the_exact_case_is_asked_for_first_then_lower_case(
    table: TestTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(table, monkeypatch) as (suppression, ses):
        ses.entries = {"Ann+a/b@X.example": BOUNCE, "bob@x.example": {**BOUNCE, "Attributes": {}}}
        assert await suppression.find("Ann+a/b@X.example") == SuppressionAnswer(
            ("Ann+a/b@X.example",),
            SuppressedAddress("Ann+a/b@X.example", "BOUNCE", NOON, "0100-m"),
        )
        assert await suppression.find("Bob@x.example") == SuppressionAnswer(
            ("Bob@x.example", "bob@x.example"),
            SuppressedAddress("bob@x.example", "BOUNCE", NOON),
        )
        assert await suppression.find("eve@x.example") == SuppressionAnswer(("eve@x.example",))
        assert ses.asked == [
            f"GET {PATH}/Ann%2Ba%2Fb%40X.example",
            f"GET {PATH}/Bob%40x.example",
            f"GET {PATH}/bob%40x.example",
            f"GET {PATH}/eve%40x.example",
        ]


async def test_only_who_asked_to_write_removes(
    table: TestTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(table, monkeypatch) as (suppression, ses):
        assert not suppression.may_remove
        with pytest.raises(UsageError, match="--allow-write"):
            await suppression.remove("ann@x.example")
        assert ses.asked == []
    async with opened(table, monkeypatch, allow_write=True) as (suppression, ses):
        ses.entries = {"Ann@x.example": BOUNCE}
        await suppression.remove("Ann@x.example")
        assert ses.entries == {}
        assert ses.asked == [f"DELETE {PATH}/Ann%40x.example"]
        with pytest.raises(TableError, match="no longer on the suppression list"):
            await suppression.remove("Ann@x.example")
        ses.denied = {"DELETE"}
        with pytest.raises(CredentialsError, match="ses:DeleteSuppressedDestination"):
            await suppression.remove("Ann@x.example")


async def test_a_missing_permission_is_named_and_no_error(
    table: TestTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(table, monkeypatch) as (suppression, ses):
        ses.denied = {"GET"}
        answer = await suppression.find("Ann@x.example")
        said = "no permission: ses:GetSuppressedDestination; the stack's reader policy has it"
        assert answer.hindrance == said
        assert ses.asked == [f"GET {PATH}/Ann%40x.example"]


async def test_a_service_that_does_not_answer_is_an_error(
    table: TestTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", "http://127.0.0.1:1")
    connection = await open_connection(options_of(table), FrozenClock())
    with pytest.raises(TableError, match="the suppression list does not answer"):
        await connection.suppression.find("ann@x.example")
    await connection.close()


async def test_a_local_engine_has_none_and_nobody_else_is_asked(
    table: TestTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ENDPOINT_URL_SESV2", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    connection = await open_connection(options_of(table, allow_write=True), FrozenClock())
    answer = await connection.suppression.find("ann@x.example")
    assert answer == SuppressionAnswer(hindrance="not available on a local engine")
    with pytest.raises(UsageError, match="local engine"):
        await connection.suppression.remove("ann@x.example")
    await connection.close()
