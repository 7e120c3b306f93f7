"""What an error of AWS or of the network means for the person at the terminal.

Text of an error comes from outside, so it is sanitised and cut; it never names a secret.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import aiohttp
from botocore import exceptions as aws
from botocore.parsers import ResponseParserError

from ses_tui.aws.endpoint import without_password
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.errors import CredentialsError, SesTuiError, TableError, UsageError
from ses_tui.core.sanitise import sanitise

OUTSIDE_ERRORS: Final = (
    aws.BotoCoreError,
    aws.ClientError,
    ResponseParserError,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    EOFError,
)
"""Everything that a call may raise because of the world and not because of this program."""

_EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"})
_REFUSED: Final = frozenset(
    {
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "InvalidAccessKeyId",
        "UnauthorizedException",
    }
)
_DENIED: Final = frozenset(
    {"AccessDenied", "AccessDeniedException", "ForbiddenException", "UnauthorizedOperation"}
)
_NOT_AUTHORIZED: Final = re.compile(
    r"not authorized to perform: (?P<action>\S+) on resource: (?:arn:[^:]*:[^:]*:[^:]*:[^:]*:)?"
    r"(?P<resource>\S+)(?: because)? ?(?P<reason>.*)"
)
"""IAM User Guide, "Access denied error messages": of an ARN the resource is told."""
_CLOCK: Final = frozenset({"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"})
_ABOUT_WHO_ASKS: Final = _EXPIRED | _REFUSED | _DENIED | _CLOCK
_BUSY: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "Throttling",
        "RequestLimitExceeded",
    }
)
_FAILING: Final = frozenset(
    {"InternalServerError", "InternalFailure", "ServiceUnavailable", "InternalServiceError"}
)
_SSO: Final = (aws.SSOError, aws.TokenRetrievalError)
_BROKEN_OFF: Final = (
    aiohttp.ClientPayloadError,
    aws.ResponseStreamingError,
    aws.IncompleteReadError,
)
_MAXIMUM_TEXT: Final = 300


@contextmanager
def explained(options: ConnectionOptions) -> Iterator[None]:
    """Turns every error from outside into a `SesTuiError` that says what to do."""
    try:
        yield
    except OUTSIDE_ERRORS as error:
        raise explain(error, options) from error


@contextmanager
def fetching_credentials() -> Iterator[None]:
    """Turns what botocore lets through while it fetches credentials into its own error for that.

    A program of `credential_process` that is not there, or prints no JSON, or keys that ended long
    ago, raises whatever reading that raises; a service that gives out keys may answer anything.
    """
    try:
        yield
    except (aws.BotoCoreError, aiohttp.ClientError, EOFError, SesTuiError):
        raise
    except Exception as error:
        if isinstance(error, aws.ClientError) and _code_of(error) in _ABOUT_WHO_ASKS:
            raise
        said = str(error) or type(error).__name__
        raise aws.CredentialRetrievalError(provider="the profile", error_msg=said) from error


def explain(error: Exception, options: ConnectionOptions) -> SesTuiError:
    """The error that the person at the terminal can act on, of the type of its exit code."""
    if isinstance(error, aws.ClientError):
        return _explain_answer(error, options)
    profile = "" if options.profile_name is None else f" --profile {options.profile_name}"
    if isinstance(error, aws.ProfileNotFound):
        return CredentialsError(
            f"the AWS configuration has no profile {sanitise(options.profile_name or '')!r}: "
            "`aws configure list-profiles` names those it has; give one with --profile"
        )
    if isinstance(error, aws.NoCredentialsError):
        return CredentialsError(
            f"no AWS credentials found: run `aws configure{profile}` or `aws sso login{profile}`, "
            "set AWS_PROFILE, or give --profile NAME"
        )
    if isinstance(error, aws.PartialCredentialsError):
        return CredentialsError(
            f"the AWS credentials are incomplete: {_text(error)}; "
            f"set what is missing, or run `aws configure{profile}`"
        )
    if isinstance(error, _SSO):
        return CredentialsError(f"the SSO session has ended: run `aws sso login{profile}`")
    if isinstance(error, aws.LoginInsufficientPermissions):
        return CredentialsError(
            "no permission for signin:CreateOAuth2Token, which renews the AWS login session: "
            "ask for a role that may, or give --profile NAME"
        )
    if isinstance(error, aws.LoginError):
        return CredentialsError(f"the AWS login session has ended: run `aws login{profile}`")
    if isinstance(error, aws.RefreshWithMFAUnsupportedError):
        return CredentialsError(
            "the credentials have expired and need a new MFA code: quit and start ses-tui again, "
            "it asks for the code"
        )
    if isinstance(error, EOFError):
        return CredentialsError(
            "the profile needs an MFA code and there is no terminal to ask for it: "
            "start ses-tui in a terminal, or use a profile with session credentials"
        )
    if isinstance(error, aws.MissingDependencyException) and "login" in str(error):
        return CredentialsError(
            "the profile signs in by `aws login`, which takes one more library: "
            "run `pip install 'ses-tui[login]'` where ses-tui is installed"
        )
    if isinstance(error, aws.NoRegionError):
        return CredentialsError(
            "no AWS region is known: give --region, set AWS_REGION, or run "
            f"`aws configure set region NAME{profile}`"
        )
    if isinstance(
        error,
        (
            aws.CredentialRetrievalError,
            aws.UnknownCredentialError,
            aws.MetadataRetrievalError,
            aws.MissingDependencyException,
        ),
    ):
        return CredentialsError(
            f"the AWS credentials cannot be fetched: {_text(error)}; "
            f"`aws sts get-caller-identity{profile}` shows whether the AWS CLI can"
        )
    if isinstance(error, (aws.InvalidConfigError, aws.ConfigParseError, aws.ConfigNotFound)):
        return CredentialsError(f"the AWS configuration cannot be used: {_text(error)}")
    if isinstance(error, (aws.ValidationError, aws.ParamValidationError)):
        return UsageError(f"AWS cannot be asked for this: {_text(error)}")
    if isinstance(error, (aws.ReadTimeoutError, aws.ConnectTimeoutError, TimeoutError)):
        return TableError(f"{_place(options)} does not answer in time: check network and --region")
    if isinstance(error, _BROKEN_OFF) or isinstance(_cause_of(error), _BROKEN_OFF):
        return TableError(f"an answer of {_place(options)} broke off: check the network")
    if isinstance(
        error,
        (
            aws.ConnectionError,
            aws.HTTPClientError,
            aws.EndpointProviderError,
            aiohttp.ClientError,
            OSError,
        ),
    ):
        return TableError(
            f"cannot reach {_place(options)}: {_text(error)}; "
            "check the network, --region and --endpoint-url"
        )
    return TableError(f"table {sanitise(options.table)!r}: {_text(error)}")


def _explain_answer(error: aws.ClientError, options: ConnectionOptions) -> SesTuiError:
    """What an error answer of a service means."""
    details = error.response.get("Error", {})
    code = sanitise(_code_of(error))
    said = _cut(str(details.get("Message") or code))
    operation = sanitise(error.operation_name)
    table = sanitise(options.table)
    profile = "" if options.profile_name is None else f" --profile {options.profile_name}"
    if code in _EXPIRED and options.has_keys_of_environment:
        return CredentialsError(
            "the AWS credentials in the environment have expired: "
            "quit, set new ones (AWS_ACCESS_KEY_ID and the others), and start ses-tui again"
        )
    if code in _EXPIRED:
        return CredentialsError(
            f"the AWS credentials have expired: run `aws sso login{profile}`, "
            "or fetch new ones the way these were made"
        )
    if _is_about_time(code, said):
        return CredentialsError(
            f"AWS refuses the request because of its time: set the clock of this machine ({said})"
        )
    if code in _REFUSED:
        return CredentialsError(
            f"AWS does not accept the credentials ({code}): "
            f"`aws sts get-caller-identity{profile}` shows whether they are still valid"
        )
    if code in _DENIED:
        return CredentialsError(_explain_denial(said, f"{operation} on table {table!r}"))
    if code == "ResourceNotFoundException":
        return TableError(
            f"there is no table {table!r} at {_place(options)}: "
            f"`ses-tui table create --table {table}` makes it; "
            "or give another --table, --region or --endpoint-url"
        )
    if code in _BUSY:
        return TableError(f"table {table!r} is too busy for {operation} ({code}): try again later")
    if code in _FAILING:
        return TableError(
            f"{_place(options)} has a fault of its own in {operation} ({code}): try again later"
        )
    return TableError(f"{operation} on table {table!r} failed: {code}: {said}")


def refuses_credentials(error: Mapping[str, Any]) -> bool:
    """Whether an answer's `Error` says that nobody is known, or not any more, by these keys."""
    code, said = str(error.get("Code")), str(error.get("Message"))
    return code in _EXPIRED | _REFUSED and not _is_about_time(code, said)


