"""`fetch_auth_session` against a Cognito that rotates, revokes, binds and expires tokens as Amazon's does."""

import base64
import hmac
import importlib.util
import json
import logging
import os
import re
import sys
import threading
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import amplify_auth as auth
from amplify_auth import _clock, errors
from amplify_auth._renewal.tokens import token_expiry
from amplify_auth.testing import MockCognito, MockPool
from tests.support.clients import signed
from tests.support.makers import SessionOf
from tests.support.processes import run
from tests.support.together import run_together
from tests.support.users import PASSWORD, new_client, with_alice

REFRESH = "GetTokensFromRefreshToken"


def refreshes(cognito):
    return len(cognito.calls.of(REFRESH))


class TestFreshTokens:
    def test_nothing_is_sent_while_they_are_fresh(self, cognito: MockCognito, signed_in: auth.Session) -> None:
        before = len(cognito.calls)
        got = auth.fetch_auth_session(session=signed_in)

        assert (got.tokens, got.user_sub) == (signed_in.tokens, signed_in.user_id)
        assert got.credentials is None
        assert len(cognito.calls) == before

    def test_they_are_refreshed_a_minute_before_they_end(self, cognito: MockCognito, signed_in: auth.Session) -> None:
        cognito.clock.advance(3600 - 61)
        auth.fetch_auth_session(session=signed_in)
        assert refreshes(cognito) == 0

        cognito.clock.advance(2)
        old, new = signed_in.tokens, auth.fetch_auth_session(session=signed_in).tokens

        assert refreshes(cognito) == 1
        assert old.access_token != new.access_token
        assert new is signed_in.tokens

    def test_the_margin_can_be_set(self, cognito: MockCognito, pool: MockPool, sign_in: SessionOf) -> None:
        session = sign_in(pool, refresh_margin=600)
        cognito.clock.advance(3600 - 599)
        auth.fetch_auth_session(session=session)

        assert refreshes(cognito) == 1

    def test_tokens_shorter_than_the_margin_are_not_refreshed_at_every_call(
        self, cognito: MockCognito, sign_in: SessionOf
    ) -> None:
        session = sign_in(with_alice(cognito.create_pool(access_token_validity=300)), refresh_margin=3600)
        for _ in range(3):
            auth.fetch_auth_session(session=session)

        assert refreshes(cognito) == 0

    def test_an_id_token_that_ends_earlier_counts(self, cognito: MockCognito, sign_in: SessionOf) -> None:
        """Both are used: an ID token for APIs and AWS credentials."""
        session = sign_in(with_alice(cognito.create_pool(access_token_validity=3600, id_token_validity=300)))
        cognito.clock.advance(301)
        got = auth.fetch_auth_session(session=session)

        assert refreshes(cognito) == 1
        assert auth.verify_token(got.tokens.id_token, token_use="id", session=session)

    def test_nobody_signed_in_is_no_error(self, cognito: MockCognito, pool: MockPool, quick_session: SessionOf) -> None:
        session = quick_session(pool)

        assert auth.fetch_auth_session(session=session) == auth.AuthSession()
        assert auth.fetch_auth_session(force_refresh=True, session=session) == auth.AuthSession()
        assert len(cognito.calls) == 0

    def test_forced_they_are_refreshed_and_the_metadata_goes_along(
        self, cognito: MockCognito, signed_in: auth.Session
    ) -> None:
        auth.fetch_auth_session(force_refresh=True, client_metadata={"a": "b"}, session=signed_in)

        assert cognito.calls.last(REFRESH).reveal()["ClientMetadata"] == {"a": "b"}

    @pytest.mark.parametrize("arguments", [{"force_refresh": "no"}, {"client_metadata": {"a": 1}}])
    def test_a_wrong_argument_is_refused_before_anything_is_sent(
        self, cognito: MockCognito, signed_in: auth.Session, arguments: Any
    ) -> None:
        before = len(cognito.calls)
        with pytest.raises(auth.AuthValidationError):
            auth.fetch_auth_session(session=signed_in, **arguments)

        assert len(cognito.calls) == before


def moved(state: str, *, boot: Any, monotonic: float, wall: float) -> str:
    """``state``, exported when the clocks were so many seconds further, at another start of the machine."""
    record = json.loads(state)
    tokens = record["signed_in"]["tokens"]
    tokens["exported_at"]["boot"] = boot
    tokens["exported_at"]["wall"] += wall
    tokens["exported_at"]["monotonic"] += monotonic
    tokens["deadline"] += monotonic
    return json.dumps(record)


