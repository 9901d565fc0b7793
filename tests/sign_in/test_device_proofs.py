"""The device at sign-in: whose it is, when it is named, and what happens if Cognito has lost it."""

import json

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito
from tests.support.makers import PoolOf
from tests.support.scripted_cognito import (
    ScriptedCognito,
    asks,
    refuses,
    says,
    signs_in,
)
from tests.support.story import LOGIN_ID, PASSWORD, USERNAME, Story


def _forge_device(session: auth.Session) -> None:
    """From here on ``session`` has another secret for its device than Cognito knows."""
    state = json.loads(session.export_state())
    state["devices"][0]["password"] = "another"
    session.restore_state(json.dumps(state))


@pytest.mark.parametrize(
    "before",
    [
        "SELECT_MFA_TYPE",
        "MFA_SETUP:TOTP",
        "MFA_SETUP:EMAIL",
        "NEW_PASSWORD_REQUIRED",
        "SELECT_CHALLENGE:EMAIL_OTP",
        "SELECT_CHALLENGE:PASSWORD",
        "WEB_AUTHN",
        None,
    ],
)
def test_the_devices_proof_is_given_whatever_was_answered_before(before: str | None, scripted: ScriptedCognito) -> None:
    """None: right after the start of USER_AUTH."""
    first = Story(scripted, [], knows_device=True)
    session = first.session()
    auth.sign_in(LOGIN_ID, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    auth.sign_out(session=session)
    story = Story(scripted, [*([before] if before else []), "DEVICE"], knows_device=True)
    story._device = first._device
    story.drive(auth.sign_in(LOGIN_ID, auth_flow_type="USER_AUTH", session=session), session)
    assert story.mistakes == []
    assert session.is_signed_in


@pytest.mark.parametrize("factor", ["PASSWORD", "PASSWORD_SRP"])
def test_tokens_and_device_belong_to_cognitos_own_username(factor: str, pool_of: PoolOf, name: str) -> None:
    """They are found under the alias that is typed and under Cognito's name: the second sign-in needs no MFA."""
    pool = pool_of(mfa="OPTIONAL", device_tracking="ALWAYS", alias_attributes=("email",))
    email = f"{name}@example.com"
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",), attributes={"email": email})
    session = auth.Session(**pool.config, auth_flow_type="USER_AUTH", preferred_challenge=factor)
    auth.sign_in(email, PASSWORD, session=session)
    auth.confirm_sign_in(pool.code(name), session=session)
    assert session.username == name
    assert session.devices[0].username == name
    auth.sign_out(session=session)
    for typed in (email, name):
        assert auth.sign_in(typed, PASSWORD, session=session).is_signed_in, "no second factor"
        assert session.username == name
        auth.sign_out(session=session)


def test_an_alias_that_moved_to_another_user_finds_the_device_of_that_user(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """The device of the former user is not offered."""
    how = {"auth_flow_type": "USER_PASSWORD_AUTH"}
    scripted.always("ConfirmDevice", says()).always("RevokeToken", says())
    for user in ("former", "next"):
        device = {"DeviceKey": f"device-of-{user}", "DeviceGroupKey": "-group"}
        scripted.on("InitiateAuth", signs_in(user, NewDeviceMetadata=device))
        auth.sign_in("shared@example.com", PASSWORD, session=session, **how)
        auth.sign_out(session=session)
    scripted.on("InitiateAuth", signs_in("next"))
    auth.sign_in("shared@example.com", PASSWORD, session=session, **how)
    assert scripted.of("InitiateAuth")[-1]["AuthParameters"]["DEVICE_KEY"] == "device-of-next"
    assert {device.username for device in session.devices} == {"former", "next"}


def test_a_lost_device_starts_the_flow_over_and_repeats_no_proof(
    cognito: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """A session and a secret block are good once: no proof is sent twice."""
    pool = pool_of(mfa="OPTIONAL", device_tracking="ALWAYS", alias_attributes=("email",))
    pool.create_user(name, PASSWORD)
    session = auth.Session(**pool.config)
    auth.sign_in(name, PASSWORD, session=session)
    auth.sign_out(session=session)
    pool.forget_devices(name)
    cognito.calls.clear()
    assert auth.sign_in(name, PASSWORD, session=session).is_signed_in
    assert cognito.calls.operations[:4] == ("InitiateAuth", "RespondToAuthChallenge") * 2
    blocks = [call.reveal()["ChallengeResponses"] for call in cognito.calls.of("RespondToAuthChallenge")]
    assert len({block["PASSWORD_CLAIM_SECRET_BLOCK"] for block in blocks}) == 2
    assert ["DEVICE_KEY" in block for block in blocks] == [True, False]


def test_after_the_loss_of_the_device_the_chosen_password_is_sent_again(
    cognito: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """The user is not asked for the password again because of a device."""
    pool = pool_of(mfa="OPTIONAL", device_tracking="ALWAYS", alias_attributes=("email",))
    pool.create_user(name, PASSWORD)
    session = auth.Session(**pool.config, auth_flow_type="USER_AUTH")
    auth.sign_in(name, PASSWORD, auth_flow_type="USER_SRP_AUTH", session=session)
    auth.sign_out(session=session)
    auth.sign_in(name, session=session)
    auth.confirm_sign_in("PASSWORD_SRP", session=session)
    pool.forget_devices(name)
    assert auth.confirm_sign_in(PASSWORD, session=session).is_signed_in
    assert cognito.calls.last("InitiateAuth").reveal()["AuthParameters"]["PREFERRED_CHALLENGE"] == "PASSWORD_SRP"


@pytest.mark.parametrize("is_restored", [False, True], ids=["with the password", "restored without it"])
def test_a_device_that_is_refused_after_a_code_is_forgotten(
    is_restored: bool, cognito: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """The sign-in starts over without it, and the right password is not refused with it."""
    pool = pool_of(mfa="OPTIONAL", device_tracking="OPT_IN")
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA", "SOFTWARE_TOKEN_MFA"))
    session = auth.Session(**pool.config)
    auth.sign_in(name, PASSWORD, session=session)
    auth.confirm_sign_in("SMS", session=session)
    auth.confirm_sign_in(pool.code(name), session=session)
    auth.sign_out(session=session)
    if not is_restored:
        _forge_device(session)
    auth.sign_in(name, PASSWORD, session=session)
    auth.confirm_sign_in("SMS", session=session)
    if is_restored:
        _forge_device(session)
        with pytest.raises(errors.NotAuthorizedException):
            auth.confirm_sign_in(pool.code(name), session=session)
        assert session.pending_sign_in is None
        auth.sign_in(name, PASSWORD, session=session)
    else:
        step = auth.confirm_sign_in(pool.code(name), session=session).next_step
        assert isinstance(step, auth.ContinueSignInWithMfaSelection)
    assert session.devices == ()
    auth.confirm_sign_in("SMS", session=session)
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in


@pytest.mark.parametrize("challenge", ["SMS_MFA", "SMS_OTP", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", "CUSTOM_CHALLENGE"])
def test_a_code_is_not_lost_with_the_device(challenge: str, scripted: ScriptedCognito) -> None:
    """Every kind of code is sent again without the device that Cognito has lost."""
    first = Story(scripted, [], knows_device=True)
    session = first.session()
    auth.sign_in(LOGIN_ID, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    auth.sign_out(session=session)
    scripted.clear()
    scripted.on("InitiateAuth", asks(challenge, USERNAME=USERNAME))
    scripted.on("RespondToAuthChallenge", refuses("ResourceNotFoundException", "Device does not exist."))
    scripted.on("RespondToAuthChallenge", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, PASSWORD, session=session)
    assert auth.confirm_sign_in("123456", session=session).is_signed_in
    answers = [body["ChallengeResponses"] for body in scripted.of("RespondToAuthChallenge")]
    assert ["DEVICE_KEY" in answer for answer in answers] == [True, False]
    assert session.devices == ()


def test_a_client_that_cognito_does_not_find_is_not_taken_for_the_device(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """The exception is the same. The device stays, and the password is not sent again."""
    device = {"DeviceKey": "us-east-1_a-device", "DeviceGroupKey": "-group"}
    scripted.on("InitiateAuth", signs_in(NewDeviceMetadata=device)).on("ConfirmDevice", says()).on(
        "RevokeToken", says()
    )
    auth.sign_in("alice", PASSWORD, session=session)
    auth.sign_out(session=session)
    scripted.always("InitiateAuth", refuses("ResourceNotFoundException", "User pool client client does not exist."))
    with pytest.raises(errors.ResourceNotFoundException):
        auth.sign_in("alice", PASSWORD, session=session)
    assert scripted.operations[-2:] == ["RevokeToken", "InitiateAuth"]
    assert [device.key for device in session.devices] == ["us-east-1_a-device"]


@pytest.mark.parametrize("preferred", [None, "PASSWORD", "EMAIL_OTP"])
def test_user_auth_names_the_device_from_the_start(preferred: str | None, scripted: ScriptedCognito) -> None:
    """So its users are not asked for MFA on a remembered device."""
    first = Story(scripted, [], knows_device=True)
    session = first.session()
    auth.sign_in(LOGIN_ID, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    auth.sign_out(session=session)
    scripted.clear()
    scripted.on("InitiateAuth", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, PASSWORD, auth_flow_type="USER_AUTH", preferred_challenge=preferred, session=session)
    assert scripted.of("InitiateAuth")[0]["AuthParameters"]["DEVICE_KEY"] == first._device["key"]
