"""Pools for the tests of the operations of a signed-in user."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from amplify_auth.testing import mock_cognito
from tests.support.signed_in_pool import Pool, make_pool


@pytest.fixture
def lenient() -> Iterator[Callable[..., Pool]]:
    """Makes pools of a test bed that is not strict."""
    with mock_cognito(strict=False) as bed:
        yield partial(make_pool, bed)


@pytest.fixture
def make(cognito: Any) -> Callable[..., Pool]:
    """Makes pools."""
    return partial(make_pool, cognito)


@pytest.fixture
def pool(make: Callable[..., Pool]) -> Pool:
    """A pool that verifies e-mail addresses and has TOTP."""
    return make(
        AutoVerifiedAttributes=["email"],
        mfa={"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}},
    )
