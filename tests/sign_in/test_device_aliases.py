"""A remembered device is its user's, whichever of the user's names is typed, in every flow; and no other user's."""

from collections.abc import Callable
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth._locks import ForkSafeLock
from amplify_auth._session.devices import DeviceRegister
from amplify_auth._values import Device
from amplify_auth.testing import MockCognito, MockPool
from tests.support.clients import signed
from tests.support.makers import PoolOf, SessionOf
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import ScriptedCognito, asks, jwt, refuses, says, signs_in, tokens

PASSWORD = "Passw0rd!"
FLOWS: dict[str, dict[str, str]] = {
    "SRP": {"auth_flow_type": "USER_SRP_AUTH"},
    "password": {"auth_flow_type": "USER_PASSWORD_AUTH"},
    "USER_AUTH": {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD"},
    "USER_AUTH with SRP": {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD_SRP"},
    "USER_AUTH with a choice": {"auth_flow_type": "USER_AUTH"},
    "custom": {"auth_flow_type": "CUSTOM_WITHOUT_SRP"},
    "custom with SRP": {"auth_flow_type": "CUSTOM_WITH_SRP"},
}
each_flow = pytest.mark.parametrize("flow", FLOWS.values(), ids=list(FLOWS))
NAMES: dict[str, Callable[[str], str]] = {
    "user name": lambda name: name,
    "user name in capitals": lambda name: name.upper(),
    "e-mail": lambda name: f"{name}@example.com",
    "e-mail in capitals": lambda name: f"{name}@Example.COM",
    "phone": lambda name: _phone(name),
    "preferred user name": lambda name: f"nick-{name}",
}


def _phone(name: str) -> str:
    return f"+1555{int(name.removeprefix('user')):07}"


def _attributes(name: str) -> dict[str, str]:
    return {"email": f"{name}@example.com", "phone_number": _phone(name), "preferred_username": f"nick-{name}"}


@pytest.fixture
def pool(pool_of: PoolOf) -> MockPool:
    """Whoever signs in with a remembered device is asked for no second factor. The custom challenge is "42"."""
    aliases = ("email", "phone_number", "preferred_username")
    pool = pool_of(mfa="OPTIONAL", device_tracking="ALWAYS", alias_attributes=aliases)

    @pool.on("define_auth_challenge")
    def define(event: Any) -> Any:
        past = event["request"]["session"]
        if any(item["challengeName"] == "CUSTOM_CHALLENGE" and item["challengeResult"] for item in past):
            event["response"]["issueTokens"] = True
        elif past and past[-1]["challengeName"] == "SRP_A":
            event["response"]["challengeName"] = "PASSWORD_VERIFIER"
        else:
            event["response"]["challengeName"] = "CUSTOM_CHALLENGE"
        event["response"].setdefault("issueTokens", False)
        event["response"].setdefault("failAuthentication", False)
        return event

    @pool.on("create_auth_challenge")
    def create(event: Any) -> Any:
        event["response"] = {"publicChallengeParameters": {}, "privateChallengeParameters": {"answer": "42"}}
        return event

    @pool.on("verify_auth_challenge_response")
    def verify(event: Any) -> Any:
        event["response"]["answerCorrect"] = event["request"]["challengeAnswer"] == "42"
        return event

    return pool


def _sign_in(session: auth.Session, name: str, flow: dict[str, str]) -> auth.SignInOutput:
    """Sign in, and answer what is no second factor."""
    password = None if flow["auth_flow_type"] == "CUSTOM_WITHOUT_SRP" else PASSWORD
    output = auth.sign_in(name, password, session=session, **flow)  # type: ignore[arg-type]
    if isinstance(output.next_step, auth.ContinueSignInWithFirstFactorSelection):
        output = auth.confirm_sign_in("PASSWORD_SRP", session=session)
    if isinstance(output.next_step, auth.ConfirmSignInWithPassword):
        output = auth.confirm_sign_in(PASSWORD, session=session)
    if isinstance(output.next_step, auth.ConfirmSignInWithCustomChallenge):
        output = auth.confirm_sign_in("42", session=session)
    return output


def _keys_sent(cognito: MockCognito) -> set[str]:
    """The device keys in the requests of the sign-in."""
    sent = [call.reveal() for call in cognito.calls.of("InitiateAuth") + cognito.calls.of("RespondToAuthChallenge")]
    values = [item.get("AuthParameters") or item["ChallengeResponses"] for item in sent]
    return {item["DEVICE_KEY"] for item in values if "DEVICE_KEY" in item}


def _with_device(pool: MockPool, session: auth.Session, name: str) -> None:
    """Sign in by the user name with the second factor, so that the device is remembered, and sign out."""
    output = auth.sign_in(name, PASSWORD, session=session)
    if not output.is_signed_in:
        auth.confirm_sign_in(pool.code(name), session=session)
    auth.sign_out(session=session)


@each_flow
def test_every_name_of_the_user_finds_the_device(
    flow: dict[str, str], pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    """It was registered by the user name. No other name was ever typed before."""
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",), attributes=_attributes(name))
    first = session_of(pool)
    _with_device(pool, first, name)
    (device,), state = first.devices, first.export_state()
    with EveryRow() as every:
        for kind, typed in NAMES.items():
            with every.row(kind):
                session = session_of(pool)
                session.restore_state(state)
                cognito.calls.clear()
                assert _sign_in(session, typed(name), flow).is_signed_in, "it replaces the second factor"
                assert session.username == name
                assert _keys_sent(cognito) == {device.key}
                assert "ConfirmDevice" not in cognito.calls.operations
                assert [known.key for known in session.devices] == [device.key]


@pytest.mark.parametrize("typed", ["e-mail", "phone", "preferred user name"])
def test_a_device_that_was_registered_by_an_alias_is_found_by_the_user_name(
    typed: str, pool: MockPool, session_of: SessionOf, name: str
) -> None:
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",), attributes=_attributes(name))
    session = session_of(pool)
    auth.sign_in(NAMES[typed](name), PASSWORD, session=session)
    auth.confirm_sign_in(pool.code(name), session=session)
    auth.sign_out(session=session)
    assert auth.sign_in(name, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session).is_signed_in


def test_a_user_whose_name_is_an_address_is_found_by_the_sub(pool_of: PoolOf, session_of: SessionOf, name: str) -> None:
    pool = pool_of(mfa="OPTIONAL", device_tracking="ALWAYS", username_attributes=("email",))
    user = pool.create_user(f"{name}@example.com", PASSWORD, mfa=("SMS_MFA",))
    session = session_of(pool)
    _with_device(pool, session, f"{name}@example.com")
    for typed in (user.sub, f"{name}@EXAMPLE.com"):
        assert auth.sign_in(typed, PASSWORD, auth_flow_type="USER_PASSWORD_AUTH", session=session).is_signed_in
        auth.sign_out(session=session)


@pytest.mark.parametrize("flow", ["SRP", "password", "USER_AUTH"])
def test_a_user_who_takes_over_an_alias_keeps_off_the_others_device(
    flow: str, pool: MockPool, session_of: SessionOf, name: str, cognito: MockCognito
) -> None:
    """The former owner's device is not lost by that: it is still found by the user name."""
    other = f"{name}-2"
    pool.create_user(name, PASSWORD, mfa=("SMS_MFA",), attributes={"preferred_username": f"nick-{name}"})
    session = session_of(pool)
    _with_device(pool, session, name)
    (device,) = session.devices
    signed().admin_update_user_attributes(
        UserPoolId=pool.config["user_pool_id"],
        Username=name,
        UserAttributes=[{"Name": "preferred_username", "Value": f"old-{name}"}],
    )
    pool.create_user(other, PASSWORD, mfa=("SMS_MFA",), attributes={"preferred_username": f"nick-{name}"})
    cognito.calls.clear()
    output = auth.sign_in(f"nick-{name}", PASSWORD, session=session, **FLOWS[flow])  # type: ignore[arg-type]
    assert isinstance(output.next_step, auth.ConfirmSignInWithSmsCode), "another user's device replaces no factor"
    assert auth.confirm_sign_in(pool.code(other), session=session).is_signed_in
    assert session.username == other
    auth.sign_out(session=session)
    assert {known.username for known in session.devices} == {name, other}
    cognito.calls.clear()
    assert auth.sign_in(name, PASSWORD, session=session).is_signed_in
    assert _keys_sent(cognito) == {device.key}


def _registers(session: auth.Session, scripted: ScriptedCognito, **claims: Any) -> Device:
    """Sign in as alice, whose ID token has these claims, on a new device."""
    scripted.always("ConfirmDevice", says()).always("RevokeToken", says())
    new = {"DeviceKey": "us-east-1_device", "DeviceGroupKey": "-group"}
    id_token = jwt(**{"cognito:username": "alice", **claims})
    scripted.on("InitiateAuth", says(AuthenticationResult={**tokens(), "IdToken": id_token, "NewDeviceMetadata": new}))
    auth.sign_in("alice", PASSWORD, session=session)
    auth.sign_out(session=session)
    (device,) = session.devices
    return device


@pytest.mark.parametrize(
    ("claims", "learned"),
    [
        ({"email": "a@b.c", "email_verified": True}, {"a@b.c"}),
        ({"email": "a@b.c", "email_verified": "true"}, {"a@b.c"}),
        ({"email": "a@b.c"}, {"a@b.c"}),
        ({"email": "a@b.c", "email_verified": False}, set()),
        ({"email": "a@b.c", "email_verified": "false"}, set()),
        ({"phone_number": "+15550100", "phone_number_verified": False}, set()),
        ({"preferred_username": "ally"}, {"ally"}),
        ({"email": 5, "phone_number": None, "preferred_username": ""}, set()),
        ({"email": ["a@b.c"], "name": "Alice", "nickname": "al"}, set()),
    ],
    ids=str,
)
def test_the_names_that_are_proven_to_be_the_users_are_learned(
    session: auth.Session, scripted: ScriptedCognito, claims: dict[str, Any], learned: set[str]
) -> None:
    device = _registers(session, scripted, **claims)
    assert set(device.login_ids) == {"alice", "sub-1", *learned}
    assert "a@b.c" not in repr(device), "an address is personal data"


def test_a_device_found_by_another_name_is_not_forgotten_for_another_user(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """Cognito does not know the device for the name that was typed, and names another user."""
    device = _registers(session, scripted, email="a@b.c")
    bobs = asks("SMS_MFA", USER_ID_FOR_SRP="bob")
    scripted.on("InitiateAuth", refuses("ResourceNotFoundException", "Device does not exist."), bobs, signs_in("bob"))
    for _ in range(2):  # he does not answer the first question
        auth.sign_in("a@b.c", PASSWORD, session=session)
    sent = [request["AuthParameters"].get("DEVICE_KEY") for request in scripted.of("InitiateAuth")]
    assert sent == [None, device.key, None, None]
    assert [(known.username, known.key) for known in session.devices] == [("alice", device.key)]
    auth.sign_out(session=session)
    scripted.on("InitiateAuth", signs_in("bob"))
    auth.sign_in("A@b.c", PASSWORD, session=session)
    assert "DEVICE_KEY" not in scripted.of("InitiateAuth")[-1]["AuthParameters"], "the name was bob's"


def test_a_device_found_by_another_name_is_forgotten_if_it_is_this_users(
    session: auth.Session, scripted: ScriptedCognito
) -> None:
    """It is not sent a second time with the answer: that could spend the session."""
    _registers(session, scripted, email="a@b.c")
    scripted.on(
        "InitiateAuth",
        refuses("ResourceNotFoundException", "Device does not exist."),
        asks("SMS_MFA", USER_ID_FOR_SRP="alice"),
    )
    auth.sign_in("a@b.c", PASSWORD, session=session)
    assert session.devices == ()


def _device(username: str, *login_ids: str) -> Device:
    return Device(username=username, login_ids=login_ids, key=f"device-of-{username}", group_key="g", password="p")


def _register(*devices: Device) -> DeviceRegister:
    register = DeviceRegister(ForkSafeLock())
    register.replace_all(devices)
    return register


class TestRegister:
    def test_finds_by_the_exact_name_before_one_in_other_letters(self) -> None:
        register = _register(_device("Alice", "a@b.c"), _device("alice", "A@b.c"), _device("carol", "alice"))
        names = {
            "Alice": "Alice",
            "alice": "alice",
            "ALICE": "Alice",
            "a@b.c": "Alice",
            "A@b.c": "alice",
            "A@B.C": "Alice",
        }
        found = {name: register.of(name) for name in names}
        assert {name: device and device.username for name, device in found.items()} == names
        assert register.of("x") is None

    def test_moves_a_name_to_its_new_user_whatever_the_letters(self) -> None:
        register = _register(_device("alice", "a@b.c", "ally"), _device("bob"))
        register.note_login_ids("bob", ["A@B.c"])
        assert [device.login_ids for device in register.all()] == [("ally",), ("A@B.c",)]

    def test_keeps_a_number_of_names_the_newest(self) -> None:
        register = _register(_device("alice"))
        for number in range(100):
            register.note_login_ids("alice", [f"name{number}", "always"])
        (device,) = register.all()
        assert len(device.login_ids) == 16
        assert device.login_ids[-2:] == ("name99", "always")
