"""Storages that others wrote, fail in their own ways, or hold what this process did not put there."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockPool
from tests.support.makers import SessionOf
from tests.support.users import PASSWORD, new_client

REFRESH = "GetTokensFromRefreshToken"


@pytest.fixture
def path(tmp_path: Path) -> Any:
    return tmp_path / "session.json"


class Odd:
    """A storage of somebody's own, whose errors are its own too."""

    def __init__(self):
        self.text, self.fails = None, ()

    def _may_fail(self, method):
        if method in self.fails:
            raise OSError(5, f"cannot {method} {self.text}")

    def load(self):
        self._may_fail("load")
        return self.text

    def save(self, record):
        self._may_fail("save")
        self.text = record

    def clear(self):
        self._may_fail("clear")
        self.text = None

    def lock(self):
        self._may_fail("lock")
        return threading.RLock()


class TestErrorsOfTheirOwn:
    @pytest.fixture
    def storage(self) -> Any:
        return Odd()

    @pytest.fixture
    def signed_in(self, rotating_pool: MockPool, sign_in: SessionOf, storage: Any) -> Any:
        return sign_in(rotating_pool, storage=storage)

    @pytest.mark.parametrize("methods", [("load",), ("save", "clear"), ("lock",)])
    def test_a_sign_out_does_everything_else(
        self, cognito: MockCognito, signed_in: auth.Session, events: list[str], storage: Any, methods: Any
    ) -> None:
        storage.fails = methods
        with pytest.raises(auth.AuthConfigurationError, match="OSError") as caught:
            auth.sign_out(session=signed_in)

        assert caught.value.name == "StorageException"
        assert cognito.calls.operations[-1] == "RevokeToken"
        assert (signed_in.is_signed_in, events) == (False, ["signed_out"])

    def test_a_sign_out_on_a_full_disk_removes_what_it_cannot_replace(
        self, signed_in: auth.Session, storage: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The tokens must not stay. That other processes do not hear of it is the smaller harm."""
        storage.fails = ("save",)

        assert auth.sign_out(session=signed_in).is_complete
        assert storage.text is None
        assert "other processes do not hear" in caplog.text

    def test_a_refresh_goes_on_with_what_it_got(
        self, signed_in: auth.Session, events: list[str], storage: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        storage.fails = ("save",)
        old = signed_in.tokens

        assert auth.fetch_auth_session(force_refresh=True, session=signed_in).tokens is not old
        assert events == ["token_refresh"]
        assert "could not be stored" in caplog.text

    def test_the_end_of_a_session_is_told_as_such(
        self, rotating_pool: MockPool, signed_in: auth.Session, events: list[str], storage: Any
    ) -> None:
        rotating_pool.expire_refresh_tokens()
        storage.fails = ("clear", "save")
        with pytest.raises(errors.SessionEnded):
            auth.fetch_auth_session(force_refresh=True, session=signed_in)

        assert events == ["token_refresh_failure"]

    def test_what_was_kept_is_not_in_the_error(self, signed_in: auth.Session, storage: Any) -> None:
        storage.fails = ("load",)
        with pytest.raises(auth.AuthConfigurationError) as caught:
            auth.sign_out(session=signed_in)

        shown = [caught.value, caught.value.__cause__, caught.value.__context__]
        assert not any("access_token" in f"{error!r} {error}" for error in shown)


class TestWhoseRecordItIs:
    def test_a_refresh_that_ends_after_another_user_signed_in_gives_that_user_to_nobody(
        self, cognito: MockCognito, rotating_pool: MockPool, sign_in: SessionOf, quick_session: SessionOf, path: Any
    ) -> None:
        """What two processes share would have become the user of one of them."""
        rotating_pool.create_user("eve", PASSWORD)
        storage = FileStorage(path)
        session = sign_in(rotating_pool, client=new_client(), storage=storage)
        other = quick_session(rotating_pool, storage=FileStorage(path))
        load, loads = storage.load, []

        def change_users_between_the_refresh_and_its_record():
            loads.append(None)
            if len(loads) == 2:  # one before the refresh, one before it is recorded
                session._state.clear()
                eve = sign_in(rotating_pool, "eve")._state.user._current
                session._state.user.replace(eve)
            return load()

        storage.load = change_users_between_the_refresh_and_its_record
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert (len(loads) >= 2, session.username) == (True, "eve")
        assert json.loads(path.read_text())["signed_in"]["username"] == "alice"
        assert other.username == "alice"

    def test_a_refresh_that_ended_before_another_user_signed_in_is_not_recorded_after(
        self, rotating_pool: MockPool, sign_in: SessionOf, path: Any
    ) -> None:
        rotating_pool.create_user("eve", PASSWORD)
        session = sign_in(rotating_pool, storage=FileStorage(path))
        renewed, record = session._state.user._current, path.read_text()
        session._state.user.replace(sign_in(rotating_pool, "eve")._state.user._current)
        session._state.store.keep(renewed)

        assert path.read_text() == record

    def test_a_record_that_names_another_user_is_not_taken_over(
        self, cognito: MockCognito, rotating_pool: MockPool, sign_in: SessionOf, path: Any
    ) -> None:
        rotating_pool.create_user("eve", PASSWORD)
        session = sign_in(rotating_pool, storage=FileStorage(path))
        record = json.loads(path.read_text())
        eve = json.loads(sign_in(rotating_pool, "eve").export_state())
        path.write_text(json.dumps({**eve, "sign_in_id": record["sign_in_id"]}))

        assert auth.fetch_auth_session(force_refresh=True, session=session).tokens
        assert session.username == "alice"

    def test_an_exported_state_may_be_put_there_and_is_shared_from_then_on(
        self, rotating_pool: MockPool, sign_in: SessionOf, quick_session: SessionOf, path: Any
    ) -> None:
        FileStorage(path).save(sign_in(rotating_pool).export_state())
        first, second = (quick_session(rotating_pool, storage=FileStorage(path)) for _ in range(2))
        auth.fetch_auth_session(force_refresh=True, session=first)
        auth.fetch_auth_session(force_refresh=True, session=second)

        assert quick_session(rotating_pool, storage=FileStorage(path)).tokens == second.tokens


class TestDevices:
    def test_that_are_to_be_forgotten_are_gone_at_the_next_start(
        self, cognito: MockCognito, sign_in: SessionOf, quick_session: SessionOf, path: Any
    ) -> None:
        pool = cognito.create_pool(device_tracking="ALWAYS")
        pool.create_user("alice", PASSWORD)
        session = sign_in(pool, storage=FileStorage(path))
        other = quick_session(pool, storage=FileStorage(path))
        auth.fetch_auth_session(force_refresh=True, session=other)
        newest = other.tokens.access_token
        session.forget_devices()
        again = quick_session(pool, storage=FileStorage(path))

        assert (session.devices, again.devices) == ((), ())
        assert again.tokens.access_token == newest, "what another process has stored since is left as it is"

        auth.sign_out(session=again)
        record = json.loads(path.read_text())

        assert (record["signed_in"], record["devices"]) == (None, [])
