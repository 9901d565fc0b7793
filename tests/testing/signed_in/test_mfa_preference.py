"""SetUserMFAPreference and SetUserSettings, by what GetUser says and what the next sign-in asks."""

from typing import Any

import pytest

from amplify_auth.testing._core.crypto import totp
from tests.support.newest_model import needs
from tests.support.signed_in_pool import Pool, refused

ON = {"Enabled": True, "PreferredMfa": False}
OFF = {"Enabled": False, "PreferredMfa": False}
PREFERRED = {"Enabled": True, "PreferredMfa": True}
EVERYTHING = {
    "email": "alice@example.com",
    "email_verified": "true",
    "phone_number": "+15550001111",
    "phone_number_verified": "true",
}
needs_web_authn = needs("SetUserMFAPreference.WebAuthnMfaSettings")


@pytest.fixture
def pool(make: Any) -> Pool:
    """A pool with every MFA method."""
    made: Pool = make(
        mfa={
            "MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration": {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}},
            "SoftwareTokenMfaConfiguration": {"Enabled": True},
            "EmailMfaConfiguration": {"Message": "{####}", "Subject": "code"},
        }
    )
    return made


@pytest.fixture
def token(pool: Pool, cognito: Any) -> str:
    """A signed-in user with everything that MFA methods ask for, TOTP verified."""
    token = pool.token(pool.user(attributes=EVERYTHING))
    secret = pool.idp.associate_software_token(AccessToken=token)["SecretCode"]
    code = totp.code_at(secret, cognito.clock.now.timestamp())
    pool.idp.verify_software_token(AccessToken=token, UserCode=code)
    return token


def settings(pool: Pool, token: str) -> tuple[list[str], str | None]:
    user = pool.idp.get_user(AccessToken=token)
    return user.get("UserMFASettingList", []), user.get("PreferredMfaSetting")


METHODS = {
    "SMSMfaSettings": "SMS_MFA",
    "SoftwareTokenMfaSettings": "SOFTWARE_TOKEN_MFA",
    "EmailMfaSettings": "EMAIL_OTP",
}


@pytest.mark.parametrize(("member", "name"), METHODS.items())
def test_a_method_turned_on_is_asked_for_at_the_next_sign_in(pool: Pool, token: str, member: str, name: str) -> None:
    pool.idp.set_user_mfa_preference(AccessToken=token, **{member: PREFERRED})

    assert settings(pool, token) == ([name], name)
    assert pool.start()["ChallengeName"] == name


@pytest.mark.parametrize(("member", "name"), METHODS.items())
def test_a_method_turned_off_is_not_asked_for(pool: Pool, token: str, member: str, name: str) -> None:
    pool.idp.set_user_mfa_preference(AccessToken=token, **{member: PREFERRED})

    pool.idp.set_user_mfa_preference(AccessToken=token, **{member: OFF})

    assert settings(pool, token) == ([], None)
    assert "AuthenticationResult" in pool.start()


def test_several_without_preference_are_offered_for_choice(pool: Pool, token: str) -> None:
    pool.idp.set_user_mfa_preference(AccessToken=token, **dict.fromkeys(METHODS, ON))

    assert settings(pool, token) == (list(METHODS.values()), None)
    assert pool.start()["ChallengeName"] == "SELECT_MFA_TYPE"


def test_methods_not_named_stay_as_they_are(pool: Pool, token: str) -> None:
    pool.idp.set_user_mfa_preference(AccessToken=token, SMSMfaSettings=PREFERRED)

    pool.idp.set_user_mfa_preference(AccessToken=token, EmailMfaSettings=ON)

    assert settings(pool, token) == (["SMS_MFA", "EMAIL_OTP"], "SMS_MFA")


