"""What the tests of the mock itself speak to it with."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

PASSWORD = "Passw0rd!"


@functools.cache
def unsigned(region: str = "us-east-1") -> Any:
    """A client as applications have them, made once and before most mocks are entered. It repeats nothing."""
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
    return boto3.client("cognito-idp", region, config=config)


def sign_in(pool: Any, username: str = "alice", password: str = PASSWORD, *, client: Any = None) -> Any:
    """Sign in with the password in clear, which needs no arithmetic."""
    return (client or unsigned()).initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Expect Cognito's refusal by the name of its error."""
    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] == code


def is_mocked() -> bool:
    """Whether requests reach this package: moto's own answer to this one is another."""
    with pytest.raises(ClientError) as caught:
        unsigned().initiate_auth(ClientId="none", AuthFlow="USER_AUTH", AuthParameters={})
    return "does not exist" in caught.value.response["Error"]["Message"]
