"""Each challenge that a person answers, right and wrong."""

import re
from urllib.parse import unquote

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import PoolOf, SessionOf
from tests.support.password_flows import public_and_confidential

PASSWORD, NEW_PASSWORD = "Passw0rd!", "N3w-passw0rd!"


srp_and_password = pytest.mark.parametrize("flow", ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"])


@public_and_confidential
@srp_and_password
def test_a_code_by_sms(flow: str, client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of(mfa="OPTIONAL", client_secret=client_secret)
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",), attributes={"phone_number": "+15555550123"})
    session = session_of(pool)
    output = auth.sign_in(name, PASSWORD, auth_flow_type=flow, session=session)
    assert output.next_step == auth.ConfirmSignInWithSmsCode(
        code_delivery_details=auth.CodeDeliveryDetails(destination="+*******0123", delivery_medium="SMS")
    )
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_in("000000", session=session)
    assert auth.confirm_sign_in(pool.code(name, "SMS_MFA"), session=session).is_signed_in


@public_and_confidential
def test_a_code_by_email(client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of(mfa="OPTIONAL", client_secret=client_secret)
    pool.create_user(name, PASSWORD, mfa=("EMAIL_OTP",), attributes={"email": "alice@example.com"})
    session = session_of(pool)
    step = auth.sign_in(name, PASSWORD, session=session).next_step
    assert isinstance(step, auth.ConfirmSignInWithEmailCode)
    assert step.code_delivery_details == auth.CodeDeliveryDetails(destination="a***@e***", delivery_medium="EMAIL")
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_in("00000000", session=session)
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in


@public_and_confidential
def test_a_code_of_an_authenticator_app(client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of(mfa="OPTIONAL", client_secret=client_secret)
    pool.create_user(name, PASSWORD, mfa=("SOFTWARE_TOKEN_MFA",))
    session = session_of(pool)
    step = auth.sign_in(name, PASSWORD, session=session).next_step
    assert isinstance(step, auth.ConfirmSignInWithTotpCode)
    assert step.friendly_device_name == "TOTP device"
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_in(_another_code(pool.totp(name)), session=session)
    assert auth.confirm_sign_in(pool.totp(name), session=session).is_signed_in


def test_a_code_of_an_authenticator_app_that_was_used_is_told_from_a_wrong_one(
    pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    """The question stays, for the app's next code."""
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, PASSWORD, mfa=("SOFTWARE_TOKEN_MFA",))
    session = session_of(pool)
    used = pool.totp(name)
    auth.sign_in(name, PASSWORD, session=session)
    auth.confirm_sign_in(used, session=session)
    auth.sign_out(session=session)
    auth.sign_in(name, PASSWORD, session=session)
    with pytest.raises(errors.ExpiredCodeException, match="already been used once") as caught:
        auth.confirm_sign_in(used, session=session)
    assert "wait for the next one" in caught.value.recovery_suggestion
    assert auth.confirm_sign_in(pool.totp(name), session=session).is_signed_in


def _another_code(code: str) -> str:
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


@pytest.mark.parametrize(("chosen", "step"), [("SMS", "SmsCode"), ("TOTP", "TotpCode"), ("EMAIL", "EmailCode")])
@public_and_confidential
def test_the_choice_of_a_second_factor(
    chosen: str, step: str, client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(mfa="OPTIONAL", client_secret=client_secret)
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"))
    session = session_of(pool)
    first = auth.sign_in(name, PASSWORD, session=session).next_step
    assert first == auth.ContinueSignInWithMfaSelection(allowed_mfa_types=("SMS", "TOTP", "EMAIL"))
    with pytest.raises(auth.AuthValidationError) as caught:
        auth.confirm_sign_in("FAX", session=session)
    assert caught.value.name == "IncorrectMFAMethod"
    second = auth.confirm_sign_in(chosen, session=session).next_step
    assert type(second).__name__ == f"ConfirmSignInWith{step}"
    assert auth.confirm_sign_in(_answer(pool, name, second), session=session).is_signed_in


def test_a_second_factor_that_was_not_offered_is_refused_here(
    pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA", "EMAIL_OTP"))
    session = session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)
    before, sent = session.pending_sign_in, len(cognito.calls)
    with pytest.raises(auth.AuthValidationError) as caught:
        auth.confirm_sign_in("TOTP", session=session)
    assert (caught.value.name, caught.value.recovery_suggestion) == (
        "IncorrectMFAMethod",
        "Try to pass SMS or EMAIL as the challenge_response.",
    )
    assert (session.pending_sign_in, len(cognito.calls)) == (before, sent)


def _answer(pool: MockPool, name: str, step: object) -> str:
    """The right code for a step."""
    return pool.totp(name) if "Totp" in type(step).__name__ else pool.code(name)


def test_a_code_that_came_too_late_is_told_from_a_wrong_one_and_another_can_be_sent(
    pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(mfa="OPTIONAL", name="expiring")
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    session = session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)
    late = pool.code(name)
    pool.expire_codes()
    with pytest.raises(errors.ExpiredCodeException):
        auth.confirm_sign_in(late, session=session)
    assert session.pending_sign_in is not None
    assert isinstance(auth.resend_sign_in_code(session=session).next_step, auth.ConfirmSignInWithSmsCode)
    assert pool.code(name) != late
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in


def test_a_sign_in_that_waited_too_long_is_closed_and_says_so(
    pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    session = session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)
    cognito.clock.advance(181)
    with pytest.raises(errors.PendingSignInExpired, match="expired") as caught:
        auth.confirm_sign_in(pool.code(name), session=session)
    assert caught.value.name == "NotAuthorizedException"
    assert caught.value.recovery_suggestion
    assert session.pending_sign_in is None
    with pytest.raises(errors.SignInException):
        auth.confirm_sign_in(pool.code(name), session=session)


@public_and_confidential
@srp_and_password
def test_a_temporary_password_is_replaced(
    flow: str, client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(client_secret=client_secret)
    pool.create_user(name, PASSWORD, status="FORCE_CHANGE_PASSWORD")
    session = session_of(pool)
    output = auth.sign_in(name, PASSWORD, auth_flow_type=flow, session=session)
    assert output.next_step == auth.ConfirmSignInWithNewPasswordRequired(missing_attributes=())
    with pytest.raises(errors.InvalidPasswordException):
        auth.confirm_sign_in("short", session=session)
    assert auth.confirm_sign_in(NEW_PASSWORD, session=session).is_signed_in
    assert pool.user(name).password == NEW_PASSWORD


def test_attributes_that_are_missing_go_along_with_the_new_password(
    pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    """Those that the user has already are refused, and the password can be given again without them."""
    pool = pool_of(required_attributes=("email", "name", "birthdate"))
    pool.create_user(name, PASSWORD, status="FORCE_CHANGE_PASSWORD", attributes={"email": "alice@example.com"})
    session = session_of(pool)
    step = auth.sign_in(name, PASSWORD, session=session).next_step
    assert isinstance(step, auth.ConfirmSignInWithNewPasswordRequired)
    assert sorted(step.missing_attributes) == ["birthdate", "name"]
    with pytest.raises(errors.InvalidParameterException, match="missing"):
        auth.confirm_sign_in(NEW_PASSWORD, user_attributes={"name": "Alice"}, session=session)
    given = {"name": "Alice", "birthdate": "1990-01-31"}
    with pytest.raises(errors.NotAuthorizedException, match="already provided"):
        auth.confirm_sign_in(NEW_PASSWORD, user_attributes={**given, "email": "bob@example.com"}, session=session)
    assert auth.confirm_sign_in(NEW_PASSWORD, user_attributes=given, session=session).is_signed_in
    assert {**pool.user(name).attributes, **given} == pool.user(name).attributes
    assert pool.user(name).attributes["email"] == "alice@example.com"


@public_and_confidential
def test_an_authenticator_app_is_set_up(client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",), client_secret=client_secret)
    pool.create_user(name, PASSWORD)
    session = session_of(pool)
    step = auth.sign_in(name, PASSWORD, session=session).next_step
    assert isinstance(step, auth.ContinueSignInWithTotpSetup)
    secret = step.totp_setup_details.shared_secret
    assert re.fullmatch(r"[A-Z2-7]+", secret)
    assert secret not in repr(step)
    uri = step.totp_setup_details.get_setup_uri("My App")
    assert unquote(uri) == f"otpauth://totp/My App:{name}?secret={secret}&issuer=My App"
    with pytest.raises(errors.EnableSoftwareTokenMFAException):
        auth.confirm_sign_in(_another_code(pool.totp(name)), session=session)
    output = auth.confirm_sign_in(pool.totp(name), friendly_device_name="My phone", session=session)
    assert output.is_signed_in
    auth.sign_out(session=session)
    again = auth.sign_in(name, PASSWORD, session=session).next_step
    assert again == auth.ConfirmSignInWithTotpCode(friendly_device_name="My phone")
    assert auth.confirm_sign_in(pool.totp(name), session=session).is_signed_in


@public_and_confidential
def test_an_email_address_is_set_up(client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of(mfa="ON", mfa_methods=("EMAIL_OTP",), client_secret=client_secret)
    pool.create_user(name, PASSWORD, attributes={"email_verified": "false"})
    session = session_of(pool)
    step = auth.sign_in(name, PASSWORD, session=session).next_step
    assert isinstance(step, auth.ContinueSignInWithEmailSetup)
    with pytest.raises(auth.AuthValidationError):
        auth.confirm_sign_in("123456", session=session)
    step = auth.confirm_sign_in("alice@example.com", session=session).next_step
    assert isinstance(step, auth.ConfirmSignInWithEmailCode)
    assert auth.confirm_sign_in(pool.code(name, "EMAIL_OTP"), session=session).is_signed_in
    assert pool.user(name).attributes["email"] == "alice@example.com"


@pytest.mark.parametrize("chosen", ["TOTP", "EMAIL"])
def test_the_choice_of_what_to_set_up_and_a_change_of_mind(
    chosen: str, pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool = pool_of(mfa="ON")
    pool.create_user(name, PASSWORD, attributes={"email_verified": "false", "phone_number_verified": "false"})
    session = session_of(pool)
    step = auth.sign_in(name, PASSWORD, session=session).next_step
    assert step == auth.ContinueSignInWithMfaSetupSelection(allowed_mfa_types=("TOTP", "EMAIL"))
    shown = auth.confirm_sign_in("TOTP", session=session).next_step
    assert isinstance(auth.confirm_sign_in("EMAIL", session=session).next_step, auth.ContinueSignInWithEmailSetup)
    assert auth.confirm_sign_in("TOTP", session=session).next_step == shown, "the secret that was shown stays"
    assert cognito.calls.operations.count("AssociateSoftwareToken") == 1
    if chosen == "EMAIL":
        auth.confirm_sign_in("EMAIL", session=session)
        auth.confirm_sign_in("alice@example.com", session=session)
        assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in
    else:
        assert auth.confirm_sign_in(pool.totp(name), session=session).is_signed_in


@pytest.mark.parametrize("chosen", ["sms", "", "000000", "alice@example.com"])
def test_an_answer_that_cannot_be_right_sends_nothing_and_keeps_the_question(
    chosen: str, pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool = pool_of(mfa="ON")
    pool.create_user(name, PASSWORD, attributes={"email_verified": "false", "phone_number_verified": "false"})
    session = session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)
    before, sent = session.pending_sign_in, len(cognito.calls)
    with pytest.raises(auth.AuthValidationError) as caught:
        auth.confirm_sign_in(chosen, session=session)
    assert caught.value.recovery_suggestion
    assert (session.pending_sign_in, len(cognito.calls)) == (before, sent)
