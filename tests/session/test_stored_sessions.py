"""A session kept in a storage: found again, shared by processes, and never mistaken for another one."""

import json
import logging
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockCognitoServer, MockPool
from tests.support.makers import SessionOf
from tests.support.users import PASSWORD, new_client, with_alice

REFRESH = "GetTokensFromRefreshToken"


@pytest.fixture
def path(tmp_path: Path) -> Any:
    return tmp_path / "session.json"


@pytest.fixture
def kept(path: Any) -> Any:
    """The option that keeps a session in one and the same file."""
    return {"storage": FileStorage(path, lock_timeout=10)}


@pytest.fixture
def signed_in(rotating_pool: MockPool, sign_in: SessionOf, kept: Any) -> Any:
    return sign_in(rotating_pool, **kept)


@pytest.fixture
def next_start(rotating_pool: MockPool, quick_session: SessionOf, kept: Any) -> Any:
    """The same program, started again; or another process that shares the session."""
    return lambda **options: quick_session(rotating_pool, **{**kept, **options})


def edit(path, change):
    record = json.loads(path.read_text())
    change(record)
    path.write_text(json.dumps(record))


class TestKept:
    def test_the_next_start_is_signed_in_without_a_request(
        self, cognito: MockCognito, signed_in: auth.Session, next_start: Any
    ) -> None:
        before = len(cognito.calls)
        again = next_start()

        assert again.tokens == signed_in.tokens
        assert auth.get_current_user(session=again) == auth.get_current_user(session=signed_in)
        assert len(cognito.calls) == before

    def test_memory_is_the_default(
        self, rotating_pool: MockPool, sign_in: SessionOf, quick_session: SessionOf, tmp_path: Path
    ) -> None:
        sign_in(rotating_pool)

        assert not quick_session(rotating_pool).is_signed_in
        assert list(tmp_path.iterdir()) == []

    def test_refreshed_tokens_are_kept_before_anybody_hears_of_them(self, signed_in: auth.Session, path: Any) -> None:
        """A rotated refresh token that is lost ends the session."""
        stored = []
        signed_in.add_listener(lambda event: stored.append(json.loads(path.read_text())["signed_in"]["tokens"]))
        tokens = auth.fetch_auth_session(force_refresh=True, session=signed_in).tokens

        assert [item["refresh_token"] for item in stored] == [tokens.refresh_token]

    def test_it_goes_on_for_many_starts(self, cognito: MockCognito, signed_in: auth.Session, next_start: Any) -> None:
        for _ in range(10):
            cognito.clock.advance(3600)
            assert auth.fetch_auth_session(session=next_start()).tokens

    def test_a_sign_out_leaves_nothing_of_it_but_that_it_is_over(
        self, signed_in: auth.Session, next_start: Any, path: Any
    ) -> None:
        """A file that is gone says nothing to other processes: somebody may have cleaned up."""
        name = json.loads(path.read_text())["sign_in_id"]
        auth.sign_out(session=signed_in)

        assert json.loads(path.read_text()) == {
            "version": 1,
            "user_pool_id": signed_in.config.user_pool_id,
            "user_pool_client_id": signed_in.config.user_pool_client_id,
            "signed_in": None,
            "pending_sign_in": None,
            "auto_sign_ins": [],
            "devices": [],
            "sign_in_id": name,
        }
        assert not next_start().is_signed_in

    def test_a_sign_out_revokes_the_token_that_another_process_has_renewed(
        self, signed_in: auth.Session, next_start: Any
    ) -> None:
        client, sent = new_client(), []
        client.meta.events.register(
            "before-parameter-build.cognito-identity-provider.RevokeToken", lambda params, **_: sent.append(params)
        )
        other = next_start(client=client)
        newest = auth.fetch_auth_session(force_refresh=True, session=signed_in).tokens.refresh_token
        assert other.tokens.refresh_token != newest

        assert auth.sign_out(session=other).is_complete
        assert [params["Token"] for params in sent] == [newest]

    def test_a_sign_out_of_nobody_writes_nothing(self, next_start: Any, path: Any) -> None:
        auth.sign_out(session=next_start())

        assert not path.exists()

    def test_the_end_of_the_session_removes_it(
        self, rotating_pool: MockPool, signed_in: auth.Session, next_start: Any
    ) -> None:
        rotating_pool.expire_refresh_tokens()
        with pytest.raises(errors.SessionEnded):
            auth.fetch_auth_session(force_refresh=True, session=signed_in)

        assert not next_start().is_signed_in

    def test_restored_state_is_kept_too(self, rotating_pool: MockPool, sign_in: SessionOf, next_start: Any) -> None:
        next_start().restore_state(sign_in(rotating_pool).export_state())

        assert next_start().is_signed_in

    def test_the_password_is_not_in_it(self, signed_in: auth.Session, path: Any) -> None:
        assert PASSWORD not in path.read_text()

    def test_registered_devices_survive_a_sign_out(
        self, cognito: MockCognito, sign_in: SessionOf, quick_session: SessionOf, kept: Any
    ) -> None:
        pool = with_alice(cognito.create_pool(device_tracking="ALWAYS"))
        session = sign_in(pool, **kept)
        devices = json.loads(session.export_state())["devices"]
        auth.sign_out(session=session)
        again = quick_session(pool, **kept)

        assert not again.is_signed_in
        assert json.loads(again.export_state())["devices"] == devices != []


