"""A scripted Cognito for the whole run, sessions that speak with it, and an environment without settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from faults.scripted_cognito import ScriptedCognito

from amplify_auth import Session
from amplify_auth._api import configure as sessions


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine, no default session of another test."""
    for name in os.environ:
        if name.startswith(("AMPLIFY_AUTH_", "AWS_")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(sessions, "_default", None)


@pytest.fixture(scope="session")
def service() -> Iterator[ScriptedCognito]:
    with ScriptedCognito() as server:
        yield server


@pytest.fixture
def cognito(service: ScriptedCognito) -> ScriptedCognito:
    service.clear()
    return service


@pytest.fixture
def new_session(service: ScriptedCognito) -> Callable[..., Session]:
    """Makes sessions that speak with the scripted Cognito; options as of `Session`."""

    def make(**options: Any) -> Session:
        usual: dict[str, Any] = {
            "user_pool_id": "us-east-1_Unit",
            "user_pool_client_id": "client",
            "endpoint_url": service.url,
        }
        return Session(**{**usual, **options})

    return make


@pytest.fixture
def session(new_session: Callable[..., Session]) -> Session:
    return new_session(auth_flow_type="USER_PASSWORD_AUTH")


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore's retries follow at once, as many as there may be."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda self, amount: True)
