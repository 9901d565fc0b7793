"""Every public function checks every argument before anything is sent, and repeats none of them in its error."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import AuthValidationError, Session
from amplify_auth._api import configure as sessions
from tests.support.makers import NewSession
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import ScriptedCognito

FUNCTIONS = {
    name: function
    for name in auth.__all__
    if inspect.isfunction(function := getattr(auth, name)) and "session" in inspect.signature(function).parameters
}
del FUNCTIONS["get_session"], FUNCTIONS["use_session"]

NO_TEXT = [5, 1.5, True, b"s3cr3t", ["s3cr3t"], {"s3cr3t": 1}, object(), "s3cr3t\ud800"]
NO_TEXTS = [
    5,
    "s3cr3t",
    ["s3cr3t"],
    [("s3cr3t", "x")],
    {"s3cr3t"},
    {1: "s3cr3t"},
    {None: "s3cr3t"},
    {"": "s3cr3t"},
    {"k": 1},
    {"k": None},
    {"k": b"s3cr3t"},
    {"k": ["s3cr3t"]},
    {"k": "s3cr3t\ud800"},
    {"k\ud800": "s3cr3t"},
]
NO_FLAG = ["yes", "", 1, 0, 1.0, [], {}]
NO_AUTO_SIGN_IN: list[Any] = [
    "yes",
    1,
    0,
    None,
    [],
    {"enabled": "yes"},
    {"enabled": 1},
    {"auth_flow": "USER_AUTH"},
    {1: "x"},
    {"auth_flow_type": "SRP"},
    {"auth_flow_type": 5},
    {"preferred_challenge": "TELEPATHY", "auth_flow_type": "USER_AUTH"},
    {"client_metadata": "x"},
    {"client_metadata": {"k": 1}},
    *({"timeout": timeout} for timeout in (0, -1, "5", None, True, float("nan"), float("inf"), 10**400, [5])),
]
NO_FLOW = [*NO_TEXT, "", "USER_SRP", "user_srp_auth", "REFRESH_TOKEN_AUTH"]
NO_MFA_SETTING = [*NO_TEXT, "", "enabled", "preferred", "ON", "OFF"]
NO_FACTOR = [*NO_TEXT, "", "PASSKEY", "password"]
NO_LIST = [5, 1.5, True, b"s3cr3t", {"s3cr3t": 1}, object(), "", [""], [None], [5], ["s3cr3t\ud800"], [["s3cr3t"]]]
#: White space at the ends of a password is refused by every pool; so is one of more than 256 characters.
NO_NEW_PASSWORD = [*NO_TEXT, "", None, " s3cr3t", "s3cr3t\n", "\ts3cr3t", "s3cr3t" * 43]
NO_SESSION = [5, "x", object(), False]

#: Parameter -> what it cannot be. A name that is new has to be added here.
WRONG: dict[str, list[Any]] = {
    "username": [*NO_TEXT, "", None],
    "confirmation_code": [*NO_TEXT, "", None],
    "challenge_response": [*NO_TEXT, "", None],
    "password": NO_TEXT,
    "old_password": [*NO_TEXT, ""],
    "new_password": NO_NEW_PASSWORD,
    "attribute_key": [*NO_TEXT, "", None],
    "user_attribute_key": [*NO_TEXT, "", None],
    "user_attribute_keys": [*NO_LIST, None, [], ()],
    "value": [*NO_TEXT, None],
    "friendly_device_name": NO_TEXT,
    "user_attributes": NO_TEXTS,
    "validation_data": NO_TEXTS,
    "client_metadata": NO_TEXTS,
    "auto_sign_in": NO_AUTO_SIGN_IN,
    "force_alias_creation": NO_FLAG,
    "global_sign_out": NO_FLAG,
    "force_refresh": NO_FLAG,
    "auth_flow_type": NO_FLOW,
    "preferred_challenge": NO_FACTOR,
    "token": [*NO_TEXT, "", None],
    "token_use": [*NO_TEXT, "", None, "refresh"],
    "leeway": ["5", -1, None, True, float("nan"), float("inf"), 10**400],
    "sms": NO_MFA_SETTING,
    "totp": NO_MFA_SETTING,
    "email": NO_MFA_SETTING,
    "web_authn": [*NO_MFA_SETTING, "PREFERRED", "NOT_PREFERRED"],
    "code": [*NO_TEXT, "", None, " \n", "s3cr3t", "12345x"],
    "session_id": [*NO_TEXT, "", None, " \n"],
    "revoke_associated_sessions": NO_FLAG,
    "client_ids": [*NO_LIST, [], ()],
    "replica_regions": [*NO_LIST, None, ["s3cr3t"], "s3cr3t"],
    "remembered": NO_FLAG,
    "device_key": [*NO_TEXT, "", " "],
    "page_size": ["5", 1.5, True, b"5", [5], 0, -1, 21, 50, 10**400],
    "next_token": [*NO_TEXT, "", " "],
    "credential_id": [*NO_TEXT, "", " ", None],
    "access_token": [*NO_TEXT, "", " ", "s3cr3t", "s3cr3t.s3cr3t.s3cr3t", "Bearer s3cr3t"],
    "id_token": [*NO_TEXT, "", " ", "s3cr3t", "s3cr3t.s3cr3t.s3cr3t", "Bearer s3cr3t"],
    "refresh_token": [*NO_TEXT, "", " ", "Bearer s3cr3t"],
    "device_group_key": [*NO_TEXT, "", " ", None],
    "device_password": [*NO_TEXT, "", None],
    "session": NO_SESSION,
}
RIGHT = {
    "username": "alice",
    "password": "Passw0rd!",
    "old_password": "Passw0rd!",
    "new_password": "N3w-passw0rd!",
    "user_attributes": {"name": "Alice"},
    "attribute_key": "name",
    "value": "Alice",
    "user_attribute_key": "email",
    "user_attribute_keys": ["name"],
    "confirmation_code": "123456",
    "challenge_response": "123456",
    "code": "123456",
    "session_id": "tkn" + "a" * 25,
    "token": "token",
    "token_use": "access",
    "credential_id": "credential",
    "refresh_token": "token",
    "device_key": "us-east-1_1",
    "device_group_key": "-group",
    "device_password": "password",
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_parameter_is_tried(name: str) -> None:
    assert set(inspect.signature(FUNCTIONS[name]).parameters) - set(WRONG) == set()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_value_that_cannot_be_right_is_refused_before_anything_is_sent(
    scripted: ScriptedCognito, new_session: NewSession, name: str
) -> None:
    known = inspect.signature(FUNCTIONS[name]).parameters
    arguments = {argument: right for argument, right in RIGHT.items() if argument in known}
    with EveryRow() as every:
        for parameter, value in ((one, value) for one in known for value in WRONG.get(one, ())):
            with every.row(f"{parameter}={value!r:.25}"):
                scripted.clear()
                session = new_session(client_secret="secret", auth_flow_type="USER_SRP_AUTH")
                with pytest.raises(AuthValidationError) as caught:
                    FUNCTIONS[name](**{**arguments, "session": session, parameter: value})

                error = caught.value
                assert scripted.requests == []
                assert error.recovery_suggestion
                assert "s3cr3t" not in f"{error!r}{error.args}{vars(error)}"
                assert (error.__cause__, error.__context__) == (None, None)
                assert (session.pending_sign_in, session.is_signed_in) == (None, False)


#: What a session is asked itself, and what it cannot be given.
WRONG_TO_SESSIONS: dict[str, tuple[Callable[[Session, Any], object], list[Any]]] = {
    "use_session": (lambda session, value: auth.use_session(value).__enter__(), [*NO_SESSION, None]),
    "from_config": (lambda session, value: Session.from_config(value), [*NO_SESSION, None, {"user_pool_id": "s3cr3t"}]),
    "add_listener": (lambda session, value: session.add_listener(value), [*NO_SESSION, None, ["s3cr3t"]]),
    "http_auth": (lambda session, value: session.http_auth(token_use=value), WRONG["token_use"]),
    "restore_state": (lambda session, value: session.restore_state(value), [*NO_TEXT, "", None]),
}


@pytest.mark.parametrize("name", WRONG_TO_SESSIONS)
def test_a_session_refuses_at_once_what_cannot_be_right(
    scripted: ScriptedCognito, new_session: NewSession, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Also if there is a default session: it does not take the place of a wrong one."""
    call, values = WRONG_TO_SESSIONS[name]
    with EveryRow() as every:
        for value in values:
            with every.row(f"{value!r:.25}"):
                scripted.clear()
                session = new_session()
                monkeypatch.setattr(sessions, "_default", session)
                with pytest.raises(AuthValidationError) as caught:
                    call(session, value)

                assert caught.value.recovery_suggestion
                assert "s3cr3t" not in f"{caught.value!r}{caught.value.args}{vars(caught.value)}"
                assert scripted.requests == []