class TestShared:
    """Two sessions with one file stand for two processes."""

    def test_what_one_renewed_the_other_takes_over(
        self, cognito: MockCognito, signed_in: auth.Session, next_start: Any
    ) -> None:
        other = next_start()
        cognito.clock.advance(3600)
        first = auth.fetch_auth_session(session=signed_in).tokens
        second = auth.fetch_auth_session(session=other).tokens

        assert first.access_token == second.access_token
        assert len(cognito.calls.of(REFRESH)) == 1

    def test_they_take_turns_for_days(self, cognito: MockCognito, signed_in: auth.Session, next_start: Any) -> None:
        other = next_start()
        for _ in range(10):
            for who in (signed_in, other, other, signed_in):
                cognito.clock.advance(3600)
                assert auth.fetch_auth_session(session=who).tokens
        assert len(cognito.calls.of(REFRESH)) == 40

    def test_a_sign_out_of_one_ends_the_session_of_the_other(
        self, cognito: MockCognito, signed_in: auth.Session, next_start: Any
    ) -> None:
        """A refresh here must not sign in a user again who has signed out in another process."""
        other = next_start()
        auth.sign_out(session=signed_in)
        cognito.clock.advance(3600)
        with pytest.raises(errors.SessionEnded, match="another process has signed out"):
            auth.fetch_auth_session(session=other)

        assert not next_start().is_signed_in

    def test_a_sign_out_that_leaves_a_device_does_too(
        self, cognito: MockCognito, sign_in: SessionOf, quick_session: SessionOf, kept: Any
    ) -> None:
        pool = with_alice(cognito.create_pool(device_tracking="ALWAYS"))
        session = sign_in(pool, **kept)
        other = quick_session(pool, **kept)
        auth.sign_out(session=session)
        cognito.clock.advance(3600)
        with pytest.raises(errors.SessionEnded, match="another process has signed out"):
            auth.fetch_auth_session(session=other)

    def test_a_new_user_of_one_does_not_become_the_user_of_the_other(
        self, cognito: MockCognito, rotating_pool: MockPool, signed_in: auth.Session, next_start: Any
    ) -> None:
        other = next_start()
        rotating_pool.create_user("bob", PASSWORD)
        signed_in._state.clear()
        auth.sign_in("bob", PASSWORD, session=signed_in)
        cognito.clock.advance(3600)

        assert auth.fetch_auth_session(session=other).tokens.access_token_claims["username"] == "alice"
        assert next_start().username == "bob"

        auth.sign_out(session=other)

        assert next_start().username == "bob"

    def test_a_sign_out_during_a_refresh_of_the_same_process_removes_the_record(
        self, signed_in: auth.Session, next_start: Any
    ) -> None:
        client = new_client()
        other = next_start(client=client)
        client.meta.events.register(f"after-call.cognito-identity-provider.{REFRESH}", lambda **_: other._state.clear())
        auth.fetch_auth_session(force_refresh=True, session=other)
        other._state.store.forget()

        assert not next_start().is_signed_in

    def test_processes_refresh_once(self, path: Any, tmp_path: Path) -> None:
        """Real processes, a real server, rotation without grace: the second refresh would be fatal."""
        with MockCognitoServer() as server:
            pool = with_alice(server.cognito.create_pool(refresh_token_rotation=True))
            options = {**pool.config, "endpoint_url": server.url}
            session = auth.Session(**options, storage=FileStorage(path))
            auth.sign_in("alice", PASSWORD, session=session)
            edit(path, make_old)
            processes = [start_process(options, path) for _ in range(3)]
            for process in processes:
                assert process.stdout.readline() == "ready\n"
            for process in processes:
                process.stdin.write("go\n")
                process.stdin.flush()
            answers = [process.communicate(timeout=60) for process in processes]

            assert [error for _, error in answers] == [""] * 3
            assert len({answer for answer, _ in answers}) == 1
            assert len(server.cognito.calls.of(REFRESH)) == 1


