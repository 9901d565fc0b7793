"""Sign-up, the start of each flow, and sign-out, to the letter."""

from typing import Any

import pytest
from faults.scripted_cognito import ScriptedCognito, jwt, says, signs_in

import amplify_auth as auth
from flows.story import CLIENT, LOGIN_ID, PASSWORD, SECRET, USERNAME
from flows.wire.conftest import DEVICE_KEY, METADATA, Hashed, know_device


def test_sign_up(session: auth.Session, cognito: ScriptedCognito, hashed: Hashed) -> None:
    cognito.always("SignUp", says(UserConfirmed=False, UserSub="1"))
    auth.sign_up(LOGIN_ID, session=session)
    auth.sign_up(
        LOGIN_ID,
        PASSWORD,
        user_attributes={"email": LOGIN_ID, "custom:tier": "gold"},
        validation_data={"invitation": "1"},
        client_metadata=METADATA,
        session=session,
    )
    least = {"ClientId": CLIENT, "Username": LOGIN_ID, **hashed("SecretHash", LOGIN_ID)}
    assert cognito.of("SignUp") == [
        least,
        {
            **least,
            "Password": PASSWORD,
            "UserAttributes": [{"Name": "email", "Value": LOGIN_ID}, {"Name": "custom:tier", "Value": "gold"}],
            "ValidationData": [{"Name": "invitation", "Value": "1"}],
            "ClientMetadata": METADATA,
        },
    ]


def test_confirm_sign_up(session: auth.Session, cognito: ScriptedCognito, hashed: Hashed) -> None:
    cognito.always("ConfirmSignUp", says())
    auth.confirm_sign_up(LOGIN_ID, "123456", session=session)
    auth.confirm_sign_up(LOGIN_ID, "123456", client_metadata=METADATA, force_alias_creation=False, session=session)
    least = {
        "ClientId": CLIENT,
        "Username": LOGIN_ID,
        "ConfirmationCode": "123456",
        **hashed("SecretHash", LOGIN_ID),
    }
    more = {"ClientMetadata": METADATA, "ForceAliasCreation": False}
    assert cognito.of("ConfirmSignUp") == [least, {**least, **more}]


def test_resend_sign_up_code(session: auth.Session, cognito: ScriptedCognito, hashed: Hashed) -> None:
    cognito.always("ResendConfirmationCode", says(CodeDeliveryDetails={}))
    auth.resend_sign_up_code(LOGIN_ID, session=session)
    auth.resend_sign_up_code(LOGIN_ID, client_metadata=METADATA, session=session)
    least = {"ClientId": CLIENT, "Username": LOGIN_ID, **hashed("SecretHash", LOGIN_ID)}
    assert cognito.of("ResendConfirmationCode") == [least, {**least, "ClientMetadata": METADATA}]


# The start of a sign-in

