"""The set-up of a second factor during a sign-in."""

import re

import pytest

import amplify_auth as auth
from amplify_auth import errors
from tests.support.asking import NEXT, ask
from tests.support.scripted_cognito import (
    ScriptedCognito,
    asks,
    says,
)


@pytest.mark.parametrize(
    ("choices", "answer"),
    [((), "123456"), ((), "alice@example.com"), (("EMAIL",), "123456"), (("TOTP",), "alice@example.com")],
)
def test_an_answer_that_does_not_fit_the_step_is_refused(
    choices: tuple[str, ...], answer: str, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """What an answer means depends on the step, not on its text: digits, an at sign, a key word."""
    scripted.always("AssociateSoftwareToken", says(SecretCode="SECRET", Session=NEXT))
    ask(session, scripted, asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'))
    for choice in choices:
        auth.confirm_sign_in(choice, session=session)
    before, sent = session.pending_sign_in, len(scripted.requests)
    with pytest.raises(auth.AuthValidationError):
        auth.confirm_sign_in(answer, session=session)
    assert (session.pending_sign_in, len(scripted.requests)) == (before, sent)


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        ({}, "none given"),
        ({"MFAS_CAN_SETUP": "[]"}, "none given"),
        ({"MFAS_CAN_SETUP": '["RETINA_SCAN"]'}, "RETINA_SCAN"),
        ({"MFAS_CAN_SETUP": "['SMS_MFA']"}, "['SMS_MFA']"),
        ({"MFAS_CAN_SETUP": '{"a": 1}'}, '{"a": 1}'),
        ({"MFAS_CAN_SETUP": "[1]"}, "[1]"),
    ],
)
def test_a_set_up_that_is_not_possible_is_an_error_that_shows_what_was_offered(
    parameters: dict[str, str], shown: str, session: auth.Session, scripted: ScriptedCognito
) -> None:
    """It shows what Cognito sent if that is not JSON."""
    with pytest.raises(auth.AuthProtocolError, match=re.escape(shown)):
        ask(session, scripted, asks("MFA_SETUP", **parameters))
    assert session.pending_sign_in is None


def test_an_account_that_lacks_the_phone_number_for_sms_is_told_who_can_set_it(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    with pytest.raises(errors.MFAMethodNotFoundException, match=r"SMS_MFA.*phone number") as caught:
        ask(session, scripted, asks("MFA_SETUP", MFAS_CAN_SETUP='["SMS_MFA"]'))
    assert caught.value.name == "SignInException"
    assert "administrator" in str(caught.value.recovery_suggestion)
    assert session.pending_sign_in is None


@pytest.mark.parametrize("answer", [{"Status": "ERROR", "Session": NEXT}, {"Session": NEXT}, {"Status": "Success"}])
def test_an_authenticator_that_cognito_did_not_accept_is_not_set_up(
    answer: dict[str, str], session: auth.Session, scripted: ScriptedCognito
) -> None:
    """``Status`` decides. The sign-in does not go on without ``SUCCESS``."""
    scripted.always("AssociateSoftwareToken", says(SecretCode="SECRET", Session=NEXT))
    ask(session, scripted, asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA"]'))
    scripted.on("VerifySoftwareToken", says(**answer))
    with pytest.raises(errors.EnableSoftwareTokenMFAException):
        auth.confirm_sign_in("123456", session=session)
    assert "RespondToAuthChallenge" not in scripted.operations
    assert session.pending_sign_in is not None
    assert isinstance(session.pending_sign_in.next_step, auth.ContinueSignInWithTotpSetup)


def test_a_secret_that_was_shown_stays_the_secret(session: auth.Session, scripted: ScriptedCognito) -> None:
    """A step that is made again does not replace the secret that the user has typed into an app."""
    ask(session, scripted, asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'))
    scripted.on("AssociateSoftwareToken", says(SecretCode="SHOWN", Session=NEXT))
    shown = auth.confirm_sign_in("TOTP", session=session).next_step
    assert auth.confirm_sign_in("TOTP", session=session).next_step == shown
    auth.confirm_sign_in("EMAIL", session=session)
    assert auth.confirm_sign_in("TOTP", session=session).next_step == shown
    assert isinstance(shown, auth.ContinueSignInWithTotpSetup)
    assert shown.totp_setup_details.shared_secret == "SHOWN"
    assert session.pending_sign_in is not None
    assert scripted.operations.count("AssociateSoftwareToken") == 1
