"""What a storage holds that is not this session's: another program's text, or another client's. Neither is changed."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import Session, errors
from amplify_auth.storage import FileStorage, KeyringStorage
from amplify_auth.testing import MockCognito, MockPool
from tests.session.test_storage import MemoryKeyring
from tests.support.makers import SessionOf
from tests.support.users import PASSWORD

ALIEN = {
    "text": b"Dear diary,\n",
    "bytes": b"\xff" * 100,
    "an image": b"\x89PNG\r\n\x1a\n\0\0\0",
    "null": b"null",
    "a list": b"[]",
    "an object": b"{}",
    "a number": b"5",
    "a deep list": b"[" * 100_000,
    "other settings": b'{"version": 1, "theme": "dark"}',
    "settings of the library": b'{"user_pool_id": "eu-west-1_a", "user_pool_client_id": "b"}',
    "an amplify_outputs.json": b'{"version": "1.4", "auth": {"user_pool_id": "eu-west-1_a"}}',
    "a key in a longer text": b'{"theme": "dark", "user_pool_id": "eu-west-1_a"',
    "a long file": b"x" * (1 << 21),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "session.json"


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


class TestAnotherProgramsFile:
    @pytest.mark.parametrize("content", ALIEN.values(), ids=ALIEN)
    def test_is_refused_when_the_session_is_made(
        self, pool: MockPool, quick_session: SessionOf, path: Path, content: bytes
    ) -> None:
        write(path, content)
        with pytest.raises(auth.AuthConfigurationError, match="not a session of this library") as caught:
            quick_session(pool, storage=FileStorage(path))

        assert str(path) in caught.value.message
        assert caught.value.name == "StorageException"
        assert "another path" in (caught.value.recovery_suggestion or "")
        assert path.read_bytes() == content

    @pytest.mark.parametrize("content", [ALIEN["text"], ALIEN["other settings"]])
    def test_that_came_later_stays_through_sign_in_refresh_and_sign_out(
        self,
        pool: MockPool,
        quick_session: SessionOf,
        path: Path,
        content: bytes,
        cognito: MockCognito,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        session = quick_session(pool, storage=FileStorage(path))
        write(path, content)
        with pytest.warns(errors.StorageWarning, match="not a session of this library"):
            auth.sign_in("alice", PASSWORD, session=session)
        auth.fetch_auth_session(force_refresh=True, session=session)
        cognito.clock.advance(31)
        auth.fetch_auth_session(session=session)
        with pytest.raises(auth.AuthConfigurationError, match="not a session of this library"):
            session.forget_devices()
        with pytest.raises(auth.AuthConfigurationError, match="not a session of this library"):
            auth.sign_out(session=session)

        assert path.read_bytes() == content
        assert "Dear diary" not in caplog.text

    def test_that_replaced_the_record_stays_too(
        self, pool: MockPool, sign_in: SessionOf, path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        session = sign_in(pool, storage=FileStorage(path))
        write(path, ALIEN["text"])
        with caplog.at_level(logging.ERROR):
            assert auth.fetch_auth_session(force_refresh=True, session=session).tokens

        assert path.read_bytes() == ALIEN["text"]
        assert "could not be stored" in caplog.text

    def test_a_restored_state_does_not_replace_it_either(
        self, pool: MockPool, sign_in: SessionOf, quick_session: SessionOf, path: Path
    ) -> None:
        session = quick_session(pool, storage=FileStorage(path))
        write(path, ALIEN["text"])
        with pytest.raises(auth.AuthConfigurationError):
            session.restore_state(sign_in(pool).export_state())

        assert session.username == "alice"
        assert path.read_bytes() == ALIEN["text"]

    def test_another_version_of_the_library_is_none(
        self, pool: MockPool, sign_in: SessionOf, quick_session: SessionOf, path: Path
    ) -> None:
        """Who goes back to an older one signs in again."""
        sign_in(pool, storage=FileStorage(path))
        path.write_text(json.dumps({**json.loads(path.read_text()), "version": 2}))
        session = quick_session(pool, storage=FileStorage(path))
        auth.sign_in("alice", PASSWORD, session=session)

        assert quick_session(pool, storage=FileStorage(path)).is_signed_in


class TestAnotherClientsRecord:
    def test_is_named_with_the_way_to_remove_it(
        self, cognito: MockCognito, pool: MockPool, sign_in: SessionOf, quick_session: SessionOf, path: Path
    ) -> None:
        sign_in(pool, storage=FileStorage(path))
        with pytest.raises(auth.AuthConfigurationError, match="another user pool client") as caught:
            quick_session(cognito.create_pool(), storage=FileStorage(path))

        for name in (str(path), pool.config["user_pool_id"], pool.config["user_pool_client_id"]):
            assert name in caught.value.message
        advice = caught.value.recovery_suggestion or ""
        way = advice.rpartition(": ")[2]
        assert way == f"FileStorage({str(path)!r}).clear()"

        eval(way, {"FileStorage": FileStorage})

        assert not quick_session(cognito.create_pool(), storage=FileStorage(path)).is_signed_in

    def test_in_a_keyring_is_named_so_too(
        self, cognito: MockCognito, pool: MockPool, sign_in: SessionOf, quick_session: SessionOf, tmp_path: Path
    ) -> None:
        storage = KeyringStorage("script", backend=MemoryKeyring(), lock_path=tmp_path / "lock")
        sign_in(pool, storage=storage)
        with pytest.raises(auth.AuthConfigurationError) as caught:
            quick_session(cognito.create_pool(), storage=storage)

        assert "KeyringStorage('script', service='amplify_auth').clear()" in (caught.value.recovery_suggestion or "")

    @pytest.mark.parametrize("name", ["a\x1b[2Jb", "a\u202eb", "x" * 500, 5, None, "a b"])
    def test_is_not_named_by_what_cannot_be_shown(
        self, pool: MockPool, sign_in: SessionOf, path: Path, name: Any
    ) -> None:
        session = sign_in(pool, storage=FileStorage(path))
        record = {**json.loads(path.read_text()), "user_pool_client_id": name}
        path.write_text(json.dumps(record))
        with pytest.raises(auth.AuthConfigurationError, match="another user pool client") as caught:
            Session(**pool.config, storage=FileStorage(path))

        assert caught.value.message.endswith(" holds the session of another user pool client.")
        assert session.is_signed_in

    def test_a_storage_that_may_show_its_text_is_named_by_its_class(
        self, cognito: MockCognito, pool: MockPool, sign_in: SessionOf, quick_session: SessionOf, path: Path
    ) -> None:
        class Chatty(FileStorage):
            def __repr__(self) -> str:
                return f"Chatty({self.load()!r})"

        sign_in(pool, storage=FileStorage(path))
        with pytest.raises(auth.AuthConfigurationError) as caught:
            quick_session(cognito.create_pool(), storage=Chatty(path))

        assert caught.value.message.startswith("Chatty(...) holds")
        assert "access_token" not in f"{caught.value}{caught.value.recovery_suggestion}"

    def test_stays_if_it_came_later(
        self, cognito: MockCognito, pool: MockPool, sign_in: SessionOf, quick_session: SessionOf, path: Path
    ) -> None:
        session = quick_session(pool, storage=FileStorage(path))
        other = cognito.create_pool()
        other.create_user("bob", PASSWORD)
        sign_in(other, "bob", storage=FileStorage(path))
        before = path.read_text()
        with pytest.warns(errors.StorageWarning, match="another user pool client"):
            auth.sign_in("alice", PASSWORD, session=session)
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert path.read_text() == before
