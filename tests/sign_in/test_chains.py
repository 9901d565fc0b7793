"""Chains of challenges that Cognito makes: what it asks for one after the other."""

import boto3
import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito
from tests.support.makers import PoolOf, SessionOf
from tests.support.password_flows import public_and_confidential

PASSWORD, NEW_PASSWORD = "Passw0rd!", "N3w-passw0rd!"


def test_new_password_then_a_set_up_then_tokens_with_a_new_device(
    pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool = pool_of(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",), device_tracking="ALWAYS", client_secret=True)
    pool.create_user(name, PASSWORD, status="FORCE_CHANGE_PASSWORD")
    session = session_of(pool)
    steps = [auth.sign_in(name, PASSWORD, session=session).next_step]
    steps.append(auth.confirm_sign_in(NEW_PASSWORD, session=session).next_step)
    output = auth.confirm_sign_in(pool.totp(name), session=session)
    assert [step.sign_in_step for step in steps] == [
        "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED",
        "CONTINUE_SIGN_IN_WITH_TOTP_SETUP",
    ]
    assert output.is_signed_in
    assert cognito.calls.operations == (
        "InitiateAuth",
        "RespondToAuthChallenge",
        "RespondToAuthChallenge",
        "AssociateSoftwareToken",
        "VerifySoftwareToken",
        "RespondToAuthChallenge",
        "ConfirmDevice",
    )
    assert len(pool.user(name).devices) == 1


@pytest.mark.parametrize("tracking", ["OPT_IN"])
def test_choice_then_code_then_the_devices_proof(
    tracking: str, pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool = pool_of(mfa="OPTIONAL", device_tracking=tracking, client_secret=True)
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA", "SOFTWARE_TOKEN_MFA"))
    session = session_of(pool)
    for _ in range(2):
        auth.sign_in(name, PASSWORD, session=session)
        auth.confirm_sign_in("SMS", session=session)
        cognito.calls.clear()
        assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in
        names = [call.reveal().get("ChallengeName", call.operation) for call in cognito.calls]
        auth.sign_out(session=session)
    assert names == ["SMS_MFA", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"]


@public_and_confidential
def test_choice_of_a_first_factor_then_its_proof_then_a_code(
    client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool = pool_of(mfa="OPTIONAL", client_secret=client_secret)
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    session = session_of(pool)
    auth.sign_in(name, auth_flow_type="USER_AUTH", session=session)
    auth.confirm_sign_in("PASSWORD_SRP", session=session)
    step = auth.confirm_sign_in(PASSWORD, session=session).next_step
    assert isinstance(step, auth.ConfirmSignInWithSmsCode)
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in
    names = [call.reveal().get("ChallengeName", "") for call in cognito.calls]
    assert names == ["", "SELECT_CHALLENGE", "PASSWORD_VERIFIER", "SMS_MFA"]


def test_chosen_password_then_a_new_one_then_an_address_then_a_code_then_a_device(
    pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool = pool_of(mfa="ON", device_tracking="ALWAYS", username_attributes=("email",), client_secret=True)
    email = f"{name}@example.com"
    unverified = {"email_verified": "false", "phone_number_verified": "false"}
    pool.create_user(email, PASSWORD, status="FORCE_CHANGE_PASSWORD", attributes=unverified)
    session = session_of(pool)
    auth.sign_in(email, auth_flow_type="USER_AUTH", session=session)
    auth.confirm_sign_in("PASSWORD", session=session)
    auth.confirm_sign_in(PASSWORD, session=session)
    auth.confirm_sign_in(NEW_PASSWORD, session=session)
    auth.confirm_sign_in("EMAIL", session=session)
    auth.confirm_sign_in(email, session=session)
    assert auth.confirm_sign_in(pool.code(email), session=session).is_signed_in
    assert session.username == pool.user(email).username
    assert len(pool.user(email).devices) == 1
    names = [call.reveal().get("ChallengeName", call.operation) for call in cognito.calls]
    assert names == [
        "InitiateAuth",
        "SELECT_CHALLENGE",
        "NEW_PASSWORD_REQUIRED",
        "MFA_SETUP",
        "EMAIL_OTP",
        "ConfirmDevice",
    ]


def test_new_password_then_the_choice_of_a_second_factor(pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, PASSWORD, status="FORCE_CHANGE_PASSWORD", mfa=("SMS_MFA", "EMAIL_OTP"))
    session = session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)
    step = auth.confirm_sign_in(NEW_PASSWORD, session=session).next_step
    assert step == auth.ContinueSignInWithMfaSelection(allowed_mfa_types=("SMS", "EMAIL"))
    auth.confirm_sign_in("EMAIL", session=session)
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in


@pytest.mark.parametrize(
    "change", ["admin_set_user_password", "admin_disable_user", "admin_delete_user", "admin_reset_user_password"]
)
def test_what_an_administrator_does_between_two_steps_is_noticed(
    change: str, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    session = session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)
    code = pool.code(name)
    more = {"Password": "Other-w0rd!", "Permanent": True} if "password" in change and "reset" not in change else {}
    getattr(boto3.client("cognito-idp", "us-east-1"), change)(UserPoolId=pool.id, Username=name, **more)
    if more:
        assert auth.confirm_sign_in(code, session=session).is_signed_in
    elif "reset" in change:
        output = auth.confirm_sign_in(code, session=session)
        assert isinstance(output.next_step, auth.ResetPassword)
        assert session.pending_sign_in is None
    else:
        with pytest.raises((errors.NotAuthorizedException, errors.UserNotFoundException)):
            auth.confirm_sign_in(code, session=session)
        assert session.pending_sign_in is None
