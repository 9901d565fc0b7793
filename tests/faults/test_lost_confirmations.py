"""A confirmation whose answer was lost, or that another program made, goes on as confirmed."""

from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import AuthError, AuthNetworkError, Session, errors
from amplify_auth.testing import MockCognito, MockPool
from tests.support.asking import BY_PASSWORD, CONFIRMED, NEW
from tests.support.makers import PoolOf, SessionOf
from tests.support.scripted_cognito import HANGS_UP, ScriptedCognito, refuses, signs_in

PASSWORD = "Passw0rd!"


@pytest.fixture
def pool(pool_of: PoolOf) -> MockPool:
    return pool_of(prevent_user_existence_errors=False)


@pytest.mark.parametrize("kind", ["dropped", "timeout", "internal_error", "unavailable", "malformed"])
@pytest.mark.parametrize("password", [PASSWORD, None], ids=["password", "passwordless"])
def test_a_confirmation_whose_answer_was_lost_goes_on_when_it_is_repeated(
    password: str | None, kind: Any, pool: MockPool, session_of: SessionOf, cognito: MockCognito, name: str
) -> None:
    session = session_of(pool)
    auth.sign_up(name, password, user_attributes={"email": f"{name}@example.com"}, auto_sign_in=True, session=session)
    code = pool.code(name)
    cognito.fail_next("ConfirmSignUp", kind, after=True)
    with pytest.raises(AuthError) as caught:
        auth.confirm_sign_up(name, code, session=session)
    assert caught.value.is_retryable is (kind != "malformed")
    assert pool.user(name).status == "CONFIRMED"
    output = auth.confirm_sign_up(name, code, session=session)
    assert output == auth.ConfirmSignUpOutput(is_sign_up_complete=True, next_step=auth.CompleteAutoSignIn())
    before = len(pool.outbox)
    signed_in = auth.auto_sign_in(session=session)
    if password is None:  # the session that would have signed in is lost, so a code is sent: one
        assert len(pool.outbox) - before <= 1
        if isinstance(signed_in.next_step, auth.ContinueSignInWithFirstFactorSelection):
            signed_in = auth.confirm_sign_in("EMAIL_OTP", session=session)
        signed_in = auth.confirm_sign_in(pool.code(name, "EMAIL_OTP"), session=session)
    assert signed_in.is_signed_in


@pytest.mark.parametrize("kind", ["dropped", "timeout", "unavailable", "malformed"])
def test_a_sign_up_whose_answer_was_lost_still_signs_in_by_itself(
    kind: Any, pool: MockPool, session_of: SessionOf, cognito: MockCognito, name: str
) -> None:
    session = session_of(pool)
    cognito.fail_next("SignUp", kind, after=True)
    with pytest.raises(AuthError) as caught:
        auth.sign_up(name, PASSWORD, user_attributes={"email": "a@example.com"}, auto_sign_in=True, session=session)

    assert not caught.value.is_retryable
    confirmed = auth.confirm_sign_up(name, pool.code(name), session=session)
    assert isinstance(confirmed.next_step, auth.CompleteAutoSignIn)
    assert auth.auto_sign_in(session=session).is_signed_in


def test_a_sign_up_that_was_refused_waits_for_nothing(pool: MockPool, session_of: SessionOf, name: str) -> None:
    session = session_of(pool)
    auth.sign_up(name, PASSWORD, user_attributes={"email": "a@example.com"}, session=session)
    with pytest.raises(errors.UsernameExistsException):
        auth.sign_up(name, PASSWORD, auto_sign_in=True, session=session)

    assert isinstance(auth.confirm_sign_up(name, pool.code(name), session=session).next_step, auth.Done)


def test_after_a_lost_confirmation_a_plain_sign_in_works(
    pool: MockPool, session_of: SessionOf, cognito: MockCognito, name: str
) -> None:
    session = session_of(pool)
    auth.sign_up(name, PASSWORD, user_attributes={"email": "a@example.com"}, auto_sign_in=True, session=session)
    cognito.fail_next("ConfirmSignUp", "dropped", after=True)
    with pytest.raises(AuthNetworkError):
        auth.confirm_sign_up(name, pool.code(name), session=session)
    assert auth.sign_in(name, PASSWORD, session=session).is_signed_in


@pytest.mark.parametrize("method", ["code", "link"])
@pytest.mark.parametrize("is_asked", [True, False])
def test_an_account_that_another_program_confirmed_counts_as_confirmed(
    is_asked: bool, method: str, pool: MockPool, session_of: SessionOf, name: str
) -> None:
    session = session_of(pool, sign_up_verification_method=method)
    auth.sign_up(name, PASSWORD, user_attributes={"email": "a@example.com"}, auto_sign_in=is_asked, session=session)
    pool.confirm(name)
    output = auth.confirm_sign_up(name, "000000", session=session)
    assert output.is_sign_up_complete
    assert output.next_step == (auth.CompleteAutoSignIn() if is_asked else auth.Done())
    if is_asked:
        assert auth.auto_sign_in(session=session).is_signed_in