def _is_about_time(code: str, said: str) -> bool:
    return code in _CLOCK or "Signature expired" in said or "Signature not yet current" in said


def _code_of(error: aws.ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def _explain_denial(said: str, asked: str) -> str:
    """What is missing, by the action and resource that AWS names, else what was `asked` for.

    They may be others than those asked for: of a role, say, or of the key of a table.
    """
    named = _NOT_AUTHORIZED.search(said)
    if named is not None:
        asked = f"{named['action']} on {named['resource']}"
        said = named["reason"]
    because = f" (AWS says: {said})" if said else ""
    return f"no permission for {asked}: ask for a role that may, or give --profile NAME{because}"


def _place(options: ConnectionOptions) -> str:
    if options.endpoint is not None:
        return sanitise(without_password(options.endpoint))
    return f"DynamoDB in {sanitise(options.region)}" if options.region else "DynamoDB"


def _cause_of(error: Exception) -> Exception | None:
    """What botocore wraps; `None` where it wraps nothing."""
    cause = getattr(error, "kwargs", {}).get("error")
    return cause if isinstance(cause, Exception) else None


def _text(error: Exception) -> str:
    """The error's own words; for a failed connection those of the cause, which say why."""
    cause = _cause_of(error)
    if cause is not None and str(cause):
        error = cause
    if isinstance(error, aiohttp.ClientConnectorError):
        return _cut(_system_words(error.os_error))
    return _cut(str(error) or type(error).__name__)


def _system_words(error: OSError) -> str:
    """As in `Connection refused`, where the library names its own functions and the place again."""
    # Numbers of the resolver are negative, and are no errno.
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or str(error)


def _cut(text: str) -> str:
    text = sanitise(" ".join(text.split()))
    return text if len(text) <= _MAXIMUM_TEXT else text[: _MAXIMUM_TEXT - 1] + "…"
