"""The fixtures of all tests. README.md lists them.

`scripted` is a service that says what the test tells it to. `cognito` is a service that verifies.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from amplify_auth import Session, _clock
from amplify_auth._api import configure as sessions
from amplify_auth.testing import MockCognito, MockCognitoServer, MockPool, mock_cognito
from tests.support.environment import clean_environment, retry_at_once
from tests.support.makers import NewSession, PoolOf, SessionOf
from tests.support.scripted_cognito import ScriptedCognito

_numbers = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """No test sees a setting of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        clean_environment(patch)
        yield


@pytest.fixture(autouse=True)
def _no_default_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the default session of another one."""
    monkeypatch.setattr(sessions, "_default", None)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that botocore wanted to wait before each retry. It does not wait."""
    return retry_at_once(monkeypatch)


@pytest.fixture
def clock() -> Iterator[Callable[[float], None]]:
    """``clock(60)``: for this package, 60 seconds pass at once. After the test they are taken back."""
    passed: list[float] = []

    def advance(seconds: float) -> None:
        passed.append(seconds)
        _clock.shift(seconds)

    yield advance
    _clock.shift(-sum(passed))


@pytest.fixture
def name() -> str:
    """A user name that no other test has."""
    return f"user{next(_numbers)}"


@pytest.fixture(scope="module")
def _scripted() -> Iterator[ScriptedCognito]:
    with ScriptedCognito() as server:
        yield server


@pytest.fixture
def scripted(_scripted: ScriptedCognito, slept: list[float]) -> ScriptedCognito:
    """A service on a real port that says what the test tells it to. It verifies nothing."""
    _scripted.clear()
    return _scripted


@pytest.fixture
def new_session(scripted: ScriptedCognito) -> NewSession:
    """Makes sessions that talk to `scripted`; options as of `Session`."""

    def make(**options: Any) -> Session:
        usual = {
            "user_pool_id": "us-east-1_Scripted",
            "user_pool_client_id": "client",
            "endpoint_url": scripted.url,
            "auth_flow_type": "USER_PASSWORD_AUTH",
        }
        return Session(**{**usual, **options})

    return make


@pytest.fixture
def session(new_session: NewSession) -> Session:
    """A session that talks to `scripted`."""
    return new_session()


@pytest.fixture(scope="module")
def _cognito() -> Iterator[MockCognito]:
    with mock_cognito() as mock:
        yield mock


@pytest.fixture
def cognito(_cognito: MockCognito) -> Iterator[MockCognito]:
    """A service that verifies. A module shares it; calls, faults and clock are as new for each test."""
    _cognito.calls.clear()
    yield _cognito
    _cognito.faults.clear()
    _cognito.clock.restore()


@pytest.fixture(scope="module")
def cognito_server() -> Iterator[MockCognitoServer]:
    """A service that verifies, on a real port. A module shares it."""
    with MockCognitoServer() as running:
        yield running


@pytest.fixture(scope="module")
def _pools(_cognito: MockCognito) -> dict[str, MockPool]:
    return {}


@pytest.fixture
def pool_of(cognito: MockCognito, _pools: dict[str, MockPool]) -> PoolOf:
    """A pool of `cognito` with these settings (as of ``create_pool``). The same settings give the same pool."""

    def make(**settings: Any) -> MockPool:
        key = repr(sorted(settings.items()))
        if key not in _pools:
            _pools[key] = cognito.create_pool(**settings)
        return _pools[key]

    return make


@pytest.fixture
def session_of(cognito: MockCognito) -> SessionOf:
    """Makes sessions of a pool of `cognito`; options as of `Session`."""

    def make(pool: MockPool, **options: Any) -> Session:
        return Session(**{**pool.config, **options})

    return make


@pytest.fixture(scope="session")
def motos_key_read_once() -> Iterator[None]:
    """moto alone reads the same private key again for every pool, which takes 0.1 s. With this it is read once."""
    from joserfc.jwk import RSAKey

    read = RSAKey.import_key
    known: dict[str, Any] = {}

    def read_once(value: Any, *arguments: Any, **options: Any) -> Any:
        key = repr((value, arguments, options))
        if key not in known:
            known[key] = read(value, *arguments, **options)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RSAKey, "import_key", read_once)
        yield