class TestServiceClock:
    def test_a_changed_wall_clock_changes_nothing(
        self, cognito: MockCognito, signed_in: auth.Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A wall clock that is set back or forward later changes nothing."""
        wall = _clock.time.time
        for seconds in (86400, -86400):
            monkeypatch.setattr(_clock.time, "time", lambda seconds=seconds: wall() + seconds)
            auth.fetch_auth_session(session=signed_in)

        assert refreshes(cognito) == 0

    def test_the_life_of_tokens_begins_when_they_are_asked_for(
        self, cognito: MockCognito, pool: MockPool, quick_session: SessionOf
    ) -> None:
        """The machine slept, or the network was slow, while the answer was on its way."""
        session = quick_session(pool, client=new_client())
        events = session.config.client.meta.events
        slow = {"InitiateAuth": 3000, REFRESH: 4000}
        for operation, seconds in slow.items():
            event = f"after-call.cognito-identity-provider.{operation}"
            events.register(event, lambda seconds=seconds, **_: cognito.clock.advance(seconds))
        auth.sign_in("alice", PASSWORD, session=session)
        left = session.tokens.deadline - _clock.monotonic()

        assert left == pytest.approx(600, abs=5)
        assert session.tokens.expires_at.timestamp() - _clock.now().timestamp() == pytest.approx(left, abs=5)

        auth.fetch_auth_session(force_refresh=True, session=session)

        assert session.tokens.is_expired

    def test_a_skewed_machine_refreshes_when_the_tokens_end_and_not_before(self, signed_in: auth.Session) -> None:
        """Claims a day off, ``ExpiresIn`` right: only the latter is believed."""
        tokens = signed_in.tokens
        held = token_expiry(signed_in._state.signed_in, 60)

        assert held.expires_at == tokens.deadline
        assert held.refresh_at == tokens.deadline - 60

    @pytest.mark.parametrize(
        ("system", "names", "read"),
        [
            ("Linux", {"CLOCK_BOOTTIME": 7, "CLOCK_MONOTONIC": 1}, 7),
            ("macOS", {"CLOCK_MONOTONIC": 6, "CLOCK_UPTIME_RAW": 8}, 6),
            ("Windows", {}, 0),
        ],
    )
    def test_the_clock_runs_on_while_the_machine_sleeps(
        self, monkeypatch: pytest.MonkeyPatch, system: str, names: Any, read: int
    ) -> None:
        """The clock that Python calls monotonic stands still then, on Linux and macOS."""
        clocks = types.SimpleNamespace(monotonic=lambda: 0, clock_gettime=lambda clock: clock, **names)
        monkeypatch.setitem(sys.modules, "time", clocks)
        fresh = importlib.util.module_from_spec(_clock.__spec__)
        _clock.__spec__.loader.exec_module(fresh)

        assert fresh.monotonic() == read

    @pytest.mark.parametrize(
        ("boot", "monotonic", "wall", "refreshed"),
        [
            ("here", -10, -10, 0),  # another process, 10 seconds later
            ("here", -4000, -4000, 1),  # an hour later
            ("here", -10, +4000, 0),  # the wall clock was set back
            ("here", -4000, +10, 1),  # the same, an hour later
            ("here", -10, -4000, 1),  # it was set forward, or the machine was stopped for an hour
            ("here", +9e9, -10, 0),  # a container whose clock has another zero, 10 seconds later
            ("here", +9e9, -4000, 1),  # the same, an hour later
            ("here", +9e9, +28800, 1),  # the same, and the wall clocks say nothing
            ("before", +9e9, -10, 0),  # after a restart, 10 seconds later
            ("before", +9e9, -4000, 1),  # an hour later
            ("before", +9e9, +28800, 1),  # the wall clock is behind: nobody knows how long it took
            ("before", -10, +28800, 1),  # the same, and the machine has been up as long as it had been then
            ("before", -9e8, -10, 0),  # another machine, which has been up for years
            ("before", +9e9, +3, 0),  # another machine, whose wall clock is a little behind
            (None, -10, -10, 0),  # a system that does not tell restarts apart, or an older version of the library
            (None, -4000, -10, 1),
            (None, +9e9, -10, 0),
            (None, +9e9, +28800, 1),
            (None, -10, +4000, 1),
            (5, -10, -10, 0),
        ],
    )
    def test_restored_tokens_end_when_a_clock_says_so_or_none_can(
        self,
        cognito: MockCognito,
        pool: MockPool,
        signed_in: auth.Session,
        quick_session: SessionOf,
        monkeypatch: pytest.MonkeyPatch,
        boot: Any,
        monotonic: Any,
        wall: Any,
        refreshed: int,
    ) -> None:
        monkeypatch.setattr(_clock, "boot", lambda: "here")
        restored = quick_session(pool)
        restored.restore_state(moved(signed_in.export_state(), boot=boot, monotonic=monotonic, wall=wall))
        for _ in range(2):
            auth.fetch_auth_session(session=restored)

        assert refreshes(cognito) == refreshed

    @pytest.mark.parametrize(("monotonic", "wall", "refreshed"), [(+9e9, +28800, 1), (-10, +4000, 1), (-10, -10, 0)])
    def test_a_system_that_does_not_tell_restarts_apart_knows_less(
        self,
        cognito: MockCognito,
        pool: MockPool,
        signed_in: auth.Session,
        quick_session: SessionOf,
        monkeypatch: pytest.MonkeyPatch,
        monotonic: Any,
        wall: Any,
        refreshed: int,
    ) -> None:
        monkeypatch.setattr(_clock, "boot", lambda: None)
        restored = quick_session(pool)
        restored.restore_state(moved(signed_in.export_state(), boot=None, monotonic=monotonic, wall=wall))
        auth.fetch_auth_session(session=restored)

        assert refreshes(cognito) == refreshed

    def test_tokens_of_unknown_age_without_a_refresh_token_are_used_as_they_are(
        self, cognito: MockCognito, pool: MockPool, signed_in: auth.Session, quick_session: SessionOf
    ) -> None:
        """Nothing better can be had, and who gets them says if they are too old."""
        record = json.loads(moved(signed_in.export_state(), boot="before", monotonic=9e9, wall=28800))
        record["signed_in"]["tokens"]["refresh_token"] = None
        restored = quick_session(pool)
        restored.restore_state(json.dumps(record))
        before = len(cognito.calls)

        assert auth.fetch_auth_session(session=restored).tokens
        assert len(cognito.calls) == before

    def test_tokens_of_unknown_age_are_not_trusted_without_an_answer(
        self, cognito: MockCognito, pool: MockPool, signed_in: auth.Session, quick_session: SessionOf
    ) -> None:
        restored = quick_session(pool)
        restored.restore_state(moved(signed_in.export_state(), boot="before", monotonic=9e9, wall=28800))
        assert restored.tokens.is_expired
        assert restored.tokens.expires_at <= _clock.now()
        again = quick_session(pool)
        again.restore_state(restored.export_state())
        assert again.tokens.is_expired, "nor after they were handed on"
        cognito.fail_next(REFRESH, "unreachable")
        with pytest.raises(auth.AuthError):
            auth.fetch_auth_session(session=restored)

        assert restored.is_signed_in
        assert auth.fetch_auth_session(session=restored).tokens

    @pytest.mark.skipif(not os.path.exists("/proc/sys/kernel/random/boot_id"), reason="the system has no such name")
    def test_the_name_of_a_boot_is_the_same_for_all_processes_and_is_not_the_systems_own(self) -> None:
        program = "from amplify_auth import _clock; print(_clock.boot())"
        other = run("-c", program).stdout.strip()

        assert _clock.boot() == other
        assert other not in Path("/proc/sys/kernel/random/boot_id").read_text()
        assert re.fullmatch("[0-9a-f]{16}", other)

    @pytest.mark.parametrize("damage", [float("nan"), float("inf"), "soon", None, [], 1e308])
    @pytest.mark.parametrize("place", ["deadline", "wall", "monotonic"])
    def test_tokens_with_a_damaged_clock_never_live_for_ever(
        self,
        cognito: MockCognito,
        pool: MockPool,
        signed_in: auth.Session,
        quick_session: SessionOf,
        damage: Any,
        place: str,
    ) -> None:
        """They expire, or the record is refused."""
        record = json.loads(signed_in.export_state())
        tokens = record["signed_in"]["tokens"]
        (tokens if place == "deadline" else tokens["exported_at"])[place] = damage
        restored = quick_session(pool)
        try:
            restored.restore_state(json.dumps(record))
        except auth.AuthValidationError:
            assert not restored.is_signed_in
            return
        cognito.clock.advance(3600)
        auth.fetch_auth_session(session=restored)

        assert refreshes(cognito) == 1


class TestTheNextAttempt:
    """While the tokens are good, a failed refresh is tried again when somebody asks, after a pause."""

    LOST = ("dropped", "timeout", "unreachable", "internal_error", "unavailable", "malformed")

    @pytest.fixture
    def due(self, cognito: MockCognito, pool: MockPool, sign_in: SessionOf) -> auth.Session:
        """A session whose tokens are to be refreshed, and good for ten minutes."""
        session = sign_in(pool, refresh_margin=600)
        cognito.clock.advance(3000)
        return session

    def attempts(self, cognito: MockCognito, session: auth.Session, pause: float) -> int:
        """How many were made since, if somebody asks ``pause`` seconds later."""
        before = refreshes(cognito)
        cognito.clock.advance(pause)
        assert auth.fetch_auth_session(session=session).tokens
        return refreshes(cognito) - before

    @pytest.mark.parametrize("after", [True, False])
    @pytest.mark.parametrize("kind", LOST)
    def test_comes_within_5_seconds_if_the_answer_was_lost(
        self, cognito: MockCognito, due: auth.Session, kind: Any, after: bool
    ) -> None:
        """Cognito may have rotated the refresh token, and takes the old one for at most 60 seconds more."""
        cognito.fail_next(REFRESH, kind, after=after)
        old = due.tokens
        assert auth.fetch_auth_session(session=due).tokens is old

        assert self.attempts(cognito, due, 4) == 0
        assert self.attempts(cognito, due, 1) == 1
        assert due.tokens is not old

    def test_comes_within_5_seconds_each_time_for_a_minute_and_then_later(
        self, cognito: MockCognito, due: auth.Session
    ) -> None:
        cognito.fail_next(REFRESH, "dropped", times=100)
        auth.fetch_auth_session(session=due)
        made = [self.attempts(cognito, due, 5) for _ in range(36)]

        assert made == [1] * 12 + [0, 0, 0, 0, 0, 1] * 4

    def test_comes_within_5_seconds_of_a_new_loss_after_a_success(
        self, cognito: MockCognito, due: auth.Session
    ) -> None:
        for _ in range(2):
            cognito.fail_next(REFRESH, "dropped")
            auth.fetch_auth_session(session=due)
            cognito.clock.advance(5)
            auth.fetch_auth_session(session=due)
            cognito.clock.advance(3000)
        assert refreshes(cognito) == 4

    def test_comes_within_5_seconds_of_a_loss_though_there_was_one_long_before(
        self, cognito: MockCognito, due: auth.Session
    ) -> None:
        """Between them Cognito has answered: the first loss has lost nothing."""
        for kind in ("dropped", "throttled", "dropped"):
            cognito.fail_next(REFRESH, kind)
            cognito.clock.advance(61)
            auth.fetch_auth_session(session=due)

        assert self.attempts(cognito, due, 5) == 1

    @pytest.mark.parametrize("how", [{"kind": "throttled"}, {"kind": "throttled_429"}, {"code": "SomethingElse"}])
    def test_comes_after_30_seconds_if_cognito_refused(self, cognito: MockCognito, due: auth.Session, how: Any) -> None:
        cognito.fail_next(REFRESH, **how)
        auth.fetch_auth_session(session=due)

        assert self.attempts(cognito, due, 29) == 0
        assert self.attempts(cognito, due, 1) == 1


class TestOneRefresh:
    def test_200_threads_at_expiry_cause_one_request_and_one_event(
        self, cognito: MockCognito, signed_in: auth.Session, events: list[str]
    ) -> None:
        """All callers share one refresh and its one event."""
        cognito.clock.advance(3600)
        tokens = run_together(200, lambda: auth.fetch_auth_session(session=signed_in).tokens)

        assert {id(item) for item in tokens} == {id(signed_in.tokens)}
        assert refreshes(cognito) == 1
        assert events == ["token_refresh"]

    def test_every_function_that_needs_tokens_shares_it(self, cognito: MockCognito, signed_in: auth.Session) -> None:
        cognito.clock.advance(3600)
        bearer = signed_in.http_auth()._token

        def use():
            return bearer(None), auth.get_current_user(session=signed_in), auth.fetch_auth_session(session=signed_in)

        assert not [error for error in run_together(30, use) if isinstance(error, Exception)]
        assert refreshes(cognito) == 1

    def test_rotated_tokens_survive_hundreds_of_refreshes_from_many_threads(
        self, cognito: MockCognito, rotating_pool: MockPool, sign_in: SessionOf
    ) -> None:
        """A spent refresh token that is sent again would end the session."""
        session = sign_in(rotating_pool)
        for _ in range(20):
            cognito.clock.advance(3600)
            got = run_together(10, lambda: auth.fetch_auth_session(session=session).tokens.access_token)
            assert set(got) == {session.tokens.access_token}

        sent = [call.reveal()["RefreshToken"] for call in cognito.calls.of(REFRESH)]
        assert len(set(sent)) == len(sent) == 20
        assert session.tokens.refresh_token not in sent

    def test_without_rotation_the_refresh_token_is_kept(self, cognito: MockCognito, signed_in: auth.Session) -> None:
        old = signed_in.tokens.refresh_token
        auth.fetch_auth_session(force_refresh=True, session=signed_in)

        assert signed_in.tokens.refresh_token == old


class TestWhoRefreshes:
    def test_the_secret_of_a_confidential_client_goes_along(self, cognito: MockCognito, sign_in: SessionOf) -> None:
        session = sign_in(with_alice(cognito.create_pool(client_secret=True)))
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert cognito.calls.last(REFRESH).reveal()["ClientSecret"] == session.config.client_secret

    def test_the_key_of_a_registered_device_goes_along(self, cognito: MockCognito, sign_in: SessionOf) -> None:
        """With device tracking, Cognito refuses a refresh token without its device."""
        session = sign_in(with_alice(cognito.create_pool(device_tracking="ALWAYS")))
        auth.fetch_auth_session(force_refresh=True, session=session)

        sent = cognito.calls.last(REFRESH).reveal()
        assert sent["DeviceKey"] == json.loads(session.export_state())["devices"][0]["key"]

    def test_who_signed_in_and_how_stays(self, cognito: MockCognito, signed_in: auth.Session) -> None:
        before = auth.get_current_user(session=signed_in)
        auth.fetch_auth_session(force_refresh=True, session=signed_in)

        assert auth.get_current_user(session=signed_in) == before
        assert before == auth.AuthUser(
            username="alice",
            user_id=signed_in.tokens.id_token_claims["sub"],
            sign_in_details=auth.SignInDetails(login_id="alice", auth_flow_type="USER_PASSWORD_AUTH"),
        )

    def test_tokens_of_another_user_are_not_taken(self, pool: MockPool, sign_in: SessionOf) -> None:
        """Some emulators give the first user's tokens for a refresh token they do not know."""
        session = sign_in(pool, client=new_client())
        pool.create_user("bob", PASSWORD)
        bob = sign_in(pool, "bob")
        answer = {"AuthenticationResult": {"AccessToken": bob.tokens.access_token, "IdToken": bob.tokens.id_token}}
        session.config.client.meta.events.register(
            f"after-call.cognito-identity-provider.{REFRESH}", lambda parsed, **_: parsed.update(answer)
        )
        with pytest.raises(auth.AuthProtocolError, match="another user"):
            auth.fetch_auth_session(force_refresh=True, session=session)

        assert session.username == "alice"
        assert session.tokens.access_token_claims["username"] == "alice"


class TestOldWay:
    @pytest.fixture
    def mail_pool(self, cognito: MockCognito) -> Any:
        """Users have a UUID for a name, and the client has a secret: the hash must be of the UUID."""
        pool = cognito.create_pool(username_attributes=("email",), client_secret=True)
        pool.create_user("alice@example.com", PASSWORD)
        return pool

    @pytest.mark.parametrize(
        ("code", "status"),
        [
            ("UnknownOperationException", 400),
            ("InvalidAction", 400),
            ("Unsupported", 500),
            ("NotImplemented", 501),
            ("SomethingElse", 404),
            ("OperationNotEnabledException", 400),
            ("InvalidParameterException", 400),
        ],
    )
    def test_is_taken_where_there_is_no_other_and_remembered(
        self, cognito: MockCognito, mail_pool: Any, sign_in: SessionOf, code: str, status: int
    ) -> None:
        session = sign_in(mail_pool, "alice@example.com")
        cognito.fail_next(REFRESH, code=code, status=status)
        for _ in range(2):
            auth.fetch_auth_session(force_refresh=True, session=session)

        sent = cognito.calls.last("InitiateAuth").reveal()
        assert sent["AuthFlow"] == "REFRESH_TOKEN_AUTH"
        assert set(sent["AuthParameters"]) == {"REFRESH_TOKEN", "SECRET_HASH"}
        assert refreshes(cognito) == 1

    def test_hashes_the_secret_with_cognitos_own_name_for_the_user(
        self, cognito: MockCognito, mail_pool: Any, sign_in: SessionOf
    ) -> None:
        """Of the alias that was typed it is what so many clients send, and Cognito refuses."""
        session = sign_in(mail_pool, "alice@example.com")
        cognito.fail_next(REFRESH, code="UnknownOperationException")
        auth.fetch_auth_session(force_refresh=True, session=session)
        message = f"{session.username}{mail_pool.client_id}".encode()
        digest = hmac.digest(mail_pool.client_secret.encode(), message, "sha256")

        assert session.username != "alice@example.com"
        assert (
            cognito.calls.last("InitiateAuth").reveal()["AuthParameters"]["SECRET_HASH"]
            == base64.b64encode(digest).decode()
        )

    def test_takes_the_device_along(self, cognito: MockCognito, sign_in: SessionOf) -> None:
        session = sign_in(with_alice(cognito.create_pool(device_tracking="ALWAYS")))
        cognito.fail_next(REFRESH, code="UnknownOperationException")
        auth.fetch_auth_session(force_refresh=True, session=session)

        assert cognito.calls.last("InitiateAuth").reveal()["AuthParameters"]["DEVICE_KEY"]

    @pytest.mark.parametrize(
        ("code", "status"), [("UnknownOperationException", 400), ("X", 404), ("X", 405), ("X", 501)]
    )
    def test_its_refusal_is_the_end_where_there_is_no_other(
        self, cognito: MockCognito, pool: MockPool, signed_in: auth.Session, code: str, status: int
    ) -> None:
        pool.expire_refresh_tokens()
        cognito.fail_next(REFRESH, code=code, status=status)
        with pytest.raises(errors.SessionEnded):
            auth.fetch_auth_session(force_refresh=True, session=signed_in)

    def test_is_not_tried_after_a_real_refusal(
        self, cognito: MockCognito, pool: MockPool, signed_in: auth.Session
    ) -> None:
        pool.expire_refresh_tokens()
        before = len(cognito.calls.of("InitiateAuth"))
        with pytest.raises(errors.SessionEnded):
            auth.fetch_auth_session(force_refresh=True, session=signed_in)

        assert len(cognito.calls.of("InitiateAuth")) == before

    def test_its_refusal_after_a_doubtful_answer_ends_nothing(
        self, cognito: MockCognito, rotating_pool: MockPool, sign_in: SessionOf
    ) -> None:
        """A gateway's error page, and a client that rotates and so has no old way: the session lives."""
        session = sign_in(rotating_pool)
        cognito.fail_next(REFRESH, code="Gone", message="<html>", status=502)
        with pytest.raises(auth.AuthServiceError, match="status 502"):
            auth.fetch_auth_session(force_refresh=True, session=session)

        assert session.is_signed_in
        assert auth.fetch_auth_session(force_refresh=True, session=session).tokens


class TestEnd:
    @pytest.fixture(params=["expired", "revoked", "reused", "user gone", "user disabled", "reset required"])
    def ended(
        self, request: pytest.FixtureRequest, cognito: MockCognito, rotating_pool: MockPool, sign_in: SessionOf
    ) -> Any:
        """A session that Cognito has ended."""
        pool, session = rotating_pool, sign_in(rotating_pool)
        if request.param == "expired":
            pool.expire_refresh_tokens()
        elif request.param == "revoked":
            session.config.client.revoke_token(Token=session.tokens.refresh_token, ClientId=pool.client_id)
        elif request.param == "reused":
            other = auth.Session(**pool.config)
            other.restore_state(session.export_state())
            auth.fetch_auth_session(force_refresh=True, session=other)
        elif request.param == "reset required":
            cognito.fail_next(REFRESH, code="PasswordResetRequiredException", message="Password reset required")
        else:
            admin = signed()
            method = "admin_delete_user" if request.param == "user gone" else "admin_disable_user"
            getattr(admin, method)(UserPoolId=pool.id, Username="alice")
        cognito.clock.advance(3600)
        return session

    def test_is_one_clear_error_at_every_call(self, ended: Any) -> None:
        """It is an error, not an empty session."""
        for use in (auth.fetch_auth_session, auth.get_current_user, auth.fetch_auth_session):
            with pytest.raises(errors.SessionEnded, match="The session has ended") as caught:
                use(session=ended)

            assert isinstance(caught.value, errors.UserUnAuthenticatedException)
            assert isinstance(caught.value.__cause__, auth.AuthServiceError)
            assert "Sign in again" in caught.value.recovery_suggestion
            assert not caught.value.is_retryable
        assert ended.tokens is None
        assert not ended.is_signed_in

    def test_one_can_sign_in_again_or_out(self, pool: MockPool, signed_in: auth.Session) -> None:
        pool.expire_refresh_tokens()
        for _ in range(2):
            with pytest.raises(errors.SessionEnded):
                auth.fetch_auth_session(force_refresh=True, session=signed_in)
            auth.sign_in("alice", PASSWORD, session=signed_in)
            assert auth.fetch_auth_session(session=signed_in).tokens
            pool.expire_refresh_tokens()
        with pytest.raises(errors.SessionEnded):
            auth.fetch_auth_session(force_refresh=True, session=signed_in)
        auth.sign_out(session=signed_in)

        assert auth.fetch_auth_session(session=signed_in) == auth.AuthSession()

    def test_it_never_becomes_a_guest_session(self, pool: MockPool, sign_in: SessionOf) -> None:
        """It is an error, not the session of a guest."""
        guests = {"identity_pool_id": "us-east-1:00000000-0000-0000-0000-000000000000", "allow_guest_access": True}
        session = sign_in(pool, **guests)
        pool.expire_refresh_tokens()
        for force in (True, False):
            with pytest.raises(errors.SessionEnded):
                auth.fetch_auth_session(force_refresh=force, session=session)

    def test_it_is_told_once(self, pool: MockPool, signed_in: auth.Session, events: list[str]) -> None:
        pool.expire_refresh_tokens()
        for _ in range(3):
            with pytest.raises(errors.SessionEnded):
                auth.fetch_auth_session(force_refresh=True, session=signed_in)

        assert events == ["token_refresh_failure"]

    def test_no_secret_is_in_the_error(self, ended: Any) -> None:
        secrets = [ended.tokens.refresh_token, ended.tokens.access_token]
        with pytest.raises(errors.SessionEnded) as caught:
            auth.fetch_auth_session(session=ended)
        error, texts = caught.value, []
        while error is not None:
            texts += [str(error), repr(error), str(vars(error))]
            error = error.__cause__ or error.__context__

        assert not [secret for secret in secrets if any(secret in text for text in texts)]

    def test_a_wrong_client_secret_is_not_the_end(
        self, cognito: MockCognito, quick_session: SessionOf, sign_in: SessionOf
    ) -> None:
        """Cognito's word for it is the same, but the program is wrong, not the session over."""
        pool = with_alice(cognito.create_pool(client_secret=True))
        restored = quick_session(pool, client_secret="wrong" * 10)
        restored.restore_state(sign_in(pool).export_state())
        with pytest.raises(errors.NotAuthorizedException):
            auth.fetch_auth_session(force_refresh=True, session=restored)

        assert restored.is_signed_in


class TestNoRefreshToken:
    @pytest.fixture
    def signed_in(self, pool: MockPool, sign_in: SessionOf) -> Any:
        session = sign_in(pool)
        record = json.loads(session.export_state())
        record["signed_in"]["tokens"]["refresh_token"] = None
        session.restore_state(json.dumps(record))
        return session

    def test_the_tokens_are_used_until_they_end(
        self, cognito: MockCognito, signed_in: auth.Session, events: list[str]
    ) -> None:
        cognito.clock.advance(3599)

        assert auth.fetch_auth_session(session=signed_in).tokens
        assert events == []

    def test_forced_the_error_says_what_is_missing_and_the_tokens_stay(self, signed_in: auth.Session) -> None:
        """The error names the reason that applies."""
        with pytest.raises(auth.AuthStateError, match="no refresh token") as caught:
            auth.fetch_auth_session(force_refresh=True, session=signed_in)

        assert caught.value.name == "TokenRefreshException"
        assert signed_in.is_signed_in

    def test_then_the_session_has_ended(self, cognito: MockCognito, signed_in: auth.Session) -> None:
        cognito.clock.advance(3600)
        for _ in range(2):
            with pytest.raises(errors.SessionEnded, match="no refresh token"):
                auth.fetch_auth_session(session=signed_in)
        assert refreshes(cognito) == 0


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "dropped"},
        {"kind": "timeout"},
        {"kind": "unreachable"},
        {"kind": "throttled"},
        {"kind": "throttled_429"},
        {"kind": "internal_error"},
        {"kind": "unavailable"},
        {"kind": "malformed"},
        {"code": "UserLambdaValidationException", "message": "not now"},
        {"code": "ForbiddenException", "message": "the firewall"},
        {"code": "NobodyKnowsException", "message": "new"},
    ],
    ids=lambda fault: fault.get("kind") or fault["code"],
)
class TestTransientFailure:
    """A refresh that fails in another way signs nobody out."""

    def test_while_the_tokens_live_nobody_notices(
        self, cognito: MockCognito, signed_in: auth.Session, events: list[str], fault: Any
    ) -> None:
        cognito.clock.advance(3590)
        old = signed_in.tokens
        cognito.fail_next(REFRESH, **fault)

        assert auth.fetch_auth_session(session=signed_in).tokens is old
        assert events == ["token_refresh_failure"]

    def test_once_they_are_dead_it_is_an_error_that_passes(
        self, cognito: MockCognito, signed_in: auth.Session, fault: Any
    ) -> None:
        cognito.clock.advance(3600)
        cognito.fail_next(REFRESH, **fault)
        with pytest.raises(auth.AuthError) as caught:
            auth.fetch_auth_session(session=signed_in)

        assert not isinstance(caught.value, errors.SessionEnded)
        assert signed_in.is_signed_in
        assert auth.fetch_auth_session(session=signed_in).tokens is signed_in.tokens


