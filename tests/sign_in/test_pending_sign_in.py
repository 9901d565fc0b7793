"""The pending sign-in: what can still be answered, for how long, where, and what ends it."""

from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito
from tests.support.asking import CLOSED, NEXT, ask
from tests.support.makers import NewSession, PoolOf
from tests.support.scripted_cognito import (
    HANGS_UP,
    ScriptedCognito,
    asks,
    page,
    refuses,
    says,
    signs_in,
)
from tests.support.story import CHOICES, PASSWORD


@pytest.mark.parametrize("failure", [HANGS_UP, page(500), refuses("InternalErrorException", "Oh.", 500)], ids=str)
def test_after_a_failed_next_step_the_pending_sign_in_can_be_answered(
    failure: Any, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """It is the session's ``pending_sign_in``. It is there only if there is something to answer."""
    scripted.always("AssociateSoftwareToken", failure)
    with pytest.raises(auth.AuthError):
        ask(session, scripted, asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA"]'))
    assert session.pending_sign_in is not None
    step = session.pending_sign_in.next_step
    assert step == auth.ContinueSignInWithMfaSetupSelection(allowed_mfa_types=("TOTP",))
    scripted.always("AssociateSoftwareToken", says(SecretCode="SECRET", Session=NEXT))
    again = auth.confirm_sign_in("TOTP", session=session).next_step
    assert isinstance(again, auth.ContinueSignInWithTotpSetup)


def test_after_an_unknown_challenge_nothing_is_left_to_answer(session: auth.Session, scripted: ScriptedCognito) -> None:
    """`confirm_sign_in` is an error then, and sends nothing."""
    with pytest.raises(auth.AuthProtocolError):
        ask(session, scripted, asks("SOMETHING_NEW"))
    assert session.pending_sign_in is None
    with pytest.raises(errors.SignInException):
        auth.confirm_sign_in("123456", session=session)
    assert scripted.operations == ["InitiateAuth"]


@pytest.mark.parametrize("odd", ["SOMETHING_NEW", "DEVICE_SRP_AUTH", "PASSWORD_VERIFIER"])
def test_a_challenge_that_cannot_be_handled_is_not_pending(
    odd: str, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """The next sign-in works as if it had never been asked."""
    parameters = {"USER_ID_FOR_SRP": "alice", "SRP_B": "ab", "SALT": "12", "SECRET_BLOCK": "YQ=="}
    ask(session, scripted, asks("SMS_MFA"), asks(odd, NEXT, **parameters))
    with pytest.raises((auth.AuthProtocolError, errors.DeviceMetadataNotFoundException)):
        auth.confirm_sign_in("123456", session=session)
    assert session.pending_sign_in is None, "the first answer was accepted and its session is spent"
    with pytest.raises(errors.SignInException, match="not called"):
        auth.confirm_sign_in("123456", session=session)
    scripted.on("InitiateAuth", asks("SMS_MFA")).on("RespondToAuthChallenge", signs_in())
    auth.sign_in("alice", PASSWORD, session=session)
    assert auth.confirm_sign_in("123456", session=session).is_signed_in


def test_a_restored_sign_in_knows_how_it_began(new_session: NewSession, scripted: ScriptedCognito) -> None:
    """The login id, the flow and the time are exported."""
    first, second = new_session(), new_session()
    ask(first, scripted, asks("SMS_MFA"), signs_in("cognitos-own-name"))
    second.restore_state(first.export_state())
    was, is_now = first.pending_sign_in, second.pending_sign_in
    assert was is not None
    assert is_now is not None
    assert (is_now.next_step, is_now.login_id, is_now.issued_at) == (was.next_step, was.login_id, was.issued_at)
    auth.confirm_sign_in("123456", session=second)
    assert second.sign_in_details == auth.SignInDetails(login_id="alice", auth_flow_type="USER_PASSWORD_AUTH")


@pytest.mark.parametrize(
    ("minutes", "seconds", "lives"), [(15, 899, True), (15, 901, False), (3, 179, True), (3, 181, False)]
)
def test_a_sign_in_waits_as_long_as_the_client_allows(
    minutes: int, seconds: int, lives: bool, cognito: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """A client allows three to fifteen minutes. A restored sign-in has the same end."""
    pool = pool_of(mfa="OPTIONAL", client_options={"AuthSessionValidity": minutes})
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    first, second = auth.Session(**pool.config), auth.Session(**pool.config)
    auth.sign_in(name, PASSWORD, session=first)
    cognito.clock.advance(seconds)
    second.restore_state(first.export_state())
    if lives:
        assert auth.confirm_sign_in(pool.code(name), session=second).is_signed_in
    else:
        with pytest.raises(errors.PendingSignInExpired):
            auth.confirm_sign_in(pool.code(name), session=second)
        assert second.pending_sign_in is None


def test_two_sessions_have_two_pending_sign_ins_that_go_on_elsewhere(pool_of: PoolOf, name: str) -> None:
    """Each is exported and goes on in another session."""
    pool = pool_of(mfa="OPTIONAL")
    here = [auth.Session(**pool.config) for _ in range(2)]
    for number, session in enumerate(here):
        pool.create_user(f"{name}-{number}", PASSWORD, mfa=("SMS_MFA",))
        auth.sign_in(f"{name}-{number}", PASSWORD, session=session)
    for number, session in enumerate(here):
        there = auth.Session(**pool.config)
        there.restore_state(session.export_state())
        assert auth.confirm_sign_in(pool.code(f"{name}-{number}"), session=there).is_signed_in
        assert there.username == f"{name}-{number}"


def test_a_question_does_not_survive_a_sign_out(session: auth.Session, scripted: ScriptedCognito) -> None:
    """Otherwise the next user's answer could go to the last user's question."""
    ask(session, scripted, asks("SMS_MFA"))
    auth.sign_out(session=session)
    assert session.pending_sign_in is None
    with pytest.raises(errors.SignInException):
        auth.confirm_sign_in("123456", session=session)
    assert scripted.operations == ["InitiateAuth"]


def test_a_question_does_not_survive_the_next_sign_in_even_one_that_fails(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """A new sign-in gives up the pending one: an answer must not go to the first user's question."""
    ask(session, scripted, asks("SMS_MFA"))
    scripted.on("InitiateAuth", refuses("NotAuthorizedException", "Incorrect username or password."))
    with pytest.raises(errors.NotAuthorizedException):
        auth.sign_in("bob", "wrong", session=session)
    with pytest.raises(errors.SignInException):
        auth.confirm_sign_in("123456", session=session)


def test_a_question_does_not_survive_an_automatic_sign_in_of_another_user(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """Not even one that fails."""
    scripted.on("SignUp", says(UserConfirmed=True, UserSub="sub-2"))
    auth.sign_up("bob", "Passw0rd!", auto_sign_in={"auth_flow_type": "USER_PASSWORD_AUTH"}, session=session)
    ask(session, scripted, asks("SMS_MFA"))
    scripted.on("InitiateAuth", refuses("NotAuthorizedException", "Incorrect username or password."))
    with pytest.raises(errors.NotAuthorizedException):
        auth.auto_sign_in(session=session)
    assert session.pending_sign_in is None


def test_a_wrong_code_can_be_corrected_and_a_closed_session_cannot(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """A closed session is an error that says to sign in again, and nothing is pending then."""
    wrong = refuses("CodeMismatchException", "Invalid code or auth state for the user.")
    ask(session, scripted, asks("SMS_MFA"), wrong, CLOSED)
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_in("000000", session=session)
    assert session.pending_sign_in is not None
    with pytest.raises(errors.PendingSignInExpired) as caught:
        auth.confirm_sign_in("123456", session=session)
    assert isinstance(caught.value, errors.SignInException)
    assert isinstance(caught.value, errors.NotAuthorizedException)
    assert "sign_in() again" in (caught.value.recovery_suggestion or "")
    assert caught.value.__cause__ is not None, "what Cognito said"
    assert session.pending_sign_in is None


@pytest.mark.parametrize("factor", ["PASSWORD", "PASSWORD_SRP"])
def test_after_a_wrong_password_another_one_can_be_given(factor: str, pool_of: PoolOf, name: str) -> None:
    """With SRP too, where the wrong password has spent the session."""
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    session = auth.Session(**pool.config)
    auth.sign_in(name, auth_flow_type="USER_AUTH", session=session)
    auth.confirm_sign_in(factor, session=session)
    for wrong in ("wrong", "wrong again"):
        with pytest.raises(errors.NotAuthorizedException, match="Incorrect"):
            auth.confirm_sign_in(wrong, session=session)
        assert session.pending_sign_in is not None
        assert isinstance(session.pending_sign_in.next_step, auth.ConfirmSignInWithPassword)
    assert isinstance(auth.confirm_sign_in(PASSWORD, session=session).next_step, auth.ConfirmSignInWithSmsCode)
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in


def test_a_password_whose_proof_came_too_late_is_asked_for_again(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """The question for the password is pending. The password is not sent a second time."""
    scripted.on("InitiateAuth", asks("SELECT_CHALLENGE", available=list(CHOICES)))
    verifier = {"USER_ID_FOR_SRP": "alice", "SRP_B": "ab", "SALT": "12", "SECRET_BLOCK": "YQ=="}
    scripted.on("RespondToAuthChallenge", asks("PASSWORD_VERIFIER", NEXT, **verifier), CLOSED)
    auth.sign_in("alice", auth_flow_type="USER_AUTH", session=session)
    auth.confirm_sign_in("PASSWORD_SRP", session=session)
    with pytest.raises(errors.NotAuthorizedException) as caught:
        auth.confirm_sign_in(PASSWORD, session=session)
    assert not isinstance(caught.value, errors.PendingSignInExpired)
    assert scripted.operations == ["InitiateAuth", "RespondToAuthChallenge", "RespondToAuthChallenge"]
    assert session.pending_sign_in is not None
    assert session.pending_sign_in.next_step == auth.ConfirmSignInWithPassword()


def test_the_available_first_factors_are_remembered(session: auth.Session, scripted: ScriptedCognito) -> None:
    """InitiateAuth lists them, and the same question asked again does not."""
    first = asks("SELECT_CHALLENGE", available=list(CHOICES))
    step = ask(session, scripted, first, asks("SELECT_CHALLENGE", NEXT))
    assert auth.confirm_sign_in("EMAIL_OTP", session=session).next_step == step
    assert step == auth.ContinueSignInWithFirstFactorSelection(available_challenges=CHOICES)


def test_the_available_first_factors_are_remembered_across_other_questions(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """A question between that lists none does not empty the list."""
    first = asks("SELECT_CHALLENGE", available=list(CHOICES))
    step = ask(session, scripted, first, asks("EMAIL_OTP", NEXT), asks("SELECT_CHALLENGE", NEXT))
    auth.confirm_sign_in("EMAIL_OTP", session=session)
    assert auth.confirm_sign_in("123456", session=session).next_step == step
    with pytest.raises(auth.AuthValidationError, match="not one of the available"):
        auth.confirm_sign_in("WEB_AUTHN", session=session)
