"""What servers that are not Cognito's own answer differently, each reduced to one scripted answer.

The answers were seen from, or are allowed to, emulators and proxies. How each challenge works is tested elsewhere.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable

import pytest

import amplify_auth as auth
from amplify_auth import Session, _clock, errors
from tests.support.scripted_cognito import (
    SESSION,
    Answer,
    ScriptedCognito,
    asks,
    jwt,
    refuses,
    says,
    signs_in,
    text,
    tokens,
)

NewSession = Callable[..., Session]


def test_a_factor_that_nobody_knows_ends_with_the_session_that_it_was_chosen_in(
    scripted: ScriptedCognito, new_session: NewSession
) -> None:
    """No list of factors came with the passkey's question, so that only Cognito can refuse the choice."""
    session = new_session(auth_flow_type="USER_AUTH")
    scripted.on("InitiateAuth", asks("WEB_AUTHN", CREDENTIAL_REQUEST_OPTIONS='{"challenge": "AAAA"}'))
    with pytest.raises(errors.PasskeyError):
        auth.sign_in("alice", preferred_challenge="WEB_AUTHN", session=session)
    scripted.on("RespondToAuthChallenge", refuses("NotAuthorizedException", "Invalid session for the user."))
    with pytest.raises(errors.PendingSignInExpired):
        auth.confirm_sign_in("PALM_READER", session=session)
    assert session.pending_sign_in is None
    assert scripted.operations == ["InitiateAuth", "RespondToAuthChallenge"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ('{"code": "CodeMismatchException", "message": "Wrong."}', {}),
        ('{"code": "com.amazonaws.cognito#CodeMismatchException:http://example.com/", "message": "Wrong."}', {}),
        ('{"code": "UserNotFoundException"}', {"x-amzn-ErrorType": "CodeMismatchException"}),
    ],
    ids=["code", "whole code", "header before code"],
)
def test_an_error_without_a_type_is_called_as_its_header_or_its_code_does(
    body: str, headers: dict[str, str], scripted: ScriptedCognito, session: Session
) -> None:
    """amplify-js reads all three; botocore reads the type alone."""
    scripted.on("InitiateAuth", Answer(status=400, body=body.encode(), headers=headers))
    with pytest.raises(errors.CodeMismatchException) as caught:
        auth.sign_in("alice", "Passw0rd!", session=session)
    assert caught.value.name == "CodeMismatchException"