class TestSignedOutMeanwhile:
    """A refresh that ends after the sign-out does not sign the user in again."""

    @pytest.fixture
    def signed_in(self, pool: MockPool, sign_in: SessionOf) -> Any:
        return sign_in(pool, client=new_client())

    def during_refresh(self, session, action, event="after-call"):
        done = []

        def once(**_):
            if not done:
                done.append(True)
                action()

        session.config.client.meta.events.register(f"{event}.cognito-identity-provider.{REFRESH}", once)

    @pytest.mark.parametrize("event", ["before-call", "after-call"])
    def test_stays_signed_out(self, signed_in: auth.Session, events: list[str], event: str) -> None:
        self.during_refresh(signed_in, lambda: auth.sign_out(session=signed_in), event)

        assert auth.fetch_auth_session(force_refresh=True, session=signed_in) == auth.AuthSession()
        assert not signed_in.is_signed_in
        assert events == ["signed_out"]

    def test_a_new_user_is_not_replaced_by_the_former(
        self, pool: MockPool, signed_in: auth.Session, events: list[str]
    ) -> None:
        pool.create_user("bob", PASSWORD)

        def change():
            auth.sign_out(session=signed_in)
            auth.sign_in("bob", PASSWORD, session=signed_in)

        self.during_refresh(signed_in, change)
        auth.fetch_auth_session(force_refresh=True, session=signed_in)

        assert signed_in.username == "bob"
        assert events == ["signed_out", "signed_in"]

    def test_sign_out_does_not_wait_for_it(self, signed_in: auth.Session) -> None:
        with ThreadPoolExecutor(1) as other:
            self.during_refresh(signed_in, lambda: other.submit(signed_in._state.clear).result(10))
            auth.fetch_auth_session(force_refresh=True, session=signed_in)

        assert not signed_in.is_signed_in


