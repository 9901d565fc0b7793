"""Errors and refusals of a sign-in: what they say, and what they keep."""

import re
from collections.abc import Callable
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from tests.support.asking import ask
from tests.support.makers import NewSession
from tests.support.scripted_cognito import (
    ScriptedCognito,
    asks,
    refuses,
    says,
    text,
    tokens,
)
from tests.support.story import PASSWORD


def test_custom_with_srp_answers_the_challenge_that_came(session: auth.Session, scripted: ScriptedCognito) -> None:
    """A custom challenge may come first. It needs no USER_ID_FOR_SRP, and no proof is sent."""
    scripted.on("InitiateAuth", asks("CUSTOM_CHALLENGE", question="2 + 2"))
    step = auth.sign_in("alice", PASSWORD, auth_flow_type="CUSTOM_WITH_SRP", session=session).next_step
    assert step == auth.ConfirmSignInWithCustomChallenge(additional_info={"question": "2 + 2"})
    assert scripted.operations == ["InitiateAuth"]


@pytest.mark.parametrize("id_token", [True, False])
def test_a_second_sign_in_is_refused_without_a_request(
    id_token: bool, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """Expired tokens, and tokens without an ID token, count too."""
    result = {**tokens(), "ExpiresIn": 0}
    if not id_token:
        del result["IdToken"]
    scripted.on("InitiateAuth", says(AuthenticationResult=result))
    auth.sign_in("alice", PASSWORD, session=session)
    for _ in range(2):
        with pytest.raises(errors.UserAlreadyAuthenticatedException) as caught:
            auth.sign_in("bob", PASSWORD, session=session)
        assert "sign_out" in (caught.value.recovery_suggestion or "")
    assert scripted.operations == ["InitiateAuth"]
    assert session.username == "alice"


def test_the_error_of_a_missing_password_names_the_flow_that_needs_none(
    new_session: NewSession, scripted: ScriptedCognito
) -> None:
    """And that flow can be configured."""
    with pytest.raises(auth.AuthValidationError) as caught:
        auth.sign_in("alice", session=new_session(auth_flow_type="USER_SRP_AUTH"))
    assert caught.value.name == "EmptySignInPassword"
    assert "USER_AUTH" in (caught.value.recovery_suggestion or "")
    scripted.on("InitiateAuth", asks("EMAIL_OTP"))
    session = new_session(auth_flow_type="USER_AUTH")
    assert isinstance(auth.sign_in("alice", session=session).next_step, auth.ConfirmSignInWithEmailCode)


@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "USER_SRP_AUTH", "CUSTOM_WITH_SRP", "confirm_sign_in"])
@pytest.mark.parametrize(
    ("code", "step"),
    [("UserNotConfirmedException", auth.ConfirmSignUp), ("PasswordResetRequiredException", auth.ResetPassword)],
)
def test_a_refusal_that_is_a_step_keeps_the_refusal(
    code: str, step: type, flow: str, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """In every flow. Nothing is pending after such a step."""
    refusal = refuses(code, "Put the account in order first.")
    if flow == "confirm_sign_in":
        ask(session, scripted, asks("SMS_MFA"), refusal)
        output = auth.confirm_sign_in("123456", session=session)
    else:
        scripted.on("InitiateAuth", refusal)
        output = auth.sign_in("alice", PASSWORD, auth_flow_type=flow, session=session)
    assert isinstance(output.next_step, step)
    error = output.next_step.error  # type: ignore[attr-defined]
    assert (error.name, error.message, error.request_id) == (code, "Put the account in order first.", "request-1")
    assert not output.is_signed_in
    assert session.pending_sign_in is None


@pytest.mark.parametrize("answer", [says(), says(ChallengeName=""), says(ChallengeParameters={}), text("")], ids=str)
def test_an_empty_answer_is_an_error_in_plain_words(
    answer: Any, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """The text has no ``None`` or ``undefined`` in it."""
    scripted.on("InitiateAuth", answer)
    with pytest.raises(auth.AuthProtocolError, match="neither tokens nor a challenge") as caught:
        auth.sign_in("alice", PASSWORD, session=session)
    assert not re.search("undefined|None", caught.value.message)


def test_error_texts_have_no_line_ends_tabs_or_missing_blanks(session: auth.Session, scripted: ScriptedCognito) -> None:
    """Messages and suggestions, of every error."""
    scripted.always("InitiateAuth", asks("MFA_SETUP", MFAS_CAN_SETUP='["SMS_MFA"]'))
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
