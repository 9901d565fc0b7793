"""A storage that cannot be used is noticed before anybody gives a password. One that breaks later stops no program."""

from __future__ import annotations

import errno
import json
import logging
import os
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import attrs
import keyring.backends.fail
import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth._session.record import MOST_DEVICES, WRITE_AGAIN_AFTER
from amplify_auth._values import Device, PendingAutoSignIn, SignInRequest
from amplify_auth.storage import FileStorage, KeyringStorage
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import SessionOf
from tests.support.users import PASSWORD

REFRESH = "GetTokensFromRefreshToken"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "session.json"


class Shelf:
    """A storage of somebody's own.

    Attributes:
        text: What is kept.
        troubles: The exceptions that its methods raise, by their names.
        saves: How often something was saved, or should have been.
    """

    def __init__(self) -> None:
        self.text: str | None = None
        self.troubles: dict[str, Exception] = {}
        self.saves = 0
        self._lock = threading.RLock()

    def _meet(self, method: str) -> None:
        if method in self.troubles:
            raise self.troubles[method]

    def load(self) -> str | None:
        self._meet("load")
        return self.text

    def save(self, record: str) -> None:
        self.saves += 1
        self._meet("save")
        self.text = record

    def clear(self) -> None:
        self._meet("clear")
        self.text = None

    @contextmanager
    def lock(self) -> Generator[None]:
        self._meet("lock")
        with self._lock:
            yield
        self._meet("release")

    def check(self) -> None:
        self._meet("check")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def access_token(text: str | None) -> Any:
    return json.loads(text or "")["signed_in"]["tokens"]["access_token"]


class TestNoticedWhenTheSessionIsMade:
    def refused(self, cognito: MockCognito, pool: MockPool, storage: Any) -> auth.AuthConfigurationError:
        with pytest.raises(auth.AuthConfigurationError) as caught:
            auth.Session(**pool.config, storage=storage)

        assert caught.value.name == "StorageException"
        assert caught.value.recovery_suggestion
        assert len(cognito.calls) == 0
        return caught.value

    def test_a_folder_that_cannot_be_made(self, cognito: MockCognito, pool: MockPool, path: Path) -> None:
        path.write_text("no folder")
        error = self.refused(cognito, pool, FileStorage(path / "session.json"))

        assert str(path / "session.json") in error.message

    @pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="there is no such file system")
    def test_a_file_system_that_takes_no_files(self, cognito: MockCognito, pool: MockPool) -> None:
        error = self.refused(cognito, pool, FileStorage("/proc/self/session.json"))

        assert "/proc/self/session.json" in error.message

    def test_a_folder_in_the_place_of_the_file(self, cognito: MockCognito, pool: MockPool, path: Path) -> None:
        path.mkdir()
        error = self.refused(cognito, pool, FileStorage(path))

        assert str(path) in error.message
        assert "a file in that folder" in (error.recovery_suggestion or "")

    def test_a_folder_with_a_session_that_cannot_be_written_any_more(
        self, cognito: MockCognito, pool: MockPool, sign_in: SessionOf, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sign_in(pool, storage=FileStorage(path))
        cognito.calls.clear()
        real = os.open

        def read_only(name: Any, flags: int, *rest: Any, **more: Any) -> int:
            if flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR) and str(path.parent) in os.fsdecode(name):
                raise OSError(errno.EROFS, "Read-only file system", name)
            return real(name, flags, *rest, **more)

        monkeypatch.setattr(os, "open", read_only)
        error = self.refused(cognito, pool, FileStorage(path))

        assert f"{path} cannot be used: Read-only file system" in error.message

    def test_a_machine_without_a_keyring(self, cognito: MockCognito, pool: MockPool, path: Path) -> None:
        storage = KeyringStorage("script", backend=keyring.backends.fail.Keyring(), lock_path=path)

        assert "NoKeyringError" in self.refused(cognito, pool, storage).message

    def test_the_check_of_a_storage_of_ones_own(self, cognito: MockCognito, pool: MockPool, shelf: Shelf) -> None:
        shelf.troubles["check"] = ConnectionError("no route to the database of alice")

        assert "its check() raised ConnectionError" in self.refused(cognito, pool, shelf).message

    @pytest.mark.parametrize("loaded", [b"{}", 5, {}])
    def test_a_storage_that_gives_no_text(
        self, cognito: MockCognito, pool: MockPool, shelf: Shelf, loaded: Any
    ) -> None:
        shelf.text = loaded

        assert type(loaded).__name__ in self.refused(cognito, pool, shelf).message

    def test_a_session_that_can_be_stored_leaves_no_file_before_there_is_a_sign_in(
        self, pool: MockPool, path: Path
    ) -> None:
        auth.Session(**pool.config, storage=FileStorage(path.parent / "folder" / "session.json"))

        assert [entry.name for entry in path.parent.rglob("*")] == ["folder"]


