"""Sign-up, the start of each flow, and sign-out, to the letter."""

from typing import Any

import pytest

import amplify_auth as auth
from tests.support.scripted_cognito import ScriptedCognito, jwt, says, signs_in
from tests.support.story import CLIENT, LOGIN_ID, PASSWORD, SECRET, USERNAME
from tests.support.wire import DEVICE_KEY, METADATA, Hashed, know_device


def test_sign_up(story_session: auth.Session, scripted: ScriptedCognito, hashed: Hashed) -> None:
    scripted.always("SignUp", says(UserConfirmed=False, UserSub="1"))
    auth.sign_up(LOGIN_ID, session=story_session)
    auth.sign_up(
        LOGIN_ID,
        PASSWORD,
        user_attributes={"email": LOGIN_ID, "custom:tier": "gold"},
        validation_data={"invitation": "1"},
        client_metadata=METADATA,
        session=story_session,
    )
    least = {"ClientId": CLIENT, "Username": LOGIN_ID, **hashed("SecretHash", LOGIN_ID)}
    assert scripted.of("SignUp") == [
        least,
        {
            **least,
            "Password": PASSWORD,
            "UserAttributes": [{"Name": "email", "Value": LOGIN_ID}, {"Name": "custom:tier", "Value": "gold"}],
            "ValidationData": [{"Name": "invitation", "Value": "1"}],
            "ClientMetadata": METADATA,
        },
    ]


def test_confirm_sign_up(story_session: auth.Session, scripted: ScriptedCognito, hashed: Hashed) -> None:
    scripted.always("ConfirmSignUp", says())
    auth.confirm_sign_up(LOGIN_ID, "123456", session=story_session)
    auth.confirm_sign_up(
        LOGIN_ID, "123456", client_metadata=METADATA, force_alias_creation=False, session=story_session
    )
    least = {
        "ClientId": CLIENT,
        "Username": LOGIN_ID,
        "ConfirmationCode": "123456",
        **hashed("SecretHash", LOGIN_ID),
    }
    more = {"ClientMetadata": METADATA, "ForceAliasCreation": False}
    assert scripted.of("ConfirmSignUp") == [least, {**least, **more}]


def test_resend_sign_up_code(story_session: auth.Session, scripted: ScriptedCognito, hashed: Hashed) -> None:
    scripted.always("ResendConfirmationCode", says(CodeDeliveryDetails={}))
    auth.resend_sign_up_code(LOGIN_ID, session=story_session)
    auth.resend_sign_up_code(LOGIN_ID, client_metadata=METADATA, session=story_session)
    least = {"ClientId": CLIENT, "Username": LOGIN_ID, **hashed("SecretHash", LOGIN_ID)}
    assert scripted.of("ResendConfirmationCode") == [least, {**least, "ClientMetadata": METADATA}]


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
    start: str, device: bool, story_session: auth.Session, scripted: ScriptedCognito, hashed: Hashed
) -> None:
    arguments, flow, parameters, with_device = STARTS[start]
    if device:
        know_device(story_session)
    scripted.always("InitiateAuth", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, client_metadata=METADATA, session=story_session, **arguments)
    (sent,) = scripted.of("InitiateAuth")
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


def test_a_start_without_metadata_has_no_member_for_it(story_session: auth.Session, scripted: ScriptedCognito) -> None:
    scripted.always("InitiateAuth", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, PASSWORD, session=story_session)
    assert set(scripted.of("InitiateAuth")[0]) == {"AuthFlow", "AuthParameters", "ClientId"}


@pytest.mark.parametrize("everywhere", [False, True])
def test_sign_out(everywhere: bool, story_session: auth.Session, scripted: ScriptedCognito, confidential: bool) -> None:
    scripted.always("InitiateAuth", signs_in(USERNAME)).always("RevokeToken", says()).always("GlobalSignOut", says())
    auth.sign_in(LOGIN_ID, PASSWORD, session=story_session)
    auth.sign_out(global_sign_out=everywhere, session=story_session)
    if everywhere:
        assert scripted.of("GlobalSignOut") == [{"AccessToken": jwt(username=USERNAME)}]
        assert scripted.of("RevokeToken") == []
    else:
        secret = {"ClientSecret": SECRET} if confidential else {}
        assert scripted.of("RevokeToken") == [{"ClientId": CLIENT, "Token": f"refresh-of-{USERNAME}", **secret}]
        assert scripted.of("GlobalSignOut") == []


def test_an_automatic_sign_in_carries_the_sessions_of_the_sign_up(
    story_session: auth.Session, scripted: ScriptedCognito, hashed: Hashed
) -> None:
    """That of SignUp goes to ConfirmSignUp, that of ConfirmSignUp to InitiateAuth."""
    scripted.on("SignUp", says(UserConfirmed=False, UserSub="1", Session="the-session-of-the-sign-up"))
    scripted.on("ConfirmSignUp", says(Session="the-session-of-the-code"))
    scripted.on("InitiateAuth", signs_in(USERNAME))
    how = {"auth_flow_type": "USER_AUTH", "preferred_challenge": "EMAIL_OTP", "client_metadata": METADATA}
    auth.sign_up(LOGIN_ID, auto_sign_in=how, session=story_session)
    auth.confirm_sign_up(LOGIN_ID, "123456", session=story_session)
    auth.auto_sign_in(session=story_session)
    assert scripted.of("ConfirmSignUp")[0]["Session"] == "the-session-of-the-sign-up"
    assert scripted.of("InitiateAuth") == [
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