def make_old(record):
    tokens = record["signed_in"]["tokens"]
    for clock in ("monotonic", "wall"):
        tokens["exported_at"][clock] -= 7200
    tokens["deadline"] -= 7200


def start_process(options, path):
    code = f"""
import sys
import amplify_auth as auth
from amplify_auth.storage import FileStorage
session = auth.configure(**{options!r}, storage=FileStorage({str(path)!r}))
print("ready", flush=True)
sys.stdin.readline()
print(auth.fetch_auth_session().tokens.access_token[-20:])
"""
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


class TestDamaged:
    @pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.99])
    def test_a_truncated_record_is_a_fresh_start(
        self, signed_in: auth.Session, next_start: Any, path: Any, caplog: pytest.LogCaptureFixture, share: float
    ) -> None:
        text = path.read_text()
        path.write_text(text[: int(len(text) * share)])
        with caplog.at_level(logging.WARNING):
            again = next_start()

        assert not again.is_signed_in
        assert "damaged" in caplog.text
        assert signed_in.tokens.access_token not in caplog.text

        auth.sign_in("alice", PASSWORD, session=again)

        assert next_start().is_signed_in

    @pytest.mark.parametrize(
        "content", [b"", b" \n", b"\0" * 5000, b"{", b'{"version": 1, "user', b'{"version": 2, "user_pool_id": "x']
    )
    def test_a_file_without_content_or_with_the_beginning_of_a_record_is_a_fresh_start(
        self, signed_in: auth.Session, next_start: Any, path: Any, content: Any
    ) -> None:
        path.write_bytes(content)
        again = next_start()
        auth.sign_in("alice", PASSWORD, session=again)

        assert next_start().is_signed_in

    @pytest.mark.parametrize("field", ["access_token", "id_token", "deadline", "exported_at"])
    @pytest.mark.parametrize("value", ["x.y.z", 1, None, {}, "é"])
    def test_a_field_of_another_kind_is_no_crash(
        self, signed_in: auth.Session, next_start: Any, path: Any, field: str, value: Any
    ) -> None:
        edit(path, lambda record: record["signed_in"]["tokens"].update({field: value}))
        again = next_start()

        assert not again.is_signed_in or (field, value) in [("id_token", None), ("deadline", 1)]

    def test_a_record_damaged_while_the_program_runs_is_replaced_at_the_next_refresh(
        self, cognito: MockCognito, signed_in: auth.Session, next_start: Any, path: Any
    ) -> None:
        path.write_text(path.read_text()[:-9])
        cognito.clock.advance(3600)

        assert auth.fetch_auth_session(session=signed_in).tokens
        assert next_start().tokens == signed_in.tokens

    def test_the_session_of_another_client_is_refused_and_left_alone(
        self, cognito: MockCognito, signed_in: auth.Session, quick_session: SessionOf, kept: Any, path: Any
    ) -> None:
        """A fresh start would overwrite it."""
        before = path.read_text()
        with pytest.raises(auth.AuthConfigurationError, match="another user pool client"):
            quick_session(cognito.create_pool(), **kept)

        assert path.read_text() == before

    def test_one_that_others_can_read_is_refused(self, signed_in: auth.Session, next_start: Any, path: Any) -> None:
        path.chmod(0o644)
        with pytest.raises(auth.AuthConfigurationError, match="others"):
            next_start()


