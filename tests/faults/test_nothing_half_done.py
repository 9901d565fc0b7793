"""Whatever fails on the way: nobody is half signed in, nobody stays half signed in."""

from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from faults.failures import FAILURES
from faults.scripted_cognito import (
    ScriptedCognito,
    asks,
    jwt,
    refuses,
    says,
    signs_in,
    tokens,
)


@pytest.mark.parametrize(
    "result",
    [
        {"IdToken": jwt(), "ExpiresIn": 3600},
        {"AccessToken": "", "ExpiresIn": 3600},
        {"AccessToken": "not-a-jwt", "ExpiresIn": 3600},
        {"AccessToken": jwt(), "IdToken": "a.b", "ExpiresIn": 3600},
        {"AccessToken": jwt(), "IdToken": "a.b.c", "ExpiresIn": 3600},
        {"AccessToken": jwt(), "ExpiresIn": -1},
    ],
    ids=["no access token", "empty access token", "no JWT", "ID token of two parts", "undecodable", "no lifetime"],
)
@pytest.mark.parametrize("step", ["sign_in", "confirm_sign_in"])
def test_tokens_that_cannot_be_right_sign_nobody_in(
    step: str, result: dict[str, Any], cognito: ScriptedCognito, session: Session
) -> None:
    answer = says(AuthenticationResult=result)
    if step == "sign_in":
        cognito.on("InitiateAuth", answer)
        with pytest.raises(auth.AuthProtocolError) as caught:
            auth.sign_in("alice", "Passw0rd!", session=session)
    else:
        cognito.on("InitiateAuth", asks("SMS_MFA")).on("RespondToAuthChallenge", answer)
        auth.sign_in("alice", "Passw0rd!", session=session)
        with pytest.raises(auth.AuthProtocolError) as caught:
            auth.confirm_sign_in("123456", session=session)
    assert caught.value.name == "InvalidTokens"
    assert (session.is_signed_in, session.tokens, session.pending_sign_in) == (False, None, None)
    assert cognito.operations[-1] != "ConfirmDevice"


@pytest.mark.parametrize("failure", ["hangs up", "half an answer", "500", "throttled", "wrong parameter", "not JSON"])
def test_a_device_that_cannot_be_registered_is_told_and_fails_no_sign_in(
    failure: str, cognito: ScriptedCognito, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    metadata = {"DeviceKey": "us-east-1_device", "DeviceGroupKey": "-group"}
    cognito.on("InitiateAuth", signs_in(NewDeviceMetadata=metadata)).always("ConfirmDevice", FAILURES[failure][0])
    with pytest.warns(errors.DeviceRegistrationWarning, match="not registered"):
        output = auth.sign_in("alice", "Passw0rd!", session=session)
    assert output.is_signed_in
    assert session.is_signed_in
    assert '"devices": []' in session.export_state()
    assert [record.levelname for record in caplog.records if "not registered" in record.message] == ["WARNING"]


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("everywhere", [False, True])
def test_a_sign_out_that_fails_has_signed_out_all_the_same(
    everywhere: bool, failure: str, cognito: ScriptedCognito, session: Session
) -> None:
    cognito.on("InitiateAuth", signs_in())
    auth.sign_in("alice", "Passw0rd!", session=session)
    answer, kind = FAILURES[failure]
    cognito.always("RevokeToken", answer).always("GlobalSignOut", answer)
    output = auth.sign_out(global_sign_out=everywhere, session=session)
    assert (session.is_signed_in, session.tokens, session.username) == (False, None, None)
    assert not output.is_complete
    assert isinstance(output.revoke_token_error, kind)
    assert isinstance(output.global_sign_out_error, kind) or not everywhere


def test_a_global_sign_out_that_fails_revokes_at_least_this_sessions_token(
    cognito: ScriptedCognito, session: Session
) -> None:
    cognito.on("InitiateAuth", signs_in())
    auth.sign_in("alice", "Passw0rd!", session=session)
    cognito.on("GlobalSignOut", refuses("NotAuthorizedException", "Access Token has expired")).on("RevokeToken", says())
    output = auth.sign_out(global_sign_out=True, session=session)
    assert cognito.operations[1:] == ["GlobalSignOut", "RevokeToken"]
    assert cognito.of("RevokeToken") == [{"ClientId": "client", "Token": tokens()["RefreshToken"]}]
    assert (output.is_complete, output.revoke_token_error) == (False, None)
    assert isinstance(output.global_sign_out_error, errors.NotAuthorizedException)
