"""Defects of steps, texts and repetitions (B18 to B26)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from faults.scripted_cognito import HANGS_UP, ScriptedCognito, asks, page, refuses, says, signs_in, text, tokens
from flows.story import PASSWORD

import amplify_auth as auth
from amplify_auth import errors
from defects.asking import NEXT, ask
from defects.conftest import NewSession, PoolOf


@pytest.mark.parametrize("id_token", [True, False])
def test_b18_whether_somebody_is_signed_in_is_known_without_a_request(
    id_token: bool, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The check refreshed tokens first, swallowed every error, and overlooked users without an ID token."""
    result = {**tokens(), "ExpiresIn": 0}
    if not id_token:
        del result["IdToken"]
    cognito.on("InitiateAuth", says(AuthenticationResult=result))
    auth.sign_in("alice", PASSWORD, session=session)
    for _ in range(2):
        with pytest.raises(errors.UserAlreadyAuthenticatedException) as caught:
            auth.sign_in("bob", PASSWORD, session=session)
        assert "sign_out" in (caught.value.recovery_suggestion or "")
    assert cognito.operations == ["InitiateAuth"]
    assert session.username == "alice"


def test_b19_a_missing_password_is_told_with_the_flows_that_need_none(
    new_session: NewSession, cognito: ScriptedCognito
) -> None:
    """With a name alone SRP failed, without a word of why; and no configuration chose another flow."""
    with pytest.raises(auth.AuthValidationError) as caught:
        auth.sign_in("alice", session=new_session(auth_flow_type="USER_SRP_AUTH"))
    assert caught.value.name == "EmptySignInPassword"
    assert "USER_AUTH" in (caught.value.recovery_suggestion or "")
    cognito.on("InitiateAuth", asks("EMAIL_OTP"))
    session = new_session(auth_flow_type="USER_AUTH")
    assert isinstance(auth.sign_in("alice", session=session).next_step, auth.ConfirmSignInWithEmailCode)