@pytest.mark.parametrize("body", ['{"code": 5}', '{"code": null}', '{"code": ""}', "<html>", "", '{"code": "400"}'])
def test_a_code_that_is_no_name_leaves_the_error_without_one(
    body: str, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.on("InitiateAuth", text(body, status=400))
    with pytest.raises(auth.AuthProtocolError) as caught:
        auth.sign_in("alice", "Passw0rd!", session=session)
    assert (caught.value.name, caught.value.http_status_code) == ("UnknownError", 400)


def test_throttling_that_only_the_header_tells_is_waited_out(scripted: ScriptedCognito, session: Session) -> None:
    throttled = Answer(status=400, body=b"{}", headers={"x-amzn-errortype": "ThrottlingException"})
    scripted.on("InitiateAuth", throttled, throttled, signs_in())
    assert auth.sign_in("alice", "Passw0rd!", session=session).is_signed_in


def test_what_an_emulator_has_not_got_is_asked_for_once(
    scripted: ScriptedCognito, session: Session, slept: list[float]
) -> None:
    """cognito-local (npm, 5.3) answers so, with status 500, which botocore takes for a failure that passes."""
    lacks = refuses("CognitoLocal#Unsupported", "Cognito Local unsupported feature: InitAuth", status=500)
    scripted.always("InitiateAuth", lacks)
    with pytest.raises(errors.UnsupportedOperationException) as caught:
        auth.sign_in("alice", "Passw0rd!", session=session)
    assert (caught.value.name, caught.value.is_retryable) == ("Unsupported", False)
    assert (scripted.operations, slept) == (["InitiateAuth"], [])


def test_tokens_are_refreshed_the_old_way_where_the_new_one_is_lacking(
    scripted: ScriptedCognito, session: Session
) -> None:
    scripted.on("InitiateAuth", signs_in(), signs_in())
    scripted.on("GetTokensFromRefreshToken", refuses("CognitoLocal#Unsupported", status=500))
    auth.sign_in("alice", "Passw0rd!", session=session)
    auth.fetch_auth_session(force_refresh=True, session=session)
    assert scripted.operations == ["InitiateAuth", "GetTokensFromRefreshToken", "InitiateAuth"]


def test_an_automatic_sign_in_waits_until_the_user_may_try_again(
    scripted: ScriptedCognito, new_session: NewSession
) -> None:
    """LimitExceededException is not retried, but passes: it costs nobody the sign-in that was asked for."""
    session = new_session()
    scripted.on("SignUp", says(UserConfirmed=True, UserSub="sub-1"))
    auth.sign_up("alice", "Passw0rd!", auto_sign_in=True, session=session)
    scripted.on("InitiateAuth", refuses("LimitExceededException", "Attempt limit exceeded."), signs_in())
    with pytest.raises(errors.LimitExceededException):
        auth.auto_sign_in(session=session)
    assert auth.auto_sign_in(session=session).is_signed_in


def test_a_device_that_is_not_registered_fails_no_sign_in_even_where_warnings_are_errors(
    scripted: ScriptedCognito, session: Session
) -> None:
    scripted.on("InitiateAuth", asks("SMS_MFA"))
    scripted.on(
        "RespondToAuthChallenge", signs_in(NewDeviceMetadata={"DeviceKey": "device", "DeviceGroupKey": "group"})
    )
    scripted.on("ConfirmDevice", refuses("InvalidParameterException"))
    auth.sign_in("alice", "Passw0rd!", session=session)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(errors.DeviceRegistrationWarning):
            auth.confirm_sign_in("123456", session=session)
    assert (session.is_signed_in, session.pending_sign_in) == (True, None)


def test_an_automatic_sign_in_that_ends_in_a_warning_is_over_even_where_warnings_are_errors(
    scripted: ScriptedCognito, session: Session
) -> None:
    scripted.on("SignUp", says(UserConfirmed=True, UserSub="sub-1"))
    scripted.on("InitiateAuth", signs_in(NewDeviceMetadata={"DeviceKey": "device", "DeviceGroupKey": "group"}))
    scripted.on("ConfirmDevice", refuses("InvalidParameterException"))
    how = {"auth_flow_type": "USER_PASSWORD_AUTH"}
    auth.sign_up("alice", "Passw0rd!", auto_sign_in=how, session=session)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(errors.DeviceRegistrationWarning):
            auth.auto_sign_in(session=session)
    assert session.is_signed_in
    assert json.loads(session.export_state())["auto_sign_ins"] == []


@pytest.mark.parametrize(
    "message", ["Session does not exist", "The session has expired.", "Invalid session token", "session is invalid"]
)
def test_a_closed_session_is_forgotten_where_it_is_called_an_invalid_parameter(
    message: str, scripted: ScriptedCognito, session: Session
) -> None:
    """ministack (PyPI, 1.5) answers so to a session that was used."""
    scripted.on("InitiateAuth", asks("CUSTOM_CHALLENGE"))
    auth.sign_in("alice", "Passw0rd!", session=session)
    scripted.on("RespondToAuthChallenge", refuses("InvalidParameterException", message))
    with pytest.raises(errors.PendingSignInExpired, match=message) as caught:
        auth.confirm_sign_in("answer", session=session)
    assert (caught.value.name, session.pending_sign_in) == ("InvalidParameterException", None)


def test_a_closed_session_of_a_sign_up_costs_nothing_where_it_is_called_an_invalid_parameter(
    scripted: ScriptedCognito, session: Session
) -> None:
    closed = refuses("InvalidParameterException", "Session does not exist")
    scripted.on("SignUp", says(UserConfirmed=False, UserSub="sub-1", Session="session-of-the-sign-up"))
    scripted.on("ConfirmSignUp", closed, says(Session="session-of-the-confirmation"))
    scripted.on("InitiateAuth", closed, signs_in())
    auth.sign_up("alice", auto_sign_in=True, session=session)
    assert auth.confirm_sign_up("alice", "123456", session=session).is_sign_up_complete
    assert auth.auto_sign_in(session=session).is_signed_in
    sent = scripted.of("ConfirmSignUp") + scripted.of("InitiateAuth")
    assert ["Session" in body for body in sent] == [True, False, True, False]


@pytest.mark.parametrize(
    "message", ["Invalid user attributes: custom:session", "Session", "Value at 'session' is too short"]
)
def test_another_invalid_parameter_leaves_the_question(
    message: str, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.on("InitiateAuth", asks("NEW_PASSWORD_REQUIRED"))
    auth.sign_in("alice", "Passw0rd!", session=session)
    scripted.on("RespondToAuthChallenge", refuses("InvalidParameterException", message), signs_in())
    with pytest.raises(errors.InvalidParameterException):
        auth.confirm_sign_in("N3w-passw0rd!", session=session)
    assert auth.confirm_sign_in("N3w-passw0rd!", session=session).is_signed_in


def test_a_set_up_goes_on_with_the_session_it_has_where_no_newer_one_is_given(
    scripted: ScriptedCognito, session: Session
) -> None:
    scripted.on("InitiateAuth", asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA"]'))
    scripted.on("AssociateSoftwareToken", says(SecretCode="JBSWY3DPEHPK3PXP"))
    scripted.on("VerifySoftwareToken", says(Status="SUCCESS")).on("RespondToAuthChallenge", signs_in())
    auth.sign_in("alice", "Passw0rd!", session=session)
    assert auth.confirm_sign_in("123456", session=session).is_signed_in
    assert {
        body["Session"] for body in [*scripted.of("VerifySoftwareToken"), *scripted.of("RespondToAuthChallenge")]
    } == {SESSION}


@pytest.mark.parametrize("result", [None, {}, {"AccessToken": None, "IdToken": None, "NewDeviceMetadata": None}])
def test_members_that_are_null_are_members_that_are_not_there(
    result: dict[str, None] | None, scripted: ScriptedCognito, session: Session
) -> None:
    """Servers that write out whole objects fill them with nulls."""
    parameters = {"USERNAME": None, "CODE_DELIVERY_DESTINATION": None, "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS"}
    challenge = {"ChallengeName": "SMS_MFA", "Session": SESSION, "AvailableChallenges": None}
    scripted.on("InitiateAuth", says(**challenge, ChallengeParameters=parameters, AuthenticationResult=result))
    step = auth.sign_in("alice", "Passw0rd!", session=session).next_step
    delivery = auth.CodeDeliveryDetails(destination=None, delivery_medium="SMS")
    assert step == auth.ConfirmSignInWithSmsCode(code_delivery_details=delivery)
    whole = {"ChallengeName": None, "ChallengeParameters": None, "Session": None, "AvailableChallenges": None}
    scripted.on("RespondToAuthChallenge", says(**whole, AuthenticationResult=tokens(NewDeviceMetadata=None)))
    assert auth.confirm_sign_in("123456", session=session).is_signed_in
    assert scripted.of("RespondToAuthChallenge")[0]["ChallengeResponses"]["USERNAME"] == "alice"


def test_an_empty_result_without_a_challenge_is_no_sign_in(scripted: ScriptedCognito, session: Session) -> None:
    scripted.on("InitiateAuth", says(AuthenticationResult={}))
    with pytest.raises(auth.AuthProtocolError):
        auth.sign_in("alice", "Passw0rd!", session=session)
    assert not session.is_signed_in


@pytest.mark.parametrize("identity_ends", [3600, 60], ids=["with the access token", "before it"])
def test_claims_that_contradict_the_answer_make_nobody_refresh_all_the_time(
    identity_ends: int, scripted: ScriptedCognito, session: Session
) -> None:
    """Tokens that are always the same live as long as the answer says: half of 30 seconds pass without a request."""
    static = tokens(AccessToken=jwt(iat=0, exp=3600), IdToken=jwt(iat=0, exp=identity_ends), ExpiresIn=30)
    scripted.on("InitiateAuth", says(AuthenticationResult=static))
    scripted.always("GetTokensFromRefreshToken", says(AuthenticationResult=static))
    auth.sign_in("alice", "Passw0rd!", session=session)
    auth.fetch_auth_session(session=session)
    assert scripted.operations == ["InitiateAuth"]
    _clock.shift(16)
    try:
        auth.fetch_auth_session(session=session)
        auth.fetch_auth_session(session=session)
    finally:
        _clock.shift(-16)
    assert scripted.operations == ["InitiateAuth", "GetTokensFromRefreshToken"]
