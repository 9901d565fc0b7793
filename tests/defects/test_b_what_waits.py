"""Defects of what waits for an answer (B10 to B17)."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest
from faults.scripted_cognito import ScriptedCognito, asks, refuses, says, signs_in, tokens
from flows.story import CHOICES, PASSWORD

import amplify_auth as auth
from amplify_auth import errors
from defects.asking import CLOSED, NEXT, ask
from defects.conftest import NewSession, PoolOf


def test_b10_a_question_does_not_survive_a_sign_out(session: auth.Session, cognito: ScriptedCognito) -> None:
    """The next user's answer could go to the last user's question."""
    ask(session, cognito, asks("SMS_MFA"))
    auth.sign_out(session=session)
    assert session.pending_sign_in is None
    with pytest.raises(errors.SignInException):
        auth.confirm_sign_in("123456", session=session)
    assert cognito.operations == ["InitiateAuth"]


def test_b10_a_question_does_not_survive_the_next_sign_in_even_one_that_fails(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """Whoever starts anew has given up what waited: an answer must not go to the first user's question."""
    ask(session, cognito, asks("SMS_MFA"))
    cognito.on("InitiateAuth", refuses("NotAuthorizedException", "Incorrect username or password."))
    with pytest.raises(errors.NotAuthorizedException):
        auth.sign_in("bob", "wrong", session=session)
    with pytest.raises(errors.SignInException):
        auth.confirm_sign_in("123456", session=session)


