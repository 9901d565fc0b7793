"""The second factors of a signed-in user."""

from typing import Any

from .words import EMAIL, PHONE, PREFERENCE, SIGN_IN, SIGN_OUT, Raw, call, confirm, control, scenario, user

SET_UP = call("setUpTOTP")
BOTH = ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]
REACHABLE = {**EMAIL, **PHONE}


def verify(code: str, **options: str) -> Raw:
    return call("verifyTOTPSetup", code=code, **({"options": options} if options else {}))


def prefer(**factors: Any) -> Raw:
    return {"call": "updateMFAPreference", "args": factors}


def changes(*steps: Raw) -> list[Raw]:
    """Each change, and what became of it."""
    return [one for step in steps for one in (step, PREFERENCE)]


SCENARIOS = (
    scenario(
        "totp-set-up",
        "an authenticator app from nothing to the sign-in with it",
        SIGN_IN,
        PREFERENCE,
        verify("000000"),
        SET_UP,
        verify(""),
        verify("000000"),
        verify("<TOTP:alice>", friendlyDeviceName="my phone"),
        PREFERENCE,
        *changes(prefer(totp="PREFERRED")),
        SIGN_OUT,
        control("clock", seconds=60),
        SIGN_IN,
        confirm("<TOTP:alice>"),
        SET_UP,
        verify("<TOTP:alice>"),
        SIGN_OUT,
        control("clock", seconds=60),
        SIGN_IN,
        confirm("<TOTP:alice>"),
        pool={"mfa": "OPTIONAL"},
    ),
    scenario(
        "totp-set-up-by-address",
        "the account that the app shows is the name of the user, a UUID",
        call("signIn", username="alice@example.com", password="Correct-h0rse!"),
        SET_UP,
        users=(user("alice@example.com"),),
        pool={"mfa": "OPTIONAL", "usernameAttributes": ["email"]},
    ),
    scenario(
        "totp-not-in-the-pool",
        "the pool has no second factors",
        SIGN_IN,
        SET_UP,
        verify("123456"),
        *changes(prefer(totp="ENABLED"), prefer(email="PREFERRED"), prefer(totp="DISABLED", email="DISABLED")),
    ),
    scenario(
        "mfa-preference-words",
        "every word for a factor that is off, on, preferred",
        SIGN_IN,
        *changes(
            prefer(sms="ENABLED"),
            prefer(sms="PREFERRED"),
            prefer(sms="ENABLED"),
            prefer(sms="PREFERRED"),
            prefer(sms="NOT_PREFERRED"),
            prefer(sms="DISABLED"),
            prefer(sms="DISABLED"),
            prefer(sms="NOT_PREFERRED"),
        ),
        users=(user(attributes=REACHABLE),),
        pool={"mfa": "OPTIONAL"},
    ),
    scenario(
        "mfa-preference-several",
        "several factors at once",
        SIGN_IN,
        SET_UP,
        verify("<TOTP:alice>"),
        *changes(
            prefer(sms="ENABLED", totp="ENABLED", email="ENABLED"),
            prefer(totp="PREFERRED", sms="ENABLED"),
            prefer(email="PREFERRED"),
            prefer(email="ENABLED", sms="PREFERRED"),
            prefer(sms="DISABLED", totp="NOT_PREFERRED", email="PREFERRED"),
            prefer(sms="DISABLED", totp="DISABLED", email="DISABLED"),
        ),
        users=(user(attributes=REACHABLE),),
        pool={"mfa": "OPTIONAL"},
    ),
    scenario(
        "mfa-preference-bad-input",
        "nothing, an unknown word, two preferred",
        SIGN_IN,
        confirm("SMS"),
        confirm("<CODE:alice:SMS_MFA>"),
        prefer(),
        prefer(sms="ON"),
        prefer(sms="PREFERRED", totp="PREFERRED"),
        PREFERENCE,
        users=(user(attributes=REACHABLE, mfa=BOTH),),
        pool={"mfa": "OPTIONAL"},
    ),
    scenario(
        "mfa-preference-refused",
        "no number, no app, no address",
        SIGN_IN,
        prefer(sms="ENABLED"),
        prefer(totp="PREFERRED"),
        prefer(email="ENABLED"),
        prefer(totp="DISABLED"),
        PREFERENCE,
        users=(user(attributes={}),),
        pool={"mfa": "OPTIONAL"},
    ),
    scenario(
        "mfa-preference-required",
        "a pool that demands a second factor: the last one cannot be turned off",
        SIGN_IN,
        confirm("<CODE:alice:SMS_MFA>"),
        *changes(prefer(sms="DISABLED"), prefer(email="PREFERRED"), prefer(sms="DISABLED")),
        users=(user(attributes=REACHABLE, mfa=["SMS_MFA"]),),
        pool={"mfa": "ON"},
    ),
)
