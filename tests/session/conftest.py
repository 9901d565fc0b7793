"""A pool with alice in it, and sessions in which she is signed in."""

from collections.abc import Callable
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import SessionOf
from tests.support.users import PASSWORD, shared_client, with_alice


@pytest.fixture
def pool(cognito: MockCognito) -> MockPool:
    """A pool with alice in it."""
    return with_alice(cognito.create_pool())


@pytest.fixture
def rotating_pool(cognito: MockCognito) -> MockPool:
    """A pool with alice in it that replaces each refresh token when it is used."""
    return with_alice(cognito.create_pool(refresh_token_rotation=True))


@pytest.fixture
def quick_session(cognito: MockCognito) -> SessionOf:
    """Makes sessions of a pool that send the password, and repeat no request."""

    def make(pool: MockPool, **options: Any) -> auth.Session:
        usual = {"client": shared_client(), "auth_flow_type": "USER_PASSWORD_AUTH"}  # a proof takes longer
        return auth.Session(**{**pool.config, **usual, **options})

    return make


@pytest.fixture
def sign_in(quick_session: SessionOf) -> SessionOf:
    """Makes sessions in which alice is signed in."""

    def make(pool: MockPool, username: str = "alice", **options: Any) -> auth.Session:
        session = quick_session(pool, **options)
        output = auth.sign_in(username, PASSWORD, session=session)
        assert output.is_signed_in
        return session

    return make


@pytest.fixture
def signed_in(pool: MockPool, sign_in: Callable[..., auth.Session]) -> auth.Session:
    """A session in which alice is signed in."""
    return sign_in(pool)


@pytest.fixture
def events(signed_in: auth.Session) -> list[str]:
    """The names of what has happened to `signed_in` since the sign-in."""
    names: list[str] = []
    signed_in.add_listener(lambda event: names.append(event.name))
    return names
