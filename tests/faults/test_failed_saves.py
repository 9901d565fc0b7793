"""A sign-in that must be stored and cannot be has failed: nobody is signed in by it, and nobody is signed out by it.

The program has made an error of the warning. While a slow storage refuses the sign-in, other threads go on: they
restore a state, sign out, or wait to sign in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from tests.support.scripted_cognito import ScriptedCognito, says, signs_in

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("error::amplify_auth.errors.StorageWarning")]


class Slow:
    """A storage that refuses the next save, once ``until`` says that the time has come."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.is_saving = threading.Event()
        self.until: Callable[[], object] | None = None
        self._lock = threading.RLock()

    def load(self) -> str | None:
        return self.text

    def save(self, record: str) -> None:
        until, self.until = self.until, None
        if until is not None:
            self.is_saving.set()
            until()
            raise OSError(5, "Input/output error")
        self.text = record

    def clear(self) -> None:
        self.text = None

    def lock(self) -> AbstractContextManager[object]:
        return self._lock


@pytest.fixture
def scripted() -> Iterator[ScriptedCognito]:
    with ScriptedCognito() as server:
        server.always("InitiateAuth", lambda request: signs_in(request.body["AuthParameters"]["USERNAME"]))
        server.always("RevokeToken", says())
        yield server


@pytest.fixture
def storage() -> Slow:
    return Slow()


@pytest.fixture
def kept(scripted: ScriptedCognito, storage: Slow) -> Session:
    """A session that is kept in ``storage``."""
    return new_session(scripted, storage)


def new_session(scripted: ScriptedCognito, storage: Slow | None = None) -> Session:
    return Session(
        user_pool_id="us-east-1_Saves",
        user_pool_client_id="client",
        endpoint_url=scripted.url,
        auth_flow_type="USER_PASSWORD_AUTH",
        storage=storage,
    )


def sign_in(session: Session, username: str) -> auth.SignInOutput:
    return auth.sign_in(username, "Passw0rd!", session=session)


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if condition():
            return
        threading.Event().wait(0.001)
    raise AssertionError("it does not come about")


def test_nobody_is_signed_in_whose_sign_in_could_not_be_kept(kept: Session, storage: Slow) -> None:
    heard: list[str] = []
    kept.add_listener(lambda event: heard.append(event.name))
    storage.until = lambda: None
    with pytest.raises(errors.StorageWarning):
        sign_in(kept, "alice")
    assert (kept.is_signed_in, storage.text, heard) == (False, None, [])
    assert sign_in(kept, "alice").is_signed_in


def test_who_was_restored_while_the_save_failed_stays(scripted: ScriptedCognito, kept: Session, storage: Slow) -> None:
    """The failed sign-in takes back itself, and no one else."""
    bob = new_session(scripted)
    sign_in(bob, "bob")
    state = bob.export_state()
    storage.until = lambda: wait_until(lambda: kept.username == "bob")

    with ThreadPoolExecutor(1) as pool:
        failing = pool.submit(sign_in, kept, "alice")
        assert storage.is_saving.wait(20)
        kept.restore_state(state)
        with pytest.raises(errors.StorageWarning):
            failing.result(20)

    assert kept.username == "bob"
    assert new_session(scripted, storage).username == "bob"


def test_who_waits_for_the_failing_sign_in_is_signed_in_after_it(kept: Session, storage: Slow) -> None:
    """Two sign-ins of one session never overlap: what fails has failed before the other begins."""
    begun = threading.Event()

    def second() -> auth.SignInOutput:
        begun.set()
        return sign_in(kept, "bob")

    with ThreadPoolExecutor(2) as pool:
        waiting = []

        def start_the_other() -> None:
            waiting.append(pool.submit(second))
            assert begun.wait(20)
            threading.Event().wait(0.05)

        storage.until = start_the_other
        with pytest.raises(errors.StorageWarning):
            pool.submit(sign_in, kept, "alice").result(20)
        assert waiting[0].result(20).is_signed_in

    assert kept.username == "bob"


def test_a_sign_out_while_the_save_fails_leaves_nobody(kept: Session, storage: Slow) -> None:
    storage.until = lambda: wait_until(lambda: not kept.is_signed_in)

    with ThreadPoolExecutor(1) as pool:
        failing = pool.submit(sign_in, kept, "alice")
        assert storage.is_saving.wait(20)
        assert auth.sign_out(session=kept).is_complete
        with pytest.raises(errors.StorageWarning):
            failing.result(20)

    assert not kept.is_signed_in
    assert "access_token" not in (storage.text or "")


@pytest.mark.parametrize("between", ["sign_in", "restore_state"])
def test_a_sign_out_removes_the_former_record_though_a_later_save_failed(
    between: str, scripted: ScriptedCognito, kept: Session, storage: Slow
) -> None:
    """Else the next start of the program would be signed in as the user who had signed out."""
    sign_in(kept, "alice")
    bob = new_session(scripted)
    sign_in(bob, "bob")
    state = bob.export_state()
    storage.until = lambda: None
    if between == "sign_in":
        kept._state.clear()  # a sign-out that could not write either
    with pytest.raises((auth.AuthConfigurationError, errors.StorageWarning)):
        sign_in(kept, "bob") if between == "sign_in" else kept.restore_state(state)

    assert auth.sign_out(session=kept).is_complete
    assert "access_token" not in (storage.text or "")
    assert not new_session(scripted, storage).is_signed_in