class TestARunningProgram:
    @pytest.fixture
    def signed_in(self, rotating_pool: MockPool, sign_in: SessionOf, shelf: Shelf) -> auth.Session:
        return sign_in(rotating_pool, storage=shelf)

    @pytest.mark.parametrize("method", ["load", "lock", "save", "release"])
    def test_refreshes_in_memory_and_writes_when_it_can(
        self,
        cognito: MockCognito,
        signed_in: auth.Session,
        shelf: Shelf,
        method: str,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        shelf.troubles[method] = OSError(errno.EIO, "Input/output error")
        for _ in range(3):
            cognito.clock.advance(3600)
            with caplog.at_level(logging.ERROR):
                assert auth.fetch_auth_session(session=signed_in).tokens

        assert "OSError" in caplog.text
        assert len(cognito.calls.of(REFRESH)) == 3
        shelf.troubles.clear()
        cognito.clock.advance(WRITE_AGAIN_AFTER + 1)
        newest = auth.fetch_auth_session(session=signed_in).tokens

        assert newest is not None
        assert access_token(shelf.text) == newest.access_token
        assert len(cognito.calls.of(REFRESH)) == 3

    def test_writes_nothing_without_the_lock(self, cognito: MockCognito, signed_in: auth.Session, shelf: Shelf) -> None:
        before = shelf.saves
        shelf.troubles["lock"] = OSError(errno.EROFS, "Read-only file system")
        auth.fetch_auth_session(force_refresh=True, session=signed_in)
        assert shelf.saves == before
        shelf.troubles.clear()
        newest = auth.fetch_auth_session(force_refresh=True, session=signed_in).tokens

        assert newest is not None
        assert access_token(shelf.text) == newest.access_token, "with it, the next refresh writes"

    @pytest.mark.parametrize(
        "held", [TimeoutError("held"), RuntimeError("LockError"), auth.AuthStateError("held", is_retryable=True)]
    )
    def test_does_not_refresh_while_another_holds_the_lock(
        self, cognito: MockCognito, signed_in: auth.Session, shelf: Shelf, held: Exception
    ) -> None:
        """The other may be refreshing with the same refresh token, which is good once."""
        shelf.troubles["lock"] = held
        cognito.clock.advance(3600)
        with pytest.raises(auth.AuthStateError) as caught:
            auth.fetch_auth_session(session=signed_in)

        assert caught.value.is_retryable
        assert signed_in.is_signed_in
        assert len(cognito.calls.of(REFRESH)) == 0

        shelf.troubles.clear()

        assert auth.fetch_auth_session(session=signed_in).tokens

    def test_that_signed_in_while_it_could_not_be_stored_is_stored_later(
        self, cognito: MockCognito, rotating_pool: MockPool, quick_session: SessionOf, shelf: Shelf
    ) -> None:
        session = quick_session(rotating_pool, storage=shelf)
        shelf.troubles["save"] = OSError(errno.ENOSPC, "No space left on device")
        with pytest.warns(errors.StorageWarning):
            auth.sign_in("alice", PASSWORD, session=session)
        shelf.troubles.clear()
        auth.fetch_auth_session(session=session)
        assert shelf.text is None, "not at every use"
        cognito.clock.advance(WRITE_AGAIN_AFTER + 1)
        auth.fetch_auth_session(session=session)

        assert quick_session(rotating_pool, storage=shelf).tokens == session.tokens

    def test_stores_it_later_in_the_place_of_its_former_sign_in(
        self, cognito: MockCognito, signed_in: auth.Session, shelf: Shelf
    ) -> None:
        auth.sign_out(session=signed_in)
        shelf.troubles["save"] = OSError(errno.ENOSPC, "No space left on device")
        with pytest.warns(errors.StorageWarning):
            auth.sign_in("alice", PASSWORD, session=signed_in)
        shelf.troubles.clear()
        newest = auth.fetch_auth_session(force_refresh=True, session=signed_in).tokens

        assert newest is not None
        assert access_token(shelf.text) == newest.access_token

    def test_stores_it_later_in_the_place_of_a_session_that_has_ended(
        self, cognito: MockCognito, rotating_pool: MockPool, sign_in: SessionOf, shelf: Shelf
    ) -> None:
        """Cognito refused to renew its tokens: the record says so, and nobody is signed in there."""
        session = sign_in(rotating_pool, storage=shelf)
        rotating_pool.expire_refresh_tokens()
        with pytest.raises(errors.SessionEnded):
            auth.fetch_auth_session(force_refresh=True, session=session)
        shelf.troubles["save"] = OSError(errno.ENOSPC, "No space left on device")
        with pytest.warns(errors.StorageWarning):
            auth.sign_in("alice", PASSWORD, session=session)
        del shelf.troubles["save"]
        cognito.clock.advance(WRITE_AGAIN_AFTER)
        auth.fetch_auth_session(session=session)

        assert json.loads(shelf.text or "")["signed_in"]["username"] == "alice"

    def test_stores_it_later_only_if_no_other_sign_in_was_stored_meanwhile(
        self, cognito: MockCognito, rotating_pool: MockPool, quick_session: SessionOf, sign_in: SessionOf, shelf: Shelf
    ) -> None:
        session = quick_session(rotating_pool, storage=shelf)
        shelf.troubles["save"] = OSError(errno.ENOSPC, "No space left on device")
        with pytest.warns(errors.StorageWarning):
            auth.sign_in("alice", PASSWORD, session=session)
        shelf.troubles.clear()
        other = Shelf()
        rotating_pool.create_user("bob", PASSWORD)
        sign_in(rotating_pool, "bob", storage=other)
        shelf.text = other.text
        cognito.clock.advance(WRITE_AGAIN_AFTER + 1)
        auth.fetch_auth_session(session=session)
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert session.username == "alice"
        assert quick_session(rotating_pool, storage=shelf).username == "bob"

    def test_tries_to_write_now_and_then_not_at_every_use(
        self, cognito: MockCognito, signed_in: auth.Session, shelf: Shelf
    ) -> None:
        shelf.troubles["save"] = OSError(errno.ENOSPC, "No space left on device")
        auth.fetch_auth_session(force_refresh=True, session=signed_in)
        before = shelf.saves
        for _ in range(3):
            for _ in range(5):
                auth.fetch_auth_session(session=signed_in)
            cognito.clock.advance(WRITE_AGAIN_AFTER + 1)

        assert shelf.saves == before + 2

    def test_takes_over_what_others_refreshed_if_it_has_none_to_write(
        self,
        cognito: MockCognito,
        signed_in: auth.Session,
        quick_session: SessionOf,
        rotating_pool: MockPool,
        shelf: Shelf,
    ) -> None:
        other = quick_session(rotating_pool, storage=shelf)
        shelf.troubles["load"] = OSError(errno.EIO, "Input/output error")
        shelf.troubles.clear()
        auth.fetch_auth_session(force_refresh=True, session=other)
        cognito.clock.advance(3600 - 30)
        auth.fetch_auth_session(session=other)

        assert auth.fetch_auth_session(session=signed_in).tokens == other.tokens


class TestALockThatDoesNotHold:
    """A storage of somebody's own may have none: two requests of a web server refresh at once."""

    def test_who_is_refused_takes_what_the_other_has_stored(
        self, rotating_pool: MockPool, sign_in: SessionOf, quick_session: SessionOf, cognito: MockCognito
    ) -> None:
        shelf = Shelf()
        first = sign_in(rotating_pool, storage=shelf)
        old = shelf.text
        second = quick_session(rotating_pool, storage=Late(old, shelf))
        newest = auth.fetch_auth_session(force_refresh=True, session=first).tokens

        assert auth.fetch_auth_session(force_refresh=True, session=second).tokens == newest
        assert len(cognito.calls.of(REFRESH)) == 2

    def test_who_is_refused_with_the_newest_has_ended(
        self, rotating_pool: MockPool, sign_in: SessionOf, cognito: MockCognito
    ) -> None:
        session = sign_in(rotating_pool, storage=Shelf())
        rotating_pool.expire_refresh_tokens()
        with pytest.raises(errors.SessionEnded):
            auth.fetch_auth_session(force_refresh=True, session=session)

        assert len(cognito.calls.of(REFRESH)) == 1


class Late:
    """What another process sees of a shelf: the first refresh still finds what was there before."""

    def __init__(self, old: str | None, shelf: Shelf) -> None:
        self._shelf = shelf
        self._seen = [old, old]  # at the start, and before the refresh

    def load(self) -> str | None:
        return self._seen.pop() if self._seen else self._shelf.load()

    def save(self, record: str) -> None:
        self._shelf.save(record)

    def clear(self) -> None:
        self._shelf.clear()

    def lock(self) -> AbstractContextManager[object]:
        return self._shelf.lock()


class TestTheLengthOfARecord:
    def test_is_bounded_by_leaving_out_the_oldest_devices_but_never_the_users_own(
        self, cognito: MockCognito, sign_in: SessionOf, quick_session: SessionOf, path: Path
    ) -> None:
        pool = cognito.create_pool(device_tracking="ALWAYS")
        pool.create_user("alice", PASSWORD)
        session = sign_in(pool, storage=FileStorage(path))
        own = session.devices[0]
        for number in range(MOST_DEVICES + 10):
            session._state.devices.remember(attrs.evolve(own, username=f"user-{number}", key=f"key-{number}"))
        auth.fetch_auth_session(force_refresh=True, session=session)
        again = quick_session(pool, storage=FileStorage(path))

        assert again.devices == (own, *session.devices[-MOST_DEVICES:])

    def test_does_not_grow_by_automatic_sign_ins_that_are_given_up(
        self, pool: MockPool, sign_in: SessionOf, shelf: Shelf, clock: Callable[[float], None]
    ) -> None:
        session = sign_in(pool, storage=shelf)
        for name, seconds in (("over", 10.0), ("waiting", 1000.0)):
            request = SignInRequest(login_id=name, auth_flow_type="USER_AUTH")
            deadline = session.tokens.deadline - 3600 + seconds  # type: ignore[union-attr]
            session._state.auto_sign_ins.remember(
                PendingAutoSignIn(username=name, request=request, deadline=deadline, timeout=5.0)
            )
        clock(100)
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert [item["username"] for item in json.loads(shelf.text or "")["auto_sign_ins"]] == ["waiting"]

    def test_that_is_too_large_all_the_same_is_told(
        self, pool: MockPool, sign_in: SessionOf, path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """It is not written, and then called damaged."""
        session = sign_in(pool, storage=FileStorage(path))
        before = path.read_text()
        session._state.devices.remember(Device(username="x" * (1 << 20), key="k", group_key="g", password="p"))
        with caplog.at_level(logging.ERROR):
            assert auth.fetch_auth_session(force_refresh=True, session=session).tokens

        assert "are not saved" in caplog.text
        assert path.read_text() == before