AMPLIFY_NAMES: list[tuple[Callable[..., object], tuple[Any, ...], dict[str, Any], str, str]] = [
    (auth.sign_in, ("",), {}, "EmptySignInUsername", "username is required to sign_in"),
    (auth.sign_in, ("alice",), {}, "EmptySignInPassword", "password is required to sign_in"),
    (auth.sign_in, ("alice", ""), {}, "EmptySignInPassword", "password is required to sign_in"),
    (
        auth.sign_in,
        ("alice",),
        {"auth_flow_type": "USER_PASSWORD_AUTH"},
        "EmptySignInPassword",
        "password is required to sign_in",
    ),
    (
        auth.sign_in,
        ("alice",),
        {"auth_flow_type": "CUSTOM_WITH_SRP"},
        "EmptySignInPassword",
        "password is required to sign_in",
    ),
    (
        auth.sign_in,
        ("alice",),
        {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD"},
        "EmptySignInPassword",
        "password is required to sign_in",
    ),
    (
        auth.sign_in,
        ("alice",),
        {"auth_flow_type": "USER_AUTH", "preferred_challenge": "PASSWORD_SRP"},
        "EmptySignInPassword",
        "password is required to sign_in",
    ),
    (
        auth.sign_in,
        ("alice", "Passw0rd!"),
        {"auth_flow_type": "CUSTOM_WITHOUT_SRP"},
        "CustomAuthSignInPassword",
        "A password is not needed when signing in with CUSTOM_WITHOUT_SRP",
    ),
    (auth.sign_up, ("", "x"), {}, "EmptySignUpUsername", "username is required to sign_up"),
    (
        auth.confirm_sign_up,
        ("", "123456"),
        {},
        "EmptyConfirmSignUpUsername",
        "username is required to confirm_sign_up",
    ),
    (auth.confirm_sign_up, ("alice", ""), {}, "EmptyConfirmSignUpCode", "code is required to confirm_sign_up"),
    (auth.verify_totp_setup, ("",), {}, "EmptyVerifyTOTPSetupCode", "code is required to verify_totp_setup"),
    (
        auth.resend_sign_up_code,
        ("",),
        {},
        "EmptyResendSignUpCodeUsername",
        "username is required to resend_sign_up_code",
    ),
    (auth.confirm_sign_in, ("",), {}, "EmptyChallengeResponse", "challenge_response is required to confirm_sign_in"),
    (auth.reset_password, ("",), {}, "EmptyResetPasswordUsername", "username is required to reset_password"),
    (
        auth.confirm_reset_password,
        ("", "", ""),
        {},
        "EmptyConfirmResetPasswordUsername",
        "username is required to confirm_reset_password",
    ),
    (
        auth.confirm_reset_password,
        ("alice", "", ""),
        {},
        "EmptyConfirmResetPasswordNewPassword",
        "new_password is required to confirm_reset_password",
    ),
    (
        auth.confirm_reset_password,
        ("alice", "Passw0rd!", " "),
        {},
        "EmptyConfirmResetPasswordConfirmationCode",
        "confirmation_code is required to confirm_reset_password",
    ),
    *(
        (
            auth.update_password,
            passwords,
            {},
            "EmptyUpdatePassword",
            "old_password and new_password are required to update_password",
        )
        for passwords in [("", "Passw0rd!"), ("Passw0rd!", ""), (None, ""), (None, None)]
    ),
    (
        auth.confirm_user_attribute,
        ("email", ""),
        {},
        "EmptyConfirmUserAttributeCode",
        "confirmation code is required to confirm_user_attribute",
    ),
]


@pytest.mark.parametrize(
    ("function", "arguments", "options", "name", "message"),
    AMPLIFY_NAMES,
    ids=lambda value: getattr(value, "__name__", value if isinstance(value, str) else None),
)
def test_what_is_missing_has_amplifys_name_and_words(
    scripted: ScriptedCognito,
    session: Session,
    function: Callable[..., object],
    arguments: tuple[Any, ...],
    options: dict[str, Any],
    name: str,
    message: str,
) -> None:
    with pytest.raises(AuthValidationError) as caught:
        function(*arguments, **options, session=session)

    assert (caught.value.name, caught.value.message) == (name, message)
    assert scripted.requests == []


@pytest.mark.parametrize("factor", ["EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"])
def test_a_first_factor_that_the_backend_lacks_is_refused(scripted: ScriptedCognito, factor: str) -> None:
    """Known from the ``passwordless`` part of an amplify_outputs file."""
    pool = {"user_pool_id": "us-east-1_Unit", "user_pool_client_id": "client", "passwordless": {"other": True}}
    session = auth.configure({"version": "1", "auth": pool}, endpoint_url=scripted.url)
    with pytest.raises(AuthValidationError) as caught:
        auth.sign_in("alice", auth_flow_type="USER_AUTH", preferred_challenge=factor, session=session)

    assert caught.value.name == "InvalidPreferredChallenge"
    assert caught.value.message == "The preferred challenge is not enabled in your backend configuration"
    assert scripted.requests == []


def test_state_errors_come_after_argument_errors(scripted: ScriptedCognito, session: Session) -> None:
    calls: list[Callable[[], object]] = [
        lambda: auth.confirm_sign_in("123456", session=session),
        lambda: auth.auto_sign_in(session=session),
        lambda: auth.resend_sign_in_code(session=session),
    ]
    for call, name in zip(calls, ["SignInException", "AutoSignInException", "SignInException"], strict=True):
        with pytest.raises(auth.AuthStateError) as caught:
            call()
        assert caught.value.name == name

    assert scripted.requests == []