def test_a_code_proves_nothing_of_a_confirmed_account(pool: MockPool, session_of: SessionOf, name: str) -> None:
    """Nobody is signed in by it: the automatic sign-in still sends the password."""
    owner, other = session_of(pool), session_of(pool)
    pool.create_user(name, PASSWORD)
    assert auth.confirm_sign_up(name, "000000", session=other).next_step == auth.Done()
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=other)
    assert not other.is_signed_in
    assert auth.sign_in(name, PASSWORD, session=owner).is_signed_in


@pytest.mark.parametrize(
    "message",
    [
        "User cannot be confirmed. Current status is CONFIRMED",
        "User cannot be confirm. Current status is CONFIRMED",
        "User cannot confirm because user status is not UNCONFIRMED.",
    ],
)
def test_every_wording_of_already_confirmed_is_known(message: str, session: Session, scripted: ScriptedCognito) -> None:
    scripted.on("SignUp", NEW).always("ConfirmSignUp", refuses("NotAuthorizedException", message))
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    output = auth.confirm_sign_up("alice", "123456", session=session)
    assert output.next_step == auth.CompleteAutoSignIn()
    assert scripted.operations == ["SignUp", "ConfirmSignUp"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("NotAuthorizedException", "User cannot be confirmed. Current status is UNCONFIRMED"),
        ("NotAuthorizedException", "User cannot be confirmed. Current status is ARCHIVED"),
        ("NotAuthorizedException", "User is disabled."),
        ("UserLambdaValidationException", "PostConfirmation failed: status is CONFIRMED"),
        ("AliasExistsException", "An account with the email already exists."),
        ("ExpiredCodeException", "Invalid code provided, please request a code again."),
        ("CodeMismatchException", "Invalid verification code provided, please try again."),
    ],
)
def test_other_refusals_of_a_confirmation_stay_errors(
    code: str, message: str, session: Session, scripted: ScriptedCognito
) -> None:
    """A wrong or old code says nothing about the account."""
    scripted.on("SignUp", NEW).always("ConfirmSignUp", refuses(code, message))
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    with pytest.raises(AuthError) as caught:
        auth.confirm_sign_up("alice", "123456", session=session)
    assert caught.value.name == code
    assert scripted.operations == ["SignUp", "ConfirmSignUp"]


def test_a_second_confirmation_keeps_the_session_of_the_first(session: Session, scripted: ScriptedCognito) -> None:
    """It is for the sign-in, so it is not sent to be confirmed with."""
    refusal = refuses("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
    scripted.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED, refusal).on("InitiateAuth", signs_in())
    auth.sign_up("alice", auto_sign_in=True, session=session)
    for _ in range(2):
        assert auth.confirm_sign_up("alice", "123456", session=session).next_step == auth.CompleteAutoSignIn()
    assert auth.auto_sign_in(session=session).is_signed_in
    assert ["Session" in body for body in scripted.of("ConfirmSignUp")] == [True, False]
    assert scripted.of("InitiateAuth")[0]["Session"] == "the-session-of-the-code"


def test_a_confirmation_whose_answer_was_lost_is_not_sent_again_without_its_session(
    session: Session, scripted: ScriptedCognito
) -> None:
    scripted.on("SignUp", NEW).always("ConfirmSignUp", HANGS_UP)
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    with pytest.raises(AuthNetworkError):
        auth.confirm_sign_up("alice", "123456", session=session)
    assert scripted.operations == ["SignUp", "ConfirmSignUp"]


@pytest.mark.parametrize(("is_asked", "function"), [(True, "auto_sign_in()"), (False, "sign_in()")])
def test_who_asks_for_a_code_that_is_not_needed_is_told_to_go_on(
    is_asked: bool, function: str, pool: MockPool, session_of: SessionOf, name: str
) -> None:
    """No code was sent, so there is no destination to return."""
    session = session_of(pool)
    auth.sign_up(name, PASSWORD, user_attributes={"email": "a@example.com"}, auto_sign_in=is_asked, session=session)
    pool.confirm(name)
    with pytest.raises(errors.InvalidParameterException) as caught:
        auth.resend_sign_up_code(name, session=session)
    assert caught.value.recovery_suggestion == f"No code is needed: call {function}."
    assert (caught.value.name, caught.value.operation) == ("InvalidParameterException", "ResendConfirmationCode")
    if is_asked:
        assert auth.auto_sign_in(session=session).is_signed_in


@pytest.mark.parametrize("message", ["Cannot resend codes. Auto verification not turned on.", "User is not confirmed."])
def test_another_refusal_to_send_a_code_does_not_confirm_the_account(
    message: str, session: Session, scripted: ScriptedCognito
) -> None:
    scripted.on("SignUp", NEW).on("ResendConfirmationCode", refuses("InvalidParameterException", message))
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    with pytest.raises(errors.InvalidParameterException) as caught:
        auth.resend_sign_up_code("alice", session=session)
    assert "No code is needed" not in str(caught.value.recovery_suggestion)
    with pytest.raises(errors.AutoSignInException):
        auth.auto_sign_in(session=session)
    assert scripted.operations == ["SignUp", "ResendConfirmationCode"]
