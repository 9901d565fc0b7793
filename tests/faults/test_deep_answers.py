"""JSON that is nested without end, from whoever answers: a status still counts, nobody crashes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from amplify_auth._cognito import call
from tests.support.scripted_cognito import Answer, ScriptedCognito, asks, says, text

pytestmark = pytest.mark.slow

DEEP = ["[" * 100_000, '{"a":' * 100_000, '{"code": ' + "[" * 100_000, '{"__type": ' + "[" * 100_000]
with_each_depth = pytest.mark.parametrize("body", DEEP, ids=["list", "object", "code", "type"])


@pytest.fixture
def scripted() -> Iterator[ScriptedCognito]:
    with ScriptedCognito() as server:
        yield server


@pytest.fixture
def alone(scripted: ScriptedCognito) -> Session:
    return Session(
        user_pool_id="us-east-1_Deep",
        user_pool_client_id="client",
        endpoint_url=scripted.url,
        auth_flow_type="USER_PASSWORD_AUTH",
    )


@with_each_depth
def test_a_refusal_is_no_answer_of_cognito_and_keeps_its_status(
    body: str, scripted: ScriptedCognito, alone: Session
) -> None:
    scripted.on("InitiateAuth", text(body, status=403))
    with pytest.raises(auth.AuthProtocolError) as caught:
        auth.sign_in("alice", "Passw0rd!", session=alone)
    assert (caught.value.name, caught.value.http_status_code) == ("UnknownError", 403)


def test_a_refusal_that_only_its_header_names_is_called_so(scripted: ScriptedCognito, alone: Session) -> None:
    headers = {"x-amzn-errortype": "NotAuthorizedException"}
    scripted.on("InitiateAuth", Answer(status=400, body=DEEP[0].encode(), headers=headers))
    with pytest.raises(errors.NotAuthorizedException):
        auth.sign_in("alice", "Passw0rd!", session=alone)


@with_each_depth
def test_a_failure_that_passes_is_tried_again(body: str, scripted: ScriptedCognito, alone: Session) -> None:
    scripted.on("GetUser", text(body, status=503), says(Username="alice"))
    assert call(alone.config, "GetUser", AccessToken="token")["Username"] == "alice"


@with_each_depth
def test_a_success_is_an_answer_that_cannot_be_right(body: str, scripted: ScriptedCognito, alone: Session) -> None:
    scripted.on("InitiateAuth", text(body))
    with pytest.raises(auth.AuthProtocolError) as caught:
        auth.sign_in("alice", "Passw0rd!", session=alone)
    assert caught.value.name == "InvalidResponse"
    assert not alone.is_signed_in


def test_of_an_authenticator_is_no_credential(scripted: ScriptedCognito) -> None:
    """It is asked in this process; what it gives is written out as JSON."""
    session = Session(
        user_pool_id="us-east-1_Deep", user_pool_client_id="client", endpoint_url=scripted.url, passkey=Bottomless()
    )
    scripted.on("InitiateAuth", asks("WEB_AUTHN", CREDENTIAL_REQUEST_OPTIONS='{"challenge": "AAAA"}'))
    with pytest.raises(errors.PasskeyError) as caught:
        auth.sign_in("alice", auth_flow_type="USER_AUTH", preferred_challenge="WEB_AUTHN", session=session)
    assert caught.value.name == "PasskeyRetrievalFailed"
    assert scripted.operations == ["InitiateAuth"]
    assert session.pending_sign_in is not None


class Bottomless:
    """A passkey whose credential is nested without end."""

    def get(self, options: Mapping[str, Any]) -> dict[str, Any]:
        extension: dict[str, Any] = {}
        for _ in range(100_000):
            extension = {"inner": extension}
        return {"id": "credential", "clientExtensionResults": extension}

    def create(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return {}
