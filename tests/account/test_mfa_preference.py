"""`fetch_mfa_preference` and `update_mfa_preference`: what is sent, what is kept, and what is refused."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path
from typing import Any, get_args

import pytest

import amplify_auth as auth
from amplify_auth import AuthProtocolError, AuthStateError, AuthValidationError, MfaPreference, Session, errors
from amplify_auth._account import MfaSetting, merged_mfa_settings
from amplify_auth.testing import MockCognito
from tests.support.makers import NewSession, PoolOf, SessionOf
from tests.support.newest_model import needs
from tests.support.scripted_cognito import HANGS_UP, Request, ScriptedCognito, refuses, says
from tests.support.signed_in_user import KINDS, SignedInUser, other_tokens, scripted_user, signed_in_user

needs_web_authn = needs("SetUserMFAPreference.WebAuthnMfaSettings")

ON = {"Enabled": True, "PreferredMfa": False}
OFF = {"Enabled": False, "PreferredMfa": False}
PREFERRED = {"Enabled": True, "PreferredMfa": True}
SMS, TOTP, EMAIL = "SMSMfaSettings", "SoftwareTokenMfaSettings", "EmailMfaSettings"
SMS_PREFERRED = MfaPreference(preferred="SMS", enabled=("SMS", "TOTP"))
NOTHING = MfaPreference()

Merged = tuple[MfaPreference, dict[str, MfaSetting], dict[str, Any]]
#: What is on now, what is wanted, and what is sent.
MERGED: dict[str, Merged] = {
    "ENABLED keeps the preference": (SMS_PREFERRED, {"SMS": "ENABLED"}, {SMS: PREFERRED}),
    "ENABLED of what is off": (NOTHING, {"SMS": "ENABLED"}, {SMS: ON}),
    "ENABLED of what is not preferred": (SMS_PREFERRED, {"TOTP": "ENABLED"}, {TOTP: ON}),
    "ENABLED, and another is preferred now": (
        SMS_PREFERRED,
        {"TOTP": "PREFERRED", "SMS": "ENABLED"},
        {TOTP: PREFERRED, SMS: ON},
    ),
    "the same in the other order": (
        SMS_PREFERRED,
        {"SMS": "ENABLED", "TOTP": "PREFERRED"},
        {SMS: ON, TOTP: PREFERRED},
    ),
    "PREFERRED alone": (SMS_PREFERRED, {"TOTP": "PREFERRED"}, {TOTP: PREFERRED}),
    "PREFERRED again": (SMS_PREFERRED, {"SMS": "PREFERRED"}, {SMS: PREFERRED}),
    "NOT_PREFERRED of the preferred": (SMS_PREFERRED, {"SMS": "NOT_PREFERRED"}, {SMS: ON}),
    "NOT_PREFERRED of what is off": (NOTHING, {"EMAIL": "NOT_PREFERRED"}, {EMAIL: ON}),
    "DISABLED": (SMS_PREFERRED, {"SMS": "DISABLED"}, {SMS: OFF}),
    "DISABLED of what is off": (SMS_PREFERRED, {"EMAIL": "DISABLED"}, {}),
    "DISABLED of what is off, beside another": (
        SMS_PREFERRED,
        {"EMAIL": "DISABLED", "SMS": "DISABLED", "TOTP": "PREFERRED"},
        {SMS: OFF, TOTP: PREFERRED},
    ),
    "a factor that is not known stays": (
        MfaPreference(preferred="NEW_MFA", enabled=("NEW_MFA",)),
        {"SMS": "ENABLED"},
        {SMS: ON},
    ),
}


@pytest.mark.parametrize("row", MERGED)
def test_what_is_on_and_what_is_wanted_make_the_request(row: str) -> None:
    now, wanted, sent = MERGED[row]
    assert merged_mfa_settings(now, wanted) == sent


def test_no_request_prefers_two_factors() -> None:
    words = (*get_args(MfaSetting), None)
    for now in (NOTHING, SMS_PREFERRED, MfaPreference(enabled=("SMS", "TOTP", "EMAIL"))):
        for settings in itertools.product(words, repeat=3):
            wanted = {name: word for name, word in zip(("SMS", "TOTP", "EMAIL"), settings, strict=True) if word}
            if list(wanted.values()).count("PREFERRED") < 2:
                sent = merged_mfa_settings(now, wanted)
                assert sum(setting["PreferredMfa"] for setting in sent.values()) <= 1, (now, wanted)
                assert all(setting["Enabled"] or not setting["PreferredMfa"] for setting in sent.values())


def test_a_passkey_is_named_in_any_case() -> None:
    """Cognito may not list it among the factors that are on."""
    assert merged_mfa_settings(NOTHING, {}, "ENABLED") == {"WebAuthnMfaSettings": {"Enabled": True}}
    assert merged_mfa_settings(NOTHING, {}, "DISABLED") == {"WebAuthnMfaSettings": {"Enabled": False}}


# Against a service that verifies


@pytest.fixture
def user(pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path) -> SignedInUser:
    """A user whose authenticator is set up and on, SMS preferred."""
    return with_totp(signed_in_user("public", pool_of, session_of, name, tmp_path))


def with_totp(user: SignedInUser) -> SignedInUser:
    auth.set_up_totp(session=user.session)
    auth.verify_totp_setup(user.pool.totp(user.name), session=user.session)
    auth.update_mfa_preference(sms="PREFERRED", totp="ENABLED", session=user.session)
    return user


def preference(user: SignedInUser) -> tuple[str | None, set[str]]:
    found = auth.fetch_mfa_preference(session=user.session)
    return found.preferred, set(found.enabled)


@pytest.mark.parametrize("kind", KINDS)
def test_it_works_in_every_kind_of_session(
    kind: str, pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path, cognito: MockCognito
) -> None:
    user = signed_in_user(kind, pool_of, session_of, name, tmp_path)
    assert auth.fetch_mfa_preference(session=user.session) == NOTHING
    cognito.calls.clear()
    auth.update_mfa_preference(sms="PREFERRED", email="ENABLED", session=user.session)
    assert cognito.calls.operations == ("GetUser", "SetUserMFAPreference")
    assert preference(user) == ("SMS", {"SMS", "EMAIL"})


def test_a_factor_that_is_enabled_again_stays_the_preferred_one(user: SignedInUser) -> None:
    auth.update_mfa_preference(sms="ENABLED", session=user.session)
    assert preference(user) == ("SMS", {"SMS", "TOTP"})


def test_the_preference_moves(user: SignedInUser) -> None:
    auth.update_mfa_preference(sms="ENABLED", totp="PREFERRED", session=user.session)
    assert preference(user) == ("TOTP", {"SMS", "TOTP"})
    auth.update_mfa_preference(sms="PREFERRED", session=user.session)
    assert preference(user) == ("SMS", {"SMS", "TOTP"})
    auth.update_mfa_preference(sms="NOT_PREFERRED", session=user.session)
    assert preference(user) == (None, {"SMS", "TOTP"})


def test_a_factor_is_turned_off_and_the_others_stay(user: SignedInUser) -> None:
    auth.update_mfa_preference(totp="DISABLED", session=user.session)
    assert preference(user) == ("SMS", {"SMS"})


def test_nothing_is_sent_for_a_factor_that_is_off(
    pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path, cognito: MockCognito
) -> None:
    """Cognito refuses to turn off an authenticator that was never verified."""
    user = signed_in_user("public", pool_of, session_of, name, tmp_path)
    cognito.calls.clear()
    auth.update_mfa_preference(totp="DISABLED", session=user.session)
    assert cognito.calls.operations == ("GetUser",)


@needs_web_authn
def test_passkeys_in_a_pool_that_does_not_allow_them_as_second_factor(user: SignedInUser, cognito: MockCognito) -> None:
    with pytest.raises(errors.InvalidParameterException):
        auth.update_mfa_preference(web_authn="ENABLED", session=user.session)
    auth.update_mfa_preference(web_authn="DISABLED", session=user.session)
    assert preference(user) == ("SMS", {"SMS", "TOTP"})


REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "an authenticator that was not set up": ({}, {"totp": "PREFERRED"}, "set_up_totp()"),
    "no phone number": ({"attributes": {"phone_number": ""}}, {"sms": "ENABLED"}, "update_user_attribute("),
    "no verified address": (
        {"attributes": {"email_verified": "false"}},
        {"email": "ENABLED"},
        "confirm_user_attribute",
    ),
}


@pytest.mark.parametrize("row", REFUSED)
def test_a_refusal_says_what_to_call_first(
    row: str, pool_of: PoolOf, session_of: SessionOf, name: str, tmp_path: Path
) -> None:
    settings, asked, advice = REFUSED[row]
    user = signed_in_user("public", pool_of, session_of, name, tmp_path, **settings)
    with pytest.raises(errors.InvalidParameterException) as caught:
        auth.update_mfa_preference(**asked, session=user.session)
    assert advice in (caught.value.recovery_suggestion or "")


# Against a service that says what the test wants


@pytest.fixture
def alice(session: Session, scripted: ScriptedCognito) -> Session:
    return scripted_user(session, scripted)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, NOTHING),
        ({"UserMFASettingList": None, "PreferredMfaSetting": ""}, NOTHING),
        (
            {
                "UserMFASettingList": ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"],
                "PreferredMfaSetting": "EMAIL_OTP",
                "MFAOptions": [{"DeliveryMedium": "SMS"}],
            },
            MfaPreference(preferred="EMAIL", enabled=("SMS", "TOTP", "EMAIL")),
        ),
        (
            {"UserMFASettingList": ["WEB_AUTHN", "SMS_MFA"], "PreferredMfaSetting": "CARRIER_PIGEON"},
            MfaPreference(preferred="CARRIER_PIGEON", enabled=("WEB_AUTHN", "SMS")),
        ),
    ],
)
def test_names_that_are_not_known_stay(
    members: dict[str, Any], expected: MfaPreference, alice: Session, scripted: ScriptedCognito
) -> None:
    scripted.on("GetUser", says(Username="alice", UserAttributes=[], **members))
    assert auth.fetch_mfa_preference(session=alice) == expected


@pytest.mark.parametrize(
    "members",
    [
        {"PreferredMfaSetting": 5},
        {"UserMFASettingList": [5]},
        {"UserMFASettingList": [None]},
        {"Username": None},
        {"Username": 5},
    ],
)
def test_an_answer_that_cannot_be_right_changes_nothing(
    members: dict[str, Any], alice: Session, scripted: ScriptedCognito
) -> None:
    scripted.always("GetUser", says(**{"Username": "alice", **members}))
    for call in (
        lambda: auth.fetch_mfa_preference(session=alice),
        lambda: auth.update_mfa_preference(sms="ENABLED", session=alice),
    ):
        with pytest.raises(AuthProtocolError):
            call()
    assert set(scripted.operations) == {"GetUser"}


@needs_web_authn
def test_the_request(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("GetUser", says(Username="alice", UserMFASettingList=["SMS_MFA"], PreferredMfaSetting="SMS_MFA"))
    scripted.on("SetUserMFAPreference", says())
    auth.update_mfa_preference(
        sms="ENABLED", totp="NOT_PREFERRED", email="DISABLED", web_authn="ENABLED", session=alice
    )
    token = alice.tokens and alice.tokens.access_token
    assert scripted.of("SetUserMFAPreference") == [
        {"AccessToken": token, SMS: PREFERRED, TOTP: ON, "WebAuthnMfaSettings": {"Enabled": True}}
    ]


MISTAKES: dict[str, tuple[dict[str, Any], str, str]] = {
    "nothing": ({}, "No second factor is named", "totp="),
    "two preferred": ({"sms": "PREFERRED", "totp": "PREFERRED"}, "sms and totp", "for one of them"),
    "lower case": ({"sms": "preferred"}, "sms is not one", "Did you mean PREFERRED?"),
    "a word for it": ({"email": "on"}, "email is not one", "Did you mean ENABLED?"),
    "a bool": ({"totp": False}, "totp must be a str, not bool", "totp"),
    "a preferred passkey": ({"web_authn": "PREFERRED"}, "web_authn is not one", "cannot be the preferred"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_before_anything_is_sent(mistake: str, alice: Session, scripted: ScriptedCognito) -> None:
    asked, says_, advises = MISTAKES[mistake]
    with pytest.raises(AuthValidationError) as caught:
        auth.update_mfa_preference(**asked, session=alice)
    assert says_ in caught.value.message
    assert advises in (caught.value.recovery_suggestion or "")
    assert scripted.requests == []


def test_a_lost_answer_is_asked_for_again(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("GetUser", HANGS_UP, says(Username="alice"))
    scripted.on("SetUserMFAPreference", HANGS_UP, says())
    auth.update_mfa_preference(sms="ENABLED", session=alice)
    assert scripted.operations == ["GetUser"] * 2 + ["SetUserMFAPreference"] * 2


def test_a_token_that_is_over_at_the_second_request_is_refreshed(alice: Session, scripted: ScriptedCognito) -> None:
    scripted.on("GetUser", says(Username="alice"))
    scripted.on("SetUserMFAPreference", refuses("NotAuthorizedException", "Access Token has expired"), says())
    scripted.on("GetTokensFromRefreshToken", says(AuthenticationResult=other_tokens()))
    auth.update_mfa_preference(sms="ENABLED", session=alice)
    assert scripted.operations == [
        "GetUser",
        "SetUserMFAPreference",
        "GetTokensFromRefreshToken",
        "SetUserMFAPreference",
    ]


# Threads


def test_threads_do_not_lose_each_others_change(alice: Session, scripted: ScriptedCognito) -> None:
    """Each of them turns its factor on again; the preferred one is never forgotten."""
    kept = {"preferred": "SMS_MFA"}
    lock = threading.Lock()

    def get_user(_: Request) -> Any:
        with lock:
            return says(
                Username="alice",
                UserMFASettingList=["SMS_MFA", "SOFTWARE_TOKEN_MFA"],
                PreferredMfaSetting=kept["preferred"],
            )

    def set_preference(request: Request) -> Any:
        with lock:
            for member, name in ((SMS, "SMS_MFA"), (TOTP, "SOFTWARE_TOKEN_MFA")):
                if request.body.get(member, {}).get("PreferredMfa"):
                    kept["preferred"] = name
                elif member in request.body and kept["preferred"] == name:
                    kept["preferred"] = ""
        return says()

    scripted.always("GetUser", get_user).always("SetUserMFAPreference", set_preference)

    def work(number: int) -> None:
        for _ in range(5):
            if number == 0:
                auth.update_mfa_preference(sms="ENABLED", totp="PREFERRED", session=alice)
                auth.update_mfa_preference(sms="PREFERRED", totp="ENABLED", session=alice)
            else:
                auth.update_mfa_preference(sms="ENABLED", totp="ENABLED", session=alice)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept["preferred"] == "SMS_MFA"
    assert scripted.operations == ["GetUser", "SetUserMFAPreference"] * (2 * 5 + 3 * 5)


def test_a_thread_waits_no_longer_than_a_call_may_take(scripted: ScriptedCognito, new_session: NewSession) -> None:
    session = scripted_user(new_session(connect_timeout=0.1, read_timeout=0.1), scripted)
    state = session._state
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with state.account_lock:
            held.set()
            release.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    try:
        with pytest.raises(AuthStateError, match="change of second factors") as caught:
            auth.update_mfa_preference(sms="ENABLED", session=session)
    finally:
        release.set()
        thread.join()
    assert caught.value.is_retryable
    assert scripted.requests == []


def test_a_sign_in_does_not_wait_for_it(alice: Session) -> None:
    """The lock is one of its own."""
    assert alice._state.account_lock is not alice._state.step_lock


def test_a_listener_may_change_the_factors_too(alice: Session, scripted: ScriptedCognito) -> None:
    """Its event is delivered after the change, when the lock is free for other threads."""
    free: list[bool] = []

    def listen(event: auth.AuthEvent) -> None:
        thread = threading.Thread(target=lambda: free.append(alice._state.account_lock.acquire(0)))
        thread.start()
        thread.join()

    alice.add_listener(listen)
    expired = refuses("NotAuthorizedException", "Access Token has expired")
    scripted.on("GetUser", expired, says(Username="alice"))
    scripted.on("GetTokensFromRefreshToken", says(AuthenticationResult=other_tokens()))
    scripted.on("SetUserMFAPreference", says())
    auth.update_mfa_preference(sms="ENABLED", session=alice)
    assert free == [True]
