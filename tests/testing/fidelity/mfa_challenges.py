"""RespondToAuthChallenge: second factors, one-time codes, and the sessions they are answered on."""

import json
from typing import Any

from pycognito.aws_srp import AWSSRP

from tests.support.fidelity_world import ALICE, PHONE, World, row, said, shown
from tests.testing.fidelity.sign_in import EVERY_FACTOR, SMS, TOTP

WRONG_PASSWORD = "NotAuthorizedException: Incorrect username or password."
SESSION = "NotAuthorizedException: Invalid session for the user."
CODE_USED = "ExpiredCodeException: Your software token has already been used once."
WRONG_CODE = "CodeMismatchException: Invalid code or auth state for the user."


def asked_sms(w: World) -> dict[str, Any]:
    w.pool(mfa={"MfaConfiguration": "OPTIONAL"} | SMS)
    w.user(**ALICE, **PHONE)
    w.idp.set_user_mfa_preference(AccessToken=w.token(), SMSMfaSettings={"Enabled": True, "PreferredMfa": True})
    return w.start()


def asked_totp(w: World) -> dict[str, Any]:
    w.pool(mfa=TOTP)
    w.user()
    w.totp_on(w.token(), preferred=True)
    return w.start()


@row("SMS_MFA: a wrong code", plain="tokens", documented=WRONG_CODE, source="amplify-js#3066")
def sms_wrong(w: World) -> str:
    session = asked_sms(w)["Session"]
    wrong = "1" if w.code() != "1" else "2"
    return said(w.respond("SMS_MFA", session, SMS_MFA_CODE=wrong))


@row("SMS_MFA: the right code", plain="tokens", documented="tokens", source="doc")
def sms_right(w: World) -> str:
    session = asked_sms(w)["Session"]
    return said(w.respond("SMS_MFA", session, SMS_MFA_CODE=w.code()))


@row(
    "SMS_MFA: its parameters",
    plain="{}",
    documented=(
        '{"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+*******1111", '
        '"USER_ID_FOR_SRP": "alice"}'
    ),
    source="iret.media/95416",
)
def sms_parameters(w: World) -> str:
    return shown(asked_sms(w)["ChallengeParameters"])


@row(
    "SMS_MFA: the answer to a TOTP challenge",
    plain="tokens",
    documented=SESSION,
    source="bc (a session is of one challenge), aws-samples#17 (its words)",
)
def sms_for_totp(w: World) -> str:
    session = asked_totp(w)["Session"]
    return said(w.respond("SMS_MFA", session, SMS_MFA_CODE="123456"))


@row(
    "SOFTWARE_TOKEN_MFA: a wrong code",
    plain="tokens",
    documented="CodeMismatchException: Invalid code received for user",
    source="amp: in the words of its recorded sign-ups; mem",
)
def totp_wrong(w: World) -> str:
    session = asked_totp(w)["Session"]
    return said(w.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE="wrong"))


@row("SOFTWARE_TOKEN_MFA: the right code", plain="tokens", documented="tokens", source="doc")
def totp_right(w: World) -> str:
    w.pool(mfa=TOTP)
    w.user()
    secret = w.totp_on(w.token(), preferred=True)
    w.later(30)
    return said(w.respond("SOFTWARE_TOKEN_MFA", w.start()["Session"], SOFTWARE_TOKEN_MFA_CODE=w.totp(secret)))


@row(
    "SOFTWARE_TOKEN_MFA: the code of VerifySoftwareToken",
    plain="tokens",
    documented=CODE_USED,
    source="amplify-swift (MFASignInTests, which run against AWS), moto (test_cognitoidp, against AWS too)",
)
def totp_verified(w: World) -> str:
    w.pool(mfa=TOTP)
    w.user()
    token, totp = w.token(), {"Enabled": True, "PreferredMfa": True}
    code = w.totp(w.idp.associate_software_token(AccessToken=token)["SecretCode"])
    w.idp.verify_software_token(AccessToken=token, UserCode=code)
    w.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings=totp)
    return said(w.respond("SOFTWARE_TOKEN_MFA", w.start()["Session"], SOFTWARE_TOKEN_MFA_CODE=code))


@row(
    "SOFTWARE_TOKEN_MFA: the code of a sign-in before",
    plain="tokens",
    documented=CODE_USED,
    source="moto (test_cognitoidp, whose sign-ins against AWS wait for another code)",
)
def totp_twice(w: World) -> str:
    w.pool(mfa=TOTP)
    w.user()
    secret = w.totp_on(w.token(), preferred=True)
    w.later(30)
    code = w.totp(secret)
    w.respond("SOFTWARE_TOKEN_MFA", w.start()["Session"], SOFTWARE_TOKEN_MFA_CODE=code)
    return said(w.respond("SOFTWARE_TOKEN_MFA", w.start()["Session"], SOFTWARE_TOKEN_MFA_CODE=code))