class Broken(FileStorage):
    """A storage that fails when it is told to."""

    fails = ()

    def save(self, record):
        if "save" in self.fails:
            raise auth.AuthConfigurationError("the disk is full")
        super().save(record)

    def lock(self):
        if "lock" in self.fails:
            raise auth.AuthStateError("another process hangs", is_retryable=True)
        return super().lock()


class TestTrouble:
    @pytest.fixture
    def kept(self, path: Any) -> Any:
        return {"storage": Broken(path)}

    def test_a_full_disk_at_sign_in_is_told(
        self,
        rotating_pool: MockPool,
        quick_session: SessionOf,
        kept: Any,
        path: Any,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """The password and the code were right. To give them again would change nothing."""
        kept["storage"].fails = ("save",)
        session = quick_session(rotating_pool, **kept)
        with pytest.warns(errors.StorageWarning, match="memory only: the disk is full"):
            assert auth.sign_in("alice", PASSWORD, session=session).is_signed_in

        assert "memory only: the disk is full" in caplog.text
        assert not path.exists()
        assert auth.fetch_auth_session(session=session).tokens
        assert auth.sign_out(session=session).is_complete

    def test_a_program_that_must_have_it_stored_makes_an_error_of_the_warning(
        self, rotating_pool: MockPool, quick_session: SessionOf, kept: Any
    ) -> None:
        """Then nobody is signed in, and nobody is told so."""
        kept["storage"].fails = ("save",)
        session = quick_session(rotating_pool, **kept)
        names: list[str] = []
        session.add_listener(lambda event: names.append(event.name))
        with warnings.catch_warnings():
            warnings.simplefilter("error", errors.StorageWarning)
            with pytest.raises(errors.StorageWarning):
                auth.sign_in("alice", PASSWORD, session=session)

        assert (session.is_signed_in, names) == (False, [])

        kept["storage"].fails = ()

        assert auth.sign_in("alice", PASSWORD, session=session).is_signed_in

    def test_a_full_disk_at_a_refresh_is_logged_and_the_new_tokens_are_used(
        self, signed_in: auth.Session, kept: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        kept["storage"].fails = ("save",)
        old = signed_in.tokens
        with caplog.at_level(logging.ERROR):
            new = auth.fetch_auth_session(force_refresh=True, session=signed_in).tokens

        assert new.refresh_token != old.refresh_token
        assert "disk is full" in caplog.text

    def test_a_record_that_could_not_be_written_is_not_taken_for_newer(
        self, cognito: MockCognito, signed_in: auth.Session, next_start: Any, kept: Any
    ) -> None:
        """It holds a refresh token that is spent."""
        for fails in (("save",), ()):
            kept["storage"].fails = fails
            before = signed_in.tokens
            after = auth.fetch_auth_session(force_refresh=True, session=signed_in).tokens

            assert after.access_token != before.access_token
            assert cognito.calls.last(REFRESH).reveal()["RefreshToken"] == before.refresh_token

        assert next_start().tokens == signed_in.tokens

    def test_a_lock_that_is_not_to_be_had_harms_no_living_session(
        self, cognito: MockCognito, signed_in: auth.Session, kept: Any
    ) -> None:
        kept["storage"].fails = ("lock",)
        cognito.clock.advance(3590)

        assert auth.fetch_auth_session(session=signed_in).tokens is signed_in.tokens

        cognito.clock.advance(10)
        with pytest.raises(auth.AuthStateError) as caught:
            auth.fetch_auth_session(session=signed_in)

        assert caught.value.is_retryable
        assert signed_in.is_signed_in

    def test_a_sign_out_does_everything_else_and_says_what_is_left(
        self, cognito: MockCognito, signed_in: auth.Session, kept: Any
    ) -> None:
        kept["storage"].fails = ("lock",)
        names = []
        signed_in.add_listener(lambda event: names.append(event.name))
        with pytest.raises(auth.AuthStateError, match="hangs"):
            auth.sign_out(session=signed_in)

        assert not signed_in.is_signed_in
        assert cognito.calls.operations[-1] == "RevokeToken"
        assert names == ["signed_out"]

    def test_something_that_is_no_storage_is_refused(self, rotating_pool: MockPool, quick_session: SessionOf) -> None:
        with pytest.raises(auth.AuthConfigurationError, match="storage"):
            quick_session(rotating_pool, storage="session.json")
