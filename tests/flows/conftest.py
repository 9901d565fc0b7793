"""One Cognito for each module, its pools made once for each set of settings; a user of his own for each test."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth.testing import MockCognito, MockPool, mock_cognito

_numbers = itertools.count(1)

WITH_PASSWORD: list[dict[str, str]] = [
    {"auth_flow_type": "USER_SRP_AUTH"},
    {"auth_flow_type": "USER_PASSWORD_AUTH"},
    {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD"},
    {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD_SRP"},
]
with_each_password_flow = pytest.mark.parametrize("flow", WITH_PASSWORD, ids=lambda flow: "-".join(flow.values()))
public_and_confidential = pytest.mark.parametrize("client_secret", [False, True], ids=["public", "confidential"])


@pytest.fixture(scope="module")
def world() -> Iterator[MockCognito]:
    with mock_cognito() as mock:
        yield mock


@pytest.fixture
def cognito(world: MockCognito) -> Iterator[MockCognito]:
    """The module's Cognito with no calls seen; what a test advanced the clock is taken back."""
    world.calls.clear()
    yield world
    world.faults.clear()
    world.clock.restore()


@pytest.fixture(scope="module")
def _pools(world: MockCognito) -> dict[str, MockPool]:
    return {}


@pytest.fixture
def pool_of(cognito: MockCognito, _pools: dict[str, MockPool]) -> Callable[..., MockPool]:
    """A pool with these settings (as of ``create_pool``); the same one for the same settings."""

    def make(**settings: Any) -> MockPool:
        key = repr(sorted(settings.items()))
        if key not in _pools:
            _pools[key] = cognito.create_pool(**settings)
        return _pools[key]

    return make


@pytest.fixture
def name() -> str:
    """A user name that no other test has."""
    return f"user{next(_numbers)}"


@pytest.fixture
def session_of(cognito: MockCognito) -> Callable[..., auth.Session]:
    """A new session of a pool."""

    def make(pool: MockPool, **options: Any) -> auth.Session:
        return auth.Session(**{**pool.config, **options})

    return make


NewSession = Callable[..., auth.Session]
PoolOf = Callable[..., MockPool]


def sign_up(session: auth.Session, name: str, password: str | None = "Passw0rd!", **options: Any) -> auth.SignUpOutput:
    """Sign a user up whose e-mail address follows from the name."""
    email = name if "@" in name else f"{name}@example.com"
    return auth.sign_up(name, password, user_attributes={"email": email}, session=session, **options)
