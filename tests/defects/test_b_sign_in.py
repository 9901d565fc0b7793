"""Defects of the state of a sign-in (B1 to B9)."""

import json
from typing import Any

import pytest
from faults.scripted_cognito import HANGS_UP, ScriptedCognito, asks, page, refuses, says, signs_in
from flows.story import LOGIN_ID, PASSWORD, USERNAME, Story

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.testing import MockCognito
from defects.asking import NEXT, ask
from defects.conftest import NewSession, PoolOf


@pytest.mark.parametrize("failure", [HANGS_UP, page(500), refuses("InternalErrorException", "Oh.", 500)], ids=str)
def test_b01_a_failed_next_step_says_what_can_still_be_answered(
    failure: Any, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """After an error behind the accepted password, a left-over challenge could be answered by accident.

    It is the session's ``pending_sign_in`` now, to be seen and answered, and only where there is something to answer.
    """
    cognito.always("AssociateSoftwareToken", failure)
    with pytest.raises(auth.AuthError):
        ask(session, cognito, asks("MFA_SETUP", MFAS_CAN_SETUP='["SOFTWARE_TOKEN_MFA"]'))
    assert session.pending_sign_in is not None
    step = session.pending_sign_in.next_step
    assert step == auth.ContinueSignInWithMfaSetupSelection(allowed_mfa_types=("TOTP",))
    cognito.always("AssociateSoftwareToken", says(SecretCode="SECRET", Session=NEXT))
    again = auth.confirm_sign_in("TOTP", session=session).next_step
    assert isinstance(again, auth.ContinueSignInWithTotpSetup)


def test_b01_after_an_unknown_challenge_nothing_is_left_to_answer(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """signIn raised, and confirmSignIn worked on what it had left."""
    with pytest.raises(auth.AuthProtocolError):
        ask(session, cognito, asks("SOMETHING_NEW"))
    assert session.pending_sign_in is None
    with pytest.raises(errors.SignInException):
        auth.confirm_sign_in("123456", session=session)
    assert cognito.operations == ["InitiateAuth"]


@pytest.mark.parametrize("odd", ["SOMETHING_NEW", "DEVICE_SRP_AUTH", "PASSWORD_VERIFIER"])
def test_b02_a_challenge_that_cannot_be_handled_is_not_what_waits_for_an_answer(
    odd: str, session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The store pointed at it, so that every later answer failed with words about that challenge."""
    parameters = {"USER_ID_FOR_SRP": "alice", "SRP_B": "ab", "SALT": "12", "SECRET_BLOCK": "YQ=="}
    ask(session, cognito, asks("SMS_MFA"), asks(odd, NEXT, **parameters))
    with pytest.raises((auth.AuthProtocolError, errors.DeviceMetadataNotFoundException)):
        auth.confirm_sign_in("123456", session=session)
    assert session.pending_sign_in is None, "the first answer was accepted and its session is spent"
    with pytest.raises(errors.SignInException, match="not called"):
        auth.confirm_sign_in("123456", session=session)
    cognito.on("InitiateAuth", asks("SMS_MFA")).on("RespondToAuthChallenge", signs_in())
    auth.sign_in("alice", PASSWORD, session=session)
    assert auth.confirm_sign_in("123456", session=session).is_signed_in


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
def test_b03_the_devices_proof_is_given_whatever_was_answered_before(
    before: str | None, cognito: ScriptedCognito
) -> None:
    """After all but five challenges DEVICE_SRP_AUTH was an error; None: right after the start of USER_AUTH."""
    first = Story(cognito, [], knows_device=True)
    session = first.session()
    auth.sign_in(LOGIN_ID, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    auth.sign_out(session=session)
    story = Story(cognito, [*([before] if before else []), "DEVICE"], knows_device=True)
    story._device = first._device
    story.drive(auth.sign_in(LOGIN_ID, auth_flow_type="USER_AUTH", session=session), session)
    assert story.mistakes == []
    assert session.is_signed_in


@pytest.mark.parametrize("factor", ["PASSWORD", "PASSWORD_SRP"])
def test_b04_tokens_and_device_belong_to_cognitos_own_username(factor: str, pool_of: PoolOf, name: str) -> None:
    """They were kept under the name that was typed, and looked up under Cognito's: never found, so MFA each time."""
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


def test_b05_a_lost_device_starts_the_flow_over_and_repeats_no_proof(
    bed: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """PASSWORD_VERIFIER was sent twice with one session and secret block, which are good once."""
    pool = pool_of(mfa="OPTIONAL", device_tracking="ALWAYS", alias_attributes=("email",))
    pool.create_user(name, PASSWORD)
    session = auth.Session(**pool.config)
    auth.sign_in(name, PASSWORD, session=session)
    auth.sign_out(session=session)
    pool.forget_devices(name)
    bed.calls.clear()
    assert auth.sign_in(name, PASSWORD, session=session).is_signed_in
    assert bed.calls.operations[:4] == ("InitiateAuth", "RespondToAuthChallenge") * 2
    blocks = [call.reveal()["ChallengeResponses"] for call in bed.calls.of("RespondToAuthChallenge")]
    assert len({block["PASSWORD_CLAIM_SECRET_BLOCK"] for block in blocks}) == 2
    assert ["DEVICE_KEY" in block for block in blocks] == [True, False]


def test_b05_a_device_lost_behind_a_chosen_password_starts_over_with_that_password(
    bed: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """The password was given: nobody is asked for it again because of a device."""
    pool = pool_of(mfa="OPTIONAL", device_tracking="ALWAYS", alias_attributes=("email",))
    pool.create_user(name, PASSWORD)
    session = auth.Session(**pool.config, auth_flow_type="USER_AUTH")
    auth.sign_in(name, PASSWORD, auth_flow_type="USER_SRP_AUTH", session=session)
    auth.sign_out(session=session)
    auth.sign_in(name, session=session)
    auth.confirm_sign_in("PASSWORD_SRP", session=session)
    pool.forget_devices(name)
    assert auth.confirm_sign_in(PASSWORD, session=session).is_signed_in
    assert bed.calls.last("InitiateAuth").reveal()["AuthParameters"]["PREFERRED_CHALLENGE"] == "PASSWORD_SRP"


def test_b04_a_name_that_went_to_another_user_finds_the_device_of_that_user(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The former user's device was offered, and refused; the next one was asked for a code on a remembered device."""
    how = {"auth_flow_type": "USER_PASSWORD_AUTH"}
    cognito.always("ConfirmDevice", says()).always("RevokeToken", says())
    for user in ("former", "next"):
        device = {"DeviceKey": f"device-of-{user}", "DeviceGroupKey": "-group"}
        cognito.on("InitiateAuth", signs_in(user, NewDeviceMetadata=device))
        auth.sign_in("shared@example.com", PASSWORD, session=session, **how)
        auth.sign_out(session=session)
    cognito.on("InitiateAuth", signs_in("next"))
    auth.sign_in("shared@example.com", PASSWORD, session=session, **how)
    assert cognito.of("InitiateAuth")[-1]["AuthParameters"]["DEVICE_KEY"] == "device-of-next"
    assert {device.username for device in session.devices} == {"former", "next"}


def _forge_device(session: auth.Session) -> None:
    """From here on ``session`` has another secret for its device than Cognito knows."""
    state = json.loads(session.export_state())
    state["devices"][0]["password"] = "another"
    session.restore_state(json.dumps(state))


@pytest.mark.parametrize("is_restored", [False, True], ids=["with the password", "restored without it"])
def test_b05_a_device_refused_behind_a_code_starts_over_without_it(
    is_restored: bool, bed: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """Its proof was refused at every sign-in, and the right password with it."""
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
def test_b05_a_code_is_not_lost_with_the_device(challenge: str, cognito: ScriptedCognito) -> None:
    """Only custom challenges were answered again without the device that Cognito had lost."""
    first = Story(cognito, [], knows_device=True)
    session = first.session()
    auth.sign_in(LOGIN_ID, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    auth.sign_out(session=session)
    cognito.clear()
    cognito.on("InitiateAuth", asks(challenge, USERNAME=USERNAME))
    cognito.on("RespondToAuthChallenge", refuses("ResourceNotFoundException", "Device does not exist."))
    cognito.on("RespondToAuthChallenge", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, PASSWORD, session=session)
    assert auth.confirm_sign_in("123456", session=session).is_signed_in
    answers = [body["ChallengeResponses"] for body in cognito.of("RespondToAuthChallenge")]
    assert ["DEVICE_KEY" in answer for answer in answers] == [True, False]
    assert session.devices == ()


def test_b05_something_else_that_cognito_does_not_find_is_not_the_device(
    session: auth.Session, cognito: ScriptedCognito
) -> None:
    """The same exception tells of a client that is gone: a good device was forgotten, and the password sent again."""
    device = {"DeviceKey": "us-east-1_a-device", "DeviceGroupKey": "-group"}
    cognito.on("InitiateAuth", signs_in(NewDeviceMetadata=device)).on("ConfirmDevice", says()).on("RevokeToken", says())
    auth.sign_in("alice", PASSWORD, session=session)
    auth.sign_out(session=session)
    cognito.always("InitiateAuth", refuses("ResourceNotFoundException", "User pool client client does not exist."))
    with pytest.raises(errors.ResourceNotFoundException):
        auth.sign_in("alice", PASSWORD, session=session)
    assert cognito.operations[-2:] == ["RevokeToken", "InitiateAuth"]
    assert [device.key for device in session.devices] == ["us-east-1_a-device"]


@pytest.mark.parametrize("preferred", [None, "PASSWORD", "EMAIL_OTP"])
def test_b06_user_auth_names_the_device_from_the_start(preferred: str | None, cognito: ScriptedCognito) -> None:
    """USER_AUTH never did, so that its users were asked for MFA on a remembered device."""
    first = Story(cognito, [], knows_device=True)
    session = first.session()
    auth.sign_in(LOGIN_ID, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    auth.sign_out(session=session)
    cognito.clear()
    cognito.on("InitiateAuth", signs_in(USERNAME))
    auth.sign_in(LOGIN_ID, PASSWORD, auth_flow_type="USER_AUTH", preferred_challenge=preferred, session=session)
    assert cognito.of("InitiateAuth")[0]["AuthParameters"]["DEVICE_KEY"] == first._device["key"]


def test_b07_custom_with_srp_goes_by_the_challenge_that_came(session: auth.Session, cognito: ScriptedCognito) -> None:
    """It answered PASSWORD_VERIFIER whatever had been asked, and missed USER_ID_FOR_SRP in a custom challenge."""
    cognito.on("InitiateAuth", asks("CUSTOM_CHALLENGE", question="2 + 2"))
    step = auth.sign_in("alice", PASSWORD, auth_flow_type="CUSTOM_WITH_SRP", session=session).next_step
    assert step == auth.ConfirmSignInWithCustomChallenge(additional_info={"question": "2 + 2"})
    assert cognito.operations == ["InitiateAuth"]


def test_b08_a_restored_sign_in_knows_how_it_began(new_session: NewSession, cognito: ScriptedCognito) -> None:
    """The login id and the flow were lost with the process."""
    first, second = new_session(), new_session()
    ask(first, cognito, asks("SMS_MFA"), signs_in("cognitos-own-name"))
    second.restore_state(first.export_state())
    was, is_now = first.pending_sign_in, second.pending_sign_in
    assert was is not None
    assert is_now is not None
    assert (is_now.next_step, is_now.login_id, is_now.issued_at) == (was.next_step, was.login_id, was.issued_at)
    auth.confirm_sign_in("123456", session=second)
    assert second.sign_in_details == auth.SignInDetails(login_id="alice", auth_flow_type="USER_PASSWORD_AUTH")


@pytest.mark.parametrize(
    ("minutes", "seconds", "lives"), [(15, 899, True), (15, 901, False), (3, 179, True), (3, 181, False)]
)
def test_b08_a_sign_in_waits_as_long_as_the_client_allows(
    minutes: int, seconds: int, lives: bool, bed: MockCognito, pool_of: PoolOf, name: str
) -> None:
    """Three minutes were fixed, while a client may allow fifteen; and they were looked at only when restored."""
    pool = pool_of(mfa="OPTIONAL", client_options={"AuthSessionValidity": minutes})
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    first, second = auth.Session(**pool.config), auth.Session(**pool.config)
    auth.sign_in(name, PASSWORD, session=first)
    bed.clock.advance(seconds)
    second.restore_state(first.export_state())
    if lives:
        assert auth.confirm_sign_in(pool.code(name), session=second).is_signed_in
    else:
        with pytest.raises(errors.PendingSignInExpired):
            auth.confirm_sign_in(pool.code(name), session=second)
        assert second.pending_sign_in is None


def test_b09_a_sign_in_under_way_is_a_value_that_goes_anywhere(pool_of: PoolOf, name: str) -> None:
    """There was one for the whole process, and no way to go on with it elsewhere."""
    pool = pool_of(mfa="OPTIONAL")
    here = [auth.Session(**pool.config) for _ in range(2)]
    for number, session in enumerate(here):
        pool.create_user(f"{name}-{number}", PASSWORD, mfa=("SMS_MFA",))
        auth.sign_in(f"{name}-{number}", PASSWORD, session=session)
    for number, session in enumerate(here):
        there = auth.Session(**pool.config)
        there.restore_state(session.export_state())
        assert auth.confirm_sign_in(pool.code(f"{name}-{number}"), session=there).is_signed_in
        assert there.username == f"{name}-{number}"