def test_b10_a_question_does_not_survive_an_automatic_sign_in_of_somebody_else(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    cognito.on("SignUp", says(UserConfirmed=True, UserSub="sub-2"))
    auth.sign_up("bob", "Passw0rd!", auto_sign_in={"auth_flow_type": "USER_PASSWORD_AUTH"}, session=session)
    ask(session, cognito, asks("SMS_MFA"))
    cognito.on("InitiateAuth", refuses("NotAuthorizedException", "Incorrect username or password."))
    with pytest.raises(errors.NotAuthorizedException):
        auth.auto_sign_in(session=session)
    assert session.pending_sign_in is None


def test_b11_a_wrong_code_is_told_from_a_session_that_is_over(session: auth.Session, cognito: ScriptedCognito) -> None:
    """A spent session was kept for good: every later answer said that it is invalid."""
    wrong = refuses("CodeMismatchException", "Invalid code or auth state for the user.")
    ask(session, cognito, asks("SMS_MFA"), wrong, CLOSED)
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
def test_b12_after_a_wrong_password_another_one_can_be_given(factor: str, pool_of: PoolOf, name: str) -> None:
    """Nobody knew what state the sign-in was in; with SRP its session was spent, and the right password failed."""
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


def test_b12_a_password_whose_proof_came_too_late_is_asked_for_and_not_tried_again(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """What is left is the question for the password, for the user to answer: it is not closed."""
    cognito.on("InitiateAuth", asks("SELECT_CHALLENGE", available=list(CHOICES)))
    verifier = {"USER_ID_FOR_SRP": "alice", "SRP_B": "ab", "SALT": "12", "SECRET_BLOCK": "YQ=="}
    cognito.on("RespondToAuthChallenge", asks("PASSWORD_VERIFIER", NEXT, **verifier), CLOSED)
    auth.sign_in("alice", auth_flow_type="USER_AUTH", session=session)
    auth.confirm_sign_in("PASSWORD_SRP", session=session)
    with pytest.raises(errors.NotAuthorizedException) as caught:
        auth.confirm_sign_in(PASSWORD, session=session)
    assert not isinstance(caught.value, errors.PendingSignInExpired)
    assert cognito.operations == ["InitiateAuth", "RespondToAuthChallenge", "RespondToAuthChallenge"]
    assert session.pending_sign_in is not None
    assert session.pending_sign_in.next_step == auth.ConfirmSignInWithPassword()


def test_b13_the_available_first_factors_are_remembered(session: auth.Session, cognito: ScriptedCognito) -> None:
    """Only InitiateAuth lists them; when asked again they were undefined."""
    first = asks("SELECT_CHALLENGE", available=list(CHOICES))
    step = ask(session, cognito, first, asks("SELECT_CHALLENGE", NEXT))
    assert auth.confirm_sign_in("EMAIL_OTP", session=session).next_step == step
    assert step == auth.ContinueSignInWithFirstFactorSelection(available_challenges=CHOICES)


def test_b13_they_are_remembered_across_questions_between(session: auth.Session, cognito: ScriptedCognito) -> None:
    """A question that lists none must not make who is asked to choose again choose from nothing."""
    first = asks("SELECT_CHALLENGE", available=list(CHOICES))
    step = ask(session, cognito, first, asks("EMAIL_OTP", NEXT), asks("SELECT_CHALLENGE", NEXT))
    auth.confirm_sign_in("EMAIL_OTP", session=session)
    assert auth.confirm_sign_in("123456", session=session).next_step == step
    with pytest.raises(auth.AuthValidationError, match="not one of the available"):
        auth.confirm_sign_in("WEB_AUTHN", session=session)


@pytest.mark.parametrize(
    ("choices", "answer"),
    [((), "123456"), ((), "alice@example.com"), (("EMAIL",), "123456"), (("TOTP",), "alice@example.com")],
)
def test_b14_an_answer_to_a_set_up_goes_by_the_step_that_was_offered(
    choices: tuple[str, ...], answer: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """What it meant was guessed from its text: digits, an at sign, a key word."""
    cognito.always("AssociateSoftwareToken", says(SecretCode="SECRET", Session=NEXT))
    ask(session, cognito, asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'))
    for choice in choices:
        auth.confirm_sign_in(choice, session=session)
    before, sent = session.pending_sign_in, len(cognito.requests)
    with pytest.raises(auth.AuthValidationError):
        auth.confirm_sign_in(answer, session=session)
    assert (session.pending_sign_in, len(cognito.requests)) == (before, sent)


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        ({}, "none given"),
        ({"MFAS_CAN_SETUP": "[]"}, "none given"),
        ({"MFAS_CAN_SETUP": '["SMS_MFA"]'}, "SMS_MFA"),
        ({"MFAS_CAN_SETUP": '["RETINA_SCAN"]'}, "RETINA_SCAN"),
        ({"MFAS_CAN_SETUP": "['SMS_MFA']"}, "['SMS_MFA']"),
        ({"MFAS_CAN_SETUP": '{"a": 1}'}, '{"a": 1}'),
        ({"MFAS_CAN_SETUP": "[1]"}, "[1]"),
    ],
)
def test_b15_a_set_up_that_is_not_possible_is_an_error_that_shows_what_was_offered(
    parameters: dict[str, str], shown: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """It was an opaque exception, or ``Unknown`` where the JSON was broken."""
    with pytest.raises(auth.AuthProtocolError, match=re.escape(shown)):
        ask(session, cognito, asks("MFA_SETUP", **parameters))
    assert session.pending_sign_in is None


@pytest.mark.parametrize("answer", [{"Status": "ERROR", "Session": NEXT}, {"Session": NEXT}, {"Status": "Success"}])
def test_b16_an_authenticator_that_cognito_did_not_accept_is_not_set_up(
    answer: dict[str, str], session: auth.Session, cognito: ScriptedCognito
) -> None:
    """``Status`` was not looked at."""
    cognito.always("AssociateSoftwareToken", says(SecretCode="SECRET", Session=NEXT))
    ask(session, cognito, asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA"]'))
    cognito.on("VerifySoftwareToken", says(**answer))
    with pytest.raises(errors.EnableSoftwareTokenMFAException):
        auth.confirm_sign_in("123456", session=session)
    assert "RespondToAuthChallenge" not in cognito.operations
    assert session.pending_sign_in is not None
    assert isinstance(session.pending_sign_in.next_step, auth.ContinueSignInWithTotpSetup)


class FullDisk:
    """A storage that keeps nothing."""

    def load(self) -> str | None:
        return None

    def save(self, record: str) -> None:
        raise auth.AuthConfigurationError("No space left on device.", name="StorageException")

    def clear(self) -> None:
        pass

    def lock(self) -> Any:
        return nullcontext()


def test_b17_a_sign_in_that_fails_at_its_last_step_signs_nobody_in(
    new_session: NewSession, cognito: ScriptedCognito
) -> None:
    """Tokens were stored before all was done: signIn raised, and the next one said that somebody is signed in."""
    session = new_session(storage=FullDisk())
    seen: list[str] = []
    session.add_listener(lambda event: seen.append(event.name))
    cognito.always("InitiateAuth", signs_in())
    for _ in range(2):
        with pytest.raises(auth.AuthConfigurationError):
            auth.sign_in("alice", PASSWORD, session=session)
        assert (session.is_signed_in, session.tokens, session.pending_sign_in) == (False, None, None)
    assert seen == []


def test_b17_a_sign_in_that_fails_at_its_last_step_leaves_who_took_its_place(
    new_session: NewSession, cognito: ScriptedCognito
) -> None:
    """Taking back a sign-in that was not stored must not sign out a user whom another thread has put there since."""
    cognito.always("InitiateAuth", lambda request: signs_in(request.body["AuthParameters"]["USERNAME"]))
    elsewhere = new_session()
    auth.sign_in("bob", PASSWORD, session=elsewhere)
    text = elsewhere.export_state()

    class SlowFullDisk(FullDisk):
        def save(self, record: str) -> None:
            if '"alice"' in record:
                with ThreadPoolExecutor(1) as threads:
                    threads.submit(session.restore_state, text).result(10)
                super().save(record)

    session = new_session(storage=SlowFullDisk())
    with pytest.raises(auth.AuthConfigurationError):
        auth.sign_in("alice", PASSWORD, session=session)
    assert session.username == "bob"


def test_b17_tokens_that_are_dead_on_arrival_and_listeners_that_fail_harm_nothing(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The event of a sign-in looked at the tokens again, and its failure became the sign-in's."""

    def fail(event: object) -> None:
        raise RuntimeError("a listener's own trouble")

    session.add_listener(fail)
    cognito.on("InitiateAuth", says(AuthenticationResult={**tokens(), "ExpiresIn": 0}))
    assert auth.sign_in("alice", PASSWORD, session=session).is_signed_in
    assert session.tokens is not None
    assert session.tokens.is_expired