def test_the_preference_moves(pool: Pool, token: str) -> None:
    pool.idp.set_user_mfa_preference(AccessToken=token, SMSMfaSettings=PREFERRED)

    pool.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings=PREFERRED)

    assert settings(pool, token) == (["SMS_MFA", "SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA")


def test_enabled_alone_takes_the_preference_away(pool: Pool, token: str) -> None:
    """Why the native clients read before they write: aws-amplify/amplify-android pull request 2580."""
    pool.idp.set_user_mfa_preference(AccessToken=token, SMSMfaSettings=PREFERRED)

    pool.idp.set_user_mfa_preference(AccessToken=token, SMSMfaSettings={"Enabled": True})

    assert settings(pool, token) == (["SMS_MFA"], None)


@pytest.mark.parametrize(
    "request_members",
    [
        {"SMSMfaSettings": PREFERRED, "SoftwareTokenMfaSettings": PREFERRED},
        {"SMSMfaSettings": PREFERRED, "EmailMfaSettings": PREFERRED},
        {"SMSMfaSettings": ON, "EmailMfaSettings": {"Enabled": False, "PreferredMfa": True}},
        pytest.param({"SMSMfaSettings": ON, "WebAuthnMfaSettings": {"Enabled": True}}, marks=needs_web_authn),
    ],
)
def test_contradictions_are_refused_and_change_nothing(pool: Pool, token: str, request_members: dict[str, Any]) -> None:
    with refused("InvalidParameterException"):
        pool.idp.set_user_mfa_preference(AccessToken=token, **request_members)

    assert settings(pool, token) == ([], None)


@pytest.mark.parametrize(
    ("request_members", "message"),
    [
        ({"SMSMfaSettings": ON}, "User does not have a phone_number set to turn on SMS MFA"),
        ({"SoftwareTokenMfaSettings": ON}, "User has not verified software token mfa"),
        ({"SoftwareTokenMfaSettings": OFF}, "User has not verified software token mfa"),
        ({"EmailMfaSettings": ON}, None),
    ],
)
def test_a_method_that_is_not_set_up_is_refused(pool: Pool, request_members: Any, message: str | None) -> None:
    token = pool.token(pool.user(attributes={}))

    with refused("InvalidParameterException", message):
        pool.idp.set_user_mfa_preference(AccessToken=token, **request_members)

    assert settings(pool, token) == ([], None)


@needs_web_authn
def test_passkeys_can_be_mfa_where_the_pool_says_so(make: Any) -> None:
    pool: Pool = make(
        mfa={
            "MfaConfiguration": "OPTIONAL",
            "SoftwareTokenMfaConfiguration": {"Enabled": True},
            "WebAuthnConfiguration": {
                "RelyingPartyId": "localhost",
                "UserVerification": "required",
                "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
            },
        }
    )
    token = pool.signed_in()

    pool.idp.set_user_mfa_preference(AccessToken=token, WebAuthnMfaSettings={"Enabled": True})

    assert settings(pool, token) == (["WEB_AUTHN"], None)


def test_user_settings_turn_sms_on_and_off(pool: Pool, token: str) -> None:
    option = {"DeliveryMedium": "SMS", "AttributeName": "phone_number"}

    pool.idp.set_user_settings(AccessToken=token, MFAOptions=[option])
    assert settings(pool, token) == (["SMS_MFA"], None)

    pool.idp.set_user_settings(AccessToken=token, MFAOptions=[])
    assert settings(pool, token) == ([], None)


@pytest.mark.parametrize(("medium", "attribute"), [("EMAIL", "phone_number"), ("SMS", "email"), ("SMS", None)])
def test_user_settings_are_for_sms_to_the_phone_number_only(
    pool: Pool, token: str, medium: str, attribute: str | None
) -> None:
    option = {"DeliveryMedium": medium} | ({"AttributeName": attribute} if attribute else {})

    with refused("InvalidParameterException"):
        pool.idp.set_user_settings(AccessToken=token, MFAOptions=[option])

    assert settings(pool, token) == ([], None)


@pytest.mark.parametrize(
    "member", ["SMSMfaSettings", "EmailMfaSettings", pytest.param("WebAuthnMfaSettings", marks=needs_web_authn)]
)
def test_a_method_that_is_not_set_up_can_be_turned_off(pool: Pool, member: str) -> None:
    token = pool.token(pool.user(attributes={}))

    pool.idp.set_user_mfa_preference(AccessToken=token, **{member: {"Enabled": False}})

    assert settings(pool, token) == ([], None)


def test_leniently_totp_that_was_never_set_up_can_be_turned_off_but_not_on(lenient: Any) -> None:
    pool: Pool = lenient()
    token = pool.signed_in()

    pool.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings=OFF)

    with refused("InvalidParameterException", "User has not verified software token mfa"):
        pool.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings=ON)
