"""`delete_user`: what it deletes, what it forgets, and what it leaves alone."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import errors
from amplify_auth.storage import FileStorage
from amplify_auth.testing import MockCognito, MockPool
from tests.support.accounts import (
    EXPIRED,
    KINDS,
    REVOKED,
    pool_with_user,
    refused_while,
    renewed,
    sign_in_to,
    signed_in_to,
)
from tests.support.makers import NewSession
from tests.support.rows import EveryRow
from tests.support.scripted_cognito import (
    HALF,
    HANGS_UP,
    Answer,
    ScriptedCognito,
    jwt,
    page,
    refuses,
    says,
    signs_in,
    text,
)
from tests.support.together import run_together
from tests.support.users import PASSWORD

REFRESH = "GetTokensFromRefreshToken"
GONE = refuses("UserNotFoundException", "User does not exist.")
NO_REFRESH = refuses("NotAuthorizedException", "Refresh Token has been revoked")
LOST: dict[str, Answer] = {
    "hangs up": HANGS_UP,
    "half an answer": HALF,
    "a page": page(502),
    "failed": refuses("InternalErrorException", "Oh.", 500),
    "no JSON": text("<html></html>"),
}
every_kind = pytest.mark.parametrize("kind", KINDS)
each_lost_answer = pytest.mark.parametrize("lost", LOST)


def delete(session: auth.Session) -> None:
    auth.delete_user(session=session)


def token_of_bob() -> str:
    """A token with a ``sub`` of its own."""
    return jwt(username="bob", sub="sub-2")


def heard_by(session: auth.Session) -> list[tuple[str, str | None]]:
    heard: list[tuple[str, str | None]] = []
    session.add_listener(lambda event: heard.append((event.name, event.username)))
    return heard


def has_user(pool: MockPool, name: str) -> bool:
    try:
        pool.user(name)
    except LookupError:
        return False
    return True


class Failing(FileStorage):
    """A storage that cannot be written from some moment on."""

    is_full = False

    def save(self, record: str) -> None:
        if self.is_full:
            raise OSError(28, "No space left on device")
        super().save(record)

    def clear(self) -> None:
        if self.is_full:
            raise OSError(28, "No space left on device")
        super().clear()


class TestDone:
    @every_kind
    def test_the_account_and_all_that_is_kept_of_the_user_go(
        self, cognito: MockCognito, kind: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "session.json"
        pool, name = pool_with_user(cognito, kind)
        session = signed_in_to(
            pool,
            name,
            storage=FileStorage(path),
            identity_pool_id="us-east-1:00000000-0000-4000-8000-000000000000",
            identity_pool_endpoint_url="http://127.0.0.1:9",
        )
        username, tokens = session.username, session.tokens
        assert tokens is not None
        heard = heard_by(session)
        cognito.calls.clear()
        delete(session)

        assert cognito.calls.operations == ("DeleteUser",), "no RevokeToken"
        assert not has_user(pool, name)
        assert (session.is_signed_in, session.tokens) == (False, None)
        assert heard == [("user_deleted", username), ("signed_out", username)]
        assert tokens.access_token not in path.read_text()
        assert not auth.Session(**pool.config, storage=FileStorage(path)).is_signed_in
        with pytest.raises(errors.UserUnAuthenticatedException) as caught:
            auth.get_current_user(session=session)
        assert not isinstance(caught.value, errors.SessionEnded)
        assert auth.sign_out(session=session) == auth.SignOutOutput(is_complete=True)
        assert cognito.calls.operations == ("DeleteUser",)

    def test_another_account_can_be_made_and_used_at_once(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public")
        session = signed_in_to(pool, name)
        delete(session)
        pool.create_user(name, PASSWORD, attributes={"email": "alice@example.com"})

        assert auth.sign_in(name, PASSWORD, session=session).is_signed_in
        assert auth.fetch_user_attributes(session=session)["email"] == "alice@example.com"

    def test_the_keys_of_this_users_device_go_and_no_others(self, cognito: MockCognito, tmp_path: Path) -> None:
        path = tmp_path / "session.json"
        pool = cognito.create_pool(device_tracking="ALWAYS")
        for name in ("alice", "bob"):
            pool.create_user(name, PASSWORD)
        session = signed_in_to(pool, "bob", storage=FileStorage(path))
        auth.sign_out(session=session)
        auth.sign_in("alice", PASSWORD, session=session)
        assert [device.username for device in session.devices] == ["bob", "alice"]
        delete(session)

        assert [device.username for device in session.devices] == ["bob"]
        assert [device["username"] for device in json.loads(path.read_text())["devices"]] == ["bob"]
        cognito.calls.clear()
        auth.sign_in("bob", PASSWORD, session=session)
        assert "ConfirmDevice" not in cognito.calls.operations, "bob's device is known"

    def test_what_waits_is_forgotten(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public")
        session = signed_in_to(pool, name)
        auth.sign_up("carol", PASSWORD, user_attributes={"email": "c@example.com"}, auto_sign_in=True, session=session)
        delete(session)
        with pytest.raises(errors.AutoSignInException):
            auth.auto_sign_in(session=session)

    def test_another_process_with_the_same_storage_hears_of_it(self, cognito: MockCognito, tmp_path: Path) -> None:
        path = tmp_path / "session.json"
        pool, name = pool_with_user(cognito, "public")
        session = signed_in_to(pool, name, storage=FileStorage(path))
        other = auth.Session(**pool.config, storage=FileStorage(path))
        delete(session)
        cognito.calls.clear()
        with pytest.raises(errors.SessionEnded, match="another process has signed out"):
            auth.fetch_auth_session(force_refresh=True, session=other)

        assert cognito.calls.operations == ()

    def test_a_session_that_was_restored(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "by address")
        restored = auth.Session(**pool.config)
        restored.restore_state(signed_in_to(pool, name).export_state())
        delete(restored)

        assert not has_user(pool, name)
        assert not restored.is_signed_in

    def test_a_token_that_was_refused_as_expired_is_renewed(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "confidential")
        session = signed_in_to(pool, name)
        cognito.fail_next("DeleteUser", code="NotAuthorizedException", message="Access Token has expired")
        delete(session)

        assert cognito.calls.operations[-3:] == ("DeleteUser", REFRESH, "DeleteUser")
        assert not has_user(pool, name)


class TestRefused:
    def test_nothing_changes(self, scripted: ScriptedCognito, new_session: NewSession, tmp_path: Path) -> None:
        path = tmp_path / "session.json"
        session = new_session(storage=FileStorage(path))
        sign_in_to(scripted, session, NewDeviceMetadata=None)
        tokens, stored, heard = session.tokens, path.read_text(), heard_by(session)
        refusals = [
            ("NotAuthorizedException", "Access Token does not have required scopes"),
            ("NotAuthorizedException", "User is disabled."),
            ("NotAuthorizedException", "Invalid Access Token"),
            ("UserNotFoundException", "User does not exist."),
            ("PasswordResetRequiredException", "Password reset required for the user"),
            ("ForbiddenException", "Request blocked"),
            ("ResourceNotFoundException", "User pool does not exist."),
        ]
        with EveryRow() as every:
            for code, message in refusals:
                with every.row(message):
                    scripted.clear()
                    scripted.on("DeleteUser", refuses(code, message))
                    with pytest.raises(errors.AuthServiceError) as caught:
                        delete(session)

                    assert caught.value.name == code
                    assert scripted.operations == ["DeleteUser"]
                    assert session.is_signed_in
        assert session.tokens is tokens
        assert (path.read_text(), heard) == (stored, [])

    def test_a_session_that_has_ended_is_no_deletion(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        """Another one may have deleted the user. This session has not tried to, so it cannot say so."""
        sign_in_to(scripted, session)
        heard = heard_by(session)
        scripted.on("DeleteUser", REVOKED).on(REFRESH, NO_REFRESH)
        for _ in range(2):
            with pytest.raises(errors.SessionEnded):
                delete(session)

        assert heard == [("token_refresh_failure", "alice")]


class TestALostAnswer:
    @each_lost_answer
    def test_the_user_stays_signed_in_here(self, scripted: ScriptedCognito, session: auth.Session, lost: str) -> None:
        sign_in_to(scripted, session)
        heard = heard_by(session)
        scripted.always("DeleteUser", LOST[lost])
        with pytest.raises(auth.AuthError, match="It is not known whether Cognito acted") as caught:
            delete(session)

        assert scripted.operations == ["DeleteUser"], "never sent twice"
        assert "delete_user() again" in (caught.value.recovery_suggestion or "")
        assert (session.is_signed_in, heard) == (True, [])

    @each_lost_answer
    @pytest.mark.parametrize(
        "then", ["no such user", "revoked", "revoked, no refresh token", "expired, no such user", "ended meanwhile"]
    )
    def test_no_such_user_then_means_that_the_deletion_was_done(
        self, scripted: ScriptedCognito, session: auth.Session, clock: Callable[[float], None], lost: str, then: str
    ) -> None:
        sign_in_to(scripted, session, **({"RefreshToken": None} if "no refresh token" in then else {}))
        scripted.on("DeleteUser", LOST[lost])
        with pytest.raises(auth.AuthError):
            delete(session)
        scripted.on("DeleteUser", GONE if then == "no such user" else REVOKED)
        scripted.on(REFRESH, GONE if then == "expired, no such user" else NO_REFRESH)
        if then == "expired, no such user":
            clock(3601)
        if then == "ended meanwhile":
            with pytest.raises(errors.SessionEnded):
                auth.fetch_auth_session(force_refresh=True, session=session)
        heard = heard_by(session)
        delete(session)

        assert not session.is_signed_in
        assert heard[-2:] == [("user_deleted", "alice"), ("signed_out", "alice")]
        with pytest.raises(errors.UserUnAuthenticatedException):
            delete(session)
        sign_in_to(scripted, session)

    @pytest.mark.parametrize("then", ["expired", "reused", "reset", "disabled"])
    def test_another_end_of_the_session_proves_no_deletion(
        self, scripted: ScriptedCognito, session: auth.Session, then: str
    ) -> None:
        refusals = {
            "expired": refuses("NotAuthorizedException", "Refresh Token has expired"),
            "reused": refuses("RefreshTokenReuseException", "Refresh token reuse detected."),
            "reset": refuses("PasswordResetRequiredException", "Password reset required for the user"),
            "disabled": refuses("NotAuthorizedException", "User is disabled."),
        }
        sign_in_to(scripted, session)
        scripted.on("DeleteUser", HANGS_UP, EXPIRED).on(REFRESH, refusals[then])
        with pytest.raises(auth.AuthNetworkError):
            delete(session)
        heard = heard_by(session)
        with pytest.raises(errors.SessionEnded):
            delete(session)

        assert ("user_deleted", "alice") not in heard

    def test_tokens_that_have_expired_prove_no_deletion(
        self, scripted: ScriptedCognito, session: auth.Session, clock: Callable[[float], None]
    ) -> None:
        sign_in_to(scripted, session, RefreshToken=None)
        scripted.on("DeleteUser", HANGS_UP)
        with pytest.raises(auth.AuthNetworkError):
            delete(session)
        clock(3601)
        with pytest.raises(errors.SessionEnded, match="expired"):
            delete(session)

    @pytest.mark.parametrize("since", ["a sign-out", "a sign-in", "a restore"])
    def test_it_is_remembered_of_this_sign_in_only(
        self, scripted: ScriptedCognito, session: auth.Session, since: str
    ) -> None:
        sign_in_to(scripted, session)
        state = session.export_state()
        scripted.on("DeleteUser", HANGS_UP).always("RevokeToken", says())
        with pytest.raises(auth.AuthNetworkError):
            delete(session)
        if since == "a restore":
            session.restore_state(state)
        elif since == "a sign-out":
            auth.sign_out(session=session)
            sign_in_to(scripted, session)
        else:
            scripted.on(REFRESH, NO_REFRESH)
            with pytest.raises(errors.SessionEnded):
                auth.fetch_auth_session(force_refresh=True, session=session)
            sign_in_to(scripted, session)
        scripted.on("DeleteUser", GONE)
        with pytest.raises(errors.UserNotFoundException):
            delete(session)

        assert session.is_signed_in

    def test_after_a_sign_out_there_is_no_user_to_delete(
        self, scripted: ScriptedCognito, session: auth.Session
    ) -> None:
        sign_in_to(scripted, session)
        scripted.on("DeleteUser", HANGS_UP).always("RevokeToken", says())
        with pytest.raises(auth.AuthNetworkError):
            delete(session)
        auth.sign_out(session=session)
        with pytest.raises(errors.UserUnAuthenticatedException):
            delete(session)

    def test_it_is_in_no_export(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        sign_in_to(scripted, session)
        before = json.loads(session.export_state()).keys()
        scripted.on("DeleteUser", HANGS_UP)
        with pytest.raises(auth.AuthNetworkError):
            delete(session)

        assert json.loads(session.export_state()).keys() == before

    @every_kind
    def test_at_a_service_that_verifies(self, cognito: MockCognito, kind: str, tmp_path: Path) -> None:
        path = tmp_path / "session.json"
        pool, name = pool_with_user(cognito, kind, device_tracking="ALWAYS")
        session = signed_in_to(pool, name, storage=FileStorage(path))
        assert session.devices
        cognito.fail_next("DeleteUser", "dropped", after=True)
        with pytest.raises(auth.AuthNetworkError):
            delete(session)
        assert session.is_signed_in
        assert not has_user(pool, name)
        delete(session)

        assert not session.is_signed_in
        assert session.devices == ()
        stored = json.loads(path.read_text())
        assert (stored["signed_in"], stored["devices"]) == (None, [])


class TestAtTheSameTime:
    def test_a_sign_out_by_another_thread(self, scripted: ScriptedCognito, session: auth.Session) -> None:
        sign_in_to(scripted, session)
        heard = heard_by(session)
        scripted.always("RevokeToken", says())
        scripted.on("DeleteUser", refused_while(lambda: auth.sign_out(session=session), says()))
        delete(session)

        assert heard == [("signed_out", "alice"), ("user_deleted", "alice")]
        assert not session.is_signed_in

    @pytest.mark.parametrize("with_storage", [False, True])
    def test_a_sign_in_of_another_user_is_left_alone(
        self, scripted: ScriptedCognito, new_session: NewSession, tmp_path: Path, with_storage: bool
    ) -> None:
        path = tmp_path / "session.json"
        session = new_session(**({"storage": FileStorage(path)} if with_storage else {}))

        def change_users() -> None:
            auth.sign_out(session=session)
            scripted.on("InitiateAuth", signs_in("bob", AccessToken=token_of_bob()))
            auth.sign_in("bob", PASSWORD, session=session)

        scripted.always("ConfirmDevice", says())
        sign_in_to(scripted, session, NewDeviceMetadata={"DeviceKey": "us-east-1_1", "DeviceGroupKey": "group"})
        scripted.always("RevokeToken", says()).on("DeleteUser", refused_while(change_users, says()))
        delete(session)

        assert (session.username, session.is_signed_in) == ("bob", True)
        assert session.devices == ()
        if with_storage:
            stored = json.loads(path.read_text())
            assert (stored["signed_in"]["username"], stored["devices"]) == ("bob", [])
            assert new_session(storage=FileStorage(path)).username == "bob"

    def test_an_answer_that_is_lost_while_another_user_signs_in_is_not_that_users(
        self, scripted: ScriptedCognito, session: auth.Session
    ) -> None:
        def change_users() -> None:
            auth.sign_out(session=session)
            scripted.on("InitiateAuth", signs_in("bob", AccessToken=token_of_bob()))
            auth.sign_in("bob", PASSWORD, session=session)

        sign_in_to(scripted, session)
        scripted.always("RevokeToken", says()).on("DeleteUser", refused_while(change_users, HANGS_UP), GONE)
        with pytest.raises(auth.AuthNetworkError):
            delete(session)
        with pytest.raises(errors.UserNotFoundException):
            delete(session)

        assert session.username == "bob"

    def test_a_second_try_says_nothing_about_a_user_who_is_not_here_any_more(
        self, scripted: ScriptedCognito, session: auth.Session
    ) -> None:
        def change_users() -> None:
            auth.sign_out(session=session)
            scripted.on("InitiateAuth", signs_in("bob", AccessToken=token_of_bob()))
            auth.sign_in("bob", PASSWORD, session=session)

        sign_in_to(scripted, session)
        heard = heard_by(session)
        scripted.always("RevokeToken", says()).on("DeleteUser", HANGS_UP, refused_while(change_users, GONE))
        with pytest.raises(auth.AuthNetworkError):
            delete(session)
        with pytest.raises(errors.UserNotFoundException):
            delete(session)

        assert session.username == "bob"
        assert "user_deleted" not in [name for name, _ in heard]

    def test_a_refresh_that_is_under_way_signs_the_user_in_no_more(
        self, scripted: ScriptedCognito, session: auth.Session
    ) -> None:
        sign_in_to(scripted, session)
        scripted.on("DeleteUser", says()).on(REFRESH, refused_while(lambda: delete(session), renewed()))
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert not session.is_signed_in

    @every_kind
    def test_threads_that_delete_at_once_do_no_harm(self, cognito: MockCognito, kind: str) -> None:
        pool, name = pool_with_user(cognito, kind)
        pool.create_user("bob@example.com", PASSWORD)
        session = signed_in_to(pool, name)
        heard = heard_by(session)
        outcomes = run_together(4, lambda: delete(session))

        assert None in outcomes
        kinds = (type(None), errors.UserUnAuthenticatedException, errors.UserNotFoundException)
        assert all(isinstance(outcome, kinds) for outcome in outcomes), outcomes
        assert not has_user(pool, name)
        assert [event for event, _ in heard if event == "signed_out"] == ["signed_out"]
        assert not session.is_signed_in
        assert auth.sign_in("bob@example.com", PASSWORD, session=session).is_signed_in

    def test_a_listener_may_use_the_session(self, cognito: MockCognito) -> None:
        pool, name = pool_with_user(cognito, "public")
        pool.create_user("bob", PASSWORD)
        session = signed_in_to(pool, name)

        def sign_bob_in(event: auth.AuthEvent) -> None:
            if event.name == "signed_out":
                auth.sign_in("bob", PASSWORD, session=session)

        session.add_listener(sign_bob_in)
        thread = threading.Thread(target=delete, args=(session,), daemon=True)
        thread.start()
        thread.join(20)

        assert not thread.is_alive()
        assert session.username == "bob"


class TestAStorageThatFails:
    def test_the_user_is_deleted_and_the_error_says_what_is_left(self, cognito: MockCognito, tmp_path: Path) -> None:
        storage: Any = Failing(tmp_path / "session.json")
        pool, name = pool_with_user(cognito, "public")
        session = signed_in_to(pool, name, storage=storage)
        heard = heard_by(session)
        storage.is_full = True
        with pytest.raises(auth.AuthConfigurationError, match="The user is deleted, but the storage") as caught:
            delete(session)

        assert caught.value.name == "StorageException"
        assert not has_user(pool, name)
        assert not session.is_signed_in
        assert [event for event, _ in heard] == ["user_deleted", "signed_out"]
        assert session.username is None
        storage.is_full = False
        auth.sign_out(session=session)
        assert json.loads((tmp_path / "session.json").read_text())["signed_in"] is None
