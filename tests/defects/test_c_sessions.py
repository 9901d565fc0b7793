"""Defects of signing out, of devices, client secrets and errors (C1, C2, C18, C19, C27 to C29)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.session import Session as CoreSession
from faults.scripted_cognito import HANGS_UP, ScriptedCognito, asks, jwt, page, refuses, says, signs_in, text, tokens
from flows.story import CLIENT, NEW_DEVICE, SECRET, secret_hash

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth._cognito.refusals import SERVICE_ERRORS
from amplify_auth.testing import MockCognito
from defects.conftest import NewSession, PoolOf

PASSWORD = "Passw0rd!"


def _sign_in(session: auth.Session, cognito: ScriptedCognito, **result: Any) -> None:
    cognito.on("InitiateAuth", says(AuthenticationResult={**tokens(), **result}))
    auth.sign_in("alice", PASSWORD, session=session)


def test_c01_a_global_sign_out_renews_an_expired_token_first(bed: MockCognito, pool_of: PoolOf, name: str) -> None:
    """With an expired token it failed in silence, and all other sessions stayed alive."""
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    here, elsewhere = auth.Session(**pool.config), auth.Session(**pool.config)
    for session in (here, elsewhere):
        auth.sign_in(name, PASSWORD, session=session)
    bed.clock.advance(3601)
    assert auth.sign_out(global_sign_out=True, session=here) == auth.SignOutOutput(is_complete=True)
    assert bed.calls.operations[-2:] == ("GetTokensFromRefreshToken", "GlobalSignOut")
    with pytest.raises(auth.AuthError):
        auth.fetch_auth_session(session=elsewhere)


@pytest.mark.parametrize("failing", ["GetTokensFromRefreshToken", "GlobalSignOut"])
def test_c01_a_global_sign_out_that_fails_says_so_and_revokes_at_least_this_session(
    failing: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """It was reported as done, and the refresh token was not even revoked."""
    _sign_in(session, cognito, ExpiresIn=0)
    renewed = says(AuthenticationResult={**tokens(), "RefreshToken": "the-renewed-refresh-token"})
    cognito.always("GetTokensFromRefreshToken", renewed).always("RevokeToken", says())
    cognito.always(failing, refuses("NotAuthorizedException", "Access Token has been revoked"))
    output = auth.sign_out(global_sign_out=True, session=session)
    assert (output.is_complete, output.revoke_token_error) == (False, None)
    assert isinstance(output.global_sign_out_error, errors.NotAuthorizedException)
    newest = "refresh-of-alice" if failing == "GetTokensFromRefreshToken" else "the-renewed-refresh-token"
    assert [body["Token"] for body in cognito.of("RevokeToken")] == [newest]
    assert not session.is_signed_in


@pytest.mark.parametrize("failure", [HANGS_UP, page(500), refuses("UnauthorizedException"), refuses("X")], ids=str)
def test_c02_a_revocation_that_fails_is_told(
    failure: Any, session: auth.Session, cognito: ScriptedCognito, caplog: pytest.LogCaptureFixture
) -> None:
    """signOut said that all is well whatever RevokeToken had answered."""
    _sign_in(session, cognito)
    cognito.always("RevokeToken", failure)
    output = auth.sign_out(session=session)
    assert not output.is_complete
    assert output.revoke_token_error is not None
    assert output.revoke_token_error.operation == "RevokeToken"
    assert [record.levelname for record in caplog.records if "RevokeToken failed" in record.message] == ["WARNING"]
    assert not session.is_signed_in


@pytest.mark.parametrize(("lives_for", "complete"), [(3600, False), (0, True)])
def test_c02_tokens_that_nothing_can_revoke_are_told(
    lives_for: int, complete: bool, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """Without a refresh token nothing was sent, and the sign-out was called complete while the access token lived."""
    _sign_in(session, cognito, RefreshToken=None, ExpiresIn=lives_for)
    output = auth.sign_out(session=session)
    assert cognito.operations == ["InitiateAuth"]
    assert (output.is_complete, output.revoke_token_error is None) == (complete, complete)
    assert complete or output.revoke_token_error.name == "TokenRevocationImpossible"


def test_c02_a_client_without_revocation_is_told_that_the_token_lives_on(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """Cognito marks tokens that can be revoked (``origin_jti``); for others nothing was sent, and nothing said."""
    _sign_in(session, cognito, AccessToken=jwt(origin_jti=None))
    output = auth.sign_out(session=session)
    assert not output.is_complete
    assert output.revoke_token_error is not None
    assert output.revoke_token_error.name == "TokenRevocationDisabled"
    assert "RevokeToken" not in cognito.operations


def test_c18_device_keys_stay_after_a_sign_out_and_can_be_removed(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """They stayed for ever, those of removed users too, without a way to remove them."""
    cognito.always("ConfirmDevice", says()).always("RevokeToken", says())
    for user in ("alice", "bob"):
        cognito.on("InitiateAuth", signs_in(user, NewDeviceMetadata={**NEW_DEVICE, "DeviceKey": f"{user}s-device"}))
        auth.sign_in(user, PASSWORD, session=session)
        auth.sign_out(session=session)
    assert [device.username for device in session.devices] == ["alice", "bob"]
    assert "sign_out" in (auth.Session.forget_devices.__doc__ or "")
    session.forget_devices()
    assert session.devices == ()


def test_c18_a_user_has_one_device_here_the_newest(session: auth.Session, cognito: ScriptedCognito) -> None:
    """Keys of former registrations piled up."""
    cognito.always("ConfirmDevice", says()).always("RevokeToken", says())
    for key in ("us-east-1_first", "us-east-1_second"):
        cognito.on("InitiateAuth", signs_in(NewDeviceMetadata={**NEW_DEVICE, "DeviceKey": key}))
        auth.sign_in("alice", PASSWORD, session=session)
        auth.sign_out(session=session)
    assert [device.key for device in session.devices] == ["us-east-1_second"]


def test_c19_a_device_that_was_not_registered_is_told(
    session: auth.Session, cognito: ScriptedCognito, caplog: pytest.LogCaptureFixture
) -> None:
    """ConfirmDevice's failure was swallowed: the user was asked for MFA next time and nobody knew why."""
    cognito.always("ConfirmDevice", refuses("InvalidParameterException", "No."))
    with pytest.warns(errors.DeviceRegistrationWarning, match="InvalidParameterException"):
        _sign_in(session, cognito, NewDeviceMetadata=NEW_DEVICE)
    assert session.is_signed_in
    assert session.devices == ()
    assert any(record.levelname == "WARNING" for record in caplog.records)


