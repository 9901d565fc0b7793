"""Remembered devices: registered, used by whichever name is typed, lost, and sent to another process."""

import json
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import PoolOf, SessionOf

PASSWORD = "Passw0rd!"
FLOWS: list[tuple[str, dict[str, str]]] = [
    ("SRP", {"auth_flow_type": "USER_SRP_AUTH"}),
    ("password", {"auth_flow_type": "USER_PASSWORD_AUTH"}),
    ("USER_AUTH", {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD"}),
    ("USER_AUTH with SRP", {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD_SRP"}),
]
each_flow = pytest.mark.parametrize("flow", [flow for _, flow in FLOWS], ids=[name for name, _ in FLOWS])


@pytest.fixture(params=[False, True], ids=["public", "confidential"])
def pool(request: pytest.FixtureRequest, pool_of: PoolOf) -> MockPool:
    """Whoever signs in with a remembered device is asked for no second factor."""
    return pool_of(mfa="OPTIONAL", device_tracking="ALWAYS", alias_attributes=("email",), client_secret=request.param)


def _challenges(cognito: MockCognito) -> list[str]:
    return [call.reveal().get("ChallengeName", call.operation) for call in cognito.calls]


def _with_code(pool: MockPool, name: str, session: auth.Session, **flow: Any) -> None:
    """Sign in with the second factor, so that the device is remembered."""
    output = auth.sign_in(name, PASSWORD, session=session, **flow)
    assert isinstance(output.next_step, auth.ConfirmSignInWithSmsCode)
    assert auth.confirm_sign_in(pool.code(name), friendly_device_name="My laptop", session=session).is_signed_in


@each_flow
def test_a_device_that_was_registered_replaces_the_second_factor(
    flow: dict[str, str], pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    session = session_of(pool)
    _with_code(pool, name, session)
    assert cognito.calls.last("ConfirmDevice").reveal()["DeviceName"] == "My laptop"
    auth.sign_out(session=session)
    cognito.calls.clear()
    assert auth.sign_in(name, PASSWORD, session=session, **flow).is_signed_in
    assert _challenges(cognito)[-2:] == ["DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"]
    assert "ConfirmDevice" not in _challenges(cognito)
    assert len(pool.user(name).devices) == 1


@each_flow
@pytest.mark.parametrize(("registered_as", "typed"), [("name", "alias"), ("alias", "name"), ("alias", "alias")])
@pytest.mark.parametrize("pool", [True], indirect=True, ids=["confidential"])
def test_a_device_is_the_users_whichever_name_he_types(
    registered_as: str,
    typed: str,
    flow: dict[str, str],
    pool: MockPool,
    session_of: SessionOf,
    name: str,
) -> None:
    email = f"{name}@example.com"
    names = {"name": name, "alias": email}
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",), attributes={"email": email})
    session = session_of(pool)
    _with_code(pool, names[registered_as], session)
    auth.sign_out(session=session)
    assert auth.sign_in(names[typed], PASSWORD, session=session, **flow).is_signed_in
    assert session.username == name
    assert len(pool.user(name).devices) == 1, "not registered a second time"


@each_flow
def test_a_device_that_cognito_has_lost_is_forgotten_and_the_sign_in_goes_on(
    flow: dict[str, str], pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    session = session_of(pool)
    _with_code(pool, name, session)
    auth.sign_out(session=session)
    pool.forget_devices(name)
    cognito.calls.clear()
    output = auth.sign_in(name, PASSWORD, session=session, **flow)
    assert isinstance(output.next_step, auth.ConfirmSignInWithSmsCode)
    assert [call.error for call in cognito.calls].count("ResourceNotFoundException") == 1
    assert len([call for call in cognito.calls if call.operation == "InitiateAuth"]) == 2
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in
    assert len(pool.user(name).devices) == 1


def test_a_device_lost_between_two_steps_is_left_out_of_the_answer(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    """A name that the session does not know: the first answer tells whose device it is, and it goes with the code."""
    email = f"{name}@example.com"
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",), attributes={"email": email})
    session = session_of(pool)
    _with_code(pool, name, session)
    auth.sign_out(session=session)
    state = json.loads(session.export_state())
    state["devices"][0]["login_ids"] = []
    session.restore_state(json.dumps(state))
    auth.sign_in(email, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session)
    pool.forget_devices(name)
    cognito.calls.clear()
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in
    answers = [call.reveal()["ChallengeResponses"] for call in cognito.calls.of("RespondToAuthChallenge")]
    assert ["DEVICE_KEY" in answer for answer in answers] == [True, False]
    assert pool.user(name).devices, "registered anew"


def test_two_users_of_one_session_have_a_device_each(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    session, users = session_of(pool), [name, f"{name}-2"]
    for user in users:
        pool.create_user(user, PASSWORD, mfa=("SMS_MFA",))
        _with_code(pool, user, session)
        auth.sign_out(session=session)
    for user in users:
        assert auth.sign_in(user, PASSWORD, session=session).is_signed_in
        auth.sign_out(session=session)
        assert len(pool.user(user).devices) == 1


def test_another_session_uses_the_device_that_was_exported(pool: MockPool, session_of: SessionOf, name: str) -> None:
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    first, second = session_of(pool), session_of(pool)
    _with_code(pool, name, first)
    auth.sign_out(session=first)
    second.restore_state(first.export_state())
    assert auth.sign_in(name, PASSWORD, session=second).is_signed_in
    third = session_of(pool)
    assert not auth.sign_in(name, PASSWORD, session=third).is_signed_in, "who knows no device is asked"


@each_flow
def test_a_device_whose_proof_is_refused_is_forgotten_and_the_sign_in_goes_on(
    flow: dict[str, str], pool: MockPool, session_of: SessionOf, name: str
) -> None:
    """The device is really proven; that it is refused must not block a right password for ever."""
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",))
    session = session_of(pool)
    _with_code(pool, name, session)
    auth.sign_out(session=session)
    state = json.loads(session.export_state())
    state["devices"][0]["password"] = "guessed"
    session.restore_state(json.dumps(state))
    output = auth.sign_in(name, PASSWORD, session=session, **flow)
    assert isinstance(output.next_step, auth.ConfirmSignInWithSmsCode), "it does not replace the second factor"
    assert session.devices == ()
    assert auth.confirm_sign_in(pool.code(name), session=session).is_signed_in


def test_a_device_of_no_name_is_called_after_this_machine(
    pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool.create_user(name, PASSWORD)
    auth.sign_in(name, PASSWORD, session=session_of(pool))
    sent = cognito.calls.last("ConfirmDevice").reveal()
    assert sent["DeviceName"]
    assert set(sent) == {"AccessToken", "DeviceKey", "DeviceName", "DeviceSecretVerifierConfig"}
    assert set(sent["DeviceSecretVerifierConfig"]) == {"Salt", "PasswordVerifier"}


@pytest.mark.parametrize("tracking", ["ALWAYS", "OPT_IN"])
def test_whether_cognito_waits_for_the_users_consent_is_kept(
    tracking: str, pool_of: PoolOf, session_of: SessionOf, name: str
) -> None:
    pool = pool_of(device_tracking=tracking)
    pool.create_user(name, PASSWORD)
    session = session_of(pool)
    auth.sign_in(name, PASSWORD, session=session)
    (device,) = json.loads(session.export_state())["devices"]
    assert device["is_remembered"] == (tracking == "ALWAYS")


def test_a_pool_without_devices_registers_none(
    pool_of: PoolOf, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    pool = pool_of()
    pool.create_user(name, PASSWORD)
    auth.sign_in(name, PASSWORD, session=session_of(pool))
    assert "ConfirmDevice" not in cognito.calls.operations
