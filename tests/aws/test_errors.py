"""Which error of AWS means what to the person at the terminal."""

import errno
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from botocore import exceptions as aws

from ses_tui.aws.errors import explain, refuses_credentials
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.errors import CredentialsError, SesTuiError, TableError

OPTIONS = ConnectionOptions(table="mail", profile="ops", region="eu-west-1")


def answer(code: str, message: str = "said so") -> aws.ClientError:
    return aws.ClientError({"Error": {"Code": code, "Message": message}}, "Query")


@pytest.mark.parametrize(
    ("error", "kind", "advice"),
    [
        (answer("ExpiredTokenException"), CredentialsError, "`aws sso login --profile ops`"),
        (answer("UnrecognizedClientException"), CredentialsError, "does not accept"),
        (answer("InvalidSignatureException", "Signature expired: x"), CredentialsError, "clock"),
        (
            answer("AccessDeniedException", "User: a is not authorized to perform: dynamodb:Query"),
            CredentialsError,
            "no permission for Query on table 'mail': ask for a role that may",
        ),
        (
            answer(
                "AccessDeniedException",
                "User: a is not authorized to perform: kms:Decrypt on resource: "
                "arn:aws:kms:eu-west-1:111122223333:key/11-22 with an explicit deny in a policy",
            ),
            CredentialsError,
            "no permission for kms:Decrypt on key/11-22: ask for a role that may, "
            "or give --profile NAME (AWS says: with an explicit deny in a policy)",
        ),
        (answer("ResourceNotFoundException"), TableError, "`ses-tui table create --table mail`"),
        (answer("ThrottlingException"), TableError, "too busy"),
        (answer("InternalServerError"), TableError, "DynamoDB in eu-west-1 has a fault of its own"),
        (answer("SomethingNew"), TableError, "SomethingNew: said so"),
        (aws.UnauthorizedSSOTokenError(), CredentialsError, "`aws sso login --profile ops`"),
        (
            aws.TokenRetrievalError(provider="sso", error_msg="x"),
            CredentialsError,
            "`aws sso login --profile ops`",
        ),
        (aws.LoginRefreshRequired(), CredentialsError, "`aws login --profile ops`"),
        (aws.RefreshWithMFAUnsupportedError(), CredentialsError, "MFA"),
        (aws.ReadTimeoutError(endpoint_url="x"), TableError, "does not answer in time"),
        (
            aws.EndpointConnectionError(endpoint_url="x", error=OSError("no route")),
            TableError,
            "cannot reach DynamoDB in eu-west-1: no route",
        ),
        (
            aiohttp.ClientConnectorError(
                cast("Any", SimpleNamespace(host="x", port=1, ssl=True)),
                OSError(errno.ECONNREFUSED, "Connect call failed ('192.0.2.1', 1)"),
            ),
            TableError,
            "cannot reach DynamoDB in eu-west-1: Connection refused; check",
        ),
        (ConnectionResetError("reset by peer"), TableError, "reset by peer"),
    ],
)
def test_meaning(error: Exception, kind: type[SesTuiError], advice: str) -> None:
    explained = explain(error, OPTIONS)
    assert type(explained) is kind
    assert advice in str(explained)


def test_keys_of_the_environment_are_nothing_that_a_running_program_could_renew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "LOCAL0TEST")
    expired = answer("ExpiredTokenException")
    assert "quit, set new ones" in str(explain(expired, ConnectionOptions(region="eu-west-1")))
    assert "quit" not in str(explain(expired, OPTIONS))


def test_a_wrong_clock_is_no_fault_of_the_keys() -> None:
    refused = {"Code": "InvalidSignatureException", "Message": "not the one calculated"}
    assert refuses_credentials(refused)
    assert not refuses_credentials(refused | {"Message": "Signature expired: x"})
    assert not refuses_credentials({})


def test_words_from_outside_are_harmless_and_short() -> None:
    text = str(explain(answer("Odd\x1b[2J", "red \x1b[31m\nline\u202e " + "x" * 5_000), OPTIONS))
    assert not set("\x1b\n\u202e") & set(text)
    assert len(text) < 500


def test_a_password_in_an_endpoint_is_not_repeated() -> None:
    options = ConnectionOptions(endpoint_url="http://me:hidden@host.example:8000/x", region="r")
    text = str(explain(aws.ReadTimeoutError(endpoint_url="x"), options))
    assert "host.example:8000" in text
    assert "hidden" not in text


def test_keys_are_in_no_repr() -> None:
    assert "hidden" not in repr(ConnectionOptions(access_key="hidden", secret_key="hidden"))