class TestManyThreadsAndUsers:
    def test_nobody_ever_sees_parts_of_two_users_or_of_two_refreshes(
        self, pool: MockPool, signed_in: auth.Session
    ) -> None:
        """20 threads read while the tokens are refreshed and the user changes."""
        pool.create_user("bob", PASSWORD)
        stop, seen = threading.Event(), set()

        def read():
            while not stop.wait(0.001):
                got = auth.fetch_auth_session(session=signed_in)
                if got.tokens is not None:
                    access, identity = got.tokens.access_token_claims, got.tokens.id_token_claims
                    assert access["sub"] == identity["sub"] == got.user_sub
                    assert access["iat"] == identity["iat"]
                seen.add(got.user_sub)

        with ThreadPoolExecutor(20) as others:
            readers = [others.submit(read) for _ in range(20)]
            for name in ("bob", "alice", "bob"):
                auth.fetch_auth_session(force_refresh=True, session=signed_in)
                auth.sign_out(session=signed_in)
                auth.sign_in(name, PASSWORD, session=signed_in)
                seen.discard(signed_in.user_id)
                while signed_in.user_id not in seen and not any(reader.done() for reader in readers):
                    stop.wait(0.001)
            stop.set()
            for reader in readers:
                reader.result(30)

        assert len(seen - {None}) == 2