def test_c19_the_devices_name_and_whether_it_waits_for_consent_are_the_callers(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The name could not be chosen, and UserConfirmationNecessary was ignored."""
    cognito.on("InitiateAuth", asks("SMS_MFA")).on("RespondToAuthChallenge", signs_in(NewDeviceMetadata=NEW_DEVICE))
    cognito.on("ConfirmDevice", says(UserConfirmationNecessary=True))
    auth.sign_in("alice", PASSWORD, session=session)
    auth.confirm_sign_in("123456", friendly_device_name="The kitchen's tablet", session=session)
    assert cognito.of("ConfirmDevice")[0]["DeviceName"] == "The kitchen's tablet"
    assert [device.is_remembered for device in session.devices] == [False]


def test_c27_clients_with_a_secret_are_served(new_session: NewSession, cognito: ScriptedCognito) -> None:
    """There was no client-secret support at all: the hash is over the name in the same request."""
    session = new_session(user_pool_client_id=CLIENT, client_secret=SECRET)
    cognito.on("SignUp", says(UserConfirmed=True, UserSub="1"))
    cognito.on("InitiateAuth", asks("SMS_MFA", USERNAME="cognitos-own-name"))
    cognito.on("RespondToAuthChallenge", signs_in("cognitos-own-name")).on("RevokeToken", says())
    auth.sign_up("alice@example.com", PASSWORD, session=session)
    auth.sign_in("alice@example.com", PASSWORD, session=session)
    auth.confirm_sign_in("123456", session=session)
    auth.sign_out(session=session)
    sent = [request.body for request in cognito.requests]
    assert sent[0]["SecretHash"] == secret_hash("alice@example.com")
    assert sent[1]["AuthParameters"]["SECRET_HASH"] == secret_hash("alice@example.com")
    assert sent[2]["ChallengeResponses"]["SECRET_HASH"] == secret_hash("cognitos-own-name")
    assert sent[3]["ClientSecret"] == SECRET


@pytest.mark.parametrize(
    ("answer", "kind", "name"),
    [
        (HANGS_UP, auth.AuthNetworkError, "NetworkError"),
        (text("not JSON"), auth.AuthProtocolError, "InvalidResponse"),
        (says(AuthenticationResult={"AccessToken": "not a JWT"}), auth.AuthProtocolError, "InvalidTokens"),
        (asks("WEB_AUTHN"), auth.AuthProtocolError, "InvalidPasskeyAuthenticationOptions"),
        (asks("PASSWORD_VERIFIER", USER_ID_FOR_SRP="a"), auth.AuthProtocolError, "InvalidResponse"),
        (
            asks("PASSWORD_VERIFIER", USER_ID_FOR_SRP="a", SRP_B="0", SALT="1", SECRET_BLOCK="YQ=="),
            auth.AuthProtocolError,
            "InvalidSrpParameter",
        ),
        (refuses("BrandNewException"), auth.AuthServiceError, "BrandNewException"),
        (page(502), auth.AuthServiceError, "InternalErrorException"),
    ],
    ids=lambda value: getattr(value, "__name__", None) or (value if isinstance(value, str) else ""),
)
def test_c28_no_error_is_unknown(
    answer: Any, kind: type[auth.AuthError], name: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """Whatever was no refusal of the service became "An unknown error has occurred"."""
    cognito.always("InitiateAuth", answer)
    with pytest.raises(kind) as caught:
        auth.sign_in("alice", PASSWORD, auth_flow_type="USER_SRP_AUTH", session=session)
    assert caught.value.name == name
    assert "nknown" not in str(caught.value)


CALLS: dict[str, Callable[[auth.Session], object]] = {
    "SignUp": lambda session: auth.sign_up("alice", PASSWORD, session=session),
    "ConfirmSignUp": lambda session: auth.confirm_sign_up("alice", "123456", session=session),
    "ResendConfirmationCode": lambda session: auth.resend_sign_up_code("alice", session=session),
    "InitiateAuth": lambda session: auth.sign_in("alice", PASSWORD, session=session),
}


@pytest.mark.parametrize("operation", CALLS)
def test_c29_every_refusal_carries_the_id_of_its_request(
    operation: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """Some operations' errors had no metadata at all."""
    cognito.on(operation, refuses("InvalidParameterException", "No."))
    with pytest.raises(errors.InvalidParameterException) as caught:
        CALLS[operation](session)
    error = caught.value
    assert (error.request_id, error.http_status_code, error.operation) == ("request-1", 400, operation)


def test_c29_every_exception_of_the_service_model_has_a_documented_class() -> None:
    """There was no published list of names."""
    model = CoreSession().get_service_model("cognito-idp")
    unsigned = [
        operation
        for operation in map(model.operation_model, model.operation_names)
        if operation.auth_type == "none" or list(operation.auth or []) == ["smithy.api#noAuth"]
    ]
    assert len(unsigned) > 30
    names = {shape.name for operation in unsigned for shape in operation.error_shapes}
    for name in names:
        kind = getattr(errors, name, None)
        assert kind is not None, f"{name} has no class"
        assert issubclass(kind, auth.AuthServiceError)
        assert kind.__doc__
        assert kind.default_recovery_suggestion
        assert SERVICE_ERRORS[name] is kind
        assert name in errors.__all__


def test_c29_facts_survive_json(session: auth.Session, cognito: ScriptedCognito) -> None:
    """What support asks for can be logged as it is."""
    cognito.on("InitiateAuth", refuses("InvalidParameterException", "No."))
    with pytest.raises(auth.AuthError) as caught:
        auth.sign_in("alice", PASSWORD, session=session)
    assert json.loads(json.dumps(caught.value.details()))["request_id"] == "request-1"