@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "USER_SRP_AUTH", "CUSTOM_WITH_SRP", "confirm_sign_in"])
@pytest.mark.parametrize(
    ("code", "step"),
    [("UserNotConfirmedException", auth.ConfirmSignUp), ("PasswordResetRequiredException", auth.ResetPassword)],
)
def test_b20_a_refusal_that_is_a_step_keeps_the_refusal(
    code: str, step: type, flow: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The error was gone, in some flows and not in others; nothing waits for an answer behind such a step."""
    refusal = refuses(code, "Put the account in order first.")
    if flow == "confirm_sign_in":
        ask(session, cognito, asks("SMS_MFA"), refusal)
        output = auth.confirm_sign_in("123456", session=session)
    else:
        cognito.on("InitiateAuth", refusal)
        output = auth.sign_in("alice", PASSWORD, auth_flow_type=flow, session=session)
    assert isinstance(output.next_step, step)
    error = output.next_step.error  # type: ignore[attr-defined]
    assert (error.name, error.message, error.request_id) == (code, "Put the account in order first.", "request-1")
    assert not output.is_signed_in
    assert session.pending_sign_in is None


def test_b21_a_sign_in_code_can_be_sent_again(pool_of: PoolOf, name: str) -> None:
    """There was no way but to type everything again."""
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    session = auth.Session(**pool.config)
    auth.sign_in(name, PASSWORD, client_metadata={"a": "b"}, session=session)
    first = pool.code(name)
    step = auth.resend_sign_in_code(session=session).next_step
    assert isinstance(step, auth.ConfirmSignInWithSmsCode)
    assert pool.code(name) != first
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_in(first, session=session)
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in


@pytest.mark.parametrize("flow", ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"])
def test_b21_a_resend_uses_the_password_that_the_user_has_by_now(flow: str, pool_of: PoolOf, name: str) -> None:
    """Starting over with the temporary password, which was replaced meanwhile, is a wrong password to Cognito."""
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, "Temp0rary!", status="FORCE_CHANGE_PASSWORD", mfa=("SMS_MFA",))
    session = auth.Session(**pool.config, auth_flow_type=flow)
    auth.sign_in(name, "Temp0rary!", session=session)
    auth.confirm_sign_in("N3w-passw0rd!", session=session)
    assert isinstance(auth.resend_sign_in_code(session=session).next_step, auth.ConfirmSignInWithSmsCode)
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in


def test_b21_a_resend_that_fails_leaves_the_first_code_good(session: auth.Session, cognito: ScriptedCognito) -> None:
    """What waits is given up only for something better."""
    ask(session, cognito, asks("SMS_MFA"), signs_in())
    before = session.pending_sign_in
    cognito.on("InitiateAuth", refuses("LimitExceededException"))
    with pytest.raises(errors.LimitExceededException):
        auth.resend_sign_in_code(session=session)
    assert session.pending_sign_in is before
    assert auth.confirm_sign_in("123456", session=session).is_signed_in


@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "CUSTOM_WITHOUT_SRP", "CUSTOM_WITH_SRP", "USER_AUTH"])
def test_b22_every_flow_treats_automatic_sign_ins_alike(
    flow: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The custom flows left them standing. Now a failure leaves them in every flow, and a success ends them."""
    cognito.on("SignUp", says(UserConfirmed=True, UserSub="1"))
    auth.sign_up("bob", PASSWORD, auto_sign_in={"auth_flow_type": "USER_PASSWORD_AUTH"}, session=session)
    password = None if flow in ("CUSTOM_WITHOUT_SRP", "USER_AUTH") else PASSWORD
    cognito.on("InitiateAuth", refuses("NotAuthorizedException", "Incorrect username or password."))
    with pytest.raises(errors.NotAuthorizedException):
        auth.sign_in("alice", password, auth_flow_type=flow, session=session)
    assert '"bob"' in session.export_state()
    cognito.on("InitiateAuth", signs_in())
    auth.sign_in("alice", password, auth_flow_type=flow, session=session)
    assert '"bob"' not in session.export_state()


@pytest.mark.parametrize("answer", [says(), says(ChallengeName=""), says(ChallengeParameters={}), text("")], ids=str)
def test_b23_an_empty_answer_is_an_error_in_plain_words(
    answer: Any, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """It was "undefined challengeName ... not addressed"."""
    cognito.on("InitiateAuth", answer)
    with pytest.raises(auth.AuthProtocolError, match="neither tokens nor a challenge") as caught:
        auth.sign_in("alice", PASSWORD, session=session)
    assert not re.search("undefined|None", caught.value.message)


def test_b24_texts_are_clean(session: auth.Session, cognito: ScriptedCognito) -> None:
    """Some lacked a blank between sentences, others held raw line ends and tabs."""
    cognito.always("InitiateAuth", asks("MFA_SETUP", MFAS_CAN_SETUP='["SMS_MFA"]'))
    calls: list[Callable[[], object]] = [
        lambda: auth.confirm_sign_in("123456", session=session),
        lambda: auth.resend_sign_in_code(session=session),
        lambda: auth.auto_sign_in(session=session),
        lambda: auth.sign_in("", session=session),
        lambda: auth.sign_in("alice", session=session),
        lambda: auth.sign_in("alice", PASSWORD, auth_flow_type="CUSTOM_WITHOUT_SRP", session=session),
        lambda: auth.sign_in("alice", PASSWORD, session=session),
        lambda: auth.sign_up("", session=session),
        lambda: auth.confirm_sign_up("alice", "", session=session),
        lambda: auth.Session(user_pool_id="x"),
    ]
    for call in calls:
        with pytest.raises(auth.AuthError) as caught:
            call()
        for words in (caught.value.message, caught.value.recovery_suggestion or ""):
            assert not re.search(r"[\n\t]|  |[a-z][.!?][A-Z]", words), words
            assert words == words.strip()
    kinds = [getattr(errors, name) for name in errors.__all__]
    for kind in kinds:
        words = getattr(kind, "default_recovery_suggestion", None) or ""
        assert not re.search(r"[\n\t]|  |[a-z][.!?][A-Z]", words), words


@pytest.mark.parametrize("failure", [HANGS_UP, page(500), page(503)], ids=str)
def test_b25_an_answer_is_not_repeated_blindly(failure: Any, session: auth.Session, cognito: ScriptedCognito) -> None:
    """After a 5xx or a timeout a second request met a spent session, or the name that the first had taken."""
    ask(session, cognito, asks("SMS_MFA"), failure)
    cognito.always("SignUp", failure)
    for call in (lambda: auth.confirm_sign_in("1", session=session), lambda: auth.sign_up("bob", "p", session=session)):
        with pytest.raises(auth.AuthError):
            call()
    assert cognito.operations == ["InitiateAuth", "RespondToAuthChallenge", "SignUp"]


def test_b26_a_secret_that_was_shown_stays_the_secret(session: auth.Session, cognito: ScriptedCognito) -> None:
    """Each time that the step was made, AssociateSoftwareToken silently replaced what the user had typed off."""
    ask(session, cognito, asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'))
    cognito.on("AssociateSoftwareToken", says(SecretCode="SHOWN", Session=NEXT))
    shown = auth.confirm_sign_in("TOTP", session=session).next_step
    assert auth.confirm_sign_in("TOTP", session=session).next_step == shown
    auth.confirm_sign_in("EMAIL", session=session)
    assert auth.confirm_sign_in("TOTP", session=session).next_step == shown
    assert isinstance(shown, auth.ContinueSignInWithTotpSetup)
    assert shown.totp_setup_details.shared_secret == "SHOWN"
    assert session.pending_sign_in is not None
    assert cognito.operations.count("AssociateSoftwareToken") == 1