class TestNothingOfFormerUsers:
    def test_is_left_in_the_session(self, pool: MockPool, signed_in: auth.Session) -> None:
        """Nothing of earlier users stays, and a user may be named ``username``."""
        old = signed_in.tokens
        auth.sign_out(session=signed_in)
        pool.create_user("username", PASSWORD)
        exported = signed_in.export_state()

        assert not [text for text in ("alice", old.access_token, old.refresh_token) if text in exported]
        assert signed_in.username is None

        auth.sign_in("username", PASSWORD, session=signed_in)

        assert auth.get_current_user(session=signed_in).username == "username"


class TestEvents:
    def test_are_told_after_the_state_is_in_place_once_each(
        self, cognito: MockCognito, pool: MockPool, quick_session: SessionOf
    ) -> None:
        session, seen = quick_session(pool), []

        def listen(event):
            tokens = session.tokens
            seen.append((event.name, event.username, session.is_signed_in, tokens and tokens.access_token))

        session.add_listener(listen)
        auth.sign_in("alice", PASSWORD, session=session)
        first = session.tokens.access_token
        second = auth.fetch_auth_session(force_refresh=True, session=session).tokens.access_token
        auth.sign_out(session=session)

        assert seen == [
            ("signed_in", "alice", True, first),
            ("token_refresh", "alice", True, second),
            ("signed_out", "alice", False, None),
        ]

    def test_a_sign_in_with_a_challenge_is_told_when_it_is_complete(
        self, cognito: MockCognito, quick_session: SessionOf
    ) -> None:
        pool = cognito.create_pool(mfa="ON", mfa_methods=("SOFTWARE_TOKEN_MFA",))
        pool.create_user("alice", PASSWORD, mfa=("SOFTWARE_TOKEN_MFA",))
        session, names = quick_session(pool), []
        session.add_listener(lambda event: names.append(event.name))
        auth.sign_in("alice", PASSWORD, session=session)
        assert names == []
        auth.confirm_sign_in(pool.totp("alice"), session=session)

        assert names == ["signed_in"]

    def test_a_listener_may_use_the_session_even_from_another_thread(
        self, pool: MockPool, quick_session: SessionOf
    ) -> None:
        """It holds no lock that the other one needs, not even that of a sign-in."""
        session, seen = quick_session(pool), []

        def listen(event):
            if event.name == "signed_in":
                other = ThreadPoolExecutor(1)
                seen.append(other.submit(auth.sign_out, session=session).exception(5))
                seen.append(other.submit(auth.confirm_sign_in, "000000", session=session).exception(5))
                other.shutdown(wait=False)

        session.add_listener(listen)
        auth.sign_in("alice", PASSWORD, session=session)

        assert [type(error) for error in seen] == [type(None), errors.SignInException]
        assert not session.is_signed_in

    def test_a_listener_that_fails_harms_nobody(
        self, cognito: MockCognito, signed_in: auth.Session, caplog: pytest.LogCaptureFixture
    ) -> None:
        signed_in.add_listener(lambda event: 1 / 0)
        with caplog.at_level(logging.ERROR):
            assert auth.fetch_auth_session(force_refresh=True, session=signed_in).tokens

        assert "ZeroDivisionError" in caplog.text

    def test_the_failure_says_why(self, cognito: MockCognito, signed_in: auth.Session) -> None:
        heard = []
        signed_in.add_listener(heard.append)
        cognito.clock.advance(3590)
        cognito.fail_next(REFRESH, "throttled")
        auth.fetch_auth_session(session=signed_in)

        assert isinstance(heard[0].error, errors.TooManyRequestsException)


class TestCurrentUser:
    def test_costs_no_request(self, cognito: MockCognito, signed_in: auth.Session) -> None:
        before = len(cognito.calls)
        auth.get_current_user(session=signed_in)

        assert len(cognito.calls) == before

    def test_nobody_is_an_error(self, pool: MockPool, quick_session: SessionOf) -> None:
        with pytest.raises(errors.UserUnAuthenticatedException, match="needs to be authenticated"):
            auth.get_current_user(session=quick_session(pool))

    def test_is_renewed_first_where_it_must_be(self, cognito: MockCognito, signed_in: auth.Session) -> None:
        cognito.clock.advance(3600)
        auth.get_current_user(session=signed_in)

        assert refreshes(cognito) == 1