@row(
    "A session: used again after success",
    plain="ResourceNotFoundException: <uuid>",
    documented="NotAuthorizedException: Invalid session for the user, session can only be used once.",
    source="amplify-js#6461 (that it is refused), mem (its words)",
)
def session_twice(w: World) -> str:
    session = asked_sms(w)["Session"]
    code = w.code()
    w.respond("SMS_MFA", session, SMS_MFA_CODE=code)
    return said(w.respond("SMS_MFA", session, SMS_MFA_CODE=code))


@row(
    "A session: after AuthSessionValidity",
    plain="tokens",
    documented="NotAuthorizedException: Invalid session for the user, session is expired.",
    source="bc (that it ends), mem (its words)",
)
def session_expired(w: World) -> str:
    session = asked_sms(w)["Session"]
    code = w.code()
    w.later(3 * 60 + 1)
    return said(w.respond("SMS_MFA", session, SMS_MFA_CODE=code))


@row("A session: another client's", plain="tokens", documented=SESSION, source="mem")
def session_client(w: World) -> str:
    session = asked_sms(w)["Session"]
    code = w.code()
    w.client = w.add_client()
    return said(w.respond("SMS_MFA", session, SMS_MFA_CODE=code))


def one_time(w: World, name: str, code: str | None = None) -> str:
    w.pool(**EVERY_FACTOR)
    w.user(**ALICE, **PHONE)
    if w.cognito is None:
        session = w.start("USER_SRP_AUTH", SRP_A="2")["Session"]
    else:
        session = w.start("USER_AUTH", PREFERRED_CHALLENGE=name)["Session"]
    return said(w.respond(name, session, **{f"{name}_CODE": code or w.code(purpose=name)}))


@row("EMAIL_OTP: the right code", plain="{}", documented="tokens", source="bc")
def email_right(w: World) -> str:
    return one_time(w, "EMAIL_OTP")


@row(
    "EMAIL_OTP: a wrong code",
    plain="{}",
    documented=WRONG_CODE,
    source="bc (the exception), amplify-js#3066 (the words, of SMS)",
)
def email_wrong(w: World) -> str:
    return one_time(w, "EMAIL_OTP", "wrong")


@row("SMS_OTP: the right code", plain="{}", documented="tokens", source="bc")
def sms_otp_right(w: World) -> str:
    return one_time(w, "SMS_OTP")


@row(
    "SMS_OTP: a wrong code",
    plain="{}",
    documented=WRONG_CODE,
    source="bc (the exception), amplify-js#3066 (the words, of SMS)",
)
def sms_otp_wrong(w: World) -> str:
    return one_time(w, "SMS_OTP", "wrong")


def select(w: World) -> dict[str, Any]:
    w.pool(mfa=TOTP | SMS)
    w.user(**ALICE, **PHONE)
    token = w.token()
    w.totp_on(token)
    if w.cognito is None:
        return w.start("USER_SRP_AUTH", SRP_A="2")
    w.idp.set_user_mfa_preference(AccessToken=token, SMSMfaSettings={"Enabled": True})
    return w.start()


@row("SELECT_MFA_TYPE: a choice", plain="{}", documented="SMS_MFA", source="cli")
def select_mfa(w: World) -> str:
    return said(w.respond("SELECT_MFA_TYPE", select(w)["Session"], ANSWER="SMS_MFA"))


@row(
    "SELECT_MFA_TYPE: MFAS_CAN_CHOOSE is JSON text",
    plain="crash KeyError",
    documented='["SMS_MFA", "SOFTWARE_TOKEN_MFA"]',
    source="amp",
)
def can_choose(w: World) -> str:
    return shown(json.loads(select(w)["ChallengeParameters"]["MFAS_CAN_CHOOSE"]))


@row(
    "MFA_SETUP: on the session of an unproven sign-in",
    plain="tokens",
    documented=SESSION,
    source="bc (it needs VerifySoftwareToken's), aws-samples#17 (its words)",
)
def setup_unproven(w: World) -> str:
    w.pool(**EVERY_FACTOR)
    w.user()
    return said(w.respond("MFA_SETUP", w.unproven()))


@row(
    "MFA_SETUP: MFAS_CAN_SETUP is JSON text",
    plain=("crash JSONDecodeError", "crash TypeError", "crash KeyError"),
    documented='["SOFTWARE_TOKEN_MFA"]',
    source="amp",
)
def can_setup(w: World) -> str:
    w.pool(mfa=TOTP | {"MfaConfiguration": "ON"})
    w.user()
    if w.cognito is not None:
        return shown(json.loads(w.start()["ChallengeParameters"]["MFAS_CAN_SETUP"]))
    client = AWSSRP("alice", "Correct-h0rse!", w.pool_id, w.client.id, client=w.idp)
    begun = w.idp.initiate_auth(AuthFlow="USER_SRP_AUTH", ClientId=w.client.id, AuthParameters=client.get_auth_params())
    responses = client.process_challenge(begun["ChallengeParameters"], client.get_auth_params())
    asked = w.idp.respond_to_auth_challenge(
        ClientId=w.client.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=responses
    )
    return shown(json.loads(asked["ChallengeParameters"]["MFAS_CAN_SETUP"]))