STARTS: dict[str, tuple[dict[str, Any], str, dict[str, str], bool]] = {
    "SRP": ({"password": PASSWORD}, "USER_SRP_AUTH", {"SRP_A": "…"}, False),
    "password": (
        {"password": PASSWORD, "auth_flow_type": "USER_PASSWORD_AUTH"},
        "USER_PASSWORD_AUTH",
        {"PASSWORD": PASSWORD},
        True,
    ),
    "custom": ({"auth_flow_type": "CUSTOM_WITHOUT_SRP"}, "CUSTOM_AUTH", {}, True),
    "custom with SRP": (
        {"password": PASSWORD, "auth_flow_type": "CUSTOM_WITH_SRP"},
        "CUSTOM_AUTH",
        {"SRP_A": "…", "CHALLENGE_NAME": "SRP_A"},
        False,
    ),
    "choice": ({"auth_flow_type": "USER_AUTH"}, "USER_AUTH", {}, True),
    **{
        f"preferred {factor}": (
            {"auth_flow_type": "USER_AUTH", "preferred_challenge": factor},
            "USER_AUTH",
            {"PREFERRED_CHALLENGE": factor},
            True,
        )
        for factor in ("EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
    },
    "preferred PASSWORD": (
        {"password": PASSWORD, "auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD"},
        "USER_AUTH",
        {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD},
        True,
    ),
    "preferred PASSWORD_SRP": (
        {"password": PASSWORD, "auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD_SRP"},
        "USER_AUTH",
        {"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": "…"},
        False,
    ),
}


@pytest.mark.parametrize("device", [False, True], ids=["unknown device", "known device"])
@pytest.mark.parametrize("start", STARTS)
def test_the_start_of_each_flow(
    start: str, device: bool, session: auth.Session, cognito: ScriptedCognito, hashed: Hashed
) -> None:
    arguments, flow, parameters, with_device = STARTS[start]
    if device:
        know_device(session)
    cognito.always("InitiateAuth", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, client_metadata=METADATA, session=session, **arguments)
    (sent,) = cognito.of("InitiateAuth")
    if "SRP_A" in parameters:
        assert 700 < len(sent["AuthParameters"]["SRP_A"]) <= 768
        int(sent["AuthParameters"]["SRP_A"], 16)
        sent["AuthParameters"]["SRP_A"] = "…"
    assert sent == {
        "AuthFlow": flow,
        "AuthParameters": {
            "USERNAME": LOGIN_ID,
            **parameters,
            **hashed("SECRET_HASH", LOGIN_ID),
            **({"DEVICE_KEY": DEVICE_KEY} if device and with_device else {}),
        },
        "ClientId": CLIENT,
        "ClientMetadata": METADATA,
    }


def test_a_start_without_metadata_has_no_member_for_it(session: auth.Session, cognito: ScriptedCognito) -> None:
    cognito.always("InitiateAuth", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, PASSWORD, session=session)
    assert set(cognito.of("InitiateAuth")[0]) == {"AuthFlow", "AuthParameters", "ClientId"}


@pytest.mark.parametrize("everywhere", [False, True])
def test_sign_out(everywhere: bool, session: auth.Session, cognito: ScriptedCognito, confidential: bool) -> None:
    cognito.always("InitiateAuth", signs_in(USERNAME)).always("RevokeToken", says()).always("GlobalSignOut", says())
    auth.sign_in(LOGIN_ID, PASSWORD, session=session)
    auth.sign_out(global_sign_out=everywhere, session=session)
    if everywhere:
        assert cognito.of("GlobalSignOut") == [{"AccessToken": jwt(username=USERNAME)}]
        assert cognito.of("RevokeToken") == []
    else:
        secret = {"ClientSecret": SECRET} if confidential else {}
        assert cognito.of("RevokeToken") == [{"ClientId": CLIENT, "Token": f"refresh-of-{USERNAME}", **secret}]
        assert cognito.of("GlobalSignOut") == []


def test_an_automatic_sign_in_carries_the_sessions_of_the_sign_up(
    session: auth.Session, cognito: ScriptedCognito, hashed: Hashed
) -> None:
    """That of SignUp goes to ConfirmSignUp, that of ConfirmSignUp to InitiateAuth."""
    cognito.on("SignUp", says(UserConfirmed=False, UserSub="1", Session="the-session-of-the-sign-up"))
    cognito.on("ConfirmSignUp", says(Session="the-session-of-the-code"))
    cognito.on("InitiateAuth", signs_in(USERNAME))
    how = {"auth_flow_type": "USER_AUTH", "preferred_challenge": "EMAIL_OTP", "client_metadata": METADATA}
    auth.sign_up(LOGIN_ID, auto_sign_in=how, session=session)
    auth.confirm_sign_up(LOGIN_ID, "123456", session=session)
    auth.auto_sign_in(session=session)
    assert cognito.of("ConfirmSignUp")[0]["Session"] == "the-session-of-the-sign-up"
    assert cognito.of("InitiateAuth") == [
        {
            "AuthFlow": "USER_AUTH",
            "AuthParameters": {
                "USERNAME": LOGIN_ID,
                "PREFERRED_CHALLENGE": "EMAIL_OTP",
                **hashed("SECRET_HASH", LOGIN_ID),
            },
            "ClientId": CLIENT,
            "ClientMetadata": METADATA,
            "Session": "the-session-of-the-code",
        }
    ]
