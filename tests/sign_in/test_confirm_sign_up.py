"""The confirmation of a sign-up: which session it sends, and what its errors say."""

import pytest

import amplify_auth as auth
from amplify_auth import errors
from tests.support.asking import BY_PASSWORD, CONFIRMED, NEW
from tests.support.scripted_cognito import (
    ScriptedCognito,
    refuses,
    signs_in,
)
from tests.support.story import PASSWORD


def test_the_session_of_the_sign_up_is_sent_with_its_confirmation_even_after_a_wrong_code(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """With it, a passwordless sign-in needs no second code."""
    scripted.on("SignUp", NEW).on("ConfirmSignUp", refuses("CodeMismatchException"), CONFIRMED)
    scripted.on("InitiateAuth", signs_in())
    auth.sign_up("alice", auto_sign_in=True, session=session)
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_up("alice", "wrong", session=session)
    auth.confirm_sign_up("alice", "right", session=session)
    auth.auto_sign_in(session=session)
    assert [body["Session"] for body in scripted.of("ConfirmSignUp")] == ["the-session-of-the-sign-up"] * 2
    assert scripted.of("InitiateAuth")[0]["Session"] == "the-session-of-the-code"


def test_the_session_of_one_sign_up_is_not_sent_for_another_user(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """The session belongs to the user who signed up."""
    scripted.on("SignUp", NEW).on("ConfirmSignUp", CONFIRMED)
    auth.sign_up("alice", auto_sign_in=True, session=session)
    auth.confirm_sign_up("bob", "123456", session=session)
    assert "Session" not in scripted.of("ConfirmSignUp")[0]


def test_a_confirmation_after_the_end_of_the_sign_ups_session_is_sent_again_without_it(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """A session lives for minutes, a code for a day."""
    closed = refuses("NotAuthorizedException", "Invalid session for the user, session is expired.")
    scripted.on("SignUp", NEW).on("ConfirmSignUp", closed, CONFIRMED)
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    output = auth.confirm_sign_up("alice", "123456", session=session)
    assert output.next_step == auth.CompleteAutoSignIn()
    assert ["Session" in body for body in scripted.of("ConfirmSignUp")] == [True, False]


def test_another_refusal_of_a_confirmation_is_not_tried_again(session: auth.Session, scripted: ScriptedCognito) -> None:
    """ConfirmSignUp is sent again only if it is certain that the session alone was refused."""
    scripted.on("SignUp", NEW).always("ConfirmSignUp", refuses("NotAuthorizedException", "User is disabled."))
    auth.sign_up("alice", PASSWORD, auto_sign_in=BY_PASSWORD, session=session)
    with pytest.raises(errors.NotAuthorizedException):
        auth.confirm_sign_up("alice", "123456", session=session)
    assert scripted.operations == ["SignUp", "ConfirmSignUp"]


def test_a_resend_without_a_name_has_its_own_error(session: auth.Session) -> None:
    """Its name and text are those of the resend, not of the sign-up or the confirmation."""
    with pytest.raises(auth.AuthValidationError) as caught:
        auth.resend_sign_up_code("", session=session)
    assert caught.value.name == "EmptyResendSignUpCodeUsername"
    assert "resend_sign_up_code" in caught.value.message


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("Value at 'password' failed to satisfy constraint: Member must not be null", "EmptySignUpPassword"),
        ("Value at 'password' failed to satisfy constraint: Member is too long", "InvalidParameterException"),
        ("Value at 'email' failed to satisfy constraint: Member must not be null", "InvalidParameterException"),
    ],
)
def test_a_pool_without_passwordless_sign_up_says_so(
    message: str, name: str, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """Only Cognito knows whether a pool has sign-ups without a password. Its other refusals stay its own errors."""
    scripted.on("SignUp", refuses("InvalidParameterException", message))
    with pytest.raises(auth.AuthError) as caught:
        auth.sign_up("alice", session=session)
    assert (caught.value.name, caught.value.request_id) == (name, "request-1")
    is_ours = name == "EmptySignUpPassword"
    assert isinstance(caught.value, auth.AuthValidationError) == is_ours
    assert ("no passwordless sign-up" in (caught.value.recovery_suggestion or "")) == is_ours
