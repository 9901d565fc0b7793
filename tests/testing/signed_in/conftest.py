"""The test bed for every test here, strict; the clock moved back afterwards."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from signed_in_bed import Pool, make_pool

from amplify_auth.testing import mock_cognito


@pytest.fixture
def cognito() -> Iterator[Any]:
    with mock_cognito() as bed:
        yield bed


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
