"""A scripted Cognito for each module, and one that verifies; a user of his own for each test."""

import itertools
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from faults.scripted_cognito import ScriptedCognito

import amplify_auth as auth
from amplify_auth.testing import MockCognito, MockPool, mock_cognito

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def _server() -> Iterator[ScriptedCognito]:
    with ScriptedCognito() as running:
        yield running


@pytest.fixture
def cognito(_server: ScriptedCognito) -> ScriptedCognito:
    """A service that says what the test tells it to."""
    _server.clear()
    return _server


@pytest.fixture
def new_session(cognito: ScriptedCognito) -> Callable[..., auth.Session]:
    """Makes sessions that speak with the scripted service."""

    def make(**options: Any) -> auth.Session:
        usual = {
            "user_pool_id": "us-east-1_Defects",
            "user_pool_client_id": "client",
            "endpoint_url": cognito.url,
            "auth_flow_type": "USER_PASSWORD_AUTH",
        }
        return auth.Session(**{**usual, **options})

    return make


@pytest.fixture
def session(new_session: Callable[..., auth.Session]) -> auth.Session:
    """A session that speaks with the scripted service."""
    return new_session()


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda self, amount: True)
    monkeypatch.setattr("amplify_auth._api.auto_sign_in.POLL_INTERVAL", 0.01)


@pytest.fixture(scope="module")
def _world() -> Iterator[MockCognito]:
    with mock_cognito() as mock:
        yield mock


@pytest.fixture
def bed(_world: MockCognito) -> Iterator[MockCognito]:
    """A service that verifies; what a test advanced its clock is taken back."""
    _world.calls.clear()
    yield _world
    _world.faults.clear()
    _world.clock.restore()


@pytest.fixture(scope="module")
def _pools() -> dict[str, MockPool]:
    return {}


@pytest.fixture
def pool_of(bed: MockCognito, _pools: dict[str, MockPool]) -> Callable[..., MockPool]:
    """A pool of the verifying service with these settings; the same one for the same settings."""

    def make(**settings: Any) -> MockPool:
        key = repr(sorted(settings.items()))
        if key not in _pools:
            _pools[key] = bed.create_pool(**settings)
        return _pools[key]

    return make


@pytest.fixture
def name() -> str:
    """A user name that no other test has."""
    return f"user{next(_numbers)}"


NewSession = Callable[..., auth.Session]
PoolOf = Callable[..., MockPool]
