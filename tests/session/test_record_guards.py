"""A stored session and those who share it: nothing is written without the lock, no other sign-in is touched.

The storage is one text for all sessions of a test, as a file is for processes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from tests.support.scripted_cognito import Answer, Request, ScriptedCognito, jwt, refuses, says, signs_in

REFRESH = "GetTokensFromRefreshToken"


class NotShared:
    """A storage that counts its locks, and refuses what is written without one.

    Attributes:
        text: What is kept.
        locks: How often the lock was taken.
        on_lock: Called once, when the lock is asked for: what another process did before it let go of it.
        is_full: Whether the next save fails.
    """

    def __init__(self, text: str | None = None) -> None:
        self.text = text
        self.locks = 0
        self.on_lock: Callable[[], object] | None = None
        self.is_full = False
        self._held = 0

    def load(self) -> str | None:
        return self.text

    def save(self, record: str) -> None:
        assert self._held, "written without the lock"
        if self.is_full:
            raise OSError(28, "No space left on device")
        self.text = record

    def clear(self) -> None:
        assert self._held, "removed without the lock"
        self.text = None

    @contextmanager
    def lock(self) -> Generator[None]:
        before, self.on_lock = self.on_lock, None
        if before is not None:
            before()
        self.locks += 1
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1


@pytest.fixture
def scripted() -> Iterator[ScriptedCognito]:
    """Each sign-in and each refresh gives tokens that no other gave."""
    given = iter(range(1000))

    def newest(request: Request) -> Answer:
        number = next(given)
        return signs_in(AccessToken=jwt(username="alice", jti=number), RefreshToken=f"refresh-{number}")

    with ScriptedCognito() as server:
        server.always("InitiateAuth", newest).always(REFRESH, newest).always("RevokeToken", says())
        yield server


@pytest.fixture
def shared() -> NotShared:
    return NotShared()


Start = Callable[..., Session]


@pytest.fixture
def start(scripted: ScriptedCognito, shared: NotShared) -> Start:
    """A program is started that shares the session with all others."""

    def start(storage: NotShared | None = shared) -> Session:
        return Session(
            user_pool_id="us-east-1_Record",
            user_pool_client_id="client",
            endpoint_url=scripted.url,
            auth_flow_type="USER_PASSWORD_AUTH",
            storage=storage,
        )

    return start


@pytest.fixture
def exported(start: Start) -> str:
    """The state of a session in memory, in which alice is signed in."""
    session = start(None)
    sign_in(session)
    return session.export_state()


def sign_in(session: Session) -> None:
    auth.sign_in("alice", "Passw0rd!", session=session)


def refresh(session: Session) -> str:
    tokens = auth.fetch_auth_session(force_refresh=True, session=session).tokens
    assert tokens is not None
    return tokens.access_token


class TestTheLock:
    def test_is_held_by_whoever_writes(self, start: Start, shared: NotShared, exported: str) -> None:
        shared.text = exported
        session = start()
        refresh(session)
        session.forget_devices()
        auth.sign_out(session=session)
        sign_in(session)
        session.restore_state(exported)

        assert shared.locks == 6

    def test_is_not_asked_for_by_a_start_that_has_nothing_to_write(self, start: Start, shared: NotShared) -> None:
        """Nor does it wait for a refresh of another process."""
        sign_in(start())
        record, shared.locks = shared.text, 0

        assert start().is_signed_in
        assert (shared.text, shared.locks) == (record, 0)


class TestAnExportedStateThatTwoProgramsFind:
    def test_has_the_name_that_the_first_one_gave_it(self, start: Start, shared: NotShared, exported: str) -> None:
        shared.text = exported
        first: list[Session] = []
        shared.on_lock = lambda: first.append(start())
        second = start()

        assert second.is_signed_in
        assert refresh(first[0]) == refresh(second), "they share one session"

    def test_is_nobodys_if_the_first_one_has_signed_out_already(
        self, start: Start, shared: NotShared, exported: str
    ) -> None:
        shared.text = exported
        shared.on_lock = lambda: auth.sign_out(session=start())

        assert not start().is_signed_in
        assert json.loads(shared.text or "")["signed_in"] is None


class TestAnotherSignIn:
    def test_that_came_later_is_not_removed_by_a_sign_out_of_nobody(self, start: Start, shared: NotShared) -> None:
        bystander = start()
        sign_in(start())
        record = shared.text
        auth.sign_out(session=bystander)

        assert shared.text == record

    def test_of_the_same_user_is_another_one_all_the_same(
        self, start: Start, shared: NotShared, scripted: ScriptedCognito
    ) -> None:
        """Its tokens are not taken over: a sign-out here would revoke them there."""
        first = start()
        sign_in(first)
        second = start()
        auth.sign_out(session=second)
        sign_in(second)
        record, before = shared.text, len(scripted.of(REFRESH))
        newest = refresh(first)

        assert second.tokens is not None
        assert newest != second.tokens.access_token
        assert len(scripted.of(REFRESH)) == before + 1
        assert shared.text == record


class TestAnEnd:
    def test_leaves_what_another_process_has_stored_since(
        self, start: Start, shared: NotShared, scripted: ScriptedCognito
    ) -> None:
        """It could not write before, and its refresh token is good."""
        first = start()
        sign_in(first)
        second, old = start(), shared.text
        refresh(first)
        newest, shared.text = shared.text, old

        def refuse(request: Request) -> Answer:
            shared.on_lock = lambda: setattr(shared, "text", newest)  # when the second one is about to write its end
            return refuses("NotAuthorizedException", "Refresh Token has been revoked.")

        scripted.on(REFRESH, refuse)
        with pytest.raises(errors.SessionEnded):
            refresh(second)

        assert shared.on_lock is None
        assert shared.text == newest


class TestWithoutARecord:
    def test_there_is_nothing_to_forget(self, start: Start, shared: NotShared) -> None:
        start().forget_devices()

        assert shared.text is None

    def test_a_start_tells_of_no_damage(self, start: Start, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            assert not start().is_signed_in

        assert caplog.records == []


def test_once_a_refresh_is_stored_again_what_others_renew_is_taken_over_again(
    start: Start, shared: NotShared, scripted: ScriptedCognito
) -> None:
    """A process that could not write goes on with what it has; not for longer than it must."""
    session = start()
    sign_in(session)
    shared.is_full = True
    unsaved = refresh(session)
    shared.is_full = False
    saved = refresh(session)
    assert saved != unsaved
    assert json.loads(shared.text or "")["signed_in"]["tokens"]["access_token"] == saved

    theirs = refresh(start())
    before = len(scripted.of(REFRESH))

    assert refresh(session) == theirs
    assert len(scripted.of(REFRESH)) == before
