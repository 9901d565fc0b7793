"""What people type beside the right answer: white space, another case, another name. Secrets stay as typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import amplify_auth as auth
from amplify_auth import AuthValidationError, Session, errors
from amplify_auth.testing import MockCognito
from tests.support.makers import NewSession, PoolOf, SessionOf
from tests.support.scripted_cognito import ScriptedCognito, asks, says, signs_in

PASSWORD = "Corr3ct-horse"
SHAPES: dict[str, Callable[[str], str]] = {
    "as an app shows it": lambda code: f"{code[:3]} {code[3:]}",
    "with a dash": lambda code: f"{code[:3]}-{code[3:]}",
    "with a line end": lambda code: f"{code}\n",
    "as a mail has it": lambda code: f"\t\xa0{code}\u200b\r\n",
    "full-width": lambda code: code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),
}
NAMES = [" {}", "{} ", "{}\n", "\xa0{}\t", "\ufeff{}\u200b"]
with_each_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
with_each_name = pytest.mark.parametrize("typed", NAMES, ids=ascii)


@with_each_shape
@pytest.mark.parametrize("factor", ["SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"])
def test_the_code_of_a_second_factor(
    shape: Callable[[str], str], factor: str, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, PASSWORD, mfa=(factor,))
    session = session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)
    code = pool.totp(name) if factor == "SOFTWARE_TOKEN_MFA" else pool.code(name, factor)

    assert auth.confirm_sign_in(shape(code), session=session).is_signed_in


@with_each_shape
def test_the_code_of_a_first_factor(
    shape: Callable[[str], str], pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    session = session_of(pool)
    auth.sign_in(name, auth_flow_type="USER_AUTH", preferred_challenge="SMS_OTP", session=session)

    assert auth.confirm_sign_in(shape(pool.code(name, "SMS_OTP")), session=session).is_signed_in


@with_each_shape
def test_the_first_code_of_a_new_authenticator(
    shape: Callable[[str], str], scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always("InitiateAuth", asks("MFA_SETUP", "s", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA"]'))
    scripted.always("AssociateSoftwareToken", says(SecretCode="SECRETSECRET", Session="t"))
    scripted.always("VerifySoftwareToken", says(Status="SUCCESS", Session="u"))
    scripted.always("RespondToAuthChallenge", signs_in("alice"))
    auth.sign_in("alice", PASSWORD, session=session)
    auth.confirm_sign_in(shape("012345"), session=session)

    (verified,) = [request.body for request in scripted.requests if request.operation == "VerifySoftwareToken"]
    assert verified["UserCode"] == "012345"


@with_each_shape
def test_the_code_of_a_sign_up(shape: Callable[[str], str], pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of()
    session = session_of(pool)
    auth.sign_up(name, PASSWORD, user_attributes={"email": f"{name}@example.com"}, session=session)

    assert auth.confirm_sign_up(name, shape(pool.code(name)), session=session).is_sign_up_complete


@pytest.mark.parametrize("challenge", ["SMS_MFA", "SMS_OTP", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"])
@pytest.mark.parametrize("typed", [" ", "\n", "\u200b"], ids=ascii)
def test_white_space_alone_is_no_code_and_costs_no_attempt(
    challenge: str, typed: str, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always("InitiateAuth", asks(challenge, "s"))
    auth.sign_in("alice", PASSWORD, session=session)
    with pytest.raises(AuthValidationError) as caught:
        auth.confirm_sign_in(typed, session=session)

    assert caught.value.name == "EmptyChallengeResponse"
    assert scripted.operations == ["InitiateAuth"]
    assert session.pending_sign_in is not None


def test_a_code_that_is_not_of_digits_is_sent_as_it_is(scripted: ScriptedCognito, session: Session) -> None:
    """It is Cognito that knows which codes it sends."""
    scripted.always("InitiateAuth", asks("EMAIL_OTP", "s"))
    scripted.always("RespondToAuthChallenge", signs_in("alice"))
    auth.sign_in("alice", PASSWORD, session=session)
    auth.confirm_sign_in(" AB-12 ", session=session)

    assert scripted.requests[-1].body["ChallengeResponses"]["EMAIL_OTP_CODE"] == "AB-12"


@pytest.mark.parametrize("typed", ["letters", "12a456", "TOTP"])
def test_an_authenticators_code_has_digits(typed: str, scripted: ScriptedCognito, session: Session) -> None:
    scripted.always("InitiateAuth", asks("SOFTWARE_TOKEN_MFA", "s"))
    auth.sign_in("alice", PASSWORD, session=session)
    with pytest.raises(AuthValidationError, match="digits only"):
        auth.confirm_sign_in(typed, session=session)

    assert scripted.operations == ["InitiateAuth"]


AS_TYPED = " \xa0A n swer-1\u200b \n"


@pytest.mark.parametrize(
    ("challenge", "key"), [("CUSTOM_CHALLENGE", "ANSWER"), ("NEW_PASSWORD_REQUIRED", "NEW_PASSWORD")]
)
@pytest.mark.parametrize("typed", [AS_TYPED, " ", "123 456", "sms"], ids=ascii)
def test_passwords_and_answers_to_custom_challenges_stay_as_typed(
    challenge: str, key: str, typed: str, scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always("InitiateAuth", asks(challenge, "s"))
    scripted.always("RespondToAuthChallenge", signs_in("alice"))
    auth.sign_in("alice", PASSWORD, session=session)
    auth.confirm_sign_in(typed, session=session)

    assert scripted.requests[-1].body["ChallengeResponses"][key] == typed


def test_the_password_of_a_sign_in_stays_as_typed(scripted: ScriptedCognito, session: Session) -> None:
    scripted.always("InitiateAuth", signs_in("alice"))
    auth.sign_in("alice", AS_TYPED, session=session)

    assert scripted.requests[-1].body["AuthParameters"]["PASSWORD"] == AS_TYPED


def test_the_password_that_is_asked_for_later_stays_as_typed(scripted: ScriptedCognito, session: Session) -> None:
    scripted.always("InitiateAuth", asks("PASSWORD", "s"))
    scripted.always("RespondToAuthChallenge", signs_in("alice"))
    auth.sign_in("alice", auth_flow_type="USER_AUTH", session=session)
    auth.confirm_sign_in(AS_TYPED, session=session)

    assert scripted.requests[-1].body["ChallengeResponses"]["PASSWORD"] == AS_TYPED


# User names


@with_each_name
@pytest.mark.parametrize("client_secret", [False, True], ids=["public", "confidential"])
def test_white_space_around_a_user_name(
    typed: str, client_secret: bool, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(client_secret=client_secret)
    pool.create_user(name, PASSWORD)
    session = session_of(pool)

    assert auth.sign_in(typed.format(name), PASSWORD, session=session).is_signed_in
    assert session.sign_in_details is not None
    assert (session.username, session.sign_in_details.login_id) == (name, name)


@with_each_name
def test_one_name_for_the_whole_sign_up(typed: str, pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    """The automatic sign-in is found by the name that was signed up."""
    pool = pool_of(client_secret=True)
    session = session_of(pool)
    auth.sign_up(name, PASSWORD, user_attributes={"email": f"{name}@example.com"}, auto_sign_in=True, session=session)
    auth.resend_sign_up_code(typed.format(name), session=session)
    output = auth.confirm_sign_up(typed.format(name), pool.code(name), session=session)

    assert isinstance(output.next_step, auth.CompleteAutoSignIn)
    assert auth.auto_sign_in(session=session).is_signed_in


def test_a_new_name_is_sent_as_it_is(scripted: ScriptedCognito, session: Session) -> None:
    """Cognito refuses it. Another name than the one that was chosen is not signed up."""
    scripted.always("SignUp", says(UserConfirmed=False, UserSub="x"))
    auth.sign_up(" bob", PASSWORD, session=session)

    assert scripted.requests[-1].body["Username"] == " bob"


def test_a_blank_name_is_none(scripted: ScriptedCognito, session: Session) -> None:
    for call in (
        lambda: auth.sign_in(" \n", PASSWORD, session=session),
        lambda: auth.confirm_sign_up("\u200b", "123456", session=session),
        lambda: auth.resend_sign_up_code("\xa0", session=session),
    ):
        with pytest.raises(AuthValidationError, match="username is required"):
            call()

    assert scripted.requests == []


# Choices

SPELLINGS = {
    "SMS": ["SMS", "sms", "SMS_MFA", " Sms_Mfa\n", "sms-mfa", "SMSMFA", "SmsOtp"],
    "TOTP": ["TOTP", "totp", "SOFTWARE_TOKEN_MFA", "software_token_mfa", " Totp ", "softwareTokenMfa", "TOTPMFA"],
    "EMAIL": ["EMAIL", "email", "EMAIL_OTP", " email-otp ", "EMAIL_MFA", "E-Mail", "emailotp"],
}
WIRE = {"SMS": "SMS_MFA", "TOTP": "SOFTWARE_TOKEN_MFA", "EMAIL": "EMAIL_OTP"}


@pytest.mark.parametrize(
    ("typed", "meant"), [(typed, meant) for meant, all_typed in SPELLINGS.items() for typed in all_typed], ids=ascii
)
def test_a_second_factor_in_any_spelling(typed: str, meant: str, scripted: ScriptedCognito, session: Session) -> None:
    choices = '["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'
    scripted.always("InitiateAuth", asks("SELECT_MFA_TYPE", "s", MFAS_CAN_CHOOSE=choices))
    scripted.always("RespondToAuthChallenge", signs_in("alice"))
    auth.sign_in("alice", PASSWORD, session=session)
    auth.confirm_sign_in(typed, session=session)

    assert scripted.requests[-1].body["ChallengeResponses"]["ANSWER"] == WIRE[meant]


@pytest.mark.parametrize(
    ("typed", "meant"), [(typed, meant) for meant in ("TOTP", "EMAIL") for typed in SPELLINGS[meant]], ids=ascii
)
def test_a_second_factor_to_set_up_in_any_spelling(
    typed: str, meant: str, scripted: ScriptedCognito, session: Session
) -> None:
    choices = '["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'
    scripted.always("InitiateAuth", asks("MFA_SETUP", "s", MFAS_CAN_SETUP=choices))
    scripted.always("AssociateSoftwareToken", says(SecretCode="SECRETSECRET", Session="t"))
    auth.sign_in("alice", PASSWORD, session=session)
    step = auth.confirm_sign_in(typed, session=session).next_step

    expected = {"TOTP": auth.ContinueSignInWithTotpSetup, "EMAIL": auth.ContinueSignInWithEmailSetup}[meant]
    assert isinstance(step, expected)


def test_an_address_of_an_e_mail_set_up_is_stripped(scripted: ScriptedCognito, session: Session) -> None:
    scripted.always("InitiateAuth", asks("MFA_SETUP", "s", MFAS_CAN_SETUP='["EMAIL_OTP"]'))
    scripted.always("RespondToAuthChallenge", signs_in("alice"))
    auth.sign_in("alice", PASSWORD, session=session)
    assert isinstance(auth.confirm_sign_in("EMAIL", session=session).next_step, auth.ContinueSignInWithEmailSetup)
    with pytest.raises(AuthValidationError):
        auth.confirm_sign_in("al ice@example.com", session=session)
    auth.confirm_sign_in(" email@example.com\n", session=session)

    assert scripted.requests[-1].body["ChallengeResponses"]["EMAIL"] == "email@example.com"


@pytest.mark.parametrize("typed", ["EMAIL_OTP", "email_otp", " Email_Otp\n", "email-otp"], ids=ascii)
@pytest.mark.parametrize("available", [["PASSWORD", "EMAIL_OTP"], []], ids=["listed", "not listed"])
def test_a_first_factor_in_any_case(
    typed: str, available: list[str], scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always("InitiateAuth", asks("SELECT_CHALLENGE", "s", available=available))
    scripted.always("RespondToAuthChallenge", asks("EMAIL_OTP", "t"))
    auth.sign_in("alice", auth_flow_type="USER_AUTH", session=session)
    auth.confirm_sign_in(typed, session=session)

    assert scripted.requests[-1].body["ChallengeResponses"]["ANSWER"] == "EMAIL_OTP"


def test_a_password_as_first_factor_in_lower_case_asks_for_the_password(
    scripted: ScriptedCognito, session: Session
) -> None:
    scripted.always("InitiateAuth", asks("SELECT_CHALLENGE", "s", available=["PASSWORD"]))
    auth.sign_in("alice", auth_flow_type="USER_AUTH", session=session)

    assert isinstance(auth.confirm_sign_in("password", session=session).next_step, auth.ConfirmSignInWithPassword)


def test_a_first_factor_that_only_cognito_knows_is_sent(scripted: ScriptedCognito, session: Session) -> None:
    scripted.always("InitiateAuth", asks("SELECT_CHALLENGE", "s", available=["new_Factor"]))
    scripted.always("RespondToAuthChallenge", signs_in("alice"))
    auth.sign_in("alice", auth_flow_type="USER_AUTH", session=session)
    auth.confirm_sign_in("new_Factor", session=session)

    assert scripted.requests[-1].body["ChallengeResponses"]["ANSWER"] == "new_Factor"


def test_a_wrong_code_is_still_wrong(pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito) -> None:
    pool = pool_of(mfa="OPTIONAL")
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    session = session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)
    wrong = f"{(int(pool.code(name, 'SMS_MFA')) + 1) % 10**6:06}"
    with pytest.raises(errors.CodeMismatchException):
        auth.confirm_sign_in(f" {wrong}", session=session)

    assert cognito.calls.operations[-1] == "RespondToAuthChallenge"


def test_a_sign_in_that_waits_is_found_after_a_restore(new_session: NewSession, scripted: ScriptedCognito) -> None:
    """The answer is read by the challenge that waits, also in another process."""
    scripted.always("InitiateAuth", asks("SMS_MFA", "s"))
    scripted.always("RespondToAuthChallenge", signs_in("alice"))
    first, second = new_session(), new_session()
    auth.sign_in(" alice ", PASSWORD, session=first)
    second.restore_state(first.export_state())
    auth.confirm_sign_in("123 456", session=second)

    assert scripted.requests[-1].body["ChallengeResponses"]["SMS_MFA_CODE"] == "123456"
