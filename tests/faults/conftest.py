"""A scripted Cognito for each module, and clients whose back-off takes no time."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from amplify_auth import Session
from faults.scripted_cognito import ScriptedCognito


@pytest.fixture(scope="module")
def service() -> Iterator[ScriptedCognito]:
    with ScriptedCognito() as server:
        yield server


@pytest.fixture
def cognito(service: ScriptedCognito) -> ScriptedCognito:
    service.clear()
    return service


@pytest.fixture
def new_session(cognito: ScriptedCognito) -> Callable[..., Session]:
    """Makes sessions that speak with the scripted Cognito; options as of `Session`."""

    def make(**options: Any) -> Session:
        usual = {
            "user_pool_id": "us-east-1_Faults",
            "user_pool_client_id": "client",
            "endpoint_url": cognito.url,
            "auth_flow_type": "USER_PASSWORD_AUTH",
        }
        return Session(**{**usual, **options})

    return make


@pytest.fixture
def session(new_session: Callable[..., Session]) -> Session:
    return new_session()


@pytest.fixture
def hasty(new_session: Callable[..., Session]) -> Session:
    """A session that waits for no answer longer than a moment."""
    return new_session(read_timeout=0.1)


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that botocore wanted to wait before each retry; it does not wait them.

    Its allowance of retries, which all calls of a process share, is never used up here: it is not what is tested.
    """
    naps: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=naps.append))
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda self, amount: True)
    return naps
