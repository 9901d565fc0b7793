"""The test bed for every test here, strict; the clock moved back afterwards."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from signed_in_bed import Pool, make_pool

from amplify_auth.testing import mock_cognito


@pytest.fixture(scope="session", autouse=True)
def one_key() -> Iterator[None]:
    """moto reads the same private key anew for every pool, which takes 0.1 s each; here it is read once."""
    read = RSAKey.import_key
    known: dict[str, Any] = {}

    def read_once(value: Any, *arguments: Any, **options: Any) -> Any:
        name = repr((value, arguments, options))
        if name not in known:
            known[name] = read(value, *arguments, **options)
        return known[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RSAKey, "import_key", read_once)
        yield


@pytest.fixture
def cognito() -> Iterator[Any]:
    with mock_cognito() as bed:
        yield bed


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
