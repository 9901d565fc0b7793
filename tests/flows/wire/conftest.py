"""A service that takes anything, and sessions of clients with and without a secret."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.session import Session as CoreSession
from botocore.validate import ParamValidator
from faults.scripted_cognito import ScriptedCognito

import amplify_auth as auth
from flows.story import CLIENT, CREDENTIAL, LOGIN_ID, POOL, SECRET, USERNAME, secret_hash

MODEL = CoreSession().get_service_model("cognito-idp")


METADATA, LATER = {"from": "the start"}, {"from": "the answer"}
DEVICE_KEY = "us-east-1_the-device"


NEXT = "the-session-of-the-next-question"


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedCognito]:
    with ScriptedCognito() as running:
        yield running


@pytest.fixture(autouse=True)
def cognito(server: ScriptedCognito) -> Iterator[ScriptedCognito]:
    """The service; afterwards every request is held against botocore's model."""
    server.clear()
    yield server
    for request in server.requests:
        assert b"null" not in request.raw
        shape = MODEL.operation_model(request.operation).input_shape
        assert set(request.body) <= set(shape.members)
        assert not ParamValidator().validate(request.body, shape).has_errors()
        assert "authorization" not in request.headers, "unsigned"
        assert request.headers["x-amz-target"] == f"AWSCognitoIdentityProviderService.{request.operation}"
        assert request.headers["content-type"] == "application/x-amz-json-1.1"


@pytest.fixture(params=[False, True], ids=["public", "confidential"])
def confidential(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def session(cognito: ScriptedCognito, confidential: bool) -> auth.Session:
    class Authenticator:
        def get(self, options: dict[str, Any]) -> dict[str, Any]:
            return CREDENTIAL

        def create(self, options: dict[str, Any]) -> dict[str, Any]:
            raise NotImplementedError

    return auth.Session(
        user_pool_id=POOL,
        user_pool_client_id=CLIENT,
        client_secret=SECRET if confidential else None,
        endpoint_url=cognito.url,
        passkey=Authenticator(),
    )


@pytest.fixture
def hashed(confidential: bool) -> Callable[[str, str], dict[str, str]]:
    """``hashed("SECRET_HASH", name)``: that member for a confidential client, nothing for a public one."""
    return lambda member, name: {member: secret_hash(name)} if confidential else {}


Hashed = Callable[[str, str], dict[str, str]]


def know_device(session: auth.Session) -> None:
    state = json.loads(session.export_state())
    device = {"username": USERNAME, "login_ids": [LOGIN_ID], "key": DEVICE_KEY, "group_key": "-group"}
    state["devices"] = [{**device, "password": "device-password", "is_remembered": True}]
    session.restore_state(json.dumps(state))
