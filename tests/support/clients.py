"""The boto3 clients of tests, each made once, as that is slow; and refusals that tests expect."""

import functools
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

#: `boto3.client`, whose type depends on the stubs that are installed.
make_client: Any = cast("Any", boto3).client


@functools.cache
def unsigned(region: str = "us-east-1") -> Any:
    """A client as applications have them, made before most mocks are entered. It repeats nothing."""
    return make_client(
        "cognito-idp", region, config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
    )


def _signed_client(config: Config) -> Any:
    return make_client(
        "cognito-idp", "us-east-1", config=config, aws_access_key_id="testing", aws_secret_access_key="testing"
    )


@functools.cache
def signed() -> Any:
    """The client of an administrator. It works under every mock."""
    return _signed_client(Config(retries={"total_max_attempts": 1}))


@functools.cache
def unchecked() -> Any:
    """A signed client that repeats nothing and checks no parameter, so that the service is seen to check them."""
    return _signed_client(Config(parameter_validation=False, retries={"total_max_attempts": 1}))


def sign_in(pool: Any, username: str = "alice", password: str = "Passw0rd!", *, client: Any = None) -> Any:
    """Sign in with the password in clear, which needs no arithmetic."""
    return (client or unsigned()).initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )


@contextmanager
def refused(code: str, message: str | None = None) -> Generator[pytest.ExceptionInfo[ClientError]]:
    """Expect Cognito's refusal: the name of its error and, if given, its whole sentence."""
    with pytest.raises(ClientError) as caught:
        yield caught
    error: dict[str, Any] = dict(caught.value.response.get("Error", {}))
    assert error["Code"] == code, error
    if message is not None:
        assert error["Message"] == message


def is_mocked() -> bool:
    """Whether requests reach this package: moto's own answer to this request has another text."""
    with pytest.raises(ClientError) as caught:
        unsigned().initiate_auth(ClientId="none", AuthFlow="USER_AUTH", AuthParameters={})
    return "does not exist" in str(caught.value)
