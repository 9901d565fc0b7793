"""What one step leaves in a session for the next: names of devices, wake-up calls, questions, locks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import AuthEvent, Session, errors
from amplify_auth._api import auto_sign_in as polling
from tests.support.scripted_cognito import Answer, ScriptedCognito, asks, jwt, refuses, says, signs_in

HOW: Any = {"auth_flow_type": "USER_PASSWORD_AUTH"}


@pytest.fixture
def scripted() -> Iterator[ScriptedCognito]:
    with ScriptedCognito() as server:
        server.always("RevokeToken", says()).always("ConfirmDevice", says())
        yield server


@pytest.fixture
def one(scripted: ScriptedCognito) -> Session:
    return Session(user_pool_id="us-east-1_State", user_pool_client_id="client", endpoint_url=scripted.url, **HOW)


def sign_in(session: Session, name: str) -> auth.SignInOutput:
    return auth.sign_in(name, "Passw0rd!", session=session)


class Stuck:
    """A storage that changes nothing once it is stuck."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.is_stuck = False

    def load(self) -> str | None:
        return self.text

    def save(self, record: str) -> None:
        self._change(record)

    def clear(self) -> None:
        self._change(None)

    def _change(self, text: str | None) -> None:
        if self.is_stuck:
            raise OSError(30, "Read-only file system")
        self.text = text

    def lock(self) -> AbstractContextManager[object]:
        return nullcontext()


def new_device(username: str) -> Answer:
    """A sign-in that registers a device of this user."""
    metadata = {"DeviceKey": f"device-of-{username}", "DeviceGroupKey": "-group"}
    return signs_in(username, NewDeviceMetadata=metadata)


class TestNamesOfADevice:
    def key_sent_for(self, name: str, session: Session, scripted: ScriptedCognito) -> str | None:
        auth.sign_out(session=session)
        scripted.on("InitiateAuth", asks("SMS_MFA"))
        sign_in(session, name)
        key = scripted.of("InitiateAuth")[-1]["AuthParameters"].get("DEVICE_KEY")
        return None if key is None else str(key)

    def test_all_that_the_user_typed_find_it(self, one: Session, scripted: ScriptedCognito) -> None:
        scripted.on("InitiateAuth", new_device("sub-1"))
        sign_in(one, "alice")
        auth.sign_out(session=one)
        scripted.on("InitiateAuth", signs_in("sub-1"))
        sign_in(one, "alice@example.com")

        for name in ("alice", "alice@example.com", "sub-1"):
            assert self.key_sent_for(name, one, scripted) == "device-of-sub-1"

    def test_what_another_user_typed_does_not(self, one: Session, scripted: ScriptedCognito) -> None:
        for username, name in (("sub-1", "alice"), ("sub-2", "bob")):
            scripted.on("InitiateAuth", new_device(username))
            sign_in(one, name)
            auth.sign_out(session=one)

        assert self.key_sent_for("alice", one, scripted) == "device-of-sub-1"
        assert self.key_sent_for("bob", one, scripted) == "device-of-sub-2"
        names = [device.login_ids for device in one.devices]
        assert [("alice" in ids, "bob" in ids) for ids in names] == [(True, False), (False, True)]


class TestAnAutomaticSignIn:
    def test_by_link_is_not_interrupted_by_a_sign_out_that_was_before_it(
        self, scripted: ScriptedCognito, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(polling, "POLL_INTERVAL", 0.05)
        session = Session(
            user_pool_id="us-east-1_State",
            user_pool_client_id="client",
            endpoint_url=scripted.url,
            sign_up_verification_method="link",
        )
        auth.sign_out(session=session)
        scripted.on("SignUp", says(UserConfirmed=False, UserSub="sub-1"))
        auth.sign_up("alice", "Passw0rd!", auto_sign_in=HOW, session=session)
        scripted.on("InitiateAuth", refuses("UserNotConfirmedException"), signs_in())

        assert auth.auto_sign_in(session=session).is_signed_in

    def test_that_fails_leaves_no_older_question_either(self, one: Session, scripted: ScriptedCognito) -> None:
        """As a sign-in: what was asked before it is not answered after it."""
        scripted.on("SignUp", says(UserConfirmed=True, UserSub="sub-1"))
        auth.sign_up("alice", "Passw0rd!", auto_sign_in=HOW, session=one)
        scripted.on("InitiateAuth", asks("SMS_MFA"), refuses("NotAuthorizedException", "Incorrect password."))
        sign_in(one, "bob")
        with pytest.raises(errors.NotAuthorizedException):
            auth.auto_sign_in(session=one)

        assert one.pending_sign_in is None


def test_a_listener_may_wait_for_another_thread_that_signs_in(one: Session, scripted: ScriptedCognito) -> None:
    """It hears of the sign-in when its step is over, and its lock free."""
    heard: list[object] = []

    def listener(event: AuthEvent) -> None:
        try:
            heard.append(type(pool.submit(sign_in, one, "bob").exception(5)))
        except TimeoutError:
            heard.append("the lock is still held")

    one.add_listener(listener)
    scripted.on("InitiateAuth", signs_in())
    with ThreadPoolExecutor(1) as pool:
        sign_in(one, "alice")

    assert heard == [errors.UserAlreadyAuthenticatedException]


def test_an_ended_session_that_stays_in_its_storage_is_logged(
    scripted: ScriptedCognito, caplog: pytest.LogCaptureFixture
) -> None:
    """Its tokens are there to be found, and nobody else will say so."""
    storage = Stuck()
    session = Session(
        user_pool_id="us-east-1_State",
        user_pool_client_id="client",
        endpoint_url=scripted.url,
        storage=storage,
        **HOW,
    )
    scripted.on("InitiateAuth", signs_in(AccessToken=jwt(username="alice")))
    sign_in(session, "alice")
    storage.is_stuck = True
    scripted.on("GetTokensFromRefreshToken", refuses("NotAuthorizedException", "Refresh Token has been revoked."))
    with pytest.raises(errors.SessionEnded):
        auth.fetch_auth_session(force_refresh=True, session=session)

    assert "still in its storage" in caplog.text
