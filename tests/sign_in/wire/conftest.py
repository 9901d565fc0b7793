"""A check of every request against botocore's model, and sessions of clients with and without a secret."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.session import Session as CoreSession
from botocore.validate import ParamValidator

import amplify_auth as auth
from tests.support.scripted_cognito import ScriptedCognito
from tests.support.story import CLIENT, CREDENTIAL, POOL, SECRET, secret_hash
from tests.support.wire import Hashed

MODEL = CoreSession().get_service_model("cognito-idp")


@pytest.fixture(autouse=True)
def _requests_fit_the_model(scripted: ScriptedCognito) -> Iterator[None]:
    """After the test, every request is compared with botocore's model."""
    yield
    for request in scripted.requests:
        assert b"null" not in request.raw
        shape = MODEL.operation_model(request.operation).input_shape
        assert set(request.body) <= set(shape.members)
        assert not ParamValidator().validate(request.body, shape).has_errors()
        assert "authorization" not in request.headers, "unsigned"
        assert request.headers["x-amz-target"] == f"AWSCognitoIdentityProviderService.{request.operation}"
        assert request.headers["content-type"] == "application/x-amz-json-1.1"


@pytest.fixture(params=[False, True], ids=["public", "confidential"])
def confidential(request: pytest.FixtureRequest) -> bool:
    """Whether the client has a secret."""
    return bool(request.param)


@pytest.fixture
def story_session(scripted: ScriptedCognito, confidential: bool) -> auth.Session:
    """A session of the client of `tests.support.story`, with an authenticator."""

    class Authenticator:
        def get(self, options: dict[str, Any]) -> dict[str, Any]:
            return CREDENTIAL

        def create(self, options: dict[str, Any]) -> dict[str, Any]:
            raise NotImplementedError

    return auth.Session(
        user_pool_id=POOL,
        user_pool_client_id=CLIENT,
        client_secret=SECRET if confidential else None,
        endpoint_url=scripted.url,
        passkey=Authenticator(),
    )


@pytest.fixture
def hashed(confidential: bool) -> Hashed:
    """``hashed("SECRET_HASH", name)``: that member for a confidential client, nothing for a public one."""
    return lambda member, name: {member: secret_hash(name)} if confidential else {}
